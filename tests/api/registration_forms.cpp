// Forms over HTTP: versions and their differences, previews, conditions, unique answers, files, answers after approval.
#include <doctest/doctest.h>

#include <string>

#include "json/json.h"
#include "support/registration_api.h"

using namespace rt::testing;
using rt::net::Method;

namespace {

constexpr const char* kEvent =
    R"({"title":{"zh":"测试赛"},"slug":"forms-cup","reg_open":"2026-01-01T00:00:00Z","reg_close":"2026-12-01T00:00:00Z",)"
    R"("starts":"2026-12-10T00:00:00Z","ends":"2026-12-11T00:00:00Z","team_min":1,"team_max":3})";

struct Stage {
    std::string event;  // its organiser's path
    std::string division;
};

Stage Make(ApiWorld& world) {
    world.clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
    world.AddUsers(6);
    const auto made = world.Post("organiser", "/events", kEvent);
    REQUIRE(made.status == 201);
    Stage out{"/organiser/events/" + made.Text("id"), {}};
    const auto division = world.Post("organiser", out.event + "/divisions", R"({"code":"A","name":{"zh":"甲组"}})");
    REQUIRE(division.status == 201);
    out.division = division.Text("id");
    return out;
}

ApiAnswer Put(ApiWorld& world, const Stage& stage, const std::string& form, const std::string& fields) {
    return world.Call("organiser", Method::kPut, stage.event + "/forms/" + form,
                      {.body = "{\"fields\":[" + fields + "]}"});
}

ApiAnswer Found(ApiWorld& world, const Stage& stage, const std::string& who, const std::string& answers) {
    return world.Post(who, "/events/forms-cup/teams",
                      R"({"division":")" + stage.division + R"(","name":"Team )" + who + R"(","member":{"name":"N )" +
                          who + R"(","consent":true,"answers":)" + answers + "}}");
}

std::string FirstField(const ApiAnswer& answer) {
    const rt::json::Value* details = answer.json.Find("details");
    if (details == nullptr || details->AsArray().empty()) return {};
    return details->AsArray()[0].Find("field")->AsString();
}

}  // namespace

TEST_CASE("versions of a form are kept, and told apart") {
    ApiWorld world;
    const Stage stage = Make(world);
    REQUIRE(Put(world, stage, "member",
                R"({"key":"a","type":"text","label":{"zh":"甲"}},{"key":"b","type":"text","label":{"zh":"乙"}},)"
                R"({"key":"c","type":"int","label":{"zh":"丙"}})")
                .status == 200);
    const auto second =
        Put(world, stage, "member",
            R"({"key":"b","type":"text","label":{"zh":"乙乙"}},{"key":"a","type":"text","label":{"zh":"甲"}},)"
            R"({"key":"d","type":"rating","label":{"zh":"丁"},"required":true})");
    REQUIRE(second.status == 200);
    CHECK(second.Int("no") == 2);
    const auto versions = world.Get("organiser", stage.event + "/forms/member/versions");
    REQUIRE(versions.At("").AsArray().size() == 2);
    CHECK(versions.Int("0.no") == 2);
    CHECK(world.Get("organiser", stage.event + "/forms/member/versions/1").Text("fields.2.key") == "c");
    CHECK(world.Get("organiser", stage.event + "/forms/member/versions/3").status == 404);
    const auto diff = world.Get("organiser", stage.event + "/forms/member/diff?from=1&to=2");
    CAPTURE(diff.body);
    CHECK(diff.Text("added.0") == "d");
    CHECK(diff.Text("removed.0") == "c");
    CHECK(diff.Text("changed.0.key") == "b");
    CHECK(diff.Text("changed.0.members.0") == "label");
    CHECK(diff.At("moved").AsArray().size() == 2);
    CHECK(diff.At("breaks").AsBool());
    CHECK_FALSE(world.Get("organiser", stage.event + "/forms/member/diff?from=1&to=1").At("breaks").AsBool());
    CHECK(world.Get("organiser", stage.event + "/forms/member/diff?from=1").status == 404);
    // The other stage is another form.
    REQUIRE(Put(world, stage, "member?stage=after_approval", R"({"key":"hotel","type":"bool","label":{"zh":"住宿"}})")
                .status == 200);
    CHECK(world.Get("organiser", stage.event + "/forms/member").Int("no") == 2);
    CHECK(world.Get("organiser", stage.event + "/forms").At("").AsArray().size() == 2);
    CHECK(world.Get("organiser", stage.event + "/forms/member?stage=checkin").status == 422);
    CHECK(world.Get("organiser", stage.event).Text("forms.member_after_approval.fields.0.key") == "hotel");
    CHECK(world.Get("", "/forms/types").At("").AsArray().size() == 30);
}

TEST_CASE("a preview judges schema and answers and keeps nothing") {
    ApiWorld world;
    const Stage stage = Make(world);
    const auto preview = [&](const std::string& body) {
        return world.Post("organiser", stage.event + "/forms/team/preview", body);
    };
    const std::string fields =
        R"("fields":[{"key":"student","type":"bool","label":{"zh":"学生"}},{"key":"school","type":"text","required":true,)"
        R"("label":{"zh":"学校"},"visible_if":"student"},{"key":"card","type":"id_card_cn","label":{"zh":"身份证"}}])";
    const auto hidden = preview("{" + fields + R"(,"answers":{"student":false,"card":")" + CardNumber(7) + R"("}})");
    CAPTURE(hidden.body);
    REQUIRE(hidden.status == 200);
    CHECK(hidden.At("valid").AsBool());
    CHECK(hidden.At("visible").AsArray().size() == 2);
    CHECK(hidden.Text("derived.birth_date").size() == 10);
    const auto missing = preview("{" + fields + R"(,"answers":{"student":true}})");
    CHECK_FALSE(missing.At("valid").AsBool());
    CHECK(missing.Text("mistakes.0.field") == "answers.school");
    const auto wrong = preview(R"({"fields":[{"key":"a","type":"text","label":{"zh":"甲"},"visible_if":"b == 1"}]})");
    CHECK_FALSE(wrong.At("valid").AsBool());
    CHECK(wrong.Text("mistakes.0.field") == "fields[0].visible_if");
    CHECK(world.Get("organiser", stage.event + "/forms").At("").AsArray().empty());
    CHECK(world.Post("1", stage.event + "/forms/team/preview", "{" + fields + "}").status == 403);
}

TEST_CASE("an answer that must be unique in the event is, until its giver has left") {
    ApiWorld world;
    const Stage stage = Make(world);
    REQUIRE(Put(world, stage, "member",
                R"({"key":"no","type":"text","label":{"zh":"学号"},"required":true,"unique_scope":"EVENT"})")
                .status == 200);
    REQUIRE(world.Post("organiser", stage.event + "/publish").status == 200);
    const auto first = Found(world, stage, "1", R"({"no":"S 1"})");
    CAPTURE(first.body);
    REQUIRE(first.status == 201);
    const auto same = Found(world, stage, "2", R"({"no":"ｓ 1"})");
    CHECK(same.status == 422);
    CHECK(FirstField(same) == "answers.no");
    CHECK(Found(world, stage, "3", R"({"no":"S 2"})").status == 201);
    // One's own answer is in nobody's way.
    const std::string team = first.Text("id");
    const auto again = world.Call("1", Method::kPut, "/teams/" + team + "/members/me",
                                  {.body = R"({"name":"N","consent":true,"answers":{"no":"S 1"}})"});
    CHECK(again.status == 200);
    CHECK(world
              .Call("1", Method::kPut, "/teams/" + team + "/members/me",
                    {.body = R"({"name":"N","consent":true,"answers":{"no":"s 2"}})"})
              .status == 422);
    REQUIRE(world.Post("1", "/teams/" + team + "/disband").status == 200);
    CHECK(Found(world, stage, "2", R"({"no":"S 1"})").status == 201);
    CHECK(world.Findings().empty());
}

TEST_CASE("files of answers are kept, reviewed, and let go") {
    ApiWorld world;
    const Stage stage = Make(world);
    REQUIRE(
        Put(world, stage, "member",
            R"({"key":"photo","type":"image","label":{"zh":"照片"},"required":true,"max_kb":10,"accept":["image/png"]})")
            .status == 200);
    REQUIRE(world.Post("organiser", stage.event + "/publish").status == 200);
    constexpr rt::storage::sql::Statement kFiles{
        "test.files",
        "INSERT INTO file (id, public_id, owner, purpose, type, bytes, width, height, hash, state, created, scan_at)"
        " VALUES (1, 'aaaaaaaaaaaaaaaa', 1001, 'answer', 'image/png', 10240, 9, 9, 'h', 'READY', 1, 1),"
        " (2, 'bbbbbbbbbbbbbbbb', 1001, 'answer', 'image/png', 10241, 9, 9, 'h', 'READY', 1, 1),"
        " (3, 'cccccccccccccccc', 1001, 'answer', 'image/jpeg', 10, 9, 9, 'h', 'READY', 1, 1),"
        " (4, 'dddddddddddddddd', 1001, 'answer', 'image/png', 10, 9, 9, 'h', 'REFUSED', 1, 1),"
        " (5, 'eeeeeeeeeeeeeeee', 1001, 'answer', 'image/png', 10, 9, 9, 'h', 'READY', 1, 1),"
        " (6, 'ffffffffffffffff', 1001, 'avatar', 'image/png', 10, 9, 9, 'h', 'READY', 1, 1)"};
    world.Run(kFiles);
    const auto with = [](char id) { return R"({"photo":[")" + std::string(16, id) + R"("]})"; };
    for (const char bad : {'b', 'c', 'd', 'f', 'g'}) {
        CAPTURE(bad);
        const auto refused = Found(world, stage, "1", with(bad));
        CHECK(refused.status == 422);
        CHECK(FirstField(refused) == "answers.photo");
    }
    const auto team = Found(world, stage, "1", with('a'));
    CAPTURE(team.body);
    REQUIRE(team.status == 201);
    constexpr rt::storage::sql::Statement kKept{"test.kept", "SELECT SUM(id) FROM file WHERE kept = 1"};
    CHECK(world.Count(kKept) == 1);
    // Somebody else's file that is in use is taken by nobody.
    CHECK(Found(world, stage, "2", with('a')).status == 422);
    const auto submitted = world.Post("1", "/teams/" + team.Text("id") + "/submit");
    REQUIRE(submitted.status == 201);
    const std::string files = "/organiser/registrations/" + submitted.Text("id") + "/files";
    const auto list = world.Get("organiser", files);
    CAPTURE(list.body);
    REQUIRE(list.At("").AsArray().size() == 1);
    CHECK(list.Text("0.state") == "PENDING");
    const std::string review = stage.event + "/answer-files/" + list.Text("0.id") + "/review";
    const auto say = [&](const char* body, const char* rev) {
        return world.Call("organiser", Method::kPost, review, {.body = body, .if_match = rev});
    };
    CHECK(say(R"({"state":"REJECTED"})", "1").status == 422);
    CHECK(say(R"({"state":"REJECTED","reason":"模糊"})", "1").Text("state") == "REJECTED");
    CHECK(say(R"({"state":"OK"})", "1").status == 412);
    CHECK(world.Call("1", Method::kPost, review, {.body = R"({"state":"OK"})", .if_match = "2"}).status == 403);
    // The same file again keeps its verdict; another one starts anew and lets the old one go.
    const auto mine = [&](char id) {
        return world.Call("1", Method::kPut, "/teams/" + team.Text("id") + "/members/me",
                          {.body = R"({"name":"N","consent":true,"answers":)" + with(id) + "}"});
    };
    REQUIRE(mine('a').status == 200);
    CHECK(world.Get("organiser", files).Text("0.state") == "REJECTED");
    REQUIRE(mine('e').status == 200);
    CHECK(world.Get("organiser", files).Text("0.state") == "PENDING");
    CHECK(world.Count(kKept) == 5);
}

TEST_CASE("what is asked after approval is answered then, and by whom it concerns") {
    ApiWorld world;
    const Stage stage = Make(world);
    REQUIRE(Put(world, stage, "member?stage=after_approval",
                R"({"key":"hotel","type":"single","label":{"zh":"住宿"},"required":true,)"
                R"("options":[{"id":"yes","label":{"zh":"要"}},{"id":"no","label":{"zh":"不要"}}]})")
                .status == 200);
    REQUIRE(world.Post("organiser", stage.event + "/publish").status == 200);
    const auto team = Found(world, stage, "1", "{}");
    REQUIRE(team.status == 201);
    const std::string path = "/teams/" + team.Text("id") + "/members/me/forms/after-approval";
    const auto say = [&](const char* who, const char* body) {
        return world.Call(who, Method::kPut, path, {.body = body});
    };
    CHECK(say("1", R"({"answers":{"hotel":"yes"}})").code() == "INVALID_STATE");
    REQUIRE(world.Post("1", "/teams/" + team.Text("id") + "/submit").status == 201);
    CHECK(say("1", R"({"answers":{}})").status == 422);
    const auto said = say("1", R"({"answers":{"hotel":"yes"}})");
    CAPTURE(said.body);
    CHECK(said.status == 200);
    CHECK(said.Text("answers.hotel") == "yes");
    CHECK(world.Get("1", path).At("given").AsBool());
    CHECK(world.Get("2", path).status == 404);
    CHECK(world.Get("1", "/teams/" + team.Text("id") + "/forms/after-approval").At("form").IsNull());
    world.clock.Set(*rt::base::ParseRfc3339("2026-12-10T00:00:00Z"));
    CHECK(say("1", R"({"answers":{"hotel":"no"}})").code() == "EVENT_NOT_OPEN");
    CHECK(world.Findings().empty());
}
