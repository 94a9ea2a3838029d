#include "support/registration_stage.h"

#include <doctest/doctest.h>

#include "base/clock.h"

namespace rt::testing {

using net::Method;

const char* const kStageEvent =
    R"({"title":{"zh":"测试赛","en":"Test cup"},"venue":{"zh":"一号楼"},"slug":"test-cup","reg_open":"2026-01-01T00:00:00Z",)"
    R"("reg_close":"2026-12-01T00:00:00Z","starts":"2026-12-10T00:00:00Z","ends":"2026-12-11T00:00:00Z",)"
    R"("team_min":2,"team_max":3,"review_stages":REVIEW,"quota_teams":CAP})";

const char* const kStageForm =
    R"({"fields":[{"key":"card","type":"id_card_cn","label":{"zh":"身份证号"},"required":true},)"
    R"({"key":"size","type":"single","label":{"zh":"尺码"},"required":false,)"
    R"("options":[{"id":"m","label":{"zh":"中","en":"M"}},{"id":"l","label":{"zh":"=大"}}]}]})";

std::string Fill(std::string text, const std::string& word, const std::string& value) {
    const std::size_t at = text.find(word);
    return at == std::string::npos ? text : text.replace(at, word.size(), value);
}

std::string Member(const std::string& name, std::int64_t card) {
    return R"({"name":")" + name + R"(","answers":{"card":")" + CardNumber(card) + R"(","size":"l"},"consent":true})";
}

Stage Publish(ApiWorld& world, const std::string& review, const std::string& cap) {
    world.clock.Set(*rt::base::ParseRfc3339("2026-06-01T00:00:00Z"));
    Stage out;
    const auto made = world.Post("organiser", "/events", Fill(Fill(kStageEvent, "REVIEW", review), "CAP", cap));
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    out.event = made.Text("id");
    CHECK(made.Header("etag") == "\"1\"");
    CHECK(world.Post("organiser", "/organiser/events/" + out.event + "/publish").status == 422);
    const auto division = world.Post("organiser", "/organiser/events/" + out.event + "/divisions",
                                     R"({"code":"A","name":{"zh":"甲组","en":"Group A"}})");
    REQUIRE(division.status == 201);
    out.division = division.Text("id");
    const auto form =
        world.Call("organiser", Method::kPut, "/organiser/events/" + out.event + "/forms/member", {.body = kStageForm});
    REQUIRE(form.status == 200);
    CHECK(form.Int("no") == 1);
    REQUIRE(world.Post("organiser", "/organiser/events/" + out.event + "/publish").status == 200);
    return out;
}

std::string MakeTeam(ApiWorld& world, const Stage& stage, std::int64_t first) {
    const std::string captain = std::to_string(first);
    const auto team = world.Post(captain, "/events/test-cup/teams",
                                 R"({"division":")" + stage.division + R"(","name":"Team )" + captain +
                                     R"(","member":)" + Member("Captain " + captain, first) + "}");
    CAPTURE(team.body);
    REQUIRE(team.status == 201);
    const std::string id = team.Text("id");
    const auto invite = world.Post(captain, "/teams/" + id + "/invites", R"({"max_uses":2})");
    REQUIRE(invite.status == 201);
    const auto joined =
        world.Post(std::to_string(first + 1), "/invites/join",
                   R"({"code":")" + invite.Text("code") + R"(",)" + Member("Player " + captain, first + 1).substr(1));
    CAPTURE(joined.body);
    REQUIRE(joined.status == 201);
    CHECK(joined.Text("state") == "READY");
    return id;
}

}  // namespace rt::testing
