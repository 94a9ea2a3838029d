// Private events and documents over HTTP.
#include <doctest/doctest.h>

#include <string>

#include "json/json.h"
#include "registration/public_snapshot.h"
#include "support/registration_api.h"

using namespace rt::testing;
using rt::net::Method;

namespace {

struct Stage {
    std::string event;  // its organiser's path
    std::string id;
};

Stage Make(ApiWorld& world, const std::string& more) {
    world.clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
    world.AddUsers(20);
    const auto made = world.Post(
        "organiser", "/events",
        R"({"title":{"zh":"内部赛"},"description":{"zh":"只给内部看"},"slug":"inner","reg_open":"2026-01-01T00:00:00Z",)"
        R"("reg_close":"2026-12-01T00:00:00Z","starts":"2026-12-10T00:00:00Z","ends":"2026-12-11T00:00:00Z",)"
        R"("team_min":1,"team_max":3)" +
            more + "}");
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    const Stage out{"/organiser/events/" + made.Text("id"), made.Text("id")};
    REQUIRE(world.Post("organiser", out.event + "/divisions", R"({"code":"A","name":{"zh":"甲组"}})").status == 201);
    REQUIRE(world.Post("organiser", out.event + "/publish").status == 200);
    return out;
}

ApiAnswer Enter(ApiWorld& world, const std::string& who, const std::string& body) {
    return world.Post(who, "/events/inner/access", body);
}

}  // namespace

TEST_CASE("a private event shows outsiders its title, and those who know the passcode all of it") {
    ApiWorld world;
    Make(world, R"(,"visibility":"PRIVATE","passcode":"open sesame")");
    CHECK(world.Get("", "/events").At("").AsArray().empty());
    const auto outside = world.Get("", "/events/inner");
    REQUIRE(outside.status == 200);
    CHECK(outside.At("locked").AsBool());
    CHECK(outside.At("access.passcode").AsBool());
    CHECK_FALSE(outside.At("access.list").AsBool());
    CHECK(outside.body.find("只给内部看") == std::string::npos);
    CHECK(outside.body.find("divisions") == std::string::npos);
    CHECK(world.Get("1", "/me/events/inner").At("locked").AsBool());
    CHECK(Enter(world, "1", R"({"passcode":"open"})").code() == "FORBIDDEN");
    CHECK(Enter(world, "1", R"({"passcode":"open sesame"})").status == 200);
    const auto inside = world.Get("1", "/me/events/inner");
    CHECK(inside.Text("description.zh") == "只给内部看");
    CHECK(inside.Text("divisions.0.code") == "A");
    CHECK(world.Get("2", "/me/events/inner").At("locked").AsBool());
}

TEST_CASE("guesses at a passcode are limited at limit-1, limit, limit+1, by the hour") {
    ApiWorld world;
    Make(world, R"(,"visibility":"PRIVATE","passcode":"open sesame")");
    for (int i = 1; i <= 9; ++i) CHECK(Enter(world, "1", R"({"passcode":"wrong"})").status == 403);
    // The tenth may be right, and a right one is not held against anybody.
    CHECK(Enter(world, "1", R"({"passcode":"open sesame"})").status == 200);
    CHECK(Enter(world, "1", R"({"passcode":"wrong"})").status == 403);
    CHECK(Enter(world, "1", R"({"passcode":"open sesame"})").status == 429);
    CHECK(Enter(world, "2", R"({"passcode":"open sesame"})").status == 200);
    world.clock.Advance(rt::base::kMicrosPerHour);
    CHECK(Enter(world, "1", R"({"passcode":"open sesame"})").status == 200);
}

TEST_CASE("an entry of the list lets in one account") {
    ApiWorld world;
    const Stage stage = Make(world, R"(,"visibility":"PRIVATE")");
    const std::string list = stage.event + "/allow-list";
    const auto added =
        world.Post("organiser", list, R"({"kind":"STUDENT_NO","values":["S1","s1","S2",""],"note":"一班"})");
    CAPTURE(added.body);
    REQUIRE(added.status == 200);
    CHECK(added.Int("added") == 2);
    CHECK(added.Int("already") == 1);
    CHECK(added.Int("invalid.0.row") == 4);
    REQUIRE(world.Post("organiser", list, R"({"kind":"ID","values":[")" + CardNumber(5) + R"("]})").Int("added") == 1);
    CHECK(world.Post("organiser", list, R"({"kind":"ID","values":["123"]})").Int("added") == 0);
    CHECK(world.Get("", "/events/inner").At("access.list").AsBool());
    const auto shown = world.Get("organiser", list);
    CHECK(shown.At("").AsArray().size() == 3);
    CHECK(shown.body.find(CardNumber(5)) == std::string::npos);
    CHECK(world.Count({"test.plain_values",
                       "SELECT COUNT(*) FROM allow_list WHERE value LIKE '%s1%' AND length(value) < 32"}) == 0);

    CHECK(Enter(world, "1", R"({"kind":"STUDENT_NO","value":"S3"})").code() == "FORBIDDEN");
    CHECK(Enter(world, "1", R"({"kind":"STUDENT_NO","value":" ｓ1 "})").status == 200);
    CHECK(Enter(world, "1", R"({"kind":"STUDENT_NO","value":"S1"})").status == 200);
    CHECK(Enter(world, "2", R"({"kind":"STUDENT_NO","value":"S1"})").code() == "FORBIDDEN");
    CHECK(Enter(world, "2", R"({"kind":"ID","value":")" + CardNumber(5) + R"("})").status == 200);
    const auto counts = world.Get("organiser", list + "/count");
    CHECK(counts.Int("entries") == 3);
    CHECK(counts.Int("claimed") == 2);
    const std::string entry = world.Get("organiser", list).Text("2.id");
    CHECK(world.Call("organiser", Method::kDelete, list + "/" + entry).status == 204);
    CHECK(world.Call("organiser", Method::kDelete, list + "/" + entry).status == 404);
    CHECK_FALSE(world.Get("1", "/me/events/inner").body.find("只给内部看") == std::string::npos);
    CHECK(world.Get("1", list).status == 403);
    std::string many = R"({"kind":"STUDENT_NO","values":["0")";
    for (int i = 1; i < 1'000; ++i) many += ",\"" + std::to_string(i) + "\"";
    CHECK(world.Post("organiser", list, many + "]}").Int("added") == 1'000);
    CHECK(world.Post("organiser", list, many + ",\"1000\"]}").status == 422);
}

TEST_CASE("nobody founds a team at a private event who was not let in") {
    ApiWorld world;
    const Stage stage = Make(world, R"(,"visibility":"PRIVATE","passcode":"open sesame")");
    const std::string division = world.Get("organiser", stage.event).Text("divisions.0.id");
    const std::string body = R"({"division":")" + division + R"(","name":"Team","member":{"name":"N","consent":true}})";
    CHECK(world.Post("1", "/events/inner/teams", body).code() == "FORBIDDEN");
    REQUIRE(Enter(world, "1", R"({"passcode":"open sesame"})").status == 200);
    CHECK(world.Post("1", "/events/inner/teams", body).status == 201);
}

TEST_CASE("documents go by versions that stay readable") {
    ApiWorld world;
    const Stage stage = Make(world, "");
    const std::string path = stage.event + "/documents";
    const auto publish = [&](const std::string& kind, const std::string& text) {
        return world.Post("organiser", path,
                          R"({"kind":")" + kind + R"(","title":{"zh":"条款"},"text":{"zh":")" + text + R"("}})");
    };
    const auto first = publish("TERMS", "一");
    CAPTURE(first.body);
    REQUIRE(first.status == 201);
    CHECK(first.Int("version") == 1);
    const auto second = publish("TERMS", "二");
    CHECK(second.Int("version") == 2);
    REQUIRE(publish("WAIVER", "免责").Int("version") == 1);
    CHECK(publish("RULES", "三").status == 422);
    const auto current = world.Get("", "/events/inner/documents");
    REQUIRE(current.At("").AsArray().size() == 2);
    CHECK(current.Text("0.text.zh") == "二");
    CHECK(world.Get("", "/events/inner").Text("documents.1.kind") == "WAIVER");
    const auto old = world.Get("", "/events/inner/documents/" + first.Text("id"));
    CHECK(old.Text("text.zh") == "一");
    CHECK_FALSE(old.At("current").AsBool());
    CHECK(world.Get("organiser", path).At("").AsArray().size() == 3);
    CHECK(world.Post("organiser", path + "/WAIVER/retire").status == 204);
    CHECK(world.Post("organiser", path + "/WAIVER/retire").status == 404);
    CHECK(world.Get("", "/events/inner/documents").At("").AsArray().size() == 1);
    CHECK(world.Post("1", path, "{}").status == 403);
}
