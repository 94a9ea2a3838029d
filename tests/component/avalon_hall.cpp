// Finished games in the record: once, counted right, found wrong when they are, and what stays when somebody goes.
#include <doctest/doctest.h>

#include <algorithm>

#include "avalon/game_log.h"
#include "avalon/personal.h"
#include "avalon/store/games.h"
#include "avalon/store/moderation.h"
#include "support/hall_world.h"

using namespace rt;
using namespace rt::testing;
using storage::sql::Statement;
namespace hall = rt::avalon::store;

namespace {

constexpr Statement kGames{"test.games", "SELECT count(*) FROM avalon_game"};
constexpr Statement kSeats{"test.seats", "SELECT count(*) FROM avalon_seat"};
constexpr Statement kStats{"test.stats", "SELECT COALESCE(sum(games), 0) FROM avalon_stat"};
constexpr Statement kAudit{"test.audit", "SELECT count(*) FROM audit WHERE action = 'avalon.game.finish'"};

struct Played : HallWorld {
    Played() { AddUsers(12); }
    hall::Player Player(std::int64_t user) {
        auto found = db->Read([&](hall::Reader& reader) { return hall::FindPlayer(reader, hall::UserId{Id(user)}); });
        REQUIRE(found.ok());
        REQUIRE(found->has_value());
        return **found;
    }
    void SaveMany(std::uint64_t games) {
        for (std::uint64_t seed = 1; seed <= games; ++seed) {
            GamePlan plan{.users = {1, 2, 3, 4, 5}, .seed = seed};
            if (seed % 5 == 0) plan.users = {1, 2, 3, 0, 4, 0};
            if (seed % 7 == 0) plan.voided = true;
            if (seed % 4 == 0) plan.left = {seed % 5};
            if (seed % 3 == 0) plan.users.insert(plan.users.end(), {6, 7, 8});
            const Status saved = Save(plan);
            REQUIRE_MESSAGE(saved.ok(), (saved.ok() ? "" : saved.error().detail));
        }
    }
};

}  // namespace

TEST_CASE("a game is kept once, however often it is handed over, also after a restart") {
    Played world;
    const GamePlan plan{.users = {1, 2, 3, 4, 5}};
    REQUIRE(world.Save(plan).ok());
    const auto player = world.Player(1);
    REQUIRE(world.Save(plan).ok());
    REQUIRE(world.Save(plan).ok());
    // Another process finds the same store.
    avalon::Hall again(
        {*world.db, world.trail, world.ids, world.random, world.clock, world.log, world.metrics, world.texts});
    REQUIRE(again.Save(PlayGame(plan)).ok());
    CHECK(world.Count(kGames) == 1);
    CHECK(world.Count(kSeats) == 5);
    CHECK(world.Count(kStats) == 5);
    CHECK(world.Count(kAudit) == 1);
    CHECK(world.Player(1).rating == player.rating);
    CHECK(world.Player(1).games == 1);
    CHECK(world.metrics.Get(base::Metric::kAvalonGames, {"GOOD"}).Value() +
              world.metrics.Get(base::Metric::kAvalonGames, {"EVIL"}).Value() ==
          1);
    CHECK(world.Recounted().empty());
}

TEST_CASE("what was kept is the whole log") {
    Played world;
    const avalon::GameRecord record = PlayGame({.users = {1, 2, 3, 4, 5, 6, 7, 8}, .seed = 9});
    REQUIRE(world.hall->Save(record).ok());
    const auto kept = world.db->Read([&](hall::Reader& reader) -> Result<std::string> {
        RT_TRY(const auto game, hall::FindGame(reader, record.game_id));
        return hall::EventsOf(reader, game->id);
    });
    REQUIRE(kept.ok());
    const auto events = avalon::DecodeLog(*kept);
    REQUIRE(events.ok());
    REQUIRE(events->size() == record.events.size());
    for (std::size_t i = 0; i < events->size(); ++i) {
        CHECK((*events)[i].at.micros == record.events[i].at.micros);
        CHECK((*events)[i].event == record.events[i].event);
    }
}

TEST_CASE("teams shown one after another are thinned out of a log over the limit: at the limit, one over") {
    avalon::GameRecord record = PlayGame({.users = {1, 2, 3, 4, 5}, .seed = 9});
    avalon::TimedEvent shown = record.events.front();
    shown.event = {};
    shown.event.type = avalon::EventType::kSelected;
    const std::size_t real = record.events.size();
    record.events.insert(record.events.begin() + 2, avalon::kLogEventsMax - real, shown);
    CHECK(avalon::DecodeLog(avalon::EncodeLog(record.events))->size() == avalon::kLogEventsMax);
    record.events.insert(record.events.begin() + 2, 1, shown);
    CHECK(avalon::DecodeLog(avalon::EncodeLog(record.events))->size() == real + 1);
}

TEST_CASE("a game that is not over is not kept") {
    Played world;
    avalon::GameRecord record = PlayGame({.users = {1, 2, 3, 4, 5}});
    record.events.pop_back();
    record.events.pop_back();
    CHECK_FALSE(world.hall->Save(record).ok());
    CHECK(world.Count(kGames) == 0);
}

TEST_CASE("everything that counts games is what their logs say") {
    Played world;
    world.SaveMany(60);
    CHECK(world.Recounted().empty());
    CHECK(world.Player(1).rated > 20);
    CHECK(world.Player(1).rating != avalon::kRatingStart);
    CHECK(world.Player(6).rated < 20);
}

TEST_CASE("the recount finds what is wrong") {
    Played world;
    world.SaveMany(20);
    REQUIRE(world.Recounted().empty());
    const auto spoiled = [&](const Statement& spoil, const Statement& mend) {
        world.Run(spoil);
        const bool found = !world.Recounted().empty();
        world.Run(mend);
        return found && world.Recounted().empty();
    };
    CHECK(spoiled({"spoil.1", "UPDATE avalon_player SET rating = rating + 1 WHERE \"user\" = 1001"},
                  {"mend.1", "UPDATE avalon_player SET rating = rating - 1 WHERE \"user\" = 1001"}));
    CHECK(spoiled({"spoil.2", "UPDATE avalon_stat SET wins = wins + 1 WHERE \"user\" = 1002"},
                  {"mend.2", "UPDATE avalon_stat SET wins = wins - 1 WHERE \"user\" = 1002"}));
    CHECK(spoiled({"spoil.3", "UPDATE avalon_board SET good_wins = good_wins + 1"},
                  {"mend.3", "UPDATE avalon_board SET good_wins = good_wins - 1"}));
    CHECK(spoiled({"spoil.4", "UPDATE avalon_seat SET rating_change = rating_change + 1 WHERE seat = 0"},
                  {"mend.4", "UPDATE avalon_seat SET rating_change = rating_change - 1 WHERE seat = 0"}));
    CHECK(spoiled({"spoil.5", "UPDATE avalon_achievement SET word = 'x' || word WHERE word = 'first_game'"},
                  {"mend.5", "UPDATE avalon_achievement SET word = 'first_game' WHERE word = 'xfirst_game'"}));
    CHECK(spoiled({"spoil.6",
                   "UPDATE avalon_game SET result = 'VOIDED' WHERE no = 1 AND result = 'GOOD' OR no = 2 AND"
                   " result = 'GOOD' OR no = 3 AND result = 'GOOD'"},
                  {"mend.6", "UPDATE avalon_game SET result = 'GOOD' WHERE result = 'VOIDED' AND no <= 3"}));
    CHECK(spoiled({"spoil.7", "UPDATE avalon_seat SET won = 1 - won WHERE seat = 1"},
                  {"mend.7", "UPDATE avalon_seat SET won = 1 - won WHERE seat = 1"}));
}

TEST_CASE("games with bots count for statistics and not for the rating; void ones for nothing") {
    Played world;
    REQUIRE(world.Save({.users = {1, 2, 3, 4, 0}, .seed = 2}).ok());
    CHECK(world.Player(1).games == 1);
    CHECK(world.Player(1).rated == 0);
    CHECK(world.Player(1).rating == avalon::kRatingStart);
    REQUIRE(world.Save({.users = {1, 2, 3, 4, 5}, .seed = 3, .voided = true}).ok());
    CHECK(world.Player(1).games == 1);
    CHECK(world.Player(5).games == 0);
    CHECK(world.Count(kGames) == 2);
    CHECK(world.Recounted().empty());
}

TEST_CASE("who left has lost rating points whatever his side did") {
    Played world;
    std::int64_t before = avalon::kRatingStart;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const avalon::GameRecord record = PlayGame({.users = {1, 2, 3, 4, 5}, .seed = seed, .left = {0}});
        REQUIRE(record.seats[0].user_id == HallWorld::Id(1));
        REQUIRE(world.hall->Save(record).ok());
        CHECK(world.Player(1).rating < before);
        before = world.Player(1).rating;
    }
    CHECK(world.Player(1).wins == 0);
    CHECK(world.Recounted().empty());
}

TEST_CASE("a person is told of as he is now: rating from 20 games, mute, ban, blocks") {
    Played world;
    const auto load = [&](std::int64_t user) {
        const auto person = world.hall->Load(HallWorld::Id(user));
        REQUIRE(person.ok());
        return *person;
    };
    CHECK(load(1).nickname.starts_with("玩家"));
    CHECK_FALSE(load(1).rated);
    for (std::uint64_t seed = 1; seed <= 21; ++seed) {
        REQUIRE(world.Save({.users = {1, 2, 3, 4, 5}, .seed = seed}).ok());
        if (seed >= 19) CHECK(load(1).rated == (seed >= 20));
    }
    CHECK(load(1).rating == avalon::PointsOf(world.Player(1).rating));
    const hall::Commit commit{{hall::UserId{2}, {}, {}}, world.clock.Now(), world.trail};
    const auto restrict = [&](hall::RestrictionKind kind, std::optional<base::Time> until, std::int64_t id) {
        REQUIRE(world.db
                    ->Write("restrict",
                            [&](hall::Writer& writer) {
                                return hall::Restrict(writer, commit,
                                                      {id, "r" + std::to_string(id), hall::UserId{HallWorld::Id(1)},
                                                       kind, until, "why", hall::UserId{2}, commit.now, std::nullopt});
                            })
                    .ok());
        world.hall->PersonChanged(hall::UserId{HallWorld::Id(1)});
    };
    const base::Time until = world.clock.Now().Plus(base::kMicrosPerHour);
    restrict(hall::RestrictionKind::kMute, until, 1);
    CHECK(load(1).muted_until == until);
    CHECK_FALSE(load(1).banned);
    restrict(hall::RestrictionKind::kBan, std::nullopt, 2);
    CHECK(load(1).banned);
    CHECK(std::count(world.rooms.changed.begin(), world.rooms.changed.end(), HallWorld::Id(1)) >= 2);
    // The mute ends by itself, also for somebody whom the hall remembers.
    world.clock.Advance(base::kMicrosPerHour);
    CHECK_FALSE(load(1).muted_until.has_value());
    CHECK_FALSE(world.hall->Load(99).ok());
}

TEST_CASE("a change is seen at once, and another process's soon") {
    Played world;
    const std::int64_t id = HallWorld::Id(1);
    REQUIRE(world.hall->Load(id).ok());
    world.Run({"test.ban",
               "INSERT INTO avalon_restriction (id, public_id, \"user\", kind, reason, made_by, created)"
               " VALUES (1, 'x', 1001, 'BAN', 'r', 2, 1)"});
    CHECK_FALSE(world.hall->Load(id)->banned);
    world.clock.Advance(avalon::Hall::kPersonMicros - 1);
    CHECK_FALSE(world.hall->Load(id)->banned);
    world.clock.Advance(1);
    CHECK(world.hall->Load(id)->banned);
    world.Run({"test.unban", "UPDATE avalon_restriction SET lifted = 2"});
    world.hall->PersonChanged(hall::UserId{id});
    CHECK_FALSE(world.hall->Load(id)->banned);
}

TEST_CASE("blocks are limited at limit-1, limit, limit+1; one more after one was taken back") {
    Played world;
    const hall::Commit commit{{hall::UserId{HallWorld::Id(1)}, {}, {}}, world.clock.Now(), world.trail};
    const auto block = [&](std::int64_t user) {
        return world.db->Write("block",
                               [&](hall::Writer& writer) { return hall::Block(writer, commit, hall::UserId{user}); });
    };
    for (std::int64_t i = 1; i < hall::kBlocksMax; ++i) REQUIRE(block(5'000 + i).ok());
    CHECK(block(9'001).ok());
    CHECK(block(9'001).ok());  // it is so already
    CHECK(block(9'002).error().code == Code::kInvalidState);
    REQUIRE(
        world.db
            ->Write("unblock", [&](hall::Writer& writer) { return hall::Unblock(writer, commit, hall::UserId{9'001}); })
            .ok());
    CHECK(block(9'002).ok());
}

TEST_CASE("an account that ends leaves its games with a seat that is nobody's") {
    Played world;
    world.SaveMany(30);
    avalon::PersonalRecords records(*world.hall);
    const auth::UserId user{HallWorld::Id(2)};
    const auto exported = records.Export(user);
    REQUIRE(exported.ok());
    CHECK(exported->Find("history")->AsArray().size() == 30);
    const auto erase = records.PrepareErase(user, world.clock.Now());
    REQUIRE(world.db->Write("erase", [&](hall::Writer& writer) { return erase(writer); }).ok());
    world.Run({"test.end", "UPDATE \"user\" SET status = 'DELETED' WHERE id = 1002"});
    CHECK(world.Count({"test.left",
                       "SELECT (SELECT count(*) FROM avalon_player WHERE \"user\" = 1002)"
                       " + (SELECT count(*) FROM avalon_stat WHERE \"user\" = 1002)"
                       " + (SELECT count(*) FROM avalon_seat WHERE \"user\" = 1002)"
                       " + (SELECT count(*) FROM avalon_achievement WHERE \"user\" = 1002)"}) == 0);
    CHECK(world.Count(kGames) == 30);
    CHECK(world.Recounted().empty());
    // A game that was under way is kept as well, without him.
    REQUIRE(world.Save({.users = {1, 2, 3, 4, 5}, .seed = 1'000}).ok());
    CHECK(world.Count({"test.none", "SELECT count(*) FROM avalon_seat WHERE \"user\" = 1002"}) == 0);
    CHECK(world.Recounted().empty());
}
