// What a room is beside its game: who sits where, who watches, what is going to be played. Values; the store holds one
// record of it a room. Everything here is public to the room but the seed, the link and the password's hash.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "avalon/domain/bots/bot.h"
#include "avalon/domain/setup.h"
#include "avalon/room/people.h"
#include "base/clock.h"
#include "json/json.h"

namespace rt::avalon {

enum class RoomState : std::uint8_t { kLobby, kPlaying, kEnded };
std::string_view Name(RoomState state);

// "easy", "normal", "hard".
std::string_view WordOf(Strength strength);
std::optional<Strength> StrengthOf(std::string_view word);

// A chair of the lobby. Its number is the player's number in the game (SeatView::player).
struct Place {
    enum class Kind : std::uint8_t { kEmpty, kUser, kBot };
    Kind kind = Kind::kEmpty;
    std::int64_t user_id = 0;
    std::string public_id;
    std::string nickname;
    std::string avatar;
    std::optional<int> rating;
    Strength strength = Strength::kNormal;
    std::string random;  // 16 bytes for the deal, which are there when he is ready; secret until the game is over
    bool left = false;   // went away from a game under way

    bool ready() const { return !random.empty(); }
    bool operator==(const Place&) const = default;
};
Place PlaceOf(const Person& person);

struct Watcher {
    std::int64_t user_id = 0;
    std::string public_id;
    std::string nickname;
    bool operator==(const Watcher&) const = default;
};

// Whom the host put out.
using Removed = Watcher;
inline constexpr std::size_t kRemovedMax = 100;  // of one room; the oldest may come again

struct SpectatorRules {
    bool allowed = true;
    int delay_s = 0;
    bool operator==(const SpectatorRules&) const = default;
};

inline constexpr int kSpectatorDelayMax = 300;       // seconds
inline constexpr std::size_t kRoomNameMax = 40;      // code points
inline constexpr std::size_t kRoomPasswordMax = 32;  // code points

struct Table {
    std::string room_id;
    std::string code;  // six characters that people type
    std::string link;  // secret: who has it needs no password
    std::string name;
    std::string password_hash;  // empty: none
    bool listed = false;
    bool quick_match = false;
    std::int64_t host = 0;
    Setup setup;
    std::vector<Place> places;  // one a player of the setup
    std::vector<Watcher> watchers;
    std::vector<Removed> removed;  // until the next game, or until the host takes it back
    SpectatorRules spectators;
    RoomState state = RoomState::kLobby;
    std::int64_t game_no = 1;
    std::string game_id;
    std::string seed;  // 32 bytes; secret until the game is over
    std::vector<std::int64_t> rematch;
    base::Time created;
    base::Time started;      // of the game
    std::string create_cmd;  // the command that made it, so that its repetition makes no second one
    std::int64_t created_by = 0;

    // -1: not seated.
    int PlayerOf(std::int64_t user_id) const;
    int PlayerNamed(std::string_view public_id) const;
    bool Watches(std::int64_t user_id) const;
    bool Removes(std::int64_t user_id) const;
    bool Member(std::int64_t user_id) const { return PlayerOf(user_id) >= 0 || Watches(user_id); }
    // Went away from a game, and has not come back.
    bool HasLeft(std::int64_t user_id) const;
    int FirstEmpty() const;
    int Persons() const;
    // Nobody has promised anything any more: after whatever a player might want to think about anew.
    void ClearReady();
    // Fits the places to the size of the setup; who has no chair any more watches.
    void Resize();
    // To his place, whence he had left; as the host, if nobody is.
    void ComeBack(int player);
    // The first person in order of the places, then of those who watch, that may be it; 0: nobody.
    std::int64_t NextHost(const std::function<bool(std::int64_t user_id)>& may = {}) const;
};

std::string EncodeTable(const Table& table);
// INTERNAL for what is none.
Result<Table> DecodeTable(std::string_view text);

}  // namespace rt::avalon
