// Cloning, templates, and the erasing of answers whose time is over.
#include <doctest/doctest.h>

#include <string>

#include "json/json.h"
#include "registration/retention.h"
#include "support/registration_api.h"

using namespace rt::testing;
using rt::net::Method;

namespace {

struct Stage {
    std::string event;  // its organiser's path
    std::string division;
};

// An event with everything a copy takes along.
Stage Make(ApiWorld& world, const std::string& more = {}) {
    world.clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
    world.AddUsers(6);
    const auto made = world.Post(
        "organiser", "/events",
        R"({"title":{"zh":"原赛"},"slug":"origin","reg_open":"2026-01-01T00:00:00Z","reg_close":"2026-12-01T00:00:00Z",)"
        R"("starts":"2026-12-10T00:00:00Z","ends":"2026-12-11T00:00:00Z","team_min":1,"team_max":3,"sub_max":2,)"
        R"("quota_teams":7,"roster_lock_at":"2026-12-09T00:00:00Z","visibility":"LINK","passcode":"sesame")" +
            more + "}");
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    Stage out{"/organiser/events/" + made.Text("id"), {}};
    const auto division = world.Post(
        "organiser", out.event + "/divisions",
        R"({"code":"A","name":{"zh":"甲组"},"cap_teams":5,"reg_close":"2026-11-01T00:00:00Z","rules":{"age_min":8}})");
    REQUIRE(division.status == 201);
    out.division = division.Text("id");
    REQUIRE(world
                .Call("organiser", Method::kPut, out.event + "/forms/member",
                      {.body = R"({"fields":[{"key":"school","type":"text","label":{"zh":"学校"},"required":true,)"
                               R"("retention_days":10},{"key":"card","type":"id_card_cn","label":{"zh":"证件"},)"
                               R"("retention_days":5},{"key":"size","type":"text","label":{"zh":"尺码"}}]})"})
                .status == 200);
    REQUIRE(
        world
            .Post("organiser", out.event + "/documents", R"({"kind":"TERMS","title":{"zh":"条款"},"text":{"zh":"一"}})")
            .status == 201);
    return out;
}

void CheckCopy(const ApiAnswer& copy, const char* starts) {
    CAPTURE(copy.body);
    REQUIRE(copy.status == 201);
    CHECK(copy.Text("state") == "DRAFT");
    CHECK(copy.Text("starts") == starts);
    CHECK(copy.Int("sub_max") == 2);
    CHECK(copy.Int("quota_teams") == 7);
    CHECK(copy.Text("visibility") == "LINK");
    CHECK_FALSE(copy.At("has_passcode").AsBool());
    CHECK(copy.Int("divisions.0.cap_teams") == 5);
    CHECK(copy.Int("divisions.0.rules.age_min") == 8);
    CHECK(copy.Text("forms.member.fields.0.key") == "school");
}

}  // namespace

TEST_CASE("a clone has everything but teams, list and passcode, so many days later") {
    ApiWorld world;
    const Stage stage = Make(world);
    const auto copy =
        world.Post("organiser", stage.event + "/clone", R"({"title":{"zh":"新赛"},"slug":"fresh","shift_days":10})");
    CheckCopy(copy, "2026-12-20T00:00:00.000Z");
    CHECK(copy.Text("title.zh") == "新赛");
    CHECK(copy.Text("roster_lock_at") == "2026-12-19T00:00:00.000Z");
    CHECK(copy.Text("divisions.0.reg_close") == "2026-11-11T00:00:00.000Z");
    CHECK(world.Get("organiser", "/organiser/events/" + copy.Text("id") + "/documents").At("").AsArray().size() == 1);
    CHECK(world.Post("organiser", stage.event + "/clone", R"({"slug":"fresh"})").status == 409);
    CHECK(
        world.Post("organiser", stage.event + "/clone", R"({"shift_days":1,"starts":"2027-01-01T00:00:00Z"})").status ==
        422);
    CHECK(world.Post("1", stage.event + "/clone", "{}").status >= 403);
    CHECK(world.Findings().empty());
}

TEST_CASE("a template is kept as it was, is in no list, and makes events") {
    ApiWorld world;
    const Stage stage = Make(world);
    const auto saved = world.Post("organiser", stage.event + "/save-as-template", R"({"name":"标准赛"})");
    CAPTURE(saved.body);
    REQUIRE(saved.status == 201);
    const std::string organisation = world.Get("organiser", stage.event).Text("organisation.id");
    const std::string path = "/organisations/" + organisation + "/event-templates";
    CHECK(world.Get("organiser", path).Text("0.name") == "标准赛");
    CHECK(world.Get("organiser", "/organiser/events").At("").AsArray().size() == 1);
    const auto before = world.Get("organiser", stage.event);
    REQUIRE(world
                .Call("organiser", Method::kPatch, stage.event,
                      {.body = R"({"sub_max":9})", .if_match = std::to_string(before.Int("rev"))})
                .status == 200);
    const auto used =
        world.Post("organiser", path + "/" + saved.Text("id") + "/events", R"({"starts":"2027-01-01T00:00:00Z"})");
    CheckCopy(used, "2027-01-01T00:00:00.000Z");
    CHECK(world.Get("organiser", "/organiser/events").At("").AsArray().size() == 2);
    CHECK(world.Call("organiser", Method::kDelete, path + "/" + saved.Text("id")).status == 204);
    CHECK(world.Post("organiser", path + "/" + saved.Text("id") + "/events").status == 404);
}

TEST_CASE("answers go when their days are over, field by field, and leave a mark") {
    ApiWorld world;
    const Stage stage = Make(world);
    REQUIRE(world.Post("organiser", stage.event + "/publish").status == 200);
    const auto team =
        world.Post("1", "/events/origin/teams",
                   R"({"division":")" + stage.division + R"(","name":"T","member":{"name":"N","consent":true,)" +
                       R"("answers":{"school":"一中","card":")" + CardNumber(3) + R"(","size":"m"}}})");
    CAPTURE(team.body);
    REQUIRE(team.status == 201);
    const auto answers = [&] { return world.Get("1", "/teams/" + team.Text("id")).At("members.0.answers"); };
    const auto run = [&] {
        while (*rt::registration::EraseDueAnswers(*world.service)) {
        }
    };
    const auto at = [&](const char* time) {
        world.clock.Set(*rt::base::ParseRfc3339(time));
        run();
    };
    at("2026-12-15T23:59:59Z");
    CHECK(answers().AsObject().members().size() == 3);
    at("2026-12-16T00:00:00Z");
    CHECK(answers().Find("card") == nullptr);
    CHECK(answers().Find("school")->AsString() == "一中");
    at("2026-12-21T00:00:00Z");
    CHECK(answers().Find("school") == nullptr);
    CHECK(answers().Find("size")->AsString() == "m");
    CHECK(world.Count({"test.erased", "SELECT COUNT(*) FROM answer_set WHERE erased = '[\"card\",\"school\"]'"}) == 1);
    CHECK(world.Count({"test.erase_audit", "SELECT COUNT(*) FROM audit WHERE action = 'answers.erase'"}) == 2);
    CHECK(world.Findings().empty());
}
