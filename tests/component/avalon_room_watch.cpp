// Those who watch with a delay: the same as those who watch at once, that much later, and nothing before.
#include <set>

#include "avalon/lobby/lists.h"
#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

constexpr int kDelay = 30;
constexpr std::int64_t kWatcher = 9;

struct Sight {
    std::int64_t at = 0;  // microseconds after the beginning
    std::string what;
    bool operator==(const Sight&) const = default;
};

// What changes by itself from one world to the other, or is about the delay.
std::string Described(const World& world, const TestLine& line) {
    json::Value room = line.room();
    json::Object spectators = room.Find("spectators")->AsObject();
    spectators.Erase("delay");
    room.AsObject().Set("spectators", spectators);
    const json::Object own = ListOfOwnRooms(*world.rooms, kWatcher);
    const json::Value mine = own.Find("rooms")->AsArray().front();
    const json::Value listing = ListedRoom(*world.rooms->Look(world.room_id)->summary);
    return json::Encode(json::Object{{"room", room},
                                     {"game", line.game()},
                                     {"chat", *line.view.Find("chat")},
                                     {"mine", *mine.Find("state")},
                                     {"listed", *listing.Find("state")},
                                     {"seated", *listing.Find("seated")}});
}

// One evening at a table that is watched: the same commands at the same times, whatever the delay.
class Evening {
  public:
    explicit Evening(int delay_s) : began_(world_.clock.MonotonicMicros()) {
        RoomPlan plan;
        plan.listed = true;
        plan.spectators.delay_s = delay_s;
        REQUIRE(world_.Create(1, 5, plan).empty());
        for (int user = 2; user <= 5; ++user) world_.Do(user, "room:join");
        world_.Do(kWatcher, "room:join", {{"as", "spectator"}});
        for (int user = 1; user <= 5; ++user) world_.Do(user, "game:ready", {{"random", world_.RandomHex()}});
        sights_.clear();
        Look();
    }

    void Play() {
        Then([&] { world_.Do(1, "room:start"); });
        Then([&] { world_.Do(2, "room:chat", {{"text", "I am good"}}); });
        for (int round = 0; round < 400 && world_.LineOf(1)->phase() != "end"; ++round) {
            for (int user = 1; user <= 5; ++user) Then([&] { world_.Act(user); });
            if (round == 2) Then([&] { world_.Cut(4); });
            if (round == 3) Then([&] { world_.Do(4, "room:resume"); });
        }
        REQUIRE(world_.LineOf(1)->phase() == "end");
        Then([&] { world_.Do(3, "room:chat", {{"text", "I was evil"}}); });
        Then([&] { world_.Do(5, "room:leave"); });
        for (int user = 1; user <= 3; ++user) Then([&] { world_.Do(user, "room:rematch"); });
        Then([&] { world_.Do(1, "room:seat", {{"player", 4}}); });
    }

    // Something happens, then a second goes by.
    void Then(const std::function<void()>& happens) {
        happens();
        Look();
        Wait(1);
    }
    void Wait(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            world_.Pass(1);
            Look();
        }
    }
    // Notes when what the watcher can know has changed.
    void Look() {
        std::string now = Described(world_, *world_.LineOf(kWatcher));
        if (!sights_.empty() && sights_.back().what == now) return;
        sights_.push_back({world_.clock.MonotonicMicros() - began_, std::move(now)});
    }

    World& world() { return world_; }
    const std::vector<Sight>& sights() const { return sights_; }

  private:
    World world_;
    std::int64_t began_;
    std::vector<Sight> sights_;
};

json::Value MemberOf(const Sight& sight, std::string_view name) {
    return *json::Decode(sight.what)->Find(name);
}

// The newest of what the watcher saw by `at`.
const Sight& SeenBy(const std::vector<Sight>& sights, std::int64_t at) {
    const Sight* seen = &sights.front();
    for (const Sight& sight : sights) {
        if (sight.at <= at) seen = &sight;
    }
    return *seen;
}

}  // namespace

TEST_CASE("with a delay one sees what others saw at once, that much later and never before") {
    Evening at_once(0);
    Evening late(kDelay);
    at_once.Play();
    late.Play();
    at_once.Wait(kDelay + 1);
    late.Wait(kDelay + 1);
    REQUIRE(at_once.sights().size() > 30);
    std::set<std::string> states;
    for (const Sight& sight : late.sights()) {
        const Sight& original = SeenBy(at_once.sights(), sight.at - kDelay * base::kMicrosPerSecond);
        for (const std::string_view part : {"room", "game", "chat", "mine", "listed", "seated"}) {
            REQUIRE_MESSAGE(MemberOf(sight, part) == MemberOf(original, part), part << " at " << sight.at);
        }
        states.insert(MemberOf(sight, "mine").AsString());
    }
    CHECK(states == std::set<std::string>{"LOBBY", "PLAYING", "ENDED"});
    CHECK(late.sights().back().what == at_once.sights().back().what);
}

TEST_CASE("refusals tell who watches late nothing of how far the others are") {
    World world;
    RoomPlan plan;
    plan.spectators.delay_s = kDelay;
    REQUIRE(world.Create(1, 5, plan).empty());
    for (int user = 2; user <= 5; ++user) world.Do(user, "room:join");
    world.Do(1, "room:host", {{"userId", "person2"}});
    world.Do(kWatcher, "room:join", {{"as", "spectator"}});
    for (int user = 1; user <= 5; ++user) world.Do(user, "game:ready", {{"random", world.RandomHex()}});
    const auto answers = [&] {
        std::string out;
        for (const char* name :
             {"room:rematch", "room:start", "room:shuffle", "game:ready", "game:vote", "game:pause"}) {
            out += world.CodeOf(kWatcher, name) + " ";
        }
        out += world.CodeOf(kWatcher, "game:ready", {{"random", "no"}}) + " ";
        out += world.CodeOf(kWatcher, "room:kick", {{"userId", "person5"}}) + " ";
        return out;
    };
    const auto tries = [&] {
        return world.CodeOf(kWatcher, "room:seat", {{"player", 4}}) + " " + world.CodeOf(kWatcher, "room:join");
    };
    const std::string before = answers();
    world.Do(2, "room:start");
    CHECK(answers() == before);
    const std::string playing = tries();
    world.PlayOut();
    CHECK(answers() == before);
    CHECK(tries() == playing);
    world.Do(5, "room:leave");
    for (int user = 1; user <= 3; ++user) world.Do(user, "room:rematch");
    CHECK(answers() == before);
    CHECK(tries() == playing);
    CHECK(playing == "INVALID_STATE INVALID_STATE");
    world.Pass(kDelay);
    CHECK(world.CodeOf(kWatcher, "room:seat", {{"player", 4}}).empty());
}

TEST_CASE("numbers of messages do not tell one channel about the other") {
    World world;
    world.Begin();
    world.Do(kWatcher, "room:join", {{"as", "spectator"}});
    const auto say = [&](std::int64_t user) {
        return world.Ask(user, "room:chat", {{"text", "x"}}).Find("message")->AsInt();
    };
    const std::int64_t first = say(kWatcher);
    for (int user = 1; user <= 5; ++user) say(user);
    CHECK(say(kWatcher) == first + 2);
    const std::int64_t of_player = say(1);
    world.Restart();
    world.Do(kWatcher, "room:resume");
    world.Do(1, "room:resume");
    CHECK(say(kWatcher) == first + 4);
    CHECK(say(1) == of_player + 2);
}

TEST_CASE("a restart shows who watches late nothing sooner") {
    World world;
    RoomPlan plan;
    plan.spectators.delay_s = kDelay;
    plan.listed = true;
    world.Begin(5, plan);
    world.Do(kWatcher, "room:join", {{"as", "spectator"}});
    const auto listed = [&] {
        return ListedRoom(*world.rooms->Look(world.room_id)->summary).Find("state")->AsString();
    };
    world.Do(1, "room:chat", {{"text", "secret"}});
    world.Pass(kDelay / 2);
    world.PlayOut();
    world.Pass(kDelay / 2 - 1);
    world.Restart();
    world.Do(kWatcher, "room:resume");
    CHECK(world.LineOf(kWatcher)->room().Find("state")->AsString() == "LOBBY");
    CHECK(world.LineOf(kWatcher)->chats() == 0);
    CHECK(listed() == "LOBBY");
    world.Pass(1);
    CHECK(world.LineOf(kWatcher)->room().Find("state")->AsString() == "PLAYING");
    CHECK(world.LineOf(kWatcher)->phase() == "reveal");
    CHECK(world.LineOf(kWatcher)->chats() == 1);
    CHECK(listed() == "PLAYING");
    for (int user = 1; user <= 5; ++user) world.Do(user, "room:resume");
    for (int user = 1; user <= 3; ++user) world.Do(user, "room:rematch");
    world.Restart();
    world.Do(kWatcher, "room:resume");
    CHECK(listed() == "PLAYING");
    CHECK(world.LineOf(kWatcher)->phase() == "reveal");
    world.Pass(kDelay / 2);
    CHECK(world.LineOf(kWatcher)->phase() == "end");
    world.Pass(kDelay);
    CHECK(world.LineOf(kWatcher)->game().IsNull());
    CHECK(listed() == "LOBBY");
}

TEST_CASE("a game is in no history and no figures before those who watch have seen its end, also after a restart") {
    World world;
    RoomPlan plan;
    plan.spectators.delay_s = kDelay;
    world.Begin(5, plan);
    world.PlayOut();
    world.Pass(kDelay - 1);
    CHECK(world.archive.saves == 0);
    world.Restart();
    CHECK(world.archive.saves == 0);
    world.Pass(1);
    CHECK(world.archive.saves == 1);
}

TEST_CASE("what a room played is held back as long when the room is gone, and no longer when the clock was set back") {
    World world;
    RoomPlan plan;
    plan.spectators.delay_s = kDelay;
    world.Begin(5, plan);
    for (int user = 1; user <= 4; ++user) world.Do(user, "game:void");
    CHECK(world.rooms->Close(world.room_id).ok());
    world.Pump();
    CHECK(world.rooms->size() == 0);
    world.Restart();
    world.Pass(kDelay - 1);
    CHECK(world.archive.saves == 0);
    world.clock.Set(world.clock.Now().Plus(-base::kMicrosPerHour));
    world.Restart();
    world.Pass(kDelay - 1);
    CHECK(world.archive.saves == 0);
    world.Pass(1);
    CHECK(world.archive.saves == 1);
}

TEST_CASE("who left a game finds it among his own, until it is over") {
    World world;
    world.Begin();
    const auto mine = [&](std::int64_t user) { return json::Encode(ListOfOwnRooms(*world.rooms, user)); };
    CHECK(mine(3).find(R"("player":2,"left":false)") != std::string::npos);
    world.Do(3, "room:leave");
    CHECK(mine(3).find(R"("player":2,"left":true)") != std::string::npos);
    world.Restart();
    CHECK(mine(3).find(R"("left":true)") != std::string::npos);
    world.Do(3, "room:resume");
    CHECK(mine(3).find(R"("player":2,"left":false)") != std::string::npos);
    world.Do(3, "room:leave");
    for (int user : {1, 2, 4, 5}) world.Do(user, "game:void");
    CHECK(mine(3) == R"({"rooms":[]})");
}

}  // namespace rt::avalon
