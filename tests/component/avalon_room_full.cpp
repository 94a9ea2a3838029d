// A store that is full: rooms say so, change nothing, and go on when there is space.
#include <string>

#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

constexpr storage::kv::Table kJunk{storage::kv::Env::kDurable, "auth.code"};

// A world whose fast store holds a megabyte.
class SmallWorld : public World {
  public:
    SmallWorld() {
        match.reset();
        rooms.reset();
        kv.reset();
        kv_options.durable_map_bytes = 1 << 20;
        Open();
    }
    // A reader holds every page that was ever written, as a backup does: then each write needs new ones, and in the end
    // not the smallest fits. What the last command of the room was refused with.
    std::string Fill() {
        reader_ = std::move(*kv->OpenSnapshot());
        for (const std::size_t bytes : {32'000U, 1U}) {
            const std::string value(bytes, 'v');
            while (kv->Put(kJunk, "junk", value, std::nullopt).ok()) {
            }
        }
        // The last free pages go to the room's own smallest writes.
        for (int i = 0; i < 20; ++i) {
            const std::string code = CodeOf(1 + i / 5, "game:pause", {{"yes", i % 2 == 0}});
            if (code == "STORAGE_FULL") return code;
        }
        return "never full";
    }
    void Free() {
        reader_.reset();
        REQUIRE(kv->Delete(kJunk, "junk").ok());
    }
    bool Halted() { return LineOf(1)->room().Find("halted")->AsBool(); }
    // The games as the players see them.
    std::string Games() {
        std::string out;
        for (int user = 1; user <= 5; ++user) out += json::Encode(LineOf(user)->game());
        return out;
    }

  private:
    std::unique_ptr<storage::kv::Snapshot> reader_;
};

}  // namespace

TEST_CASE("a room whose store is full says so, changes nothing, and plays on when there is space") {
    SmallWorld world;
    world.Begin();
    for (int user = 1; user <= 4; ++user) world.Act(user);
    CHECK(world.LineOf(1)->phase() == "reveal");
    CHECK_FALSE(world.Halted());
    CHECK(world.Fill() == "STORAGE_FULL");
    CHECK(world.Halted());
    const std::string before = world.Games();
    const json::Value refused = world.Ask(5, "game:ready", {}, "late");
    CAPTURE(json::Encode(refused));
    REQUIRE(refused.Find("code") != nullptr);
    CHECK(refused.Find("code")->AsString() == "STORAGE_FULL");
    CHECK_FALSE(refused.Find("message")->AsString().empty());
    CHECK(world.CodeOf(1, "room:chat", {{"text", "hello?"}}) == "STORAGE_FULL");
    CHECK(world.LineOf(1)->chats() == 0);
    // Clocks end, and nothing is played: it could not be kept.
    world.Pass(120);
    CHECK(world.Games() == before);
    CHECK(world.Halted());
    world.Free();
    world.Pass(kHaltMicros / base::kMicrosPerSecond);
    CHECK_FALSE(world.Halted());
    CHECK(world.LineOf(1)->phase() == "propose");  // the clock's move, made up for
    CHECK(world.CodeOf(5, "game:ready", {}).empty() == false);
    CHECK(world.Ask(5, "room:chat", {{"text", "here"}}, "chat").Find("ok")->AsBool());
    std::map<int, json::Value> games;
    for (int user = 1; user <= 5; ++user) games[user] = world.LineOf(user)->game();
    world.Restart();
    for (int user = 1; user <= 5; ++user) world.Do(user, "room:resume");
    for (int user = 1; user <= 5; ++user) {
        for (const auto& [name, value] : games[user].AsObject().members()) {
            if (name != "clock") CHECK_MESSAGE(*world.LineOf(user)->game().Find(name) == value, name);
        }
    }
    world.PlayOut();
}

TEST_CASE("what a full store refused is done when it is sent again under the same number") {
    SmallWorld world;
    world.Begin();
    REQUIRE(world.Fill() == "STORAGE_FULL");
    CHECK(world.Ask(5, "game:ready", {}, "same").Find("code")->AsString() == "STORAGE_FULL");
    world.Free();
    CHECK(world.Ask(5, "game:ready", {}, "same").Find("ok")->AsBool());
    CHECK_FALSE(world.Halted());
    CHECK(world.LineOf(1)->game().Find("ready")->AsArray().size() == 1);
}

TEST_CASE("a room that cannot be written is not made, and takes no place") {
    SmallWorld world;
    world.Begin();
    REQUIRE(world.Fill() == "STORAGE_FULL");
    const auto rooms = world.rooms->size();
    RoomCommand command = world.CommandOf(7, "room:create", {});
    std::string answer;
    command.answer = [&](std::string sent) { answer = std::move(sent); };
    RoomPlan plan;
    plan.setup = DefaultSetup(5);
    plan.host = 7;
    plan.places.resize(5);
    plan.places[0] = PlaceOf(*world.PersonOf(7));
    REQUIRE(world.rooms->Create(plan, command).ok());
    world.Pump();
    CHECK(json::Decode(answer)->Find("code")->AsString() == "STORAGE_FULL");
    CHECK(world.rooms->size() == rooms);
    CHECK(world.rooms->RoomsOf(7).empty());
}

TEST_CASE("a room that is closed while the store is full ends when there is space") {
    SmallWorld world;
    world.Begin();
    REQUIRE(world.Fill() == "STORAGE_FULL");
    CHECK(world.rooms->Close(world.room_id).ok());
    world.Pass(30);
    CHECK(world.rooms->size() == 1);
    CHECK(world.LineOf(1)->phase() == "reveal");
    world.Free();
    world.Pass(5);
    CHECK(world.rooms->size() == 0);
    CHECK(world.LineOf(1)->closed == "closed");
}

}  // namespace rt::avalon
