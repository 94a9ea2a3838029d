// What a room works with: its limits, its host, the commands it gets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "avalon/room/control.h"
#include "avalon/room/journal.h"
#include "avalon/room/line.h"
#include "avalon/room/moderation.h"
#include "avalon/room/people.h"
#include "avalon/room/table.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "json/json.h"

namespace rt::avalon {

struct RoomLimits {
    std::size_t spectators_max = 100;
    std::int64_t bot_wait_min_ms = 1'500;
    std::int64_t bot_wait_max_ms = 5'000;
    std::int64_t empty_s = 600;            // nobody is connected, in the lobby or after a game
    std::int64_t abandoned_s = 1'800;      // nobody is connected to a game under way
    std::int64_t idle_s = 2 * 3'600;       // nobody does anything in the lobby or after a game
    std::int64_t archive_keep_s = 86'400;  // rows of a game that the archive has
};
inline constexpr std::size_t kRoomTasksMax = 256;
inline constexpr std::size_t kChatKept = 100;
inline constexpr std::size_t kChatCharsMax = 200;
inline constexpr std::size_t kChatBurst = 5;  // messages of one person in kChatWindowMicros
inline constexpr std::int64_t kChatWindowMicros = 10 * base::kMicrosPerSecond;
inline constexpr int kMissedClocksOfAfk = 2;
inline constexpr std::int64_t kWatcherGraceMicros = 60 * base::kMicrosPerSecond;  // who watches, without a connection
inline constexpr std::int64_t kHostGraceMicros = 30 * base::kMicrosPerSecond;  // the host, in the lobby and at the end
inline constexpr std::int64_t kHaltMicros = 2 * base::kMicrosPerSecond;        // from one attempt to write to the next

// What a list says of a room.
struct RoomListing {
    std::string state;
    int seated = 0;
    bool operator==(const RoomListing&) const = default;
};

// What others than the room know of it; immutable.
struct RoomSummary {
    LiveRoom live;
    RoomListing listing;  // for who is no player: as late as for those who watch
    std::string host_nickname;
    std::string link;
    std::string password_hash;
    std::int64_t host = 0;
    bool spectators_allowed = true;
    std::vector<std::pair<std::int64_t, int>> members;  // user and player; -1: watches
    std::vector<std::pair<std::int64_t, int>> leavers;  // of the game under way: they may come back
};

class Room;
// What a room needs around it. Thread-safe; nothing waits.
class RoomHost {
  public:
    virtual ~RoomHost() = default;
    virtual void MakeRunnable(Room& room) = 0;                           // Run() soon, on some worker
    virtual void WakeAt(Room& room, std::int64_t monotonic_micros) = 0;  // Wake(); replaces the time before
    virtual void Changed(Room& room, std::shared_ptr<const RoomSummary> summary) = 0;
    // To the archive, but not before `due`: from there it shows in histories, ratings and figures.
    virtual void GameOver(const std::string& room_id, std::int64_t game_no, std::int64_t due) = 0;
    virtual void Gone(Room& room) = 0;
};

struct RoomParts {
    const base::Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
    Journal& journal;
    TextCheck& text;
    RoomHost& host;
    RoomLimits limits;
};

// A command of a person, with the way to answer it.
struct RoomCommand {
    std::string name;  // "game:vote"
    PersonPtr person;
    LinePtr line;
    std::string cmd_id;
    json::Value data;
    base::Locale locale = base::Locale::kZhCn;
    std::int64_t arrived_micros = 0;
    bool vouched = false;       // he came by the link, or gave the right password
    std::string password_hash;  // of the password that room:create or room:setup names; empty: none
    Answer answer;
};

// {"ok":false,...}
std::string FailureText(const Error& error, base::Locale locale);
// A code that people type: six characters without look-alikes.
std::string NewRoomCode(Random& random);
std::string NewRoomLink(Random& random);
// What a new game is drawn from, before anybody can have given bytes to its deal.
struct GameDraw {
    std::string id;
    std::string seed;  // 32 bytes; secret until the game is over
};
GameDraw DrawGame(Random& random);
// A new draw for the next game of the table; nobody is ready for it.
void PrepareGame(Table& table, Random& random);

}  // namespace rt::avalon
