// Rooms of the game without threads, on real LMDB with a clock that stands still: the test pumps.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "avalon/lobby/quick_match.h"
#include "avalon/room/rooms.h"
#include "base/encoding.h"
#include "json/json.h"
#include "support/avalon_line.h"
#include "support/pass_every_text.h"
#include "support/temp_dir.h"

namespace rt::avalon {

class World {
  public:
    explicit World(RoomsOptions given = {}, std::uint64_t seed = 1) : options(given), random(seed) {
        options.workers = 0;
        kv_options.directory = dir / "kv";
        Open();
    }
    void Open() {
        auto opened = storage::kv::Store::Open(kv_options, clock, log, metrics);
        REQUIRE(opened.ok());
        kv = std::move(*opened);
        Revive();
    }
    void Revive() {
        match.reset();
        rooms = std::make_unique<Rooms>(options, Rooms::Parts{*kv, clock, random, log, metrics, *checker, archive});
        match = std::make_unique<QuickMatch>(QuickMatch::Parts{*rooms, clock, random, metrics});
        rooms->OnTick([this] { match->Tick(); });
        REQUIRE(rooms->Start().ok());
        Pump();
    }
    // As a kill: what the journal has not written is lost.
    void Restart() {
        rooms.reset();
        lines.clear();
        Revive();
    }
    void Pump() {
        while (rooms->Pump()) {
        }
    }
    void Pass(std::int64_t seconds) {
        for (std::int64_t i = 0; i < seconds; ++i) {
            clock.Advance(base::kMicrosPerSecond);
            Pump();
        }
    }
    PersonPtr PersonOf(std::int64_t user) {
        auto& person = persons[user];
        if (person != nullptr) return person;
        auto made = std::make_shared<Person>();
        made->user_id = user;
        made->public_id = "person" + std::to_string(user);
        made->nickname = "P" + std::to_string(user);
        return person = made;
    }
    std::shared_ptr<TestLine> LineOf(std::int64_t user) {
        auto& line = lines[user];
        if (line == nullptr) line = std::make_shared<TestLine>("line" + std::to_string(++line_count));
        return line;
    }
    void Cut(std::int64_t user) {
        const auto line = lines.extract(user);
        if (line.empty()) return;
        for (const auto& summary : rooms->RoomsOf(user)) {
            rooms->Find(summary->live.room_id)->Detach(user, line.mapped()->id());
        }
        Pump();
    }

    RoomCommand CommandOf(std::int64_t user, std::string name, json::Object data, std::string cmd_id = {}) {
        RoomCommand command;
        command.name = std::move(name);
        command.person = PersonOf(user);
        command.line = LineOf(user);
        command.cmd_id = cmd_id.empty() ? "c" + std::to_string(++commands) : cmd_id;
        command.data = std::move(data);
        command.locale = base::Locale::kEn;
        command.vouched = true;
        return command;
    }
    json::Value Send(RoomCommand command) {
        auto answer = std::make_shared<std::string>();
        command.answer = [answer](std::string sent) { *answer = std::move(sent); };
        const auto room = rooms->Find(room_id);
        if (room == nullptr) return json::Object{{"ok", false}, {"code", "NOT_FOUND"}};
        room->Submit(std::move(command));
        Pump();
        return answer->empty() ? json::Value() : *json::Decode(*answer);
    }
    json::Value Ask(std::int64_t user, std::string name, json::Object data = {}, std::string cmd_id = {}) {
        return Send(CommandOf(user, std::move(name), std::move(data), std::move(cmd_id)));
    }
    // The code of a refusal; empty: it was done.
    std::string CodeOf(std::int64_t user, std::string name, json::Object data = {}) {
        const json::Value answer = Ask(user, std::move(name), std::move(data));
        if (answer.IsNull()) return "NOTHING";
        return answer.Find("ok")->AsBool() ? "" : answer.Find("code")->AsString();
    }
    void Do(std::int64_t user, const std::string& name, json::Object data = {}) {
        const std::string code = CodeOf(user, name, std::move(data));
        REQUIRE_MESSAGE(code.empty(), name << " by " << user << ": " << code);
    }

    // A room of `user` for `players`; QUOTA_FULL or empty.
    std::string Create(std::int64_t user, int players = 5, RoomPlan plan = {}) {
        if (plan.setup.roles.empty()) plan.setup = DefaultSetup(players);
        plan.host = user;
        plan.places.resize(static_cast<std::size_t>(plan.setup.players()));
        plan.places[0] = PlaceOf(*PersonOf(user));
        auto made = rooms->Create(std::move(plan), CommandOf(user, "room:create", {}));
        if (!made.ok()) return std::string(base::Info(made.error().code).wire);
        room_id = (*made)->id();
        Pump();
        return {};
    }
    // Users 1..players at a table that plays.
    void Begin(int players = 5, RoomPlan plan = {}) {
        REQUIRE(Create(1, players, std::move(plan)).empty());
        for (int user = 2; user <= players; ++user) Do(user, "room:join");
        for (int user = 1; user <= players; ++user) Do(user, "game:ready", {{"random", RandomHex()}});
        Do(1, "room:start");
    }
    std::string RandomHex() {
        std::vector<std::uint8_t> bytes(kClientBytes);
        random.Fill(bytes);
        return base::HexEncode(bytes);
    }
    // Does what the first action open to the user asks; false when none is.
    bool Act(std::int64_t user, bool approve = true, bool fail = true);
    // Everybody acts until the game is over.
    void PlayOut(int players = 5) {
        for (int round = 0; round < 400; ++round) {
            bool any = false;
            for (int user = 1; user <= players; ++user) any = Act(user) || any;
            const std::string phase = LineOf(1)->phase();
            if (phase == "end" || phase == "voided") return;
            REQUIRE(any);
        }
        FAIL("the game does not end");
    }

    testing::TempDir dir;
    RoomsOptions options;
    base::ManualClock clock{base::Time{1'800'000'000'000'000}};
    base::NullLog log;
    base::Metrics metrics;
    base::SeededRandom random;
    PassEveryText text;
    TextCheck* checker = &text;  // Revive() after a change
    TestArchive archive;
    storage::kv::Options kv_options;
    std::unique_ptr<storage::kv::Store> kv;
    std::unique_ptr<Rooms> rooms;
    std::unique_ptr<QuickMatch> match;
    std::map<std::int64_t, PersonPtr> persons;
    std::map<std::int64_t, std::shared_ptr<TestLine>> lines;
    std::string room_id;
    int line_count = 0;
    int commands = 0;
};

inline bool World::Act(std::int64_t user, bool approve, bool fail) {
    const json::Value game = LineOf(user)->view.IsNull() ? json::Value() : LineOf(user)->game();
    const json::Value* actions = game.Find("actions");
    if (actions == nullptr || actions->AsArray().empty()) return false;
    const json::Value& action = actions->AsArray().front();
    const std::string type = action.Find("type")->AsString();
    const json::Value* list = action.Find("seats");
    const json::Array seats = list == nullptr ? json::Array() : list->AsArray();
    json::Object data;
    std::string name = "game:" + type;
    if (type == "select" || type == "propose") {
        name = "game:propose";
        const auto pick = static_cast<std::ptrdiff_t>(action.Find("pick")->AsInt());
        data.Set("team", json::Array(seats.begin(), seats.begin() + pick));
    } else if (type == "vote") {
        data.Set("approve", approve);
    } else if (type == "quest") {
        data.Set("success", !(fail && action.Find("may_no") != nullptr && action.Find("may_no")->AsBool()));
    } else if (type == "target") {
        data.Set("target", seats.front());
    }
    Do(user, name, std::move(data));
    return true;
}

}  // namespace rt::avalon
