// What a room keeps in memory. Private to room*.cpp.
#pragma once

#include <array>
#include <deque>
#include <map>
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
    std::int64_t turned = 0;  // when he came or went last; monotonic µs
    // Clocks in a row. Only those count that everybody sees running for him, and only what everybody sees him do ends
    // the row: in a quest this must not tell who has played.
    int missed = 0;
    std::deque<std::int64_t> chats;
    bool Present() const { return line != nullptr; }
    bool Follows() const { return line != nullptr && !fresh; }
    bool Blocks(std::int64_t other) const { return person != nullptr && person->Blocks(other); }
    bool Afk() const { return missed >= kMissedClocksOfAfk; }
};

using RoomGuests = std::map<std::int64_t, RoomGuest>;
bool Here(const RoomGuests& guests, std::int64_t user_id);
int Connected(const RoomGuests& guests);
// Of those who watch, how many are here.
int WatchersHere(const RoomGuests& guests, const Table& table);
// For how long this person has been offline or idle, in seconds; 0: he is here.
std::int64_t AwaySeconds(const RoomGuests& guests, std::int64_t user_id, base::Time now);
// The persons whose turn it is, as far as everybody knows: nobody in a quest.
SeatSet PubliclyAsked(const State& state);

// When the room does something by itself. Monotonic µs unless it says otherwise.
struct RoomClocks {
    std::optional<std::int64_t> end;  // of the present wait
    base::Time ends_at;               // the same on the wall
    std::int64_t ms = 0;              // how long it is
    std::optional<std::uint32_t> waits;
    std::optional<std::int64_t> patience_end;       // where no clock plays for who is asked
    std::int64_t patience = 0;                      // µs
    std::optional<base::Time> overdue_since;        // the present wait has taken longer than that; on the wall
    std::array<std::int64_t, kSeatsMax> bot_due{};  // 0: nothing to do
    std::uint32_t bot_waits = 0;
    std::int64_t held_until = 0;  // after a restart
    std::int64_t pause_ends = 0;  // 0: not paused
    std::int64_t empty_since = 0;
    std::int64_t active_at = 0;
    std::int64_t halted_until = 0;  // a change could not be written: when that is tried again; 0: it could
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
    std::vector<Seat> missed;  // whose clock ended, as everybody sees
    Seat acted = kNobody;      // who played in person, as everybody sees
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
