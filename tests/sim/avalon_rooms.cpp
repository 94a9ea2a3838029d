// Rooms under accidents: persons and bots play whole games while connections break, clocks end, the process dies
// between a command and its commit. After each accident everybody must find what he had seen; afterwards a sweep reads
// the whole store.
#include <set>

#include "avalon/codec.h"
#include "avalon/domain/game.h"
#include "avalon/hashing.h"
#include "avalon/room/room_store.h"
#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

constexpr int kSeeds = 8;
constexpr int kStepsMax = 1'500;

struct Accidents {
    int restarts = 0;
    int cuts = 0;
    int lost = 0;
};

// Without the members that are null: a patch says null for what is gone.
json::Value Present(const json::Value& object) {
    json::Object out;
    for (const auto& [name, value] : object.AsObject().members()) {
        if (!value.IsNull()) out.Add(name, value);
    }
    return out;
}

class Evening {
  public:
    explicit Evening(std::uint64_t seed) : world_({.limits = {.bot_wait_min_ms = 200, .bot_wait_max_ms = 900}}, seed) {}

    void Play(Accidents& accidents) {
        SitDown();
        for (int step = 0; step < kStepsMax && !Over(); ++step) {
            const auto what = world_.random.Below(100);
            if (what < 60) {
                MoveOf(AnyPerson());
            } else if (what < 75) {
                world_.Pass(static_cast<std::int64_t>(1 + world_.random.Below(3)));
            } else if (what < 83) {
                Disconnect(AnyPerson(), accidents);
            } else if (what < 92) {
                Nonsense(AnyPerson());
            } else if (what < 96) {
                Die(accidents);
            } else {
                LoseOne(AnyPerson(), accidents);
            }
        }
        REQUIRE(Over());
        Sweep();
    }

  private:
    void SitDown() {
        players_ = kSeatsMin + static_cast<int>(world_.random.Below(kSeatsMax - kSeatsMin + 1));
        persons_ = 2 + static_cast<int>(world_.random.Below(static_cast<std::uint64_t>(players_ - 1)));
        RoomPlan plan;
        plan.setup = DefaultSetup(players_);
        plan.setup.options.lady = players_ >= 7;
        plan.setup.options.shuffle_seats = true;
        plan.setup.options.timeout = world_.random.Below(2) == 0 ? TimeoutPolicy::kDefault : TimeoutPolicy::kRandom;
        REQUIRE(world_.Create(1, players_, plan).empty());
        for (int user = 2; user <= persons_; ++user) world_.Do(user, "room:join");
        for (int player = persons_; player < players_; ++player) {
            constexpr std::array kWords{"easy", "normal", "hard"};
            world_.Do(1, "room:bot", {{"player", player}, {"strength", kWords[world_.random.Below(3)]}});
        }
        for (int user = 1; user <= persons_; ++user) {
            world_.Do(user, "game:ready", {{"random", world_.RandomHex()}});
        }
        world_.Do(1, "room:start");
        commitment_ = world_.LineOf(1)->room().Find("commitment")->AsString();
    }

    std::int64_t AnyPerson() {
        return 1 + static_cast<std::int64_t>(world_.random.Below(static_cast<std::uint64_t>(persons_)));
    }

    bool Over() {
        Back(1);
        return world_.LineOf(1)->phase() == "end" || world_.LineOf(1)->phase() == "voided";
    }

    void Back(std::int64_t user) {
        if (world_.LineOf(user)->view.IsNull()) world_.Do(user, "room:resume");
    }

    void MoveOf(std::int64_t user) {
        Back(user);
        CheckKnowledge(user);
        if (world_.LineOf(user)->game().Find("paused")->AsBool()) {
            world_.Do(user, "game:resume");
            return;
        }
        world_.Act(user, world_.random.Below(4) != 0, world_.random.Below(2) == 0);
    }

    // Before the end a player sees one role: his own.
    void CheckKnowledge(std::int64_t user) {
        const json::Value& game = world_.LineOf(user)->game();
        const std::string phase = game.Find("phase")->AsString();
        if (phase == "end" || phase == "voided" || game.Find("evil_revealed")->AsBool()) return;
        const std::int64_t seat = world_.LineOf(user)->view.Find("you")->Find("seat")->AsInt();
        const json::Array& seats = game.Find("seats")->AsArray();
        for (std::size_t i = 0; i < seats.size(); ++i) {
            const json::Value* role = seats[i].Find("role");
            const bool known = role != nullptr && !role->IsNull();
            CHECK(known == (static_cast<std::int64_t>(i) == seat));
        }
    }

    // Cut, and back with the number he had: what he missed must make the same view as a fresh one.
    void Disconnect(std::int64_t user, Accidents& accidents) {
        Back(user);
        const json::Value view = world_.LineOf(user)->view;
        const std::int64_t seq = world_.LineOf(user)->seq;
        world_.Cut(user);
        ++accidents.cuts;
        if (world_.random.Below(2) == 0) MoveOf(AnyPerson());
        world_.Pass(static_cast<std::int64_t>(world_.random.Below(20)));
        if (!world_.LineOf(user)->view.IsNull()) return;
        world_.LineOf(user)->view = view;
        world_.LineOf(user)->seq = seq;
        world_.Do(user, "room:resume", {{"seq", seq}});
        const json::Value patched = world_.LineOf(user)->view;
        world_.Do(user, "room:resume");
        CHECK(Present(*patched.Find("game")) == Present(world_.LineOf(user)->game()));
        CHECK(Present(*patched.Find("room")) == Present(world_.LineOf(user)->room()));
        CHECK(*patched.Find("chat") == *world_.LineOf(user)->view.Find("chat"));
    }

    void Nonsense(std::int64_t user) {
        Back(user);
        const json::Value before = *world_.LineOf(user)->game().Find("log");
        static_cast<void>(world_.CodeOf(user, "game:target", {{"target", 9}}));
        CHECK_FALSE(world_.CodeOf(user, "room:setup", {{"name", "later"}}).empty());
        CHECK_FALSE(world_.CodeOf(user, "game:propose", {{"team", json::Array{0, 0}}}).empty());
        static_cast<void>(world_.CodeOf(user, "game:pause"));
    }

    // A state without what a restart changes by right.
    json::Value Lasting(std::int64_t user) {
        json::Value game = world_.LineOf(user)->game();
        game.AsObject().Erase("clock");
        return game;
    }

    void Die(Accidents& accidents) {
        std::map<std::int64_t, json::Value> before;
        for (int user = 1; user <= persons_; ++user) {
            Back(user);
            before[user] = Lasting(user);
        }
        world_.Restart();
        ++accidents.restarts;
        for (int user = 1; user <= persons_; ++user) {
            world_.Do(user, "room:resume");
            CHECK(json::Encode(Lasting(user)) == json::Encode(before[user]));
        }
    }

    // The process dies when a command has been taken and is not on disk: it was not answered, and has not happened.
    void LoseOne(std::int64_t user, Accidents& accidents) {
        Back(user);
        for (int other = 1; other <= persons_; ++other) Back(other);
        const json::Value before = Lasting(user);
        RoomCommand command = world_.CommandOf(user, "game:ready", {});
        bool answered = false;
        bool accepted = false;
        command.answer = [&](const std::string& text) {
            answered = true;
            accepted = text.starts_with("{\"ok\":true");
        };
        const auto room = world_.rooms->Find(world_.room_id);
        room->Submit(std::move(command));
        room->Run();
        CHECK_FALSE(accepted);
        accidents.lost += answered ? 0 : 1;
        world_.Restart();
        for (int other = 1; other <= persons_; ++other) world_.Do(other, "room:resume");
        CHECK(json::Encode(Lasting(user)) == json::Encode(before));
    }

    void Sweep() {
        world_.Pass(5);
        REQUIRE(world_.archive.games.size() == 1);
        const GameRecord& record = world_.archive.games.begin()->second;
        State state;
        for (const TimedEvent& timed : record.events) Apply(state, timed.event);
        CHECK(state.Over());
        CHECK(record.proof.commitment == commitment_);
        CHECK(Commitment(CryptoHashing(), record.game_id, record.proof.seed) == commitment_);
        DealStream stream(CryptoHashing(), record.proof.seed, record.proof.client_bytes);
        CHECK(DrawDeal(record.setup, stream) == state.deal());
        CHECK(record.proof.client_bytes.size() == static_cast<std::size_t>(persons_));
        std::set<std::int64_t> people;
        for (const RecordedSeat& seat : record.seats) {
            if (seat.user_id != 0) people.insert(seat.user_id);
        }
        CHECK(people.size() == static_cast<std::size_t>(persons_));
        std::vector<std::string> broken;
        const auto stored = LoadRooms(*world_.kv, broken);
        REQUIRE(stored.ok());
        CHECK(broken.empty());
        for (const auto& [room_id, room] : *stored) {
            for (const auto& [game_no, rows] : room.games) CHECK(LoadGame(*world_.kv, room_id, game_no).ok());
            for (const auto& [user, acks] : room.acks) CHECK(acks.size() <= kAcksKept);
        }
    }

    World world_;
    int players_ = 0;
    int persons_ = 0;
    std::string commitment_;
};

}  // namespace

TEST_CASE("evenings full of accidents end well") {
    Accidents accidents;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        CAPTURE(seed);
        Evening(seed).Play(accidents);
    }
    // An evening without them would prove nothing.
    CHECK(accidents.restarts > kSeeds);
    CHECK(accidents.cuts > kSeeds);
    CHECK(accidents.lost > 0);
}

TEST_CASE("the sweep sees a game that lacks a row") {
    World world;
    world.Begin();
    for (int user = 1; user <= 4; ++user) world.Do(user, "game:void");
    CHECK(LoadGame(*world.kv, world.room_id, 1).ok());
    std::string last;
    REQUIRE(world.kv
                ->Scan({storage::kv::Env::kDurable, "avalon.event"}, world.room_id + "/g",
                       [&](std::string_view key, std::string_view) {
                           last = key;
                           return true;
                       })
                .ok());
    REQUIRE(world.kv->Delete({storage::kv::Env::kDurable, "avalon.event"}, last).ok());
    CHECK(LoadGame(*world.kv, world.room_id, 1).error().code == Code::kNotFound);
}

}  // namespace rt::avalon
