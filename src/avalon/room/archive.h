// What a room hands over when a game is over, and to whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "avalon/domain/bots/bot.h"
#include "avalon/domain/state.h"
#include "base/clock.h"
#include "base/result.h"

namespace rt::avalon {

struct RecordedSeat {
    std::int64_t user_id = 0;  // 0: a bot from the start
    std::string public_id;     // this and the next two as they were at the start; empty for bots
    std::string nickname;
    std::string avatar;
    std::optional<Strength> bot;  // of a bot from the start
    bool given_to_bot = false;    // a bot played for the person at the end
    bool left = false;            // the person was not there at the end: a leaver

    bool operator==(const RecordedSeat&) const = default;
};

struct TimedEvent {
    base::Time at;
    Event event;
};

// A whole game. The first event is kStarted, with the set-up, the deal and its proof.
struct GameRecord {
    std::string game_id;
    std::string room_id;
    std::string room_name;
    bool listed = false;  // of a public room
    bool quick_match = false;
    Setup setup;
    DealProof proof;
    std::vector<RecordedSeat> seats;  // by seat of the game
    std::vector<TimedEvent> events;
    base::Time started;
    base::Time ended;
    bool voided = false;
    std::optional<Outcome> outcome;
};

// Keeps games for ever. Thread-safe.
class Archive {
  public:
    virtual ~Archive() = default;
    // May wait. The same game may come again, also after a restart: it is kept once. On any error the room tries again.
    virtual Status Save(const GameRecord& record) = 0;
};

}  // namespace rt::avalon
