// The HTTP contract of registration, from the organiser's side and from the captain's, through the real routes.
#include "support/registration_api.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "json/json.h"
#include "registration/desk/desk_jobs.h"
#include "registration/public_snapshot.h"
#include "support/registration_stage.h"

using namespace rt::testing;
using rt::net::Method;

TEST_CASE("from an empty store to a confirmed team, seen from all sides") {
    ApiWorld world;
    world.AddUsers(10);
    const Stage stage = Publish(world, "0", "1");
    const auto list = world.Get("", "/events");
    REQUIRE(list.status == 200);
    CHECK(list.Text("0.slug") == "test-cup");
    CHECK(list.Text("0.availability") == "OK");
    CHECK(list.Int("0.places_left") == 1);
    const auto detail = world.Get("", "/events/test-cup");
    CHECK(detail.Text("phase") == "OPEN");
    CHECK(detail.Text("divisions.0.name.en") == "Group A");
    CHECK(detail.Text("forms.member.fields.0.key") == "card");
    CHECK(world.Call("", Method::kGet, "/events/" + stage.event, {.if_none_match = detail.Header("etag")}).status ==
          304);

    const std::string team = MakeTeam(world, stage, 1);
    const auto mine = world.Get("2", "/teams/" + team);
    CHECK(mine.Text("my_role") == "PLAYER");
    CHECK(mine.At("members").AsArray().size() == 2);
    CHECK(mine.Text("members.1.name") == "Player 1");
    CHECK(mine.Text("members.1.answers.card") == CardNumber(2));
    CHECK(mine.At("members.0").Find("answers") == nullptr);
    CHECK(world.Get("9", "/teams/" + team).status == 404);

    const auto submitted = world.Call("1", Method::kPost, "/teams/" + team + "/submit", {.body = "{}", .key = "k1"});
    CAPTURE(submitted.body);
    REQUIRE(submitted.status == 201);
    CHECK(submitted.Text("state") == "CONFIRMED");
    CHECK(submitted.Int("friendly_no") == 1);
    const auto again = world.Call("1", Method::kPost, "/teams/" + team + "/submit", {.body = "{}", .key = "k1"});
    CHECK(again.body == submitted.body);
    CHECK(again.status == 201);
    CHECK(world.Call("1", Method::kPost, "/teams/" + team + "/submit", {.body = "{ }", .key = "k1"}).code() ==
          "IDEMPOTENCY_KEY_REUSED");
    CHECK(world.Post("1", "/teams/" + team + "/submit").code() == "INVALID_STATE");

    const std::string late = MakeTeam(world, stage, 3);
    const auto full = world.Post("3", "/teams/" + late + "/submit");
    CHECK(full.status == 409);
    CHECK(full.code() == "QUOTA_FULL");
    CHECK(full.json.Find("message")->AsString() == "No places left");
    REQUIRE(world.service->snapshot().Refresh().ok());
    CHECK(world.Get("", "/events/test-cup").Text("availability") == "GONE");

    const auto own = world.Get("1", "/me/registrations");
    CHECK(own.Text("0.registration.state") == "CONFIRMED");
    CHECK(own.Text("0.event.slug") == "test-cup");
    const std::string event = "/organiser/events/" + stage.event;
    REQUIRE(rt::registration::DeskJobs(*world.service).Run().ok());  // the search finds it within a second
    const auto rows = world.Get("organiser", event + "/registrations?q=TEAM&state=CONFIRMED");
    REQUIRE(rows.At("").AsArray().size() == 1);
    CHECK(rows.Text("0.captain.name") == "Captain 1");
    const auto row = world.Get("organiser", "/organiser/registrations/" + rows.Text("0.id"));
    CHECK(row.Text("members.0.answers.card").find("********") != std::string::npos);
    CHECK(row.Text("history.0.to") == "CONFIRMED");
    CHECK(world.Get("organiser", event + "/figures").Int("confirmed") == 1);
    CHECK(world.Get("organiser", event + "/figures").Text("by_day.0.day") == "2026-06-01");
    CHECK(world.Findings() == "");
}

TEST_CASE("the export: byte order mark, masked unless asked, nothing a spreadsheet would run") {
    ApiWorld world;
    world.AddUsers(4);
    const Stage stage = Publish(world, "0", "null");
    const std::string team = MakeTeam(world, stage, 1);
    REQUIRE(world.Post("1", "/teams/" + team + "/submit").status == 201);
    const std::string target = "/organiser/events/" + stage.event + "/registrations.csv";
    const auto masked = world.Get("organiser", target);
    CHECK(masked.body.substr(0, 3) == "\xEF\xBB\xBF");
    CHECK(masked.body.find(CardNumber(1)) == std::string::npos);
    const auto full = world.Get("organiser", target + "?sensitive=full");
    CHECK(full.body.find("\"\t" + CardNumber(1) + "\"") != std::string::npos);
    CHECK(full.body.find("\"'=大\"") != std::string::npos);
    CHECK(std::count(full.body.begin(), full.body.end(), '\n') == 3);
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM audit WHERE action = 'registration.export'"}) == 2);
    CHECK(world.Get("other", target).status == 404);
}

TEST_CASE("review: returned, handed in again, approved; revisions are held to") {
    ApiWorld world;
    world.AddUsers(4);
    const Stage stage = Publish(world, "1", "5");
    const std::string team = MakeTeam(world, stage, 1);
    const auto submitted = world.Post("1", "/teams/" + team + "/submit");
    CHECK(submitted.Text("state") == "IN_REVIEW");
    const std::string id = submitted.Text("id");
    const std::string review = "/organiser/registrations/" + id + "/review";
    CHECK(world.Post("organiser", review, R"({"action":"APPROVE"})").code() == "PRECONDITION_REQUIRED");
    CHECK(world.Call("organiser", Method::kPost, review, {.body = R"({"action":"APPROVE"})", .if_match = "7"}).code() ==
          "PRECONDITION_FAILED");
    CHECK(world.Call("other", Method::kPost, review, {.body = R"({"action":"APPROVE"})", .if_match = "1"}).status ==
          404);
    const auto back = world.Call("organiser", Method::kPost, review,
                                 {.body = R"({"action":"RETURN","reason":"补充"})", .if_match = "1"});
    CHECK(back.Text("state") == "RETURNED");
    CHECK(back.Text("decision_reason") == "补充");
    CHECK(back.Header("etag") == "\"2\"");
    CHECK(world.Post("2", "/registrations/" + id + "/resubmit").code() == "FORBIDDEN");
    CHECK(world.Post("1", "/registrations/" + id + "/resubmit").Text("state") == "IN_REVIEW");
    CHECK(world.Call("organiser", Method::kPost, review, {.body = R"({"action":"APPROVE"})", .if_match = "3"})
              .Text("state") == "CONFIRMED");
    CHECK(world.Post("1", "/registrations/" + id + "/withdraw").code() == "INVALID_STATE");
    CHECK(world.Post("1", "/registrations/" + id + "/cancel", R"({"reason":"no"})").Text("state") == "CANCELLED");
    CHECK(world.Get("organiser", "/organiser/registrations/" + id).At("history").AsArray().size() == 5);
    CHECK(world.Findings() == "");
}

TEST_CASE("a returned registration expires; a cancelled event cancels all of its registrations") {
    ApiWorld world;
    world.AddUsers(300);
    const Stage stage = Publish(world, "1", "500");
    const std::string first = MakeTeam(world, stage, 1);
    const std::string id = world.Post("1", "/teams/" + first + "/submit").Text("id");
    REQUIRE(world
                .Call("organiser", Method::kPost, "/organiser/registrations/" + id + "/review",
                      {.body = R"({"action":"RETURN"})", .if_match = "1"})
                .status == 200);
    world.clock.Advance(72 * rt::base::kMicrosPerHour - 1);
    CHECK_FALSE(*world.service->RunJobs());
    CHECK(world.Get("1", "/teams/" + first).Text("registration.state") == "RETURNED");
    world.clock.Advance(1);
    CHECK(*world.service->RunJobs());
    CHECK(world.Get("1", "/teams/" + first).Text("registration.state") == "EXPIRED");
    CHECK(world.Get("1", "/teams/" + first).Text("state") == "READY");
    for (std::int64_t i = 0; i < 60; ++i) {
        const auto team = MakeTeam(world, stage, 10 + 2 * i);
        REQUIRE(world.Post(std::to_string(10 + 2 * i), "/teams/" + team + "/submit").status == 201);
    }
    const auto cancelled =
        world.Post("organiser", "/organiser/events/" + stage.event + "/cancel", R"({"reason":"flood"})");
    CHECK(cancelled.Text("state") == "CANCELLED");
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration WHERE state = 'CANCELLED'"}) == 60);
    CHECK(world.Count({"t2", "SELECT SUM(held + confirmed) FROM quota"}) == 0);
    CHECK(world.Post("1", "/teams/" + first + "/submit").code() == "EVENT_NOT_OPEN");
    CHECK(world.Findings() == "");
}

TEST_CASE("organisers: own events only, If-Match, caps with the figures, sizes that are in use") {
    ApiWorld world;
    world.AddUsers(10);
    const Stage stage = Publish(world, "0", "null");
    const std::string event = "/organiser/events/" + stage.event;
    CHECK(world.Get("other", event).status == 404);
    CHECK(world.Get("admin", event).status == 200);
    CHECK(world.Get("other", "/organiser/events").At("").AsArray().empty());
    CHECK(world.Get("admin", "/organiser/events").At("").AsArray().size() == 1);
    CHECK(world.Call("organiser", Method::kPatch, event, {.body = "{}"}).code() == "PRECONDITION_REQUIRED");
    CHECK(world.Call("organiser", Method::kPatch, event, {.body = "{}", .if_match = "1"}).code() ==
          "PRECONDITION_FAILED");
    for (std::int64_t i = 0; i < 3; ++i) {
        const auto team = MakeTeam(world, stage, 1 + 2 * i);
        REQUIRE(world.Post(std::to_string(1 + 2 * i), "/teams/" + team + "/submit").status == 201);
    }
    const auto now = world.Get("organiser", event);
    const auto patch = [&](const std::string& body) {
        const auto rev = std::to_string(world.Get("organiser", event).Int("rev"));
        return world.Call("organiser", Method::kPatch, event, {.body = body, .if_match = rev});
    };
    // A cap that comes late counts those who were there before it.
    CHECK(patch(R"({"quota_teams":2})").code() == "VALIDATION_FAILED");
    CHECK(patch(R"({"quota_teams":3})").status == 200);
    CHECK(world.Get("organiser", event + "/quotas").Int("0.confirmed") == 3);
    CHECK(world.Findings() == "");
    const auto team = MakeTeam(world, stage, 7);
    CHECK(world.Post("7", "/teams/" + team + "/submit").code() == "QUOTA_FULL");
    const auto quota = world.Get("organiser", event + "/quotas");
    const std::string of_quota = "/organiser/quotas/" + quota.Text("0.id");
    const auto rev = std::to_string(quota.Int("0.rev"));
    const auto low = world.Call("organiser", Method::kPatch, of_quota, {.body = R"({"cap":2})", .if_match = rev});
    CHECK(low.code() == "VALIDATION_FAILED");
    CHECK(low.body.find("3 in use") != std::string::npos);
    CHECK(world.Call("organiser", Method::kPatch, of_quota, {.body = R"({"cap":4})", .if_match = rev}).Int("cap") == 4);
    CHECK(world.Post("7", "/teams/" + team + "/submit").status == 201);
    CHECK(patch(R"({"team_min":1,"team_max":1})").code() == "VALIDATION_FAILED");
    CHECK(patch(R"({"team_max":5})").status == 200);
    CHECK(patch(R"({"reg_close":"2025-01-01T00:00:00Z"})").code() == "VALIDATION_FAILED");
    CHECK(world.Findings() == "");
}

TEST_CASE("mistakes of captains and members are told by field") {
    ApiWorld world;
    world.AddUsers(10);
    const Stage stage = Publish(world, "0", "null");
    const auto found = world.Post("1", "/events/test-cup/teams", R"({"division":"nothing","name":" \u200B ","x":1})");
    CHECK(found.code() == "VALIDATION_FAILED");
    CHECK(found.body.find("\"name\"") != std::string::npos);
    const auto team =
        world.Post("1", "/events/test-cup/teams", R"({"division":")" + stage.division + R"(","name":"Ｔｉｇｅｒｓ"})");
    REQUIRE(team.status == 201);
    CHECK(team.Text("state") == "FORMING");
    CHECK(team.At("missing").AsArray().size() == 2);
    CHECK(world.Post("2", "/events/test-cup/teams", R"({"division":")" + stage.division + R"(","name":" tigers "})")
              .code() == "ALREADY_EXISTS");
    const std::string path = "/teams/" + team.Text("id");
    CHECK(world.Post("1", path + "/submit").code() == "TEAM_NOT_READY");
    CHECK(world.Post("1", path + "/submit").body.find("1 more member(s)") != std::string::npos);
    const auto bad = world.Call("1", Method::kPut, path + "/members/me",
                                {.body = R"({"name":"A","answers":{"card":"123","size":"xl"},"consent":true})"});
    CHECK(bad.code() == "VALIDATION_FAILED");
    CHECK(bad.body.find("answers.card") != std::string::npos);
    CHECK(bad.body.find("answers.size") != std::string::npos);
    CHECK(world.Call("1", Method::kPut, path + "/members/me", {.body = Member("A", 1)}).Int("confirmed_count") == 1);
    CHECK(world.Post("1", path + "/leave").code() == "INVALID_STATE");
    const auto invite = world.Post("1", path + "/invites", R"({"max_uses":1})");
    CHECK(world.Get("1", path + "/invites").At("0").Find("code") == nullptr);
    const auto looked = world.Post("2", "/invites/lookup", R"({"code":")" + invite.Text("code") + R"("})");
    CHECK(looked.Text("team.name") == "Ｔｉｇｅｒｓ");
    CHECK(world.Post("2", "/invites/lookup", R"({"code":"AAAA-AAAA"})").status == 404);
    const std::string join = R"({"code":")" + invite.Text("code") + R"(",)";
    // The captain's own number in another account.
    CHECK(world.Post("2", "/invites/join", join + Member("B", 1).substr(1)).code() == "DUPLICATE_PERSON");
    const ApiCall once{.body = join + Member("B", 2).substr(1), .key = "join-1"};
    const auto joined = world.Call("2", Method::kPost, "/invites/join", once);
    REQUIRE(joined.status == 201);
    // Repeated with its key it gets its first answer, though the code is spent.
    CHECK(world.Call("2", Method::kPost, "/invites/join", once).body == joined.body);
    CHECK(world.Post("3", "/invites/lookup", R"({"code":")" + invite.Text("code") + R"("})").code() == "INVITE_SPENT");
    CHECK(world.Post("3", "/invites/join", join + Member("C", 3).substr(1)).code() == "INVITE_SPENT");
    const auto second = world.Post("1", path + "/invites", R"({"max_uses":5})");
    const std::string join2 = R"({"code":")" + second.Text("code") + R"(",)";
    REQUIRE(world.Post("3", "/invites/join", join2 + Member("C", 3).substr(1)).status == 201);
    CHECK(world.Post("4", "/invites/join", join2 + Member("D", 4).substr(1)).code() == "TEAM_FULL");
    CHECK(world.Call("1", Method::kDelete, "/invites/" + second.Text("id")).status == 204);
    CHECK(world.Post("4", "/invites/join", join2 + Member("D", 4).substr(1)).code() == "INVITE_EXPIRED");
    const auto full = world.Get("1", path);
    CHECK(world.Call("2", Method::kDelete, path + "/members/" + full.Text("members.2.id")).code() == "FORBIDDEN");
    CHECK(world.Call("1", Method::kDelete, path + "/members/" + full.Text("members.2.id")).status == 204);
    CHECK(world.Post("1", path + "/handover", R"({"member":")" + full.Text("members.1.id") + R"("})").Text("my_role") ==
          "PLAYER");
    CHECK(world.Post("1", path + "/leave").status == 200);
    CHECK(world.Post("2", path + "/disband").Text("state") == "DISBANDED");
    CHECK(world.Findings() == "");
}

TEST_CASE("a form that comes late asks those who are already there") {
    ApiWorld world;
    world.AddUsers(4);
    const auto event = world.Open({.team_min = 1, .team_max = 3});
    const auto team = world.ReadyTeam(event, 1, 2);
    CHECK(world.Team(team).state == TeamState::kReady);
    REQUIRE(world
                .Call("organiser", Method::kPut, "/organiser/events/" + event.event.public_id + "/forms/member",
                      {.body = kStageForm})
                .status == 200);
    CHECK(world.Team(team).state == TeamState::kForming);
    CHECK(world.Team(team).confirmed_count == 0);
    for (std::int64_t user = 1; user <= 2; ++user) REQUIRE(world.GiveCard(team, user, CardNumber(user)).ok());
    CHECK(world.Team(team).state == TeamState::kReady);
    CHECK(world.Findings() == "");
}

TEST_CASE("the public sees what it may: drafts never, linked events by name only, changes within a refresh") {
    ApiWorld world;
    world.clock.Set(*rt::base::ParseRfc3339("2025-12-31T23:59:59Z"));
    const auto draft = world.Post("organiser", "/events", Fill(Fill(kStageEvent, "REVIEW", "0"), "CAP", "null"));
    REQUIRE(draft.status == 201);
    CHECK(world.Get("", "/events/test-cup").status == 404);
    const std::string event = "/organiser/events/" + draft.Text("id");
    REQUIRE(
        world.Post("organiser", event + "/divisions", R"({"code":"A","name":{"zh":"甲"},"cap_persons":9})").status ==
        201);
    REQUIRE(world.Post("organiser", event + "/publish").status == 200);
    CHECK(world.Get("", "/events/test-cup").Text("phase") == "UPCOMING");
    CHECK(world.Get("", "/events/test-cup").Int("divisions.0.places_left") == 4);
    world.clock.Advance(rt::base::kMicrosPerSecond);
    REQUIRE(world.service->snapshot().Refresh().ok());
    CHECK(world.Get("", "/events/test-cup").Text("phase") == "OPEN");
    REQUIRE(
        world.Call("organiser", Method::kPatch, event, {.body = R"({"visibility":"LINK"})", .if_match = "2"}).status ==
        200);
    CHECK(world.Get("", "/events").At("").AsArray().empty());
    CHECK(world.Get("", "/events/test-cup").status == 200);
    REQUIRE(world.Post("organiser", event + "/pause").status == 200);
    CHECK(world.Get("", "/events/test-cup").Text("state") == "PAUSED");
}

TEST_CASE("every route has a name, a sentence, and a body example that is JSON") {
    ApiWorld world;
    std::set<std::string> names;
    for (const auto& route : world.routes) {
        CAPTURE(route.name);
        CHECK(names.insert(route.name).second);
        CHECK_FALSE(route.summary.empty());
        const bool has_body = route.body == rt::net::BodyKind::kJson;
        CHECK(route.request_example.empty() != has_body);
        if (has_body) CHECK(rt::json::Decode(route.request_example).ok());
        if (route.run == rt::net::Run::kInline) CHECK(route.access == rt::net::Access::kPublic);
    }
    CHECK(names.size() == world.routes.size());
}
