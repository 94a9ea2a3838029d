// Finished games as statistics see them, and what they earn.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "avalon/domain/achievements.h"
#include "avalon/domain/profile.h"
#include "support/hall_world.h"

using namespace rt;
using namespace rt::avalon;
using rt::testing::PlayGame;

namespace {

bool Has(const std::vector<Achievement>& list, Achievement one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

State LastOf(const GameRecord& record) {
    State state;
    for (const TimedEvent& one : record.events) Apply(state, one.event);
    return state;
}

Finished Rated() {
    Finished game;
    game.rated = true;
    game.result = GameResult::kGood;
    game.reason = EndReason::kAssassinMissed;
    game.fail_cards = 1;
    game.successes = 3;
    return game;
}

FinishedSeat Winner(Role role) {
    FinishedSeat seat;
    seat.role = role;
    seat.side = SideOf(role);
    seat.won = true;
    return seat;
}

}  // namespace

TEST_CASE("words of achievements are different") {
    std::set<std::string_view> words;
    for (const AchievementRow& row : AchievementTable()) {
        CHECK(words.insert(row.word).second);
        CHECK_FALSE(row.title_en.empty());
    }
}

TEST_CASE("counts are reached at their number: one less, the number, one more") {
    const auto earned = [](Totals totals) { return Earned(Rated(), Winner(Role::kServant), totals); };
    for (const std::int64_t wins : {9, 10, 11}) {
        CHECK(Has(earned({.games = wins, .wins = wins}), Achievement::kWins10) == (wins >= 10));
    }
    for (const std::int64_t streak : {2, 3, 4}) {
        CHECK(Has(earned({.games = 5, .wins = 4, .streak = streak}), Achievement::kStreak3) == (streak >= 3));
    }
    for (const std::int64_t hits : {9, 10, 11}) {
        CHECK(Has(earned({.games = 50, .wins = 9, .hits = hits}), Achievement::kSharpEye10) == (hits >= 10));
    }
    Totals roles;
    for (std::size_t i = 0; i < 5; ++i) roles.wins_by_role[i] = 1;
    CHECK_FALSE(Has(earned(roles), Achievement::kRoles6));
    roles.wins_by_role[7] = 1;
    CHECK(Has(earned(roles), Achievement::kRoles6));
}

TEST_CASE("what happened in the game earns what it says") {
    Finished game = Rated();
    CHECK(Has(Earned(game, Winner(Role::kMerlin), {}), Achievement::kHidden));
    CHECK_FALSE(Has(Earned(game, Winner(Role::kPercival), {}), Achievement::kHidden));
    FinishedSeat decoy = Winner(Role::kServant);
    decoy.shot = true;
    CHECK(Has(Earned(game, decoy, {}), Achievement::kDecoy));
    CHECK_FALSE(Has(Earned(game, Winner(Role::kServant), {}), Achievement::kSpotless));
    game.fail_cards = 0;
    CHECK(Has(Earned(game, Winner(Role::kServant), {}), Achievement::kSpotless));
    game.result = GameResult::kEvil;
    game.reason = EndReason::kFiveRejections;
    CHECK(Has(Earned(game, Winner(Role::kOberon), {}), Achievement::kDeadlock));
    CHECK(Has(Earned(game, Winner(Role::kOberon), {}), Achievement::kOberon));
}

TEST_CASE("nothing is earned with bots at the table, by bots, or by who left") {
    Finished game = Rated();
    FinishedSeat seat = Winner(Role::kMerlin);
    REQUIRE_FALSE(Earned(game, seat, {.games = 1, .wins = 1}).empty());
    seat.left = true;
    CHECK(Earned(game, seat, {.games = 1, .wins = 1}).empty());
    seat.left = false;
    game.rated = false;
    CHECK(Earned(game, seat, {.games = 1, .wins = 1}).empty());
}

TEST_CASE("a finished game says who won, and what everybody did") {
    int shots = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const GameRecord record = PlayGame({.users = {1, 2, 3, 4, 5, 6, 7}, .seed = seed});
        const State last = LastOf(record);
        const Finished game = Finish(last, {});
        CHECK(game.rated);
        REQUIRE(last.outcome.has_value());
        const bool good = last.outcome->winner == Side::kGood;
        CHECK(game.result == (good ? GameResult::kGood : GameResult::kEvil));
        int on_quests = 0;
        int proposals = 0;
        for (std::size_t i = 0; i < game.seats.size(); ++i) {
            const FinishedSeat& seat = game.seats[i];
            CHECK(seat.role == last.RoleOf(static_cast<Seat>(i)));
            CHECK(seat.won == ((seat.side == Side::kGood) == good));
            on_quests += seat.quests;
            proposals += seat.proposals;
            shots += seat.shooter ? 1 : 0;
            if (seat.hit) CHECK(last.outcome->reason == EndReason::kAssassinated);
        }
        int members = 0;
        for (const QuestRecord& quest : last.quests) members += quest.team.size();
        CHECK(on_quests == members);
        CHECK(proposals == static_cast<int>(last.proposals.size()));
    }
    CHECK(shots > 0);
}

TEST_CASE("bots make a game unrated; a void one has no winners; who left has not won") {
    const GameRecord mixed = PlayGame({.users = {1, 2, 3, 4, 0}, .seed = 3});
    CHECK_FALSE(Finish(LastOf(mixed), {}).rated);
    const GameRecord voided = PlayGame({.users = {1, 2, 3, 4, 5}, .seed = 3, .voided = true});
    const Finished nothing = Finish(LastOf(voided), {});
    CHECK(nothing.result == GameResult::kVoided);
    CHECK_FALSE(nothing.rated);
    for (const FinishedSeat& seat : nothing.seats) CHECK_FALSE(seat.won);
    const State last = LastOf(PlayGame({.users = {1, 2, 3, 4, 5}, .seed = 4}));
    for (const Seat seat : last.Seats()) {
        const Finished game = Finish(last, SeatSet{seat});
        CHECK(game.seats[static_cast<std::size_t>(seat)].left);
        CHECK_FALSE(game.seats[static_cast<std::size_t>(seat)].won);
    }
}

TEST_CASE("a board is its roles and the options that change who wins") {
    Setup setup = DefaultSetup(7);
    CHECK(BoardOf(setup) == "7:merlin,percival,servant*2,assassin,morgana,oberon");
    setup.options.timer = Timer::kDouble;
    setup.options.speech = Speech::kRound;
    CHECK(BoardOf(setup) == "7:merlin,percival,servant*2,assassin,morgana,oberon");
    setup.options.lady = true;
    setup.options.hammer = true;
    CHECK(BoardOf(setup) == "7:merlin,percival,servant*2,assassin,morgana,oberon+lady+hammer");
}

TEST_CASE("nicknames: length at the limit, and what may not be in them") {
    const auto problem = [](std::string_view name, std::string_view key) {
        return NicknameProblem(name, key).has_value();
    };
    CHECK_FALSE(problem(std::string(15, 'a'), "a"));
    CHECK_FALSE(problem(std::string(16, 'a'), "a"));
    CHECK(problem(std::string(17, 'a'), "a"));
    CHECK_FALSE(problem("湖中仙女湖中仙女湖中仙女湖中仙女", "湖中仙女湖中仙女湖中仙女湖中仙女"));
    CHECK(problem("湖中仙女湖中仙女湖中仙女湖中仙女湖", "x"));
    CHECK(problem("a\nb", "a b"));
    CHECK(
        problem("\xE2\x80\xAE"
                "abc",
                "abc"));
    CHECK(problem("\xff", "x"));
    CHECK(problem("\xE2\x80\x8B", ""));
    CHECK(problem("系统管理员", "系统管理员"));
    CHECK(problem("Ａdmin", "admin"));
}

TEST_CASE("who chose nothing is called the same every time, and nothing of the account shows") {
    CHECK(DefaultNickname("0123456789abcdef") == "玩家CDEF");
    CHECK(DefaultAvatar("0123456789abcdef") == DefaultAvatar("0123456789abcdef"));
}
