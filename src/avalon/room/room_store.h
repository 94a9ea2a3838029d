// Rooms on disk: `avalon.room` has one record a room, `avalon.event` its log.
//
//   <room>/g<game><row>   what one command did to the game: time, events; the first row of a game has its head
//   <room>/k<game>        the archive has this game
//   <room>/c<number>      a chat message
//   <room>/u<user>        the last commands of a user with their acknowledgements
// Numbers are eight hex digits, a room's id is sixteen characters.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "avalon/room/archive.h"
#include "avalon/room/table.h"
#include "storage/kv/store.h"

namespace rt::avalon {

// What is known of a game when it starts.
struct GameHead {
    std::string room_name;
    bool listed = false;
    bool quick_match = false;
    int delay_s = 0;  // of those who watch
    std::vector<RecordedSeat> seats;
};

// What one command did to the game.
struct LogRow {
    base::Time at;
    std::vector<Event> events;
    std::optional<GameHead> head;
    SeatSet left;  // in the last row: who went away for good
};
std::string EncodeRow(const LogRow& row);
Result<LogRow> DecodeRow(std::string_view text);

struct ChatMessage {
    std::uint32_t number = 0;
    base::Time at;
    std::int64_t user_id = 0;
    std::string public_id;
    std::string nickname;
    bool of_players = true;  // else of the spectators
    std::string text;
};
std::string EncodeChat(const ChatMessage& message);
Result<ChatMessage> DecodeChat(std::string_view text);

// The first acknowledgement of each of a user's last commands, oldest first.
using Acks = std::vector<std::pair<std::string, std::string>>;
inline constexpr std::size_t kAcksKept = 32;  // of one user in one room
void Remember(Acks& acks, const std::string& cmd_id, const std::string& ack);
std::string EncodeAcks(const Acks& acks);
Acks DecodeAcks(std::string_view text);

// One commit of one room.
struct Saved {
    std::string room_id;
    bool erase = false;                // everything of the room but games that the archive still wants
    std::optional<std::string> table;  // encoded, as all below
    struct Row {
        std::int64_t game_no = 0;
        std::uint32_t number = 0;
        std::string text;
    };
    std::optional<Row> row;
    std::optional<std::pair<std::uint32_t, std::string>> chat;
    std::optional<std::uint32_t> chat_gone;
    std::optional<std::pair<std::int64_t, std::string>> acks;
    std::optional<std::int64_t> acks_gone;
};
Status Save(storage::kv::Batch& batch, const Saved& saved);

// One room as it was read.
struct StoredRoom {
    std::optional<Table> table;  // none: only games for the archive are left
    std::map<std::int64_t, std::vector<LogRow>> games;
    std::map<std::int64_t, bool> archived;
    std::vector<ChatMessage> chat;
    std::map<std::int64_t, Acks> acks;
};
// All rooms, by id. What cannot be read is left out and named in `broken`.
Result<std::map<std::string, StoredRoom>> LoadRooms(const storage::kv::Store& kv, std::vector<std::string>& broken);

// The whole of one game; NOT_FOUND when it is not there or not over.
Result<GameRecord> LoadGame(const storage::kv::Store& kv, const std::string& room_id, std::int64_t game_no);
// The archive has it: the rows get their expiry.
Status MarkArchived(storage::kv::Store& kv, const std::string& room_id, std::int64_t game_no, base::Time expires);

}  // namespace rt::avalon
