// Rosters over HTTP: invitations of every kind, persons one manages, roles, substitutions, entries of one, guardians.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/registration_api.h"

using namespace rt::testing;
using rt::net::Method;

namespace {

constexpr const char* kEvent =
    R"({"title":{"zh":"测试赛","en":"Test cup"},"venue":{"zh":"一号楼"},"slug":"test-cup","reg_open":"2026-01-01T00:00:00Z",)"
    R"("reg_close":"2026-12-01T00:00:00Z","starts":"2026-12-10T00:00:00Z","ends":"2026-12-11T00:00:00Z",)"
    R"("team_min":2,"team_max":3,"review_stages":0,"sub_max":1 MORE})";

class Stage : public ApiWorld {
  public:
    explicit Stage(const std::string& more = "", const std::string& division_more = "") {
        AddUsers(20);
        Run({"t.names", "UPDATE \"user\" SET login_name = lower(login_name)"});
        clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
        std::string event = kEvent;
        event.replace(event.find(" MORE"), 5, more);
        if (more.find("BOTH") != std::string::npos) event.replace(event.find(R"("team_min":2)"), 12, R"("team_min":1)");
        const auto made = Post("organiser", "/events", event);
        CAPTURE(made.body);
        REQUIRE(made.status == 201);
        const auto division_made = Post("organiser", "/organiser/events/test-cup/divisions",
                                        R"({"code":"A","name":{"zh":"甲组","en":"Group A"})" + division_more + "}");
        CAPTURE(division_made.body);
        REQUIRE(division_made.status == 201);
        division = division_made.Text("id");
        REQUIRE(Post("organiser", "/organiser/events/test-cup/publish").status == 200);
    }

    std::string Team(const std::string& captain, const std::string& more = "") {
        const auto team = Post(captain, "/events/test-cup/teams",
                               R"({"division":")" + division + R"(","name":"Team )" + captain +
                                   R"(","member":{"name":"Captain","consent":true})" + more + "}");
        CAPTURE(team.body);
        REQUIRE(team.status == 201);
        return team.Text("id");
    }
    std::string Code(const std::string& team, const std::string& captain, const std::string& body = "{}") {
        const auto invite = Post(captain, "/teams/" + team + "/invites", body);
        CAPTURE(invite.body);
        REQUIRE(invite.status == 201);
        const auto* code = invite.At("").Find("code");
        return code->IsNull() ? invite.Text("url").substr(6) : code->AsString();
    }
    ApiAnswer Join(const std::string& user, const std::string& code, const std::string& more = "") {
        return Post(user, "/invites/join",
                    R"({"code":")" + code + R"(","name":"Player )" + user + R"(","consent":true)" + more + "}");
    }
    // A person of `user`, by its id.
    std::string Person(const std::string& user, const std::string& body) {
        const auto person = Post(user, "/me/persons", body);
        CAPTURE(person.body);
        REQUIRE(person.status == 201);
        return person.Text("id");
    }

    std::string division;
};

// Words of a list of {"rule": ...}.
std::string Rules(const ApiAnswer& team) {
    std::string out;
    for (const auto& one : team.At("unmet").AsArray()) out += one.Find("rule")->AsString() + " ";
    return out;
}

bool May(const ApiAnswer& team, const std::string& word) {
    for (const auto& one : team.At("may").AsArray()) {
        if (one.AsString() == word) return true;
    }
    return false;
}

// A picture of one pixel, as a page's canvas gives it.
constexpr const char* kSignature =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

}  // namespace

TEST_CASE("codes, links and the policy of a team") {
    Stage world;
    const auto team = world.Team("1");
    const auto code = world.Code(team, "1");
    const auto link = world.Code(team, "1", R"({"kind":"LINK","role":"SUBSTITUTE"})");
    CHECK(link.size() == 32);
    const auto patch = [&](const std::string& policy) {
        const auto now = world.Get("1", "/teams/" + team);
        return world.Call(
            "1", Method::kPatch, "/teams/" + team,
            {.body = R"({"join_policy":")" + policy + R"("})", .if_match = std::to_string(now.Int("rev"))});
    };
    REQUIRE(patch("LINK").status == 200);
    CHECK(world.Join("2", code).code() == "INVALID_STATE");
    REQUIRE(patch("CLOSED").status == 200);
    CHECK(world.Join("2", link).code() == "INVALID_STATE");
    REQUIRE(patch("CODE").status == 200);
    REQUIRE(world.Join("2", code).status == 201);
    const auto looked = world.Post("3", "/invites/lookup", R"({"code":")" + link + R"("})");
    CHECK(looked.Text("role") == "SUBSTITUTE");
    const auto joined = world.Join("3", link);
    REQUIRE(joined.status == 201);
    CHECK(joined.Int("member_count") == 2);
    CHECK(joined.Int("sub_count") == 1);
    CHECK(joined.Text("state") == "READY");
    CHECK(world.Join("4", link).code() == "TEAM_FULL");  // sub_max
    CHECK(world.Findings() == "");
}

TEST_CASE("a captain approves who may join") {
    Stage world;
    const auto team = world.Team("1", R"(,"join_policy":"APPROVAL")");
    const auto code = world.Code(team, "1");
    const auto asked = world.Join("2", code);
    CAPTURE(asked.body);
    REQUIRE(asked.status == 201);
    CHECK(asked.Text("my_state") == "PENDING_CAPTAIN");
    CHECK(asked.At("").Find("members") == nullptr);
    CHECK(world.Join("2", code).code() == "INVALID_STATE");  // asks once
    REQUIRE(world.Join("3", code).status == 201);
    const auto seen = world.Get("1", "/teams/" + team);
    CHECK(seen.Int("member_count") == 1);
    REQUIRE(seen.At("pending").AsArray().size() == 2);
    const std::string base = "/teams/" + team + "/members/";
    CHECK(world.Post("2", base + seen.Text("pending.0.id") + "/approve").status == 404);
    const auto approved = world.Post("1", base + seen.Text("pending.0.id") + "/approve");
    CAPTURE(approved.body);
    CHECK(approved.Text("state") == "READY");
    CHECK(world.Post("1", base + seen.Text("pending.0.id") + "/approve").code() == "INVALID_STATE");
    CHECK(world.Post("1", base + seen.Text("pending.1.id") + "/reject").status == 200);
    CHECK(world.Get("3", "/teams/" + team).status == 404);
    CHECK(world.Findings() == "");
}

TEST_CASE("a person asked directly accepts, declines, or lets it run out") {
    Stage world;
    const auto team = world.Team("1");
    const auto invite = [&](const std::string& who) {
        return world.Post("1", "/teams/" + team + "/invites",
                          R"({"kind":"DIRECT","expires_in_hours":2,"target":")" + who + R"("})");
    };
    CHECK(invite("nobody at all").status == 422);
    const auto first = invite("User 2");
    CAPTURE(first.body);
    REQUIRE(first.status == 201);
    CHECK(first.At("code").IsNull());
    REQUIRE(invite("User 3").status == 201);
    REQUIRE(invite("somebody@example.org").status == 201);
    REQUIRE(invite("User 4").status == 201);
    auto seen = world.Get("1", "/teams/" + team);
    REQUIRE(seen.At("invited").AsArray().size() == 4);
    CHECK(seen.Text("invited.2.target").find("somebody") == std::string::npos);
    const auto mine = world.Get("2", "/me/invitations");
    REQUIRE(mine.At("").AsArray().size() == 1);
    CHECK(mine.Text("0.inviter") == "User 1");
    const std::string path = "/me/invitations/" + mine.Text("0.id");
    CHECK(world.Get("3", path).status == 404);
    CHECK(world.Post("3", path + "/accept").status == 404);
    const auto joined = world.Post("2", path + "/accept", R"({"name":"Two","consent":true})");
    CAPTURE(joined.body);
    REQUIRE(joined.status == 201);
    CHECK(joined.Text("state") == "READY");
    CHECK(world.Post("2", path + "/accept", R"({"consent":true})").code() == "INVITE_SPENT");
    const auto others = world.Get("3", "/me/invitations");
    CHECK(world.Post("3", "/me/invitations/" + others.Text("0.id") + "/decline").status == 204);
    CHECK(world.Get("3", "/me/invitations").At("").AsArray().empty());
    CHECK(world.Call("1", Method::kDelete, "/invites/" + seen.Text("invited.3.invite")).status == 204);
    CHECK(world.Get("4", "/me/invitations").At("").AsArray().empty());
    world.clock.Advance(2 * rt::base::kMicrosPerHour);
    for (auto more = world.service->RunJobs(); more.ok() && *more; more = world.service->RunJobs()) {
    }
    CHECK(world.Count({"t.e", "SELECT COUNT(*) FROM team_member WHERE state = 'EXPIRED'"}) == 1);
    CHECK(world.Count({"t.d", "SELECT COUNT(*) FROM team_member WHERE state = 'DECLINED'"}) == 1);
    CHECK(world.Count({"t.r", "SELECT COUNT(*) FROM team_member WHERE state = 'REVOKED'"}) == 1);
    CHECK(world.Findings() == "");
}

TEST_CASE("a parent enters two children; the captain enters whom he manages") {
    Stage world;
    const auto child =
        world.Person("1", R"({"relation":"CHILD","name":"Child One","birth_date":"2010-05-05","gender":"F"})");
    const auto other = world.Person(
        "1", R"({"relation":"CHILD","name":"Child Two","id_type":"ID_CARD_CN","id_no":")" + CardNumber(7) + R"("})");
    const auto list = world.Get("1", "/me/persons");
    REQUIRE(list.At("").AsArray().size() == 2);
    CHECK(list.Text("1.id_no").find("*") != std::string::npos);
    CHECK(list.Text("1.birth_date") == "1950-01-10");
    CHECK(world.Get("2", "/me/persons").At("").AsArray().empty());
    CHECK(world
              .Post("1", "/me/persons",
                    R"({"relation":"CHILD","name":"Three","gender":"M","id_type":"ID_CARD_CN","id_no":")" +
                        CardNumber(8) + R"("})")
              .status == 422);

    const auto team = world.Team("1");
    const auto entered =
        world.Post("1", "/teams/" + team + "/members", R"({"person":")" + child + R"(","consent":true})");
    CAPTURE(entered.body);
    REQUIRE(entered.status == 201);
    CHECK(entered.Text("members.1.name") == "Child One");
    CHECK(entered.At("members.1.managed").AsBool());
    CHECK(!entered.At("members.1.is_me").AsBool());
    CHECK(world.Post("1", "/teams/" + team + "/members", R"({"person":")" + child + R"("})").code() ==
          "DUPLICATE_PERSON");
    CHECK(world.Post("2", "/teams/" + team + "/members", R"({"person":")" + child + R"("})").status == 422);
    REQUIRE(world.Post("1", "/teams/" + team + "/members", R"({"person":")" + other + R"(","consent":true})").status ==
            201);
    // The same number from another account.
    const auto again = world.Person(
        "5", R"({"relation":"CHILD","name":"Same","id_type":"ID_CARD_CN","id_no":")" + CardNumber(7) + R"("})");
    const auto rival = world.Team("5");
    CHECK(world.Post("5", "/teams/" + rival + "/members", R"({"person":")" + again + R"("})").code() ==
          "DUPLICATE_PERSON");
    CHECK(world.Call("1", Method::kDelete, "/me/persons/" + child).code() == "INVALID_STATE");
    const auto members = world.Get("1", "/teams/" + team);
    const auto left =
        world.Post("1", "/teams/" + team + "/leave", R"({"member":")" + members.Text("members.1.id") + R"("})");
    CHECK(left.status == 200);
    CHECK(world.Call("1", Method::kDelete, "/me/persons/" + child).status == 204);
    CHECK(world.Findings() == "");
}

TEST_CASE("roles move between seats, at the limits") {
    Stage world;
    const auto team = world.Team("1");
    const auto code = world.Code(team, "1");
    for (const char* user : {"2", "3"}) REQUIRE(world.Join(user, code).status == 201);
    auto seen = world.Get("1", "/teams/" + team);
    const auto role = [&](const std::string& index, const std::string& word) {
        return world.Call("1", Method::kPatch, "/teams/" + team + "/members/" + seen.Text("members." + index + ".id"),
                          {.body = R"({"role":")" + word + R"("})"});
    };
    CHECK(role("1", "CAPTAIN").status == 422);
    const auto moved = role("1", "SUBSTITUTE");
    CAPTURE(moved.body);
    CHECK(moved.Int("member_count") == 2);
    CHECK(moved.Int("confirmed_count") == 2);
    CHECK(moved.Int("sub_count") == 1);
    CHECK(role("2", "SUBSTITUTE").code() == "TEAM_FULL");
    CHECK(role("2", "COACH").Int("staff_count") == 1);
    CHECK(role("1", "PLAYER").Int("confirmed_count") == 2);
    CHECK(world.Findings() == "");
}

TEST_CASE("a substitute takes a place at once, after the lock with the organiser's word") {
    Stage world(R"(,"roster_lock_at":"2026-12-05T00:00:00Z")");
    const auto team = world.Team("1");
    REQUIRE(world.Join("2", world.Code(team, "1")).status == 201);
    REQUIRE(world.Join("3", world.Code(team, "1", R"({"role":"SUBSTITUTE"})")).status == 201);
    REQUIRE(world.Post("1", "/teams/" + team + "/submit").status == 201);
    auto seen = world.Get("1", "/teams/" + team);
    const std::string path = "/teams/" + team + "/substitutions";
    const auto swap = [&](const std::string& out, const std::string& in) {
        return world.Post("1", path, R"({"out":")" + out + R"(","in":")" + in + R"("})");
    };
    CHECK(swap(seen.Text("members.0.id"), seen.Text("members.2.id")).code() == "INVALID_STATE");  // the captain
    const auto done = swap(seen.Text("members.1.id"), seen.Text("members.2.id"));
    CAPTURE(done.body);
    REQUIRE(done.status == 201);
    CHECK(done.Text("state") == "APPROVED");
    CHECK(world.Get("2", "/teams/" + team).status == 404);
    REQUIRE(world.Join("4", world.Code(team, "1", R"({"role":"SUBSTITUTE"})")).status == 201);

    world.clock.Set(*rt::base::ParseRfc3339("2026-12-05T00:00:00Z"));
    for (auto more = world.service->RunJobs(); more.ok() && *more; more = world.service->RunJobs()) {
    }
    seen = world.Get("1", "/teams/" + team);
    CHECK(seen.Text("state") == "LOCKED");
    CHECK(May(seen, "request_substitution"));
    CHECK(!May(seen, "substitute"));
    CHECK(world.Post("3", "/teams/" + team + "/leave").code() == "ROSTER_LOCKED");
    const auto wish = swap(seen.Text("members.1.id"), seen.Text("members.2.id"));
    CAPTURE(wish.body);
    CHECK(wish.Text("state") == "REQUESTED");
    const auto waiting = world.Get("organiser", "/organiser/events/test-cup/substitutions");
    REQUIRE(waiting.At("").AsArray().size() == 1);
    const std::string decide = "/organiser" + path + "/" + waiting.Text("0.id");
    CHECK(world.Post("1", decide + "/approve").status == 403);
    const auto granted = world.Post("organiser", decide + "/approve");
    CAPTURE(granted.body);
    CHECK(granted.Text("state") == "APPROVED");
    CHECK(world.Post("organiser", decide + "/reject").code() == "INVALID_STATE");
    CHECK(world.Get("1", "/teams/" + team).Int("member_count") == 2);
    CHECK(world.Findings() == "");
}

TEST_CASE("one person enters alone where the event takes both") {
    Stage world(R"(,"mode":"BOTH")");
    const auto entry = world.Post("1", "/events/test-cup/entries",
                                  R"({"division":")" + world.division + R"(","name":"Alone","consent":true})");
    CAPTURE(entry.body);
    REQUIRE(entry.status == 201);
    CHECK(entry.Text("kind") == "SOLO");
    CHECK(entry.Text("state") == "READY");
    CHECK(entry.Int("team_max") == 1);
    const std::string team = entry.Text("id");
    CHECK(world.Post("1", "/teams/" + team + "/invites").code() == "INVALID_STATE");
    CHECK(world.Post("1", "/teams/" + team + "/submit").status == 201);
    CHECK(world.Findings() == "");
    Stage teams;
    CHECK(teams.Post("1", "/events/test-cup/entries", R"({"division":")" + teams.division + R"("})").code() ==
          "INVALID_STATE");
}

TEST_CASE("the rules of a division are told with names of rules, and hold both ways") {
    Stage world("", R"(,"rules":{"age_min":12,"female_min":1})");
    const auto team = world.Team("1");
    const auto boy = world.Person("1", R"({"relation":"CHILD","name":"B","birth_date":"2016-01-01","gender":"M"})");
    const auto girl = world.Person("1", R"({"relation":"CHILD","name":"G","birth_date":"2012-01-01","gender":"F"})");
    const auto self = world.Get("1", "/me/persons");
    REQUIRE(world
                .Call("1", Method::kPatch, "/me/persons/" + self.Text("0.id"),
                      {.body = R"({"birth_date":"1990-01-01","gender":"M"})",
                       .if_match = std::to_string(self.Int("0.rev"))})
                .status == 200);
    auto seen = world.Post("1", "/teams/" + team + "/members", R"({"person":")" + boy + R"(","consent":true})");
    CAPTURE(seen.body);
    CHECK(Rules(seen) == "MEMBERS_INCOMPLETE AGE_MIN FEMALE_MIN ");  // and a guardian is missing
    REQUIRE(
        world.Post("1", "/teams/" + team + "/leave", R"({"member":")" + seen.Text("members.1.id") + R"("})").status ==
        200);
    seen = world.Post("1", "/teams/" + team + "/members", R"({"person":")" + girl + R"(","consent":true})");
    CHECK(Rules(seen) == "");
    CHECK(seen.Text("state") == "READY");
    const auto persons = world.Get("1", "/me/persons");
    REQUIRE(world
                .Call("1", Method::kPatch, "/me/persons/" + girl,
                      {.body = R"({"gender":"M"})", .if_match = std::to_string(persons.Int("2.rev"))})
                .status == 200);
    seen = world.Get("1", "/teams/" + team);
    CHECK(Rules(seen) == "FEMALE_MIN ");
    CHECK(seen.Text("state") == "FORMING");
    const auto refused = world.Post("1", "/teams/" + team + "/submit");
    CHECK(refused.code() == "TEAM_NOT_READY");
    CHECK(world.Findings() == "");
}

TEST_CASE("a guardian without an account signs, once, and the team becomes ready") {
    Stage world;
    const auto team = world.Team("1");
    const auto child =
        world.Person("1", R"({"relation":"TEAMMATE","name":"Young","birth_date":"2014-05-05","gender":"F"})");
    auto seen = world.Post("1", "/teams/" + team + "/members", R"({"person":")" + child + R"(","consent":true})");
    CAPTURE(seen.body);
    CHECK(seen.Text("members.1.guardian_state") == "REQUIRED");
    CHECK(seen.Text("state") == "FORMING");
    const std::string member = "/teams/" + team + "/members/" + seen.Text("members.1.id");
    CHECK(world.Post("2", member + "/guardian-link").status == 404);
    const auto former = world.Post("1", member + "/guardian-link");
    const auto link = world.Post("1", member + "/guardian-link");
    CAPTURE(link.body);
    REQUIRE(link.status == 201);
    const auto token_of = [](const ApiAnswer& answer) { return answer.Text("url").substr(10); };
    const std::string token = token_of(link);
    const auto answer = [&](const std::string& with, const std::string& what, const std::string& more = "") {
        return world.Post("", "/guardian/answer",
                          R"({"token":")" + with + R"(","answer":")" + what +
                              R"(","name":"Parent","relation":"MOTHER")" + more + "}");
    };
    CHECK(answer(token_of(former), "REFUSE").code() == "LINK_EXPIRED");
    std::string forged = token;
    forged.back() = forged.back() == '0' ? '1' : '0';
    CHECK(world.Post("", "/guardian/lookup", R"({"token":")" + forged + R"("})").code() == "LINK_EXPIRED");
    const auto looked = world.Post("", "/guardian/lookup", R"({"token":")" + token + R"("})");
    CAPTURE(looked.body);
    CHECK(looked.Text("member.name") == "Young");
    CHECK(looked.At("answered").IsNull());
    CHECK(answer(token, "GRANT").status == 422);
    CHECK(answer(token, "GRANT", R"(,"signature":"aGVsbG8=")").status == 422);
    const auto granted = answer(token, "GRANT", R"(,"signature":")" + std::string(kSignature) + R"(")");
    CAPTURE(granted.body);
    REQUIRE(granted.status == 200);
    CHECK(answer(token, "REFUSE").code() == "LINK_EXPIRED");
    seen = world.Get("1", "/teams/" + team);
    CHECK(seen.Text("state") == "READY");
    CHECK(seen.Text("members.1.guardian.state") == "GRANTED");
    CHECK(seen.Text("members.1.consents.0.kind") == "GUARDIAN");
    const std::string evidence = "/organiser" + member + "/guardian-evidence";
    CHECK(world.Post("1", evidence).status == 403);
    const auto shown = world.Post("organiser", evidence);
    CHECK(shown.Text("name") == "Parent");
    CHECK(shown.Text("signature").find("data:image/png;base64,") == 0);
    CHECK(world.Count({"t.clear", "SELECT COUNT(*) FROM guardian_link WHERE name LIKE '%Parent%'"}) == 0);
    // Taken back: the team is no longer ready.
    CHECK(world.Post("1", member + "/consents/GUARDIAN/withdraw").Text("state") == "FORMING");
    CHECK(world.Findings() == "");
}

TEST_CASE("a link of a guardian runs out; a parent who manages the child answers himself") {
    Stage world;
    const auto team = world.Team("1");
    const auto child = world.Person("1", R"({"relation":"CHILD","name":"Young","birth_date":"2014-05-05"})");
    const auto seen = world.Post("1", "/teams/" + team + "/members", R"({"person":")" + child + R"(","consent":true})");
    const std::string member = "/teams/" + team + "/members/" + seen.Text("members.1.id");
    const auto link = world.Post("1", member + "/guardian-link");
    const std::string token = link.Text("url").substr(10);
    world.clock.Advance(7 * rt::base::kMicrosPerDay);
    CHECK(world.Post("", "/guardian/lookup", R"({"token":")" + token + R"("})").code() == "LINK_EXPIRED");
    CHECK(world
              .Post("", "/guardian/answer",
                    R"({"token":")" + token + R"(","answer":"REFUSE","name":"P","relation":"FATHER"})")
              .code() == "LINK_EXPIRED");
    const auto here = world.Post(
        "1", member + "/guardian",
        R"({"answer":"GRANT","name":"Parent","relation":"FATHER","signature":")" + std::string(kSignature) + R"("})");
    CAPTURE(here.body);
    CHECK(here.Text("state") == "READY");
    CHECK(world.Findings() == "");
}

TEST_CASE("a club may have so many teams in a division; its code opens it") {
    Stage world;
    const auto event = world.Get("organiser", "/organiser/events/test-cup");
    const std::string clubs = "/organisations/" + event.Text("organisation.id") + "/clubs";
    CHECK(world.Post("1", clubs, R"({"name":"School"})").status == 403);
    const auto club = world.Post("organiser", clubs, R"({"name":"School"})");
    CAPTURE(club.body);
    REQUIRE(club.status == 201);
    CHECK(world.Post("organiser", clubs, R"({"name":" school "})").code() == "ALREADY_EXISTS");
    const std::string limit = "/organiser/divisions/" + world.division + "/club-limit";
    REQUIRE(world.Call("organiser", Method::kPut, limit, {.body = R"({"entries_max":1})"}).status == 200);
    std::vector<std::string> teams;
    for (const int captain : {1, 3}) {
        const std::string who = std::to_string(captain);
        teams.push_back(world.Team(who));
        REQUIRE(world.Join(std::to_string(captain + 1), world.Code(teams.back(), who)).status == 201);
        const std::string path = "/teams/" + teams.back() + "/club";
        CHECK(world.Call(who, Method::kPut, path, {.body = R"({"club":"AAAA-AAAA"})"}).status == 422);
        CHECK(world.Call(who, Method::kPut, path, {.body = R"({"club":")" + club.Text("id") + R"("})"}).status == 422);
        CHECK(world.Call(who, Method::kPut, path, {.body = R"({"club":")" + club.Text("code") + R"("})"}).status ==
              200);
    }
    const auto first = world.Post("1", "/teams/" + teams.at(0) + "/submit");
    REQUIRE(first.status == 201);
    CHECK(world.Post("3", "/teams/" + teams.at(1) + "/submit").code() == "CLUB_LIMIT");
    CHECK(world.Get("organiser", limit).Int("used.0.used") == 1);
    CHECK(world.Findings() == "");
    REQUIRE(world.Post("1", "/registrations/" + first.Text("id") + "/cancel").status == 200);
    CHECK(world.Post("3", "/teams/" + teams.at(1) + "/submit").status == 201);
    REQUIRE(world.Post("organiser", clubs + "/" + club.Text("id") + "/managers", R"({"user":"user 5"})").status == 204);
    CHECK(world.Get("5", "/me/clubs").At("0.teams").AsArray().size() == 2);
    CHECK(world.Findings() == "");
}
