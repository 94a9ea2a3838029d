// What moderators and the keepers of profiles may do to rooms that live.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rt::avalon {

// No roles: a moderator may be playing himself.
struct LiveRoom {
    struct Player {
        std::string public_id;  // empty for bots
        std::string nickname;
        bool online = false;
    };
    std::string room_id;
    std::string code;
    std::string name;
    std::string state;  // "LOBBY", "PLAYING", "ENDED"
    bool listed = false;
    bool locked = false;
    int size = 0;
    std::vector<Player> players;  // seated ones
    int spectators = 0;
    std::optional<base::Time> started;
    std::string game_id;
};

// A chat message, as a report keeps it.
struct ChatLine {
    base::Time at;
    std::int64_t user_id = 0;
    std::string channel;  // "players", "spectators"
    std::string text;
};
inline constexpr std::size_t kChatLinesOfReport = 50;

// Thread-safe; never waits.
class RoomsControl {
  public:
    virtual ~RoomsControl() = default;
    // Profile, mute, blocks or ban of this user have changed. Who is banned is put out of every room.
    virtual void PersonChanged(std::int64_t user_id) = 0;
    virtual std::vector<LiveRoom> Live() const = 0;
    // The last lines that this user could read in the room, oldest first; none if he is not in it.
    virtual std::vector<ChatLine> Chat(const std::string& room_id, std::int64_t user_id) const = 0;
    // Ends the game under way without a result. NOT_FOUND; INVALID_STATE when none is being played.
    virtual Status Void(const std::string& room_id) = 0;
    // Voids what is played and puts everybody out. NOT_FOUND.
    virtual Status Close(const std::string& room_id) = 0;
};

}  // namespace rt::avalon
