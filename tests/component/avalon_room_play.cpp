// Rooms: games in them, what is kept, what is shown to whom, what time does.
#include <algorithm>

#include "avalon/domain/timing.h"
#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

bool ShowsRole(const json::Value& seat) {
    const json::Value* role = seat.Find("role");
    return role != nullptr && !role->IsNull();
}

RoomPlan PlanWith(Options options, int players = 5) {
    RoomPlan plan;
    plan.setup = DefaultSetup(players);
    plan.setup.options = options;
    return plan;
}

// Which user sits at the seat of the game.
std::int64_t UserAt(World& world, std::int64_t seat) {
    for (const auto& [user, line] : world.lines) {
        const json::Value you = Member(line->view, "you");
        if (Member(you, "seat") == json::Value(seat)) return user;
    }
    return 0;
}

}  // namespace

TEST_CASE("a game is played, handed to the archive, and followed by another") {
    World world;
    world.Begin();
    const std::string game_id = Member(world.LineOf(1)->room(), "gameId").AsString();
    const std::string commitment = Member(world.LineOf(1)->room(), "commitment").AsString();
    world.PlayOut();
    CHECK(Member(world.LineOf(1)->room(), "state") == json::Value("ENDED"));
    REQUIRE(world.archive.games.contains(game_id));
    const GameRecord& record = world.archive.games.at(game_id);
    CHECK(record.proof.commitment == commitment);
    CHECK(record.seats.size() == 5);
    CHECK(record.outcome.has_value());
    CHECK_FALSE(record.voided);
    CHECK(record.events.front().event.type == EventType::kStarted);
    for (const RecordedSeat& seat : record.seats) {
        CHECK(seat.user_id != 0);
        CHECK_FALSE(seat.left);
    }
    for (int user = 1; user <= 2; ++user) world.Do(user, "room:rematch");
    CHECK(Member(world.LineOf(5)->room(), "state") == json::Value("ENDED"));
    world.Do(3, "room:rematch");
    CHECK(Member(world.LineOf(5)->room(), "state") == json::Value("LOBBY"));
    CHECK(world.LineOf(5)->game().IsNull());
    CHECK(Member(world.LineOf(5)->room(), "commitment") != json::Value(commitment));
    CHECK(world.archive.saves == 1);
}

TEST_CASE("a restart loses nothing that was acknowledged, and clocks stand until all are back") {
    World world;
    world.Begin();
    for (int user = 1; user <= 5; ++user) world.Act(user);
    std::map<int, json::Value> before;
    for (int user = 1; user <= 5; ++user) before[user] = world.LineOf(user)->game();
    CHECK(Member(before[1], "phase") == json::Value("propose"));
    CHECK_FALSE(Member(before[1], "clock").IsNull());
    world.Restart();
    CHECK(world.rooms->size() == 1);
    for (int user = 1; user <= 4; ++user) world.Do(user, "room:resume");
    CHECK(Member(Member(world.LineOf(1)->game(), "clock"), "held").AsBool());
    world.Pass(100);
    CHECK(world.LineOf(1)->phase() == "propose");
    world.Do(5, "room:resume");
    CHECK_FALSE(Member(Member(world.LineOf(1)->game(), "clock"), "held").AsBool());
    for (int user = 1; user <= 5; ++user) {
        for (const auto& [name, value] : before[user].AsObject().members()) {
            if (name != "clock") CHECK_MESSAGE(*world.LineOf(user)->game().Find(name) == value, name);
        }
    }
    world.PlayOut();
}

TEST_CASE("clocks run at the latest two minutes after a restart") {
    World world;
    world.Begin();
    world.Restart();
    world.Do(1, "room:resume");
    world.Pass(kRestartGraceSeconds - 1);
    CHECK(Member(Member(world.LineOf(1)->game(), "clock"), "held").AsBool());
    world.Pass(2);
    CHECK_FALSE(Member(Member(world.LineOf(1)->game(), "clock"), "held").AsBool());
    world.Pass(31);
    CHECK(world.LineOf(1)->phase() == "propose");
}

TEST_CASE("what the journal had not written did not happen") {
    World world;
    world.Begin();
    RoomCommand command = world.CommandOf(2, "game:ready", {}, "lost");
    bool answered = false;
    command.answer = [&](const std::string&) { answered = true; };
    const auto room = world.rooms->Find(world.room_id);
    room->Submit(command);
    room->Run();
    CHECK_FALSE(answered);
    CHECK(Member(world.LineOf(1)->game(), "ready").AsArray().empty());
    world.Restart();
    world.Do(1, "room:resume");
    CHECK(Member(world.LineOf(1)->game(), "ready").AsArray().empty());
    CHECK(world.Ask(2, "game:ready", {}, "lost").Find("ok")->AsBool());
    CHECK(Member(world.LineOf(1)->game(), "ready").AsArray().size() == 1);
}

TEST_CASE("a repeated command is acknowledged as it was, also after a restart, and done once") {
    World world;
    world.Begin();
    const json::Value first = world.Ask(2, "game:ready", {}, "twice");
    CHECK(first.Find("ok")->AsBool());
    CHECK(world.Ask(2, "game:ready", {}, "twice") == first);
    CHECK(world.CodeOf(2, "game:ready") == "ILLEGAL_MOVE");
    CHECK(world.Ask(3, "game:ready", {}, "twice").Find("ok")->AsBool());
    world.Restart();
    world.Do(2, "room:resume");
    CHECK(world.Ask(2, "game:ready", {}, "twice").Find("ok")->AsBool());
    CHECK(Member(world.LineOf(2)->game(), "ready").AsArray().size() == 2);
}

TEST_CASE("acknowledgements are remembered up to the cap") {
    for (const std::size_t later : {kAcksKept - 1, kAcksKept}) {
        World world;
        REQUIRE(world.Create(1).empty());
        const json::Value first = world.Ask(1, "room:shuffle", {}, "first");
        for (std::size_t i = 0; i < later; ++i) world.Do(1, "room:shuffle");
        const auto commits = world.metrics.Get(Metric::kKvCommits, {"durable"}).Value();
        CHECK(world.Ask(1, "room:shuffle", {}, "first").Find("ok")->AsBool());
        const bool again = world.metrics.Get(Metric::kKvCommits, {"durable"}).Value() > commits;
        CHECK(again == (later == kAcksKept));
    }
}

TEST_CASE("what was missed comes as events, and as a view when it is too much") {
    World world;
    world.Begin();
    const std::int64_t seq = world.LineOf(4)->seq;
    const auto old = world.LineOf(4);
    world.Cut(4);
    world.Act(1);
    const auto fresh = world.LineOf(4);
    fresh->view = old->view;
    fresh->seq = seq;
    world.Do(4, "room:resume", {{"seq", seq}});
    CHECK(fresh->frames.front()->name == "room:event");
    CHECK(Member(fresh->game(), "ready").AsArray().size() == 1);
    CHECK(*fresh->view.Find("game")->Find("ready") == *world.LineOf(2)->game().Find("ready"));
    world.Do(4, "room:resume", {{"seq", seq - 100}});
    CHECK(fresh->frames.back()->name == "room:view");
}

TEST_CASE("the newest line wins and the older one is told why") {
    World world;
    world.Begin();
    const auto old = world.LineOf(2);
    world.lines.erase(2);
    world.Do(2, "room:resume");
    CHECK(old->closed == "taken_over");
    const std::size_t frames = old->frames.size();
    for (int user = 1; user <= 5; ++user) world.Act(user);
    CHECK(old->frames.size() == frames);
    CHECK(world.LineOf(2)->phase() == "propose");
    // The end of the old line is not the end of the new one.
    world.rooms->Find(world.room_id)->Detach(2, old->id());
    world.Pump();
    CHECK(Member(PlayerRow(*world.LineOf(1), 1), "online").AsBool());
}

TEST_CASE("when the clock ends the default is played, and who lets two pass is away") {
    World world;
    world.Begin();
    world.Pass(29);
    CHECK(world.LineOf(1)->phase() == "reveal");
    world.Pass(1);
    CHECK(world.LineOf(1)->phase() == "propose");
    CHECK_FALSE(Member(PlayerRow(*world.LineOf(1), 0), "afk").AsBool());
    world.Pass(180);
    CHECK(world.LineOf(1)->phase() == "vote");
    world.Pass(45);
    CHECK(world.LineOf(1)->phase() == "propose");
    CHECK(Member(PlayerRow(*world.LineOf(1), 0), "afk").AsBool());
    // Two of five are on the team, and approve.
    CHECK(Member(world.LineOf(1)->game(), "rejects") == json::Value(1));
    for (int user = 1; user <= 5; ++user) world.Act(user);
    CHECK(world.LineOf(1)->phase() == "vote");
}

TEST_CASE("with the policy PAUSE the clock ends and nothing is played") {
    World world;
    world.Begin(5, PlanWith({.timeout = TimeoutPolicy::kPause}));
    world.Pass(400);
    CHECK(world.LineOf(1)->phase() == "reveal");
    for (int user = 1; user <= 5; ++user) world.Act(user);
    CHECK(world.LineOf(1)->phase() == "propose");
}

TEST_CASE("without clocks nothing is played either") {
    World world;
    world.Begin(5, PlanWith({.timer = Timer::kEndless}));
    CHECK(Member(world.LineOf(1)->game(), "clock").IsNull());
    world.Pass(2'000);
    CHECK(world.LineOf(1)->phase() == "reveal");
}

TEST_CASE("more than half of the persons pause, one resumes") {
    World world;
    world.Begin();
    for (int user = 1; user <= 2; ++user) world.Do(user, "game:pause");
    CHECK_FALSE(Member(world.LineOf(1)->game(), "paused").AsBool());
    world.Do(3, "game:pause");
    CHECK(Member(world.LineOf(1)->game(), "paused").AsBool());
    CHECK(Member(world.LineOf(1)->game(), "clock").IsNull());
    CHECK(world.CodeOf(1, "game:ready") == "ILLEGAL_MOVE");
    world.Pass(300);
    CHECK(world.LineOf(1)->phase() == "reveal");
    world.Do(5, "game:resume");
    CHECK_FALSE(Member(world.LineOf(1)->game(), "paused").AsBool());
    CHECK_FALSE(Member(world.LineOf(1)->game(), "clock").IsNull());
}

TEST_CASE("a pause ends by itself after a quarter of an hour") {
    World world;
    world.Begin();
    for (int user = 1; user <= 3; ++user) world.Do(user, "game:pause");
    world.Pass(kPauseSecondsMax - 1);
    CHECK(Member(world.LineOf(1)->game(), "paused").AsBool());
    world.Pass(2);
    CHECK_FALSE(Member(world.LineOf(1)->game(), "paused").AsBool());
}

TEST_CASE("a game is voided by enough votes, and is no result") {
    World world;
    world.Begin();
    const std::string game_id = Member(world.LineOf(1)->room(), "gameId").AsString();
    for (int user = 1; user <= 3; ++user) world.Do(user, "game:void");
    CHECK(world.LineOf(1)->phase() == "reveal");
    world.Do(4, "game:void");
    CHECK(world.LineOf(1)->phase() == "voided");
    CHECK(Member(world.LineOf(1)->game(), "seed").AsString().size() == 2 * kSeedBytes);
    REQUIRE(world.archive.games.contains(game_id));
    CHECK(world.archive.games.at(game_id).voided);
}

TEST_CASE("a moderator voids a game and closes a room") {
    World world;
    CHECK(world.rooms->Void("nothing").error().code == Code::kNotFound);
    world.Begin();
    CHECK(world.rooms->Void(world.room_id).ok());
    world.Pump();
    CHECK(world.LineOf(1)->phase() == "voided");
    CHECK(world.rooms->Void(world.room_id).error().code == Code::kInvalidState);
    CHECK(world.rooms->Close(world.room_id).ok());
    world.Pump();
    CHECK(world.LineOf(1)->closed == "closed");
    CHECK(world.rooms->size() == 0);
}

TEST_CASE("a seat that is empty for three minutes goes to a bot by vote, and back to its owner") {
    World world;
    world.Begin(5, PlanWith({.timer = Timer::kEndless}));
    const std::int64_t seat = Member(Member(world.LineOf(5)->view, "you"), "seat").AsInt();
    world.Cut(5);
    world.Pass(kAbsentSecondsMin - 1);
    CHECK(world.CodeOf(1, "game:bot", {{"target", seat}}) == "ILLEGAL_MOVE");
    world.Pass(1);
    for (int user = 1; user <= 3; ++user) world.Do(user, "game:bot", {{"target", seat}});
    const auto bot = [&] {
        return Member(Member(world.LineOf(1)->game(), "seats").AsArray()[static_cast<std::size_t>(seat)], "bot")
            .AsBool();
    };
    CHECK(bot());
    for (int user = 1; user <= 4; ++user) world.Act(user);
    world.Pass(6);
    CHECK(world.LineOf(1)->phase() == "propose");
    world.Do(5, "room:resume");
    CHECK(bot());
    world.Do(5, "game:takeback");
    CHECK_FALSE(bot());
}

TEST_CASE("who leaves a game is noted as a leaver, and may come back") {
    World world;
    world.Begin();
    const std::string game_id = Member(world.LineOf(1)->room(), "gameId").AsString();
    world.Do(2, "room:leave");
    CHECK(world.LineOf(2)->closed == "left");
    CHECK(Member(PlayerRow(*world.LineOf(1), 1), "left").AsBool());
    world.Do(3, "room:leave");
    world.lines.erase(2);
    world.Do(2, "room:resume");
    CHECK_FALSE(Member(PlayerRow(*world.LineOf(1), 1), "left").AsBool());
    for (int user : {1, 2, 4, 5}) world.Do(user, "game:void");
    REQUIRE(world.archive.games.contains(game_id));
    int leavers = 0;
    for (const RecordedSeat& seat : world.archive.games.at(game_id).seats) {
        CHECK(seat.left == (seat.user_id == 3));
        leavers += seat.left ? 1 : 0;
    }
    CHECK(leavers == 1);
}

TEST_CASE("when everybody had left, the first who is back is the host") {
    for (const std::string_view command : {"room:resume", "room:join"}) {
        CAPTURE(command);
        World world;
        world.Begin();
        for (int user = 1; user <= 5; ++user) world.Do(user, "room:leave");
        for (int user : {3, 1}) {
            world.lines.erase(user);
            world.Do(user, std::string(command));
        }
        CHECK(Member(world.LineOf(1)->room(), "host") == json::Value("person3"));
    }
}

TEST_CASE("those who stay after a game play on when they are enough") {
    World world;
    world.Begin();
    world.PlayOut();
    for (int user = 1; user <= 2; ++user) world.Do(user, "room:rematch");
    world.Do(5, "room:leave");
    CHECK(Member(world.LineOf(1)->room(), "state") == json::Value("ENDED"));
    world.Do(4, "room:leave");
    CHECK(Member(world.LineOf(3)->room(), "state") == json::Value("LOBBY"));
    CHECK(world.LineOf(3)->game().IsNull());
    CHECK(Member(PlayerRow(*world.LineOf(1), 3), "kind") == json::Value("empty"));
}

TEST_CASE("the archive gets a game again until it has it, also after a restart, and only then its rows expire") {
    World world;
    world.Begin();
    world.archive.failures = 2;
    for (int user = 1; user <= 4; ++user) world.Do(user, "game:void");
    CHECK(world.archive.saves == 0);
    world.Pass(2);
    CHECK(world.archive.saves == 0);
    world.Restart();
    CHECK(world.archive.saves == 1);
    world.Restart();
    CHECK(world.archive.saves == 1);
    world.Do(1, "room:resume");
    CHECK(world.LineOf(1)->phase() == "voided");
}

TEST_CASE("a room that is closed leaves its game for the archive") {
    World world;
    world.Begin();
    world.archive.failures = 1;
    CHECK(world.rooms->Close(world.room_id).ok());
    world.Pump();
    CHECK(world.rooms->size() == 0);
    CHECK(world.archive.saves == 0);
    world.Restart();
    CHECK(world.rooms->size() == 0);
    CHECK(world.archive.saves == 1);
    world.Restart();
    CHECK(world.archive.saves == 1);
}

TEST_CASE("spectators see the game after the delay, and no more than anybody may know") {
    World world;
    RoomPlan plan;
    plan.spectators.delay_s = 30;
    REQUIRE(world.Create(1, 5, plan).empty());
    world.Do(9, "room:join", {{"as", "spectator"}});
    for (int user = 2; user <= 5; ++user) world.Do(user, "room:join");
    for (int user = 1; user <= 5; ++user) world.Do(user, "game:ready", {{"random", world.RandomHex()}});
    world.Do(1, "room:start");
    world.Do(1, "room:chat", {{"text", "good evening"}});
    CHECK(world.LineOf(9)->game().IsNull());
    CHECK(world.LineOf(9)->chats() == 0);
    world.Pass(15);
    for (int user = 1; user <= 5; ++user) world.Act(user);
    world.Pass(14);
    CHECK(world.LineOf(9)->game().IsNull());
    world.Restart();
    world.Do(9, "room:resume");
    CHECK(world.LineOf(9)->game().IsNull());
    world.Pass(1);
    CHECK(world.LineOf(9)->phase() == "reveal");
    CHECK(world.LineOf(9)->room().Find("link") == nullptr);
    for (const json::Value& seat : Member(world.LineOf(9)->game(), "seats").AsArray()) {
        CHECK_FALSE(ShowsRole(seat));
    }
    world.Pass(15);
    CHECK(world.LineOf(9)->phase() == "propose");
}

TEST_CASE("the chat of spectators is for players when the game is over") {
    World world;
    world.Begin();
    world.Do(9, "room:join", {{"as", "spectator"}});
    world.Do(9, "room:chat", {{"text", "it is P2"}});
    world.Do(1, "room:chat", {{"text", "who is it?"}});
    CHECK(world.LineOf(1)->chats() == 1);
    CHECK(world.LineOf(9)->chats() == 2);
    CHECK(world.CodeOf(9, "room:chat", {{"text", "x"}, {"channel", "players"}}) == "FORBIDDEN");
    CHECK(world.rooms->Chat(world.room_id, 1).size() == 1);
    CHECK(world.rooms->Chat(world.room_id, 9).size() == 2);
    CHECK(world.rooms->Chat(world.room_id, 77).empty());
    for (int user = 1; user <= 4; ++user) world.Do(user, "game:void");
    world.Do(1, "room:resume");
    CHECK(world.LineOf(1)->chats() == 2);
    world.Restart();
    world.Do(1, "room:resume");
    CHECK(world.LineOf(1)->chats() == 2);
}

TEST_CASE("roles of others reach a line only when the game is over") {
    World world;
    world.Begin(5, PlanWith({.shuffle_seats = true}));
    for (int user = 1; user <= 5; ++user) {
        int known = 0;
        for (const json::Value& seat : Member(world.LineOf(user)->game(), "seats").AsArray()) {
            if (ShowsRole(seat)) ++known;
        }
        CHECK(known == 1);
        CHECK(UserAt(world, Member(Member(world.LineOf(user)->view, "you"), "seat").AsInt()) == user);
    }
    world.PlayOut();
    for (const json::Value& seat : Member(world.LineOf(3)->game(), "seats").AsArray()) {
        CHECK(ShowsRole(seat));
    }
}

TEST_CASE("bots play a game by themselves, each after a time of its own") {
    World world;
    REQUIRE(world.Create(1).empty());
    for (int player = 1; player < 5; ++player) world.Do(1, "room:bot", {{"player", player}, {"strength", "normal"}});
    world.Do(1, "game:ready", {{"random", world.RandomHex()}});
    world.Do(1, "room:start");
    CHECK(Member(world.LineOf(1)->game(), "ready").AsArray().empty());
    for (int seconds = 0; seconds < 5'000 && world.LineOf(1)->phase() != "end"; ++seconds) {
        world.Act(1);
        world.Pass(1);
    }
    CHECK(world.LineOf(1)->phase() == "end");
    REQUIRE(world.archive.games.size() == 1);
    const GameRecord& record = world.archive.games.begin()->second;
    CHECK(record.proof.client_bytes.size() == 1);
    CHECK(std::count_if(record.seats.begin(), record.seats.end(),
                        [](const RecordedSeat& s) { return s.bot.has_value(); }) == 4);
}

}  // namespace rt::avalon
