// What an organiser decides about an event and its divisions, through the real routes.
#include <doctest/doctest.h>

#include <string>

#include "json/json.h"
#include "support/registration_api.h"

using namespace rt::testing;
using rt::net::Method;

namespace {

constexpr const char* kEvent =
    R"({"title":{"zh":"测试赛"},"reg_open":"2026-01-01T00:00:00Z","reg_close":"2026-12-01T00:00:00Z",)"
    R"("starts":"2026-12-10T00:00:00Z","ends":"2026-12-11T00:00:00Z","team_min":2,"team_max":3)";

std::string With(const std::string& more) {
    return std::string(kEvent) + (more.empty() ? "" : ",") + more + "}";
}

struct Made {
    std::string id;
    std::string path;
};

Made Make(ApiWorld& world, const std::string& more = {}) {
    world.clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
    const auto made = world.Post("organiser", "/events", With(more));
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    return {made.Text("id"), "/organiser/events/" + made.Text("id")};
}

ApiAnswer Patch(ApiWorld& world, const std::string& path, const std::string& body) {
    const auto now = world.Get("organiser", path);
    return world.Call("organiser", Method::kPatch, path, {.body = body, .if_match = std::to_string(now.Int("rev"))});
}

std::string FirstField(const ApiAnswer& answer) {
    const rt::json::Value* details = answer.json.Find("details");
    if (details == nullptr || details->AsArray().empty()) return {};
    return details->AsArray()[0].Find("field")->AsString();
}

}  // namespace

TEST_CASE("an event made without a policy has that of always, and every member of it can be set and read") {
    ApiWorld world;
    world.AddUsers(1);
    const Made event = Make(world);
    const auto before = world.Get("organiser", event.path);
    CHECK(before.Text("mode") == "TEAM");
    CHECK(before.Text("hold_policy") == "AT_SUBMIT");
    CHECK(before.Int("sub_max") == 0);
    CHECK(before.At("roster_lock_at").IsNull());
    CHECK(before.Int("draft_ttl_hours") == 24);
    CHECK(before.Int("pay_ttl_minutes") == 15);
    CHECK(before.Int("pay_ttl_after_decision_hours") == 48);
    CHECK(before.Text("promotion") == "AUTO");
    CHECK(before.Text("cancel_policy") == "SELF");
    CHECK_FALSE(before.At("has_passcode").AsBool());

    const std::string all =
        R"({"mode":"BOTH","team_min":1,"hold_policy":"AT_APPROVE","visibility":"PRIVATE","review_stages":3,"sub_max":2,)"
        R"("roster_lock_at":"2026-12-05T00:00:00.000Z","reset_review_on_edit":true,"cancel_policy":"REQUEST",)"
        R"("draft_ttl_hours":2,"return_ttl_hours":3,"pay_ttl_minutes":5,"pay_ttl_after_decision_hours":6,)"
        R"("offer_ttl_hours":7,"waitlist_enabled":true,"waitlist_policy":"BEST_FIT","waitlist_cap":8,"max_skips":9,)"
        R"("skip_hours":10,"promotion":"OFFER","admission":"RATE","admission_rate":11,"guardian_under_age":16,)"
        R"("minor_under_age":20,"retention_days":12,"rules":{"zh":"规则","en":"Rules"}})";
    const auto patched = Patch(world, event.path, all);
    CAPTURE(patched.body);
    REQUIRE(patched.status == 200);
    const auto after = world.Get("organiser", event.path);
    const auto wanted = *rt::json::Decode(all);
    for (const auto& [key, value] : wanted.AsObject().members()) {
        CAPTURE(key);
        CHECK(after.At(key) == value);
    }
    // A null takes back what may be absent.
    REQUIRE(Patch(world, event.path, R"({"roster_lock_at":null,"waitlist_cap":null,"retention_days":null})").status ==
            200);
    const auto cleared = world.Get("organiser", event.path);
    CHECK(cleared.At("roster_lock_at").IsNull());
    CHECK(cleared.At("waitlist_cap").IsNull());
    CHECK(cleared.At("retention_days").IsNull());
    CHECK(cleared.Int("sub_max") == 2);
}

TEST_CASE("numbers of the policy at their limits") {
    struct Limit {
        std::string_view key;
        std::int64_t min;
        std::int64_t max;
    };
    constexpr Limit kLimits[] = {{"sub_max", 0, 50},
                                 {"review_stages", 0, 3},
                                 {"draft_ttl_hours", 1, 2160},
                                 {"return_ttl_hours", 1, 2160},
                                 {"pay_ttl_minutes", 5, 1440},
                                 {"pay_ttl_after_decision_hours", 1, 2160},
                                 {"offer_ttl_hours", 1, 2160},
                                 {"waitlist_cap", 1, 1'000'000},
                                 {"max_skips", 0, 100},
                                 {"skip_hours", 1, 720},
                                 {"admission_rate", 1, 10'000},
                                 {"minor_under_age", 14, 21},
                                 {"guardian_under_age", 0, 18},
                                 {"retention_days", 1, 3'650},
                                 {"entries_max_per_person", 1, 100}};
    ApiWorld world;
    const Made event = Make(world);
    for (const Limit& limit : kLimits) {
        CAPTURE(limit.key);
        const auto say = [&](std::int64_t number) {
            return Patch(world, event.path, "{\"" + std::string(limit.key) + "\":" + std::to_string(number) + "}");
        };
        for (const std::int64_t good : {limit.min + 1, limit.min, limit.max - 1, limit.max}) {
            CAPTURE(good);
            CHECK(say(good).status == 200);
        }
        for (const std::int64_t bad : {limit.min - 1, limit.max + 1}) {
            CAPTURE(bad);
            CHECK(say(bad).status == 422);
        }
        REQUIRE(Patch(world, event.path, R"({"minor_under_age":18})").status == 200);
        REQUIRE(Patch(world, event.path, R"({"guardian_under_age":14})").status == 200);
    }
}

TEST_CASE("what contradicts itself is refused by field") {
    struct Bad {
        std::string_view said;
        std::string_view field;
    };
    constexpr Bad kBad[] = {{R"("reg_close":"2026-01-01T00:00:00Z")", "reg_close"},
                            {R"("ends":"2026-12-10T00:00:00Z")", "ends"},
                            {R"("reg_close":"2026-12-11T00:00:00.001Z")", "reg_close"},
                            {R"("roster_lock_at":"2025-12-31T23:59:59Z")", "roster_lock_at"},
                            {R"("roster_lock_at":"2026-12-11T00:00:00.001Z")", "roster_lock_at"},
                            {R"("edit_deadline":"2026-12-11T00:00:00.001Z")", "edit_deadline"},
                            {R"("cancel_deadline":"2027-01-01T00:00:00Z")", "cancel_deadline"},
                            {R"("mode":"SOLO")", "team_max"},
                            {R"("mode":"BOTH")", "team_min"},
                            {R"("team_max":1)", "team_max"},
                            {R"("guardian_under_age":19)", "guardian_under_age"},
                            {R"("passcode":"abc")", "passcode"},
                            {R"("waitlist_policy":"FIFO")", "waitlist_policy"},
                            {R"("visibility":"HIDDEN")", "visibility"}};
    ApiWorld world;
    const Made event = Make(world);
    for (const Bad& bad : kBad) {
        CAPTURE(bad.said);
        const auto answer = Patch(world, event.path, "{" + std::string(bad.said) + "}");
        CHECK(answer.status == 422);
        CHECK(FirstField(answer) == bad.field);
    }
    CHECK(Patch(world, event.path, R"({"roster_lock_at":"2026-12-11T00:00:00Z"})").status == 200);
    CHECK(Patch(world, event.path, R"({"roster_lock_at":"2026-01-01T00:00:00Z"})").status == 200);
}

TEST_CASE("an event for single people needs no sizes") {
    ApiWorld world;
    world.clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
    const auto made = world.Post("organiser", "/events",
                                 R"({"title":{"zh":"夜跑"},"mode":"SOLO","reg_open":"2026-01-01T00:00:00Z",)"
                                 R"("reg_close":"2026-12-01T00:00:00Z","starts":"2026-12-10T00:00:00Z",)"
                                 R"("ends":"2026-12-11T00:00:00Z"})");
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    CHECK(made.Int("team_max") == 1);
}

TEST_CASE("a passcode is kept as its hash and never shown") {
    ApiWorld world;
    const Made event = Make(world, R"("visibility":"PRIVATE","passcode":"open sesame")");
    const auto shown = world.Get("organiser", event.path);
    CHECK(shown.At("has_passcode").AsBool());
    CHECK(shown.body.find("sesame") == std::string::npos);
    CHECK(world.Count({"test.plain_passcode", "SELECT COUNT(*) FROM event WHERE passcode_hash LIKE '%sesame%'"}) == 0);
    REQUIRE(Patch(world, event.path, R"({"passcode":null})").status == 200);
    CHECK_FALSE(world.Get("organiser", event.path).At("has_passcode").AsBool());
}

TEST_CASE("what was promised at publication stays") {
    ApiWorld world;
    const Made event = Make(world);
    REQUIRE(world.Post("organiser", event.path + "/divisions", R"({"code":"A","name":{"zh":"甲组"}})").status == 201);
    REQUIRE(Patch(world, event.path, R"({"hold_policy":"AT_CREATE"})").status == 200);
    REQUIRE(world.Post("organiser", event.path + "/publish").status == 200);
    for (const char* fixed :
         {R"({"hold_policy":"AT_SUBMIT"})", R"({"mode":"BOTH","team_min":1})", R"({"admission":"LOTTERY"})"}) {
        CAPTURE(fixed);
        CHECK(Patch(world, event.path, fixed).status == 422);
    }
    CHECK(Patch(world, event.path, R"({"hold_policy":"AT_CREATE","sub_max":1})").status == 200);
}

TEST_CASE("a division has its own rules, substitutes, text and order") {
    ApiWorld world;
    const Made event = Make(world, R"("sub_max":2)");
    const auto made =
        world.Post("organiser", event.path + "/divisions",
                   R"({"code":"U18","name":{"zh":"少年组"},"description":{"zh":"十八岁以下"},"position":2,)"
                   R"("rules":{"age_on":"2026-09-01","age_max":17,"female_min":1,"grades":["g1","g2"]}})");
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    CHECK(made.At("sub_max").IsNull());
    CHECK(made.Int("rules.age_max") == 17);
    CHECK(made.Text("rules.grade_field") == "grade");
    const std::string path = "/organiser/divisions/" + made.Text("id");
    REQUIRE(world.Post("organiser", event.path + "/divisions", R"({"code":"OPEN","name":{"zh":"公开组"},"position":1})")
                .status == 201);
    CHECK(world.Get("organiser", event.path).Text("divisions.0.code") == "OPEN");
    const auto say = [&](const char* body, const std::string& rev) {
        return world.Call("organiser", Method::kPatch, path, {.body = body, .if_match = rev});
    };
    for (const char* bad : {R"({"rules":{"age_min":18,"age_max":17}})", R"({"rules":{"age_max":121}})",
                            R"({"rules":{"female_min":2,"male_min":2}})", R"({"rules":{"gender":"F","male_min":1}})",
                            R"({"rules":{"age_on":"2026-02-30","age_max":3}})", R"({"rules":{"age_on":"2026-02-28"}})",
                            R"({"rules":{"height":3}})", R"({"sub_max":51})", R"({"position":1001})"}) {
        CAPTURE(bad);
        CHECK(say(bad, "1").status == 422);
    }
    const auto changed = say(R"({"rules":{"gender":"M"},"sub_max":0})", "1");
    CAPTURE(changed.body);
    REQUIRE(changed.status == 200);
    CHECK(changed.Text("rules.gender") == "M");
    CHECK(changed.At("rules").Find("age_max") == nullptr);
    CHECK(changed.Int("sub_max") == 0);
    CHECK(say(R"({"rules":null})", "2").At("rules").AsObject().members().empty());
}
