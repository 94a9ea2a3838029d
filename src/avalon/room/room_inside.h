// What a room keeps in memory. Private to room*.cpp.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "avalon/domain/game.h"
#include "avalon/room/room_parts.h"
#include "avalon/room/room_store.h"
#include "avalon/room/stream.h"

namespace rt::avalon {

// A person in the room, or one who has been.
struct RoomGuest {
    PersonPtr person;
    LinePtr line;
    std::optional<Stream> stream;  // of a player; those who watch share one
    bool fresh = false;            // has not got his first view
    base::Time away_since;
    int missed = 0;  // clocks in a row
    std::deque<std::int64_t> chats;
    bool Present() const { return line != nullptr; }
    bool Follows() const { return line != nullptr && !fresh; }
    bool Blocks(std::int64_t other) const { return person != nullptr && person->Blocks(other); }
    bool Afk() const { return missed >= kMissedClocksOfAfk; }
};

// What one task wants to change; adopted when it is on disk.
struct RoomChange {
    std::optional<Table> table;
    std::vector<Event> events;
    std::optional<State> state;
    std::optional<GameHead> head;
    std::optional<ChatMessage> chat;
    json::Object ack;
    bool whole = false;   // the person gets the whole view
    std::string put_out;  // why `out` gets no more of this room
    std::vector<std::int64_t> out;
    bool erase = false;
    std::vector<Seat> missed;  // whose clock ended
};

enum class ChatReader : std::uint8_t { kPlayer, kSpectator };

// A chat message that is being looked at.
struct CheckedChat {
    std::uint64_t number = 0;
    std::int64_t due = 0;
    std::shared_ptr<const RoomCommand> command;
    bool of_players = true;
    std::string text;
};

// What those who watch see of a room.
struct WatchedRoom {
    Members room;
    std::optional<Members> game;
    RoomListing listing;
    bool operator==(const WatchedRoom&) const = default;
};

// What they will see when its time has come: the room, or a chat message.
struct DelayedShow {
    std::int64_t release = 0;
    std::optional<WatchedRoom> seen{};
    std::string chat{};
    std::uint32_t chat_number = 0;
    std::int64_t speaker = 0;
};

inline std::int64_t DelayMicros(int delay_s) {
    return std::int64_t{delay_s} * base::kMicrosPerSecond;
}

// As clients get it, encoded.
std::string PublicChat(const ChatMessage& message);

}  // namespace rt::avalon
