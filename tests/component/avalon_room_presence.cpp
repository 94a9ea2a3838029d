// Who is here and who is away: what is shown of it and when, what follows for votes, watchers, the host and leavers.
#include <algorithm>

#include "avalon/domain/timing.h"
#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

bool Afk(World& world, std::int64_t viewer, std::int64_t user) {
    return Member(PlayerRow(*world.LineOf(viewer), static_cast<std::size_t>(user - 1)), "afk").AsBool();
}

RoomPlan PlanWith(Options options) {
    RoomPlan plan;
    plan.setup = DefaultSetup(5);
    plan.setup.options = options;
    return plan;
}

std::int64_t SeatOf(World& world, std::int64_t user) {
    return Member(Member(world.LineOf(user)->view, "you"), "seat").AsInt();
}

std::int64_t UserAt(World& world, std::int64_t seat) {
    for (std::int64_t user = 1; user <= 5; ++user) {
        if (SeatOf(world, user) == seat) return user;
    }
    return 0;
}

std::string Host(World& world, std::int64_t viewer) {
    return Member(world.LineOf(viewer)->room(), "host").AsString();
}

const json::Value& VoidNeeded(World& world, std::int64_t viewer) {
    return Member(Member(world.LineOf(viewer)->game(), "void"), "needed");
}

// Everybody else acts until the game asks for this.
void PlayTo(World& world, std::string_view phase) {
    for (int round = 0; round < 20 && world.LineOf(1)->phase() != phase; ++round) {
        for (int user = 1; user <= 5 && world.LineOf(1)->phase() != phase; ++user) world.Act(user);
    }
    REQUIRE(world.LineOf(1)->phase() == phase);
}

std::vector<std::int64_t> Team(World& world) {
    std::vector<std::int64_t> users;
    const json::Array& proposals = Member(world.LineOf(1)->game(), "proposals").AsArray();
    for (const json::Value& seat : Member(proposals.back(), "team").AsArray()) {
        users.push_back(UserAt(world, seat.AsInt()));
    }
    return users;
}

void Ban(World& world, std::int64_t user) {
    auto banned = std::make_shared<Person>(*world.PersonOf(user));
    banned->banned = true;
    world.persons[user] = banned;
    world.rooms->Tell(banned);
    world.Pump();
}

}  // namespace

TEST_CASE("a quest tells nothing of who is away: a clock that ends there makes nobody so") {
    World world;
    world.Begin();
    PlayTo(world, "vote");
    // The first vote is let pass by all of the team, so that one clock more would make them away.
    world.Pass(45);
    PlayTo(world, "quest");
    const std::vector<std::int64_t> team = Team(world);
    std::vector<bool> before;
    for (int user = 1; user <= 5; ++user) before.push_back(Afk(world, 1, user));
    world.Pass(40);
    REQUIRE(world.LineOf(1)->phase() != "quest");
    for (int user = 1; user <= 5; ++user) CHECK(Afk(world, 1, user) == before[static_cast<std::size_t>(user - 1)]);
}

TEST_CASE("a vote and a quest that were let pass make nobody away with the quest's result") {
    World world;
    world.Begin();
    PlayTo(world, "propose");
    // The leader proposes; only he and the third vote, the others let the clock pass: one clock missed.
    while (world.LineOf(1)->phase() == "propose") {
        for (int user = 1; user <= 5 && world.LineOf(1)->phase() == "propose"; ++user) world.Act(user);
    }
    const std::vector<std::int64_t> team = Team(world);
    for (int user = 1; user <= 5; ++user) {
        if (std::find(team.begin(), team.end(), user) == team.end()) world.Act(user);
    }
    world.Pass(45);
    REQUIRE(world.LineOf(1)->phase() == "quest");
    for (const std::int64_t user : team) CHECK_FALSE(Afk(world, 1, user));
    world.Pass(40);
    REQUIRE(world.LineOf(1)->phase() == "propose");
    for (const std::int64_t user : team) CHECK_FALSE(Afk(world, 1, user));
}

TEST_CASE("who is away and plays a card is not shown to be back with it, but with his next open move") {
    World world;
    world.Begin();
    world.Pass(30);  // the reveal
    while (world.LineOf(1)->phase() == "propose") {
        for (int user = 1; user <= 5 && world.LineOf(1)->phase() == "propose"; ++user) world.Act(user);
    }
    const std::vector<std::int64_t> team = Team(world);
    for (int user = 1; user <= 5; ++user) {
        if (std::find(team.begin(), team.end(), user) == team.end()) world.Act(user);
    }
    world.Pass(45);
    REQUIRE(world.LineOf(1)->phase() == "quest");
    std::vector<std::int64_t> away;
    std::copy_if(team.begin(), team.end(), std::back_inserter(away), [&](std::int64_t u) { return Afk(world, 1, u); });
    REQUIRE_FALSE(away.empty());
    world.Act(away.front(), true, false);
    CHECK(Member(world.LineOf(1)->game(), "cards_in") == json::Value(1));
    CHECK(Afk(world, 1, away.front()));
    for (const std::int64_t user : team) {
        if (world.LineOf(1)->phase() == "quest") world.Act(user, true, false);
    }
    REQUIRE(world.LineOf(1)->phase() == "propose");
    CHECK(Afk(world, 1, away.front()));
    PlayTo(world, "vote");
    world.Act(away.front());
    CHECK_FALSE(Afk(world, 1, away.front()));
}

TEST_CASE("what is refused is no sign of life") {
    World world;
    world.Begin();
    world.Pass(30);
    world.Pass(180);
    world.Pass(45);
    REQUIRE(Afk(world, 1, 2));
    CHECK_FALSE(world.CodeOf(2, "game:vote", {{"approve", true}}).empty());
    CHECK(Afk(world, 1, 2));
}

TEST_CASE("who is asked and silent is away also where no clock plays for him") {
    for (const bool endless : {false, true}) {
        CAPTURE(endless);
        World world;
        world.Begin(5, endless ? PlanWith({.timer = Timer::kEndless}) : PlanWith({.timeout = TimeoutPolicy::kPause}));
        for (int user = 1; user <= 4; ++user) world.Act(user);
        const std::int64_t patience = endless ? 60 : 30;
        const std::int64_t seat = SeatOf(world, 5);
        world.Pass(patience + kAbsentSecondsMin - 1);
        CHECK(Afk(world, 1, 5));
        CHECK_FALSE(Afk(world, 1, 4));
        CHECK(world.CodeOf(1, "game:bot", {{"target", seat}}) == "ILLEGAL_MOVE");
        world.Pass(1);
        for (int user = 1; user <= 3; ++user) world.Do(user, "game:bot", {{"target", seat}});
        world.Pass(6);
        CHECK(world.LineOf(1)->phase() == "propose");
    }
}

TEST_CASE("who closed the page three minutes before the end is a leaver") {
    for (const std::int64_t seconds : {179, 180}) {
        CAPTURE(seconds);
        World world;
        world.Begin(5, PlanWith({.timer = Timer::kEndless}));
        const std::string game_id = Member(world.LineOf(1)->room(), "gameId").AsString();
        world.Cut(5);
        world.Pass(seconds);
        for (int user = 1; user <= 4; ++user) world.Do(user, "game:void");
        REQUIRE(world.archive.games.contains(game_id));
        for (const RecordedSeat& seat : world.archive.games.at(game_id).seats) {
            CHECK(seat.left == (seat.user_id == 5 && seconds >= kAbsentSecondsMin));
        }
    }
}

TEST_CASE("those who left are not asked, and their going makes votes enough") {
    World world;
    world.Begin();
    world.Do(4, "room:leave");
    world.Do(5, "room:leave");
    CHECK(VoidNeeded(world, 1) == json::Value(3));
    for (int user = 1; user <= 2; ++user) world.Do(user, "game:void");
    CHECK(world.LineOf(1)->phase() == "reveal");
    world.Restart();
    for (int user = 1; user <= 3; ++user) world.Do(user, "room:resume");
    CHECK(VoidNeeded(world, 1) == json::Value(3));
    world.Do(3, "room:leave");
    CHECK(world.LineOf(1)->phase() == "voided");
}

TEST_CASE("who left and comes back has his say again, and not before") {
    World world;
    world.Begin();
    world.Do(5, "game:pause");
    world.Do(5, "room:leave");
    CHECK(Member(Member(world.LineOf(1)->game(), "pause"), "votes").AsArray().empty());
    world.lines.erase(5);
    CHECK(world.CodeOf(5, "game:pause") == "NOT_ADMITTED");
    world.Do(5, "room:resume");
    CHECK(VoidNeeded(world, 1) == json::Value(4));
    world.Do(5, "game:pause");
}

TEST_CASE("a line that was taken over plays no more") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join");
    const auto old = world.LineOf(2);
    world.lines.erase(2);
    world.Do(2, "room:resume");
    REQUIRE(old->closed == "taken_over");
    RoomCommand late = world.CommandOf(2, "game:ready", {{"random", world.RandomHex()}}, "late");
    late.line = old;
    const json::Value answer = world.Send(std::move(late));
    CHECK(Member(answer, "code") == json::Value("INVALID_STATE"));
    CHECK(Member(answer, "reason") == json::Value("taken_over"));
    CHECK_FALSE(Member(PlayerRow(*world.LineOf(1), 1), "ready").AsBool());
    // The same command by the line that counts.
    CHECK(world.Ask(2, "game:ready", {{"random", world.RandomHex()}}, "late").Find("ok")->AsBool());
}

TEST_CASE("seats that are shuffled want new bytes of everybody, a seat that is changed of who changed it") {
    World world;
    REQUIRE(world.Create(1).empty());
    for (int user = 2; user <= 4; ++user) world.Do(user, "room:join");
    for (int user = 1; user <= 4; ++user) world.Do(user, "game:ready", {{"random", world.RandomHex()}});
    world.Do(2, "room:seat", {{"player", 4}});
    CHECK_FALSE(Member(PlayerRow(*world.LineOf(1), 4), "ready").AsBool());
    CHECK(Member(PlayerRow(*world.LineOf(1), 0), "ready").AsBool());
    world.Do(1, "room:shuffle");
    for (std::size_t player = 0; player < 5; ++player) {
        const json::Value* ready = PlayerRow(*world.LineOf(1), player).Find("ready");
        CHECK((ready == nullptr || !ready->AsBool()));
    }
}

TEST_CASE("who watches and is gone for a minute watches no more, also after a restart") {
    World world({.rooms_per_user_max = 1, .limits = {.spectators_max = 1}});
    REQUIRE(world.Create(1).empty());
    const auto count = [&] { return Member(Member(world.LineOf(1)->room(), "spectators"), "count").AsInt(); };
    world.Do(9, "room:join", {{"as", "spectator"}});
    CHECK(count() == 1);
    CHECK(world.rooms->CheckPlace(9, "another").error().code == Code::kQuotaFull);
    world.Cut(9);
    CHECK(count() == 0);
    CHECK(world.rooms->CheckPlace(9, "another").ok());
    world.Pass(59);
    world.Do(9, "room:resume");
    CHECK(count() == 1);
    world.Cut(9);
    world.Pass(60);
    CHECK(world.CodeOf(9, "room:resume") == "NOT_ADMITTED");
    world.Do(9, "room:join", {{"as", "spectator"}});
    world.Cut(9);
    world.Do(8, "room:join", {{"as", "spectator"}});  // in the place of who is gone
    world.Restart();
    world.Do(1, "room:resume");
    CHECK(count() == 0);
    world.Pass(61);
    CHECK(world.CodeOf(8, "room:resume") == "NOT_ADMITTED");
}

TEST_CASE("a host who is gone for half a minute hands on, in the lobby and not in a game") {
    World world;
    REQUIRE(world.Create(1).empty());
    for (int user = 2; user <= 3; ++user) world.Do(user, "room:join");
    world.Cut(2);
    world.Cut(1);
    world.Pass(29);
    CHECK(Host(world, 3) == "person1");
    world.Pass(1);
    CHECK(Host(world, 3) == "person3");
    world.Restart();
    world.Pass(100);
    world.Do(2, "room:resume");
    world.Pass(29);
    CHECK(Host(world, 2) == "person3");
    world.Pass(1);
    CHECK(Host(world, 2) == "person2");

    World playing;
    playing.Begin(5, PlanWith({.timer = Timer::kEndless}));
    playing.Cut(1);
    playing.Pass(100);
    CHECK(Host(playing, 2) == "person1");
}

TEST_CASE("a host who is banned hands on at once and gives up his seat") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join");
    Ban(world, 1);
    CHECK(world.LineOf(1)->closed == "banned");
    CHECK(Host(world, 2) == "person2");
    CHECK(Member(PlayerRow(*world.LineOf(2), 0), "kind") == json::Value("empty"));

    World playing;
    playing.Begin();
    Ban(playing, 1);
    CHECK(Host(playing, 2) == "person2");
    CHECK(Member(PlayerRow(*playing.LineOf(2), 0), "left").AsBool());
    CHECK(VoidNeeded(playing, 2) == json::Value(4));
}

TEST_CASE("a restart does not make a pause longer") {
    World world;
    world.Begin();
    for (int user = 1; user <= 3; ++user) world.Do(user, "game:pause");
    world.Pass(kPauseSecondsMax - 100);
    world.Restart();
    for (int user = 1; user <= 5; ++user) world.Do(user, "room:resume");
    world.Pass(99);
    CHECK(Member(world.LineOf(1)->game(), "paused").AsBool());
    world.Pass(2);
    CHECK_FALSE(Member(world.LineOf(1)->game(), "paused").AsBool());
}

}  // namespace rt::avalon
