// What players and moderators do beside the table, over HTTP.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "avalon/store/games.h"
#include "avalon/store/moderation.h"
#include "base/metrics.h"
#include "support/hall_world.h"

using namespace rt;
using namespace rt::testing;
using net::Method;

namespace {

struct Hall : HallWorld {
    Hall() { AddUsers(12); }
    std::string PlayOne(const GamePlan& plan) {
        const avalon::GameRecord record = PlayGame(plan);
        REQUIRE(hall->Save(record).ok());
        return record.game_id;
    }
    // The numbers of all steps, page after page.
    std::vector<std::int64_t> StepsOf(std::string_view who, const std::string& target) {
        std::vector<std::int64_t> out;
        for (std::string cursor;;) {
            const auto page = Get(who, target + cursor);
            REQUIRE(page.status == 200);
            for (const json::Value& step : page.At("").AsArray()) out.push_back(step.Find("step")->AsInt());
            const json::Value* next = page.json.Find("meta")->Find("next_cursor");
            if (next->IsNull()) return out;
            cursor = "&cursor=" + next->AsString();
        }
    }
    ApiAnswer Patch(std::string_view who, const std::string& target, std::string body, std::string rev) {
        return Call(who, Method::kPatch, target, {.body = std::move(body), .if_match = std::move(rev)});
    }
};

}  // namespace

TEST_CASE("a profile is chosen, checked and seen by others") {
    Hall world;
    const auto first = world.Get("1", "/avalon/profile");
    REQUIRE(first.status == 200);
    CHECK(first.Text("nickname").starts_with("玩家"));
    CHECK_FALSE(first.At("nickname_chosen").AsBool());
    CHECK(first.At("rating").IsNull());
    CHECK(world.Patch("1", "/avalon/profile", R"({"nickname":"湖中仙"})", "7").status == 412);
    CHECK(world.Call("1", Method::kPatch, "/avalon/profile", {.body = R"({"nickname":"湖中仙"})"}).status == 428);
    const auto named = world.Patch("1", "/avalon/profile", R"({"nickname":"湖中仙","avatar":"owl"})", "0");
    CAPTURE(named.body);
    REQUIRE(named.status == 200);
    CHECK(named.Int("rev") == 1);
    CHECK(named.Header("ETag") == "\"1\"");
    CHECK(world.rooms.changed == std::vector<std::int64_t>{HallWorld::Id(1)});
    const auto seen = world.Get("2", "/avalon/players/" + world.PublicId(1));
    CHECK(seen.Text("nickname") == "湖中仙");
    CHECK(seen.Text("avatar") == "owl");
    CHECK(seen.body.find("User 1") == std::string::npos);  // the account's name
    CHECK(seen.body.find("muted") == std::string::npos);
    CHECK(world.Get("2", "/avalon/players/0000000000000000").status == 404);
}

TEST_CASE("a nickname is refused for its length, its characters and its words") {
    Hall world;
    const auto set = [&](const std::string& body) { return world.Patch("1", "/avalon/profile", body, "0"); };
    CHECK(set(R"({"nickname":"12345678901234567"})").code() == "VALIDATION_FAILED");
    CHECK(set(R"({"nickname":""})").code() == "VALIDATION_FAILED");
    CHECK(set(R"({"nickname":"a\nb"})").code() == "VALIDATION_FAILED");
    CHECK(set(R"({"nickname":"Ａｄｍｉｎ"})").code() == "VALIDATION_FAILED");
    CHECK(set(R"({"avatar":"http://x"})").code() == "VALIDATION_FAILED");
    CHECK(set(R"({"nickname":"bad word"})").code() == "TEXT_REFUSED");
    CHECK(set(R"({"nickname":"late"})").code() == "UNAVAILABLE");
    CHECK(set(R"({"nickname":"1234567890123456"})").status == 200);
}

TEST_CASE("the leaderboard begins at twenty games, and pages hold together") {
    Hall world;
    for (std::uint64_t seed = 1; seed <= 19; ++seed) world.PlayOne({.users = {1, 2, 3, 4, 5}, .seed = seed});
    CHECK(world.Get("", "/avalon/leaderboard").At("").AsArray().empty());
    CHECK(world.Get("1", "/avalon/profile").At("rating").IsNull());
    for (std::uint64_t seed = 20; seed <= 22; ++seed) world.PlayOne({.users = {1, 2, 3, 4, 5}, .seed = seed});
    // It is kept for a while.
    CHECK(world.Get("", "/avalon/leaderboard").At("").AsArray().empty());
    world.clock.Advance(avalon::Hall::kLeadersMicros);
    const auto whole = world.Get("", "/avalon/leaderboard");
    REQUIRE(whole.At("").AsArray().size() == 5);
    CHECK(whole.At("0.rating").IsInt());
    CHECK(world.Get("1", "/avalon/profile").At("rank").IsInt());
    std::set<std::string> seen;
    std::string cursor;
    int pages = 0;
    do {
        const auto page = world.Get("", "/avalon/leaderboard?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
        REQUIRE(page.status == 200);
        for (const json::Value& one : page.At("").AsArray()) {
            CHECK(one.Find("rank")->AsInt() == static_cast<std::int64_t>(seen.size()) + 1);
            CHECK(seen.insert(one.Find("id")->AsString()).second);
        }
        const json::Value* next = page.json.Find("meta")->Find("next_cursor");
        cursor = next->IsNull() ? "" : next->AsString();
        ++pages;
    } while (!cursor.empty());
    CHECK(pages == 3);
    CHECK(seen.size() == 5);
    CHECK(world.Get("", "/avalon/leaderboard?cursor=x").code() == "VALIDATION_FAILED");
    // Who is banned is not on it.
    const std::string first = whole.Text("0.id");
    REQUIRE(world
                .Post("admin", "/avalon/moderation/players/" + first + "/restrictions",
                      R"({"kind":"BAN","hours":null,"reason":"cheating"})")
                .status == 201);
    world.clock.Advance(avalon::Hall::kLeadersMicros);
    CHECK(world.Get("", "/avalon/leaderboard").At("").AsArray().size() == 4);
}

TEST_CASE("figures by role and board, achievements with their texts") {
    Hall world;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) world.PlayOne({.users = {1, 2, 3, 4, 5, 6, 7}, .seed = seed});
    world.PlayOne({.users = {1, 2, 3, 4, 0}, .seed = 50});
    const auto profile = world.Get("1", "/avalon/profile");
    CHECK(profile.Int("games") == 13);
    CHECK(profile.Int("rated_games") == 12);
    CHECK(profile.Int("good.games") + profile.Int("evil.games") == 13);
    CHECK(profile.Int("good.wins") + profile.Int("evil.wins") == profile.Int("wins"));
    const auto rows = world.Get("2", "/avalon/players/" + world.PublicId(1) + "/statistics");
    std::int64_t games = 0;
    for (const json::Value& row : rows.At("").AsArray()) games += row.Find("games")->AsInt();
    CHECK(games == 13);
    const auto all = world.Get("", "/avalon/achievements");
    CHECK(all.At("").AsArray().size() == avalon::kAchievements);
    CHECK(profile.body.find(R"("id":"first_game")") != std::string::npos);
    const auto boards = world.Get("", "/avalon/boards");
    CHECK(boards.Int("0.games") == 12);
    CHECK(boards.Int("1.rated_games") == 0);
}

TEST_CASE("one's games, newest first, in pages") {
    Hall world;
    std::vector<std::string> ids;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        ids.push_back(world.PlayOne({.users = {1, 2, 3, 4, 5}, .seed = seed}));
    }
    const auto first = world.Get("1", "/avalon/games?limit=3");
    CHECK(first.Text("0.id") == ids[4]);
    CHECK(first.Text("2.id") == ids[2]);
    const std::string cursor = first.json.Find("meta")->Find("next_cursor")->AsString();
    const auto rest = world.Get("1", "/avalon/games?limit=3&cursor=" + cursor);
    CHECK(rest.At("").AsArray().size() == 2);
    CHECK(rest.Text("1.id") == ids[0]);
    CHECK(rest.json.Find("meta")->Find("next_cursor")->IsNull());
    CHECK(world.Get("9", "/avalon/games").At("").AsArray().empty());
}

TEST_CASE("a finished game is shown to its players and to moderators, with what the deal is checked by") {
    Hall world;
    const avalon::GameRecord record = PlayGame({.users = {1, 2, 3, 4, 0}, .seed = 5});
    REQUIRE(world.hall->Save(record).ok());
    const std::string path = "/avalon/games/" + record.game_id;
    const auto game = world.Get("1", path);
    REQUIRE(game.status == 200);
    CHECK(game.Text("proof.commitment") == record.proof.commitment);
    CHECK(game.Text("proof.seed").size() == 64);
    CHECK(game.At("seats").AsArray().size() == 5);
    CHECK(game.At("own_seat").IsInt());
    int bots = 0;
    for (const json::Value& seat : game.At("seats").AsArray()) bots += seat.Find("bot")->IsNull() ? 0 : 1;
    CHECK(bots == 1);
    CHECK(world.Get("9", path).status == 404);
    CHECK(world.Get("9", path + "/replay").status == 404);
    CHECK(world.Get("admin", path).status == 200);
    CHECK(world.Get("1", "/avalon/games/0000000000000000").status == 404);
}

TEST_CASE("a replay is stepped through: one's own eyes know no more than at the table, all eyes know all") {
    Hall world;
    const avalon::GameRecord record = PlayGame({.users = {1, 2, 3, 4, 5}, .seed = 8});
    REQUIRE(world.hall->Save(record).ok());
    const std::string path = "/avalon/games/" + record.game_id + "/replay";
    const auto all = world.Get("1", path + "?limit=100");
    REQUIRE(all.status == 200);
    const auto roles_known = [](const json::Value& step) {
        int known = 0;
        for (const json::Value& seat : step.Find("view")->Find("seats")->AsArray()) {
            known += seat.Find("role") == nullptr ? 0 : 1;
        }
        return known;
    };
    CHECK(roles_known(all.At("0")) == 5);
    const auto own = world.Get("1", path + "?limit=100&view=2");
    REQUIRE(own.status == 200);
    CHECK(roles_known(own.At("0")) == 1);
    CHECK(own.Int("0.view.seat") == 2);
    // In pieces of any size it is the same.
    const auto seat = world.StepsOf("1", path + "?limit=100&view=2");
    CHECK(seat.size() > 20);
    CHECK(world.StepsOf("1", path + "?limit=7&view=2") == seat);
    CHECK(world.Get("1", path + "?view=5").code() == "VALIDATION_FAILED");
    CHECK(world.Get("1", path + "?view=x").code() == "VALIDATION_FAILED");
    CHECK(world.Get("1", path + "?cursor=x").code() == "VALIDATION_FAILED");
}

TEST_CASE("a link shows a replay to anybody until it is revoked; ten at a time: 9, 10, 11") {
    Hall world;
    const std::string game = world.PlayOne({.users = {1, 2, 3, 4, 5}, .seed = 8});
    const std::string path = "/avalon/games/" + game + "/shares";
    CHECK(world.Post("9", path, R"({"seat":null})").status == 404);
    CHECK(world.Post("1", path, R"({"seat":5})").code() == "VALIDATION_FAILED");
    const auto share = world.Post("1", path, R"({"seat":3})");
    REQUIRE(share.status == 201);
    const std::string link = "/avalon/shares/" + share.Text("id");
    const auto seen = world.Get("", link);
    REQUIRE(seen.status == 200);
    CHECK(seen.Text("id") == game);
    CHECK(seen.Int("view") == 3);
    const auto steps = world.Get("", link + "/replay?limit=1");
    CHECK(steps.Int("0.view.seat") == 3);
    // The link decides whose eyes these are.
    CHECK(world.Get("", link + "/replay?limit=1&view=all").Int("0.view.seat") == 3);
    CHECK(world.Call("2", Method::kDelete, link).status == 404);
    for (int i = 2; i <= 10; ++i) CHECK(world.Post("1", path, R"({"seat":null})").status == 201);
    CHECK(world.Post("1", path, R"({"seat":null})").code() == "INVALID_STATE");
    CHECK(world.Post("2", path, R"({"seat":null})").status == 201);
    CHECK(world.Get("1", path).At("").AsArray().size() == 10);
    CHECK(world.Call("1", Method::kDelete, link).status == 204);
    CHECK(world.Call("1", Method::kDelete, link).status == 404);
    CHECK(world.Get("", link).code() == "LINK_EXPIRED");
    CHECK(world.Get("", link + "/replay").code() == "LINK_EXPIRED");
    CHECK(world.Get("", "/avalon/shares/0000000000000000").status == 404);
    CHECK(world.Post("1", path, R"({"seat":null})").status == 201);
}

TEST_CASE("a report takes the chat along, and twenty a day are enough: 19, 20, 21") {
    Hall world;
    const std::string room = "abcdefgh23456789";
    world.rooms.chat[room] = {{world.clock.Now(), HallWorld::Id(2), "players", "you are all fools"}};
    const std::string about = R"("player":")" + world.PublicId(2) + R"(")";
    const auto made = world.Post("1", "/avalon/reports",
                                 "{" + about + R"(,"kind":"abuse","text":"he shouts","room":")" + room + R"("})");
    CAPTURE(made.body);
    REQUIRE(made.status == 201);
    CHECK(world.metrics.Get(Metric::kAvalonReports, {"abuse"}).Value() == 1);
    const auto shown = world.Get("admin", "/avalon/moderation/reports/" + made.Text("id"));
    CHECK(shown.Text("context.0.text") == "you are all fools");
    CHECK(shown.Text("context.0.player.id") == world.PublicId(2));
    CHECK(shown.Text("subject.id") == world.PublicId(2));
    CHECK(world.Post("1", "/avalon/reports", "{" + about + R"(,"kind":"nonsense"})").code() == "VALIDATION_FAILED");
    CHECK(world.Post("2", "/avalon/reports", "{" + about + R"(,"kind":"spam"})").code() == "VALIDATION_FAILED");
    const std::string body = "{" + about + R"(,"kind":"spam"})";
    for (int i = 2; i <= 20; ++i) CHECK(world.Post("1", "/avalon/reports", body).status == 201);
    CHECK(world.Post("1", "/avalon/reports", body).status == 429);
    CHECK(world.Post("3", "/avalon/reports", body).status == 201);
    world.clock.Advance(base::kMicrosPerDay);
    CHECK(world.Post("1", "/avalon/reports", body).status == 201);
}

TEST_CASE("whoever reported sees what became of it, of his own reports only") {
    Hall world;
    const auto report = [&](const char* who, int whom) {
        const std::string body = R"({"player":")" + world.PublicId(whom) + R"(","kind":"spam","text":"again"})";
        return world.Post(who, "/avalon/reports", body).Text("id");
    };
    const std::string first = report("1", 2);
    const std::string second = report("1", 3);
    const std::string other = report("3", 2);
    const std::string path = "/avalon/moderation/reports/" + first;
    REQUIRE(world.Patch("admin", path, R"({"state":"UPHELD","note":"a secret of the moderators"})", "1").status == 200);
    const auto all = world.Get("1", "/avalon/reports");
    CAPTURE(all.body);
    CHECK(all.At("").AsArray().size() == 2);
    CHECK(all.Text("0.id") == second);
    CHECK(all.Text("1.state") == "UPHELD");
    CHECK(all.Text("1.player.id") == world.PublicId(2));
    CHECK(all.body.find("secret") == std::string::npos);
    const auto page = world.Get("1", "/avalon/reports?limit=1");
    const std::string cursor = page.json.Find("meta")->Find("next_cursor")->AsString();
    CHECK(cursor == second);
    CHECK(world.Get("1", "/avalon/reports?limit=1&cursor=" + cursor).Text("0.id") == first);
    CHECK(world.Get("1", "/avalon/reports?cursor=" + other).code() == "VALIDATION_FAILED");
    CHECK(world.Get("2", "/avalon/reports").At("").AsArray().empty());
}

TEST_CASE("a repeated report with the same key is one") {
    Hall world;
    const std::string body = R"({"player":")" + world.PublicId(2) + R"(","kind":"spam"})";
    const auto first = world.Call("1", Method::kPost, "/avalon/reports", {.body = body, .key = "k1"});
    const auto again = world.Call("1", Method::kPost, "/avalon/reports", {.body = body, .key = "k1"});
    CHECK(first.Text("id") == again.Text("id"));
    CHECK(again.Header("Idempotency-Replayed") == "true");
    CHECK(world.Get("admin", "/avalon/moderation/reports").At("").AsArray().size() == 1);
}

TEST_CASE("blocks are made and taken back, and the rooms are told") {
    Hall world;
    const std::string path = "/avalon/blocks/" + world.PublicId(2);
    CHECK(world.Call("1", Method::kPut, path).status == 204);
    CHECK(world.Call("1", Method::kPut, path).status == 204);
    CHECK(world.Get("1", "/avalon/blocks").Text("0.id") == world.PublicId(2));
    CHECK(world.hall->Load(HallWorld::Id(1))->blocks == std::vector<std::int64_t>{HallWorld::Id(2)});
    CHECK(world.Call("1", Method::kPut, "/avalon/blocks/" + world.PublicId(1)).code() == "VALIDATION_FAILED");
    CHECK(world.Call("1", Method::kDelete, path).status == 204);
    CHECK(world.Get("1", "/avalon/blocks").At("").AsArray().empty());
    CHECK(world.hall->Load(HallWorld::Id(1))->blocks.empty());
    CHECK(world.rooms.changed.size() == 3);
}

TEST_CASE("reports are taken, upheld or dismissed, oldest first; two moderators do not overwrite each other") {
    Hall world;
    const std::string body = R"({"player":")" + world.PublicId(2) + R"(","kind":"spam"})";
    const std::string first = world.Post("1", "/avalon/reports", body).Text("id");
    const std::string second = world.Post("3", "/avalon/reports", body).Text("id");
    const auto open = world.Get("admin", "/avalon/moderation/reports?state=OPEN&limit=1");
    CHECK(open.Text("0.id") == first);
    const std::string cursor = open.json.Find("meta")->Find("next_cursor")->AsString();
    CHECK(world.Get("admin", "/avalon/moderation/reports?state=OPEN&limit=1&cursor=" + cursor).Text("0.id") == second);
    const std::string path = "/avalon/moderation/reports/" + first;
    CHECK(world.Patch("admin", path, R"({"state":"TAKEN"})", "1").status == 200);
    CHECK(world.Patch("admin", path, R"({"state":"DISMISSED"})", "1").code() == "PRECONDITION_FAILED");
    const auto upheld = world.Patch("admin", path, R"({"state":"UPHELD","note":"banned"})", "2");
    CHECK(upheld.Text("state") == "UPHELD");
    CHECK(upheld.Text("note") == "banned");
    CHECK(world.Get("admin", "/avalon/moderation/reports?state=OPEN").At("").AsArray().size() == 1);
    CHECK(world.Get("admin", "/avalon/moderation/reports?player=" + world.PublicId(2)).At("").AsArray().size() == 2);
    CHECK(world.Get("admin", "/avalon/moderation/reports?state=x").code() == "VALIDATION_FAILED");
    CHECK(world.Get("1", "/avalon/moderation/reports").status == 403);
    CHECK(world.Count({"test.handled", "SELECT count(*) FROM audit WHERE action = 'avalon.report.handle'"}) == 2);
}

TEST_CASE("mutes and bans: for hours or for ever, replaced, lifted, and in force only as long") {
    Hall world;
    const std::string player = "/avalon/moderation/players/" + world.PublicId(1);
    const auto restrict = [&](const std::string& body) { return world.Post("admin", player + "/restrictions", body); };
    const auto muted = restrict(R"({"kind":"MUTE","hours":2,"reason":"shouting"})");
    CAPTURE(muted.body);
    REQUIRE(muted.status == 201);
    CHECK(world.Get("1", "/avalon/profile").At("muted").AsBool());
    // A new one of the kind takes the place of the old one.
    REQUIRE(restrict(R"({"kind":"MUTE","hours":null,"reason":"again"})").status == 201);
    CHECK(world.Get("1", "/avalon/profile").At("muted_until").IsNull());
    const auto both = world.Get("admin", player);
    CHECK(both.At("restrictions").AsArray().size() == 2);
    CHECK_FALSE(both.At("restrictions.1.in_force").AsBool());
    const std::string lift = "/avalon/moderation/restrictions/" + both.Text("restrictions.0.id") + "/lift";
    CHECK(world.Post("admin", lift, R"({"reason":"sorry"})").status == 204);
    CHECK(world.Post("admin", lift, R"({"reason":"sorry"})").code() == "INVALID_STATE");
    CHECK_FALSE(world.Get("1", "/avalon/profile").At("muted").AsBool());
    REQUIRE(restrict(R"({"kind":"BAN","hours":1,"reason":"cheating"})").status == 201);
    CHECK(world.Get("1", "/avalon/profile").At("banned").AsBool());
    CHECK(world.Patch("1", "/avalon/profile", R"({"avatar":"owl"})", "0").code() == "BANNED");
    CHECK(world.Post("1", "/avalon/reports", R"({"player":")" + world.PublicId(2) + R"(","kind":"spam"})").code() ==
          "BANNED");
    world.clock.Advance(base::kMicrosPerHour);
    CHECK_FALSE(world.Get("1", "/avalon/profile").At("banned").AsBool());
    for (const auto& [hours, status] : {std::pair{"0", 422}, {"1", 201}, {"8784", 201}, {"8785", 422}}) {
        CHECK(restrict(R"({"kind":"BAN","reason":"x","hours":)" + std::string(hours) + "}").status == status);
    }
    CHECK(restrict(R"({"kind":"BAN","hours":1})").code() == "VALIDATION_FAILED");
    CHECK(world.Post("2", player + "/restrictions", R"({"kind":"BAN","hours":1,"reason":"x"})").status == 403);
    CHECK(world.Count({"test.bans", "SELECT count(*) FROM audit WHERE action = 'avalon.player.ban'"}) == 3);
}

TEST_CASE("live rooms are listed, voided and remembered") {
    Hall world;
    avalon::LiveRoom room;
    room.room_id = "abcdefgh23456789";
    room.code = "7KQ2";
    room.state = "PLAYING";
    room.players.push_back({world.PublicId(1), "湖中仙", true});
    world.rooms.live.push_back(room);
    CHECK(world.Get("1", "/avalon/moderation/rooms").status == 403);
    const auto rooms = world.Get("admin", "/avalon/moderation/rooms");
    CHECK(rooms.Text("0.code") == "7KQ2");
    CHECK(rooms.Text("0.players.0.nickname") == "湖中仙");
    const std::string path = "/avalon/moderation/rooms/abcdefgh23456789/void";
    CHECK(world.Post("admin", path, "{}").code() == "VALIDATION_FAILED");
    CHECK(world.rooms.voided.empty());
    CHECK(world.Post("admin", path, R"({"reason":"collusion"})").status == 204);
    CHECK(world.rooms.voided.size() == 1);
    CHECK(world.Post("admin", "/avalon/moderation/rooms/0000000000000000/void", R"({"reason":"x"})").status == 404);
    CHECK(world.Count({"test.void", "SELECT count(*) FROM audit WHERE action = 'avalon.room.void'"}) == 1);
    world.hall->Attach(nullptr);
    CHECK(world.Get("admin", "/avalon/moderation/rooms").code() == "UNAVAILABLE");
}

TEST_CASE("moderators find players by a part of the nickname or by id") {
    Hall world;
    REQUIRE(world.Patch("1", "/avalon/profile", R"({"nickname":"100% 湖中仙"})", "0").status == 200);
    CHECK(world.Get("admin", "/avalon/moderation/players?q=0%25").At("").AsArray().size() == 1);
    CHECK(world.Get("admin", "/avalon/moderation/players?q=0_").At("").AsArray().empty());
    CHECK(world.Get("admin", "/avalon/moderation/players?q=" + world.PublicId(3)).Text("0.id") == world.PublicId(3));
    CHECK(world.Get("admin", "/avalon/moderation/players?q=" + std::string(64, 'x')).status == 200);
    CHECK(world.Get("admin", "/avalon/moderation/players?q=" + std::string(65, 'x')).status == 422);
    CHECK(world.Get("admin", "/avalon/moderation/players").code() == "VALIDATION_FAILED");
}
