// Rooms before and after a game: seats, host, caps, lists, chat.
#include "avalon/lobby/lists.h"
#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

json::Value Row(World& world, std::int64_t viewer, std::size_t player) {
    return world.LineOf(viewer)->room().Find("players")->AsArray()[player];
}

std::string HostSeenBy(World& world, std::int64_t viewer) {
    return world.LineOf(viewer)->room().Find("host")->AsString();
}

}  // namespace

TEST_CASE("the cap of all rooms") {
    World world({.rooms_max = 3, .rooms_per_user_max = 10});
    CHECK(world.Create(1).empty());
    CHECK(world.Create(2).empty());
    CHECK(world.Create(3).empty());
    CHECK(world.Create(4) == "QUOTA_FULL");
    world.Do(3, "room:leave");
    CHECK(world.rooms->size() == 2);
    CHECK(world.Create(4).empty());
}

TEST_CASE("the cap of rooms of one person") {
    World world({.rooms_per_user_max = 2});
    CHECK(world.Create(1).empty());
    CHECK(world.rooms->CheckPlace(1, "another").ok());
    CHECK(world.Create(1).empty());
    CHECK(world.rooms->CheckPlace(1, "another").error().code == Code::kQuotaFull);
    CHECK(world.rooms->CheckPlace(1, world.room_id).ok());
    CHECK(world.Create(1) == "QUOTA_FULL");
    world.Restart();
    CHECK(world.Create(1) == "QUOTA_FULL");
    world.Do(1, "room:leave");
    CHECK(world.Create(1).empty());
}

TEST_CASE("the cap of spectators") {
    World world({.limits = {.spectators_max = 2}});
    REQUIRE(world.Create(1).empty());
    CHECK(world.CodeOf(11, "room:join", {{"as", "spectator"}}).empty());
    CHECK(world.CodeOf(12, "room:join", {{"as", "spectator"}}).empty());
    CHECK(world.CodeOf(13, "room:join", {{"as", "spectator"}}) == "ROOM_FULL");
    CHECK(world.CodeOf(12, "room:join", {{"as", "spectator"}}).empty());
    world.Do(2, "room:join");
    CHECK(world.CodeOf(2, "room:seat", {{"player", nullptr}}) == "ROOM_FULL");
    world.Do(11, "room:leave");
    CHECK(world.CodeOf(13, "room:join", {{"as", "spectator"}}).empty());
}

TEST_CASE("a table is full, a seat is taken, people move") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join", {{"player", 4}});
    CHECK(Row(world, 1, 4).Find("userId")->AsString() == "person2");
    CHECK(world.CodeOf(3, "room:join", {{"player", 4}}) == "SEAT_TAKEN");
    world.Do(3, "room:join");
    world.Do(4, "room:join");
    world.Do(5, "room:join");
    CHECK(world.CodeOf(6, "room:join") == "ROOM_FULL");
    world.Do(6, "room:join", {{"as", "spectator"}});
    world.Do(2, "room:seat", {{"player", nullptr}});
    world.Do(6, "room:seat", {{"player", 4}});
    CHECK(Row(world, 1, 4).Find("userId")->AsString() == "person6");
    CHECK(world.LineOf(2)->view.Find("you")->Find("spectator")->AsBool());
    CHECK(world.CodeOf(2, "room:seat", {{"player", 0}}) == "SEAT_TAKEN");
}

TEST_CASE("the host sets up, hands on, and loses his place to the next when he goes") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join");
    CHECK(world.CodeOf(2, "room:setup", {{"name", "mine"}}) == "FORBIDDEN");
    world.Do(1, "room:setup",
             {{"name", "evening"}, {"listed", true}, {"spectators", json::Object{{"allowed", false}}}});
    CHECK(world.LineOf(2)->room().Find("name")->AsString() == "evening");
    CHECK(world.CodeOf(9, "room:join", {{"as", "spectator"}}) == "NOT_ADMITTED");
    world.Do(1, "room:host", {{"userId", "person2"}});
    CHECK(HostSeenBy(world, 1) == "person2");
    CHECK(world.CodeOf(1, "room:shuffle") == "FORBIDDEN");
    world.Do(2, "room:leave");
    CHECK(HostSeenBy(world, 1) == "person1");
    world.Do(1, "room:leave");
    CHECK(world.rooms->size() == 0);
    world.Restart();
    CHECK(world.rooms->size() == 0);
}

TEST_CASE("what only the host may do is done by no other player and by nobody who watches") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join");
    world.Do(3, "room:join");
    world.Do(9, "room:join", {{"as", "spectator"}});
    const json::Value before = world.LineOf(1)->room();
    const std::vector<std::pair<std::string, json::Object>> commands{
        {"room:setup", {{"name", "mine"}}},
        {"room:bot", {{"player", 4}, {"strength", "easy"}}},
        {"room:kick", {{"userId", "person3"}}},
        {"room:host", {{"userId", "person2"}}},
        {"room:shuffle", {}},
        {"room:start", {}}};
    for (const std::int64_t user : {2, 9}) {
        for (const auto& [name, data] : commands) CHECK_MESSAGE(world.CodeOf(user, name, data) == "FORBIDDEN", name);
    }
    CHECK(world.LineOf(1)->room() == before);
}

TEST_CASE("a larger or smaller set-up keeps people, and their readiness is asked anew") {
    World world;
    REQUIRE(world.Create(1, 6).empty());
    for (int user = 2; user <= 5; ++user) world.Do(user, "room:join");
    world.Do(5, "room:seat", {{"player", 5}});
    world.Do(1, "game:ready", {{"random", world.RandomHex()}});
    const auto setup = [&](int players) {
        json::Array roles;
        for (const Role role : DefaultSetup(players).roles) roles.emplace_back(avalon::Row(role).name);
        return json::Object{{"setup", json::Object{{"roles", roles}}}};
    };
    world.Do(1, "room:setup", setup(5));
    CHECK(Row(world, 1, 4).Find("userId")->AsString() == "person5");
    CHECK_FALSE(Row(world, 1, 0).Find("ready")->AsBool());
    world.Do(1, "room:setup", setup(10));
    CHECK(world.LineOf(1)->room().Find("players")->AsArray().size() == 10);
    for (int user = 6; user <= 10; ++user) world.Do(user, "room:join");
    CHECK(world.CodeOf(1, "room:setup", setup(9)) == "ROOM_FULL");
}

TEST_CASE("who is kicked is told, before the start only") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join");
    world.Do(1, "room:kick", {{"userId", "person2"}});
    CHECK(world.LineOf(2)->closed == "kicked");
    CHECK(world.CodeOf(2, "game:vote", {{"approve", true}}) == "NOT_ADMITTED");
    World playing;
    playing.Begin();
    CHECK(playing.CodeOf(1, "room:kick", {{"userId", "person2"}}) == "INVALID_STATE");
    CHECK(playing.CodeOf(6, "room:join") == "INVALID_STATE");
}

TEST_CASE("nobody comes in who is blocked by the host, or is banned") {
    World world;
    auto host = std::make_shared<Person>(*world.PersonOf(1));
    host->blocks = {2};
    world.persons[1] = host;
    REQUIRE(world.Create(1).empty());
    CHECK(world.CodeOf(2, "room:join") == "NOT_ADMITTED");
    world.Do(3, "room:join");
    auto banned = std::make_shared<Person>(*world.PersonOf(3));
    banned->banned = true;
    world.rooms->Tell(banned);
    world.Pump();
    CHECK(world.LineOf(3)->closed == "banned");
    CHECK(Row(world, 1, 1).Find("kind")->AsString() == "empty");
}

TEST_CASE("rooms where nobody is, or nobody does anything, are closed") {
    World world;
    REQUIRE(world.Create(1).empty());
    world.Cut(1);
    world.Pass(599);
    CHECK(world.rooms->size() == 1);
    world.Pass(1);
    CHECK(world.rooms->size() == 0);
    REQUIRE(world.Create(2).empty());
    world.Pass(2 * 3'600 - 1);
    CHECK(world.rooms->size() == 1);
    world.Pass(1);
    CHECK(world.rooms->size() == 0);
    CHECK(world.LineOf(2)->closed == "expired");
}

TEST_CASE("a game that everybody has left is voided after half an hour") {
    World world;
    world.Begin(5, [] {
        RoomPlan plan;
        plan.setup = DefaultSetup(5);
        plan.setup.options.timer = Timer::kEndless;
        return plan;
    }());
    for (int user = 1; user <= 5; ++user) world.Cut(user);
    world.Pass(1'799);
    CHECK(world.rooms->size() == 1);
    world.Pass(1);
    CHECK(world.rooms->size() == 0);
    REQUIRE(world.archive.games.size() == 1);
    CHECK(world.archive.games.begin()->second.voided);
}

TEST_CASE("chat: length, pace, mutes, history") {
    World world;
    REQUIRE(world.Create(1).empty());
    const auto said = [&](std::size_t size) {
        return world.CodeOf(1, "room:chat", {{"text", std::string(size, 'x')}});
    };
    CHECK(said(kChatCharsMax - 1).empty());
    CHECK(said(kChatCharsMax).empty());
    CHECK(said(kChatCharsMax + 1) == "VALIDATION_FAILED");
    CHECK(said(0) == "VALIDATION_FAILED");
    for (std::size_t i = 2; i < kChatBurst; ++i) CHECK(said(1).empty());
    CHECK(said(1) == "TOO_MANY_REQUESTS");
    world.Pass(10);
    CHECK(said(1).empty());
    auto muted = std::make_shared<Person>(*world.PersonOf(1));
    muted->muted_until = world.clock.Now().Plus(base::kMicrosPerMinute);
    world.rooms->Tell(muted);
    world.Pump();
    CHECK(said(1) == "MUTED");
    world.Pass(60);
    CHECK(said(1).empty());
    for (std::size_t i = 0; i < kChatKept; ++i) {
        world.Pass(10);
        CHECK(said(1).empty());
    }
    world.Restart();
    world.Do(1, "room:resume");
    CHECK(world.LineOf(1)->chats() == kChatKept);
}

namespace {

// Keeps what it is asked until the test answers.
class SlowCheck final : public TextCheck {
  public:
    void Check(std::int64_t, const std::string&, std::function<void(TextVerdict)> done) override {
        asked.push_back(std::move(done));
    }
    std::vector<std::function<void(TextVerdict)>> asked;
};

// A room of user 1 whose texts are judged when the test says so.
struct JudgedLate {
    JudgedLate() {
        world.checker = &check;
        world.Revive();
        REQUIRE(world.Create(1).empty());
    }
    SlowCheck check;
    World world;
};

}  // namespace

TEST_CASE("a message that is sent again while it is checked is said once, and both are told") {
    JudgedLate late;
    World& world = late.world;
    CHECK(world.Ask(1, "room:chat", {{"text", "hello"}}, "same").IsNull());
    world.Cut(1);
    RoomCommand again = world.CommandOf(1, "room:chat", {{"text", "hello"}}, "same");
    std::string answer;
    again.answer = [&](std::string sent) { answer = std::move(sent); };
    world.rooms->Find(world.room_id)->Submit(again);
    world.Pump();
    REQUIRE(late.check.asked.size() == 1);
    late.check.asked.front()(TextVerdict::kPass);
    world.Pump();
    CHECK(json::Decode(answer)->Find("ok")->AsBool());
    CHECK(world.rooms->Chat(world.room_id, 1).size() == 1);
    CHECK(world.Ask(1, "room:chat", {{"text", "hello"}}, "same").Find("ok")->AsBool());
    CHECK(late.check.asked.size() == 1);
}

TEST_CASE("a verdict is waited for as long as the limit says, and holds up nothing else") {
    JudgedLate late;
    World& world = late.world;
    CHECK(world.Ask(1, "room:chat", {{"text", "slow"}}).IsNull());
    world.Do(1, "room:shuffle");
    world.clock.Advance((kTextCheckMillis - 1) * base::kMicrosPerMilli);
    world.Pump();
    CHECK(world.LineOf(1)->chats() == 0);
    world.clock.Advance(base::kMicrosPerMilli);
    world.Pump();
    CHECK(world.LineOf(1)->chats() == 1);
    late.check.asked.front()(TextVerdict::kRefused);  // too late
    world.Pump();
    CHECK(world.LineOf(1)->chats() == 1);
}

TEST_CASE("what waits for a room is bounded: one less, the cap, one more") {
    World world;
    REQUIRE(world.Create(1).empty());
    const auto room = world.rooms->Find(world.room_id);
    std::size_t refused = 0;
    std::size_t answered = 0;
    const auto send = [&] {
        RoomCommand command = world.CommandOf(1, "room:shuffle", {});
        command.answer = [&](const std::string& text) {
            ++answered;
            if (text.find("TOO_MANY_REQUESTS") != std::string::npos) ++refused;
        };
        room->Submit(std::move(command));
    };
    for (std::size_t i = 0; i < kRoomTasksMax; ++i) send();
    CHECK(answered == 0);
    send();
    CHECK(refused == 1);
    world.Pump();
    CHECK(answered == kRoomTasksMax + 1);
    send();
    world.Pump();
    CHECK(refused == 1);
}

TEST_CASE("public rooms are in the list, private ones never") {
    World world;
    RoomPlan plan;
    plan.listed = true;
    REQUIRE(world.Create(1, 5, plan).empty());
    const std::string listed = world.room_id;
    REQUIRE(world.Create(2, 7).empty());
    CHECK(world.rooms->Listed(0).size() == 1);
    CHECK(world.rooms->Listed(0)[0]->live.room_id == listed);
    CHECK(world.rooms->Listed(7).empty());
    CHECK(json::Encode(ListOfPublicRooms(*world.rooms, 0)).find(world.room_id) == std::string::npos);
    CHECK(ListOfOwnRooms(*world.rooms, 2).Find("rooms")->AsArray().size() == 1);
    const auto found = world.rooms->Look(world.LineOf(2)->room().Find("code")->AsString());
    REQUIRE(found.has_value());
    CHECK_FALSE(found->by_link);
    CHECK(world.rooms->Look(world.LineOf(2)->room().Find("link")->AsString())->by_link);
}

TEST_CASE("who is gone before his command is done is not taken for somebody who is there") {
    World world;
    REQUIRE(world.Create(1).empty());
    RoomCommand join = world.CommandOf(2, "room:join", {});
    world.LineOf(2)->cut = true;
    CHECK(world.Send(std::move(join)).Find("ok")->AsBool());
    CHECK_FALSE(Row(world, 1, 1).Find("online")->AsBool());
    world.Cut(1);
    world.Pass(600);
    CHECK(world.rooms->size() == 0);
}

TEST_CASE("who lost the line that he came in by is shown the room on the next") {
    World world;
    REQUIRE(world.Create(1).empty());
    CHECK(world.Ask(2, "room:join", {}, "again").Find("ok")->AsBool());
    world.Cut(2);
    CHECK(world.Ask(2, "room:join", {}, "again").Find("ok")->AsBool());
    CHECK_FALSE(world.LineOf(2)->view.IsNull());
    CHECK(Row(world, 1, 1).Find("online")->AsBool());
    const std::size_t frames = world.LineOf(2)->frames.size();
    CHECK(world.Ask(2, "room:join", {}, "again").Find("ok")->AsBool());
    CHECK(world.LineOf(2)->frames.size() == frames);  // he has it
    world.Do(2, "room:leave");
    world.lines.erase(2);
    CHECK(world.Ask(2, "room:join", {}, "again").Find("ok")->AsBool());
    CHECK(world.LineOf(2)->view.IsNull());  // he came in once, and went
}

TEST_CASE("who blocks somebody does not read him, at the table and as a spectator, until he takes it back") {
    World world;
    const auto change = [&](std::int64_t user, std::vector<std::int64_t> blocks) {
        auto wary = std::make_shared<Person>(*world.PersonOf(user));
        wary->blocks = std::move(blocks);
        world.persons[user] = wary;
        world.rooms->Tell(wary);
        world.Pump();
    };
    REQUIRE(world.Create(1).empty());
    world.Do(2, "room:join");
    for (int user : {3, 4, 5}) world.Do(user, "room:join", {{"as", "spectator"}});
    world.Do(2, "room:chat", {{"text", "before"}});
    world.Do(4, "room:chat", {{"text", "beside"}});
    CHECK(world.LineOf(1)->chats() == 1);
    CHECK(world.LineOf(3)->chats() == 2);
    change(1, {2});
    change(3, {2, 4});
    CHECK(world.LineOf(1)->chats() == 0);
    CHECK(world.LineOf(3)->chats() == 0);
    world.Do(2, "room:chat", {{"text", "after"}});
    world.Do(4, "room:chat", {{"text", "after"}});
    CHECK(world.LineOf(1)->chats() == 0);
    CHECK(world.LineOf(3)->chats() == 0);
    CHECK(world.LineOf(5)->chats() == 4);
    const std::int64_t seq = world.LineOf(3)->seq;
    CHECK(seq == world.LineOf(5)->seq);
    world.Cut(3);
    world.Do(2, "room:chat", {{"text", "meanwhile"}});
    world.Do(3, "room:resume", {{"seq", seq}});
    CHECK(world.LineOf(3)->chats() == 0);
    change(3, {});
    CHECK(world.LineOf(3)->chats() == 5);
}

}  // namespace rt::avalon
