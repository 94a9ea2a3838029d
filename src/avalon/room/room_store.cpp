#include "avalon/room/room_store.h"

#include <algorithm>

#include "avalon/codec.h"
#include "avalon/domain/game.h"
#include "base/parse.h"
#include "json/json.h"

namespace rt::avalon {
namespace {

using storage::kv::Batch;
using storage::kv::Env;

constexpr storage::kv::Table kRoomTable{Env::kDurable, "avalon.room"};
constexpr storage::kv::Table kEventTable{Env::kDurable, "avalon.event"};
constexpr std::size_t kRoomIdBytes = 16;
constexpr std::size_t kNumberBytes = 8;

std::string Number(std::uint64_t value) {
    std::string out(kNumberBytes, '0');
    for (std::size_t i = kNumberBytes; i > 0; --i, value >>= 4U) out[i - 1] = "0123456789abcdef"[value & 15U];
    return out;
}

std::optional<std::int64_t> ParseNumber(std::string_view text) {
    std::int64_t value = 0;
    if (text.size() != kNumberBytes) return std::nullopt;
    for (const char c : text) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        value = value << 4U | static_cast<std::int64_t>(digit);
    }
    return value;
}

std::string GamePrefix(const std::string& room_id, std::int64_t game_no) {
    return room_id + "/g" + Number(static_cast<std::uint64_t>(game_no));
}

std::string MarkKey(const std::string& room_id, std::int64_t game_no) {
    return room_id + "/k" + Number(static_cast<std::uint64_t>(game_no));
}

Error Broken(std::string_view what) {
    return Fail(Code::kInternal, "not readable: " + std::string(what));
}

std::string TextOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsString() ? found->AsString() : std::string();
}

std::int64_t IntOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsInt() ? found->AsInt() : 0;
}

bool BoolOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsBool() && found->AsBool();
}

json::Object EncodeHead(const GameHead& head) {
    json::Array seats;
    for (const RecordedSeat& seat : head.seats) {
        json::Object out{
            {"user", seat.user_id}, {"id", seat.public_id}, {"nickname", seat.nickname}, {"avatar", seat.avatar}};
        if (seat.bot.has_value()) out.Add("bot", WordOf(*seat.bot));
        seats.emplace_back(std::move(out));
    }
    return {{"name", head.room_name},
            {"listed", head.listed},
            {"quick", head.quick_match},
            {"delay", head.delay_s},
            {"seats", std::move(seats)}};
}

GameHead DecodeHead(const json::Value& value) {
    GameHead head{TextOf(value, "name"),
                  BoolOf(value, "listed"),
                  BoolOf(value, "quick"),
                  static_cast<int>(IntOf(value, "delay")),
                  {}};
    const json::Value* seats = value.Find("seats");
    if (seats == nullptr || !seats->IsArray()) return head;
    for (const json::Value& seat : seats->AsArray()) {
        RecordedSeat out{IntOf(seat, "user"), TextOf(seat, "id"), TextOf(seat, "nickname"), TextOf(seat, "avatar"),
                         StrengthOf(TextOf(seat, "bot"))};
        head.seats.push_back(std::move(out));
    }
    return head;
}

// A game that is being rebuilt from its rows.
Result<GameRecord> RecordOf(const std::string& room_id, const std::vector<LogRow>& rows) {
    if (rows.empty() || !rows.front().head.has_value()) return Fail(Code::kNotFound, "no such game");
    const GameHead& head = *rows.front().head;
    GameRecord record;
    record.room_id = room_id;
    record.room_name = head.room_name;
    record.listed = head.listed;
    record.quick_match = head.quick_match;
    record.seats = head.seats;
    record.started = rows.front().at;
    record.ended = rows.back().at;
    State state;
    for (const LogRow& row : rows) {
        for (const Event& event : row.events) {
            Apply(state, event);
            record.events.push_back({row.at, event});
        }
    }
    if (!state.Over() || record.seats.size() != static_cast<std::size_t>(state.players())) {
        return Fail(Code::kNotFound, "the game is not over");
    }
    record.setup = state.setup();
    record.proof = state.start->proof;
    record.game_id = record.proof.game_id;
    record.voided = state.phase == Phase::kVoided;
    record.outcome = state.outcome;
    for (Seat seat = 0; seat < state.players(); ++seat) {
        RecordedSeat& recorded = record.seats[static_cast<std::size_t>(seat)];
        if (recorded.user_id == 0) continue;
        recorded.given_to_bot = state.bots.Has(seat);
        recorded.left = recorded.given_to_bot || rows.back().left.Has(seat);
    }
    return record;
}

// `key` without the room's id.
Status ReadRow(std::string_view key, std::string_view value, StoredRoom& room) {
    const std::string_view kind = key.substr(0, 2);
    key.remove_prefix(2);
    if (kind == "/u") {
        const auto user = base::ParseSigned(key);
        if (!user.has_value()) return Broken("a user's key");
        room.acks[*user] = DecodeAcks(value);
        return Ok();
    }
    const auto number = ParseNumber(key.substr(0, kNumberBytes));
    if (!number.has_value()) return Broken("a key");
    if (kind == "/g") {
        RT_TRY(LogRow row, DecodeRow(value));
        room.games[*number].push_back(std::move(row));
    } else if (kind == "/k") {
        room.archived[*number] = true;
    } else if (kind == "/c") {
        RT_TRY(ChatMessage message, DecodeChat(value));
        room.chat.push_back(std::move(message));
    }
    return Ok();
}

// What the room had, but for games that the archive has not taken yet.
Status Erase(Batch& batch, const std::string& room_id) {
    std::vector<std::string> keys;
    std::vector<std::string> kept;
    RT_CHECK_OK(batch.Scan(kEventTable, room_id + "/", [&](std::string_view key, std::string_view) {
        keys.emplace_back(key);
        if (key.substr(kRoomIdBytes, 2) == "/k") kept.emplace_back(key.substr(kRoomIdBytes + 2, kNumberBytes));
        return true;
    }));
    for (const std::string& key : keys) {
        const std::string game = key.substr(kRoomIdBytes + 2, kNumberBytes);
        const bool wanted =
            key.substr(kRoomIdBytes, 2) == "/g" && std::find(kept.begin(), kept.end(), game) == kept.end();
        if (!wanted) RT_CHECK_OK(batch.Delete(kEventTable, key));
    }
    return batch.Delete(kRoomTable, room_id);
}

}  // namespace

std::string EncodeRow(const LogRow& row) {
    json::Array events;
    events.reserve(row.events.size());
    for (const Event& event : row.events) events.push_back(EncodeEvent(event));
    json::Object out{{"at", row.at.micros}, {"ev", std::move(events)}};
    if (row.head.has_value()) out.Add("head", EncodeHead(*row.head));
    if (!row.left.empty()) out.Add("left", row.left.bits());
    return json::Encode(out);
}

Result<LogRow> DecodeRow(std::string_view text) {
    RT_TRY(const json::Value value, json::Decode(text));
    const json::Value* events = value.Find("ev");
    if (events == nullptr || !events->IsArray()) return Broken("a row");
    LogRow row{{IntOf(value, "at")}, {}, std::nullopt, {}};
    for (const json::Value& encoded : events->AsArray()) {
        RT_TRY(Event event, DecodeEvent(encoded));
        row.events.push_back(std::move(event));
    }
    if (const json::Value* head = value.Find("head")) row.head = DecodeHead(*head);
    row.left = SeatSet::FromBits(static_cast<std::uint16_t>(IntOf(value, "left")));
    return row;
}

std::string EncodeChat(const ChatMessage& message) {
    return json::Encode(json::Object{{"n", message.number},
                                     {"at", message.at.micros},
                                     {"user", message.user_id},
                                     {"id", message.public_id},
                                     {"nickname", message.nickname},
                                     {"players", message.of_players},
                                     {"text", message.text}});
}

Result<ChatMessage> DecodeChat(std::string_view text) {
    RT_TRY(const json::Value value, json::Decode(text));
    return ChatMessage{static_cast<std::uint32_t>(IntOf(value, "n")),
                       {IntOf(value, "at")},
                       IntOf(value, "user"),
                       TextOf(value, "id"),
                       TextOf(value, "nickname"),
                       BoolOf(value, "players"),
                       TextOf(value, "text")};
}

void Remember(Acks& acks, const std::string& cmd_id, const std::string& ack) {
    if (acks.size() >= kAcksKept) acks.erase(acks.begin());
    acks.emplace_back(cmd_id, ack);
}

std::string EncodeAcks(const Acks& acks) {
    json::Array out;
    for (const auto& [cmd_id, ack] : acks) {
        out.emplace_back(cmd_id);
        out.emplace_back(ack);
    }
    return json::Encode(out);
}

Acks DecodeAcks(std::string_view text) {
    Acks acks;
    const auto value = json::Decode(text);
    if (!value.ok() || !value->IsArray()) return acks;
    const json::Array& list = value->AsArray();
    for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
        if (list[i].IsString() && list[i + 1].IsString()) acks.emplace_back(list[i].AsString(), list[i + 1].AsString());
    }
    return acks;
}

Status Save(Batch& batch, const Saved& saved) {
    if (saved.erase) return Erase(batch, saved.room_id);
    if (saved.table.has_value()) RT_CHECK_OK(batch.Put(kRoomTable, saved.room_id, *saved.table, std::nullopt));
    if (saved.row.has_value()) {
        const std::string key = GamePrefix(saved.room_id, saved.row->game_no) + Number(saved.row->number);
        RT_CHECK_OK(batch.Put(kEventTable, key, saved.row->text, std::nullopt));
    }
    if (saved.chat.has_value()) {
        const std::string key = saved.room_id + "/c" + Number(saved.chat->first);
        RT_CHECK_OK(batch.Put(kEventTable, key, saved.chat->second, std::nullopt));
    }
    if (saved.chat_gone.has_value()) {
        RT_CHECK_OK(batch.Delete(kEventTable, saved.room_id + "/c" + Number(*saved.chat_gone)));
    }
    if (saved.acks.has_value()) {
        const std::string key = saved.room_id + "/u" + std::to_string(saved.acks->first);
        RT_CHECK_OK(batch.Put(kEventTable, key, saved.acks->second, std::nullopt));
    }
    if (saved.acks_gone.has_value()) {
        RT_CHECK_OK(batch.Delete(kEventTable, saved.room_id + "/u" + std::to_string(*saved.acks_gone)));
    }
    return Ok();
}

Result<std::map<std::string, StoredRoom>> LoadRooms(const storage::kv::Store& kv, std::vector<std::string>& broken) {
    std::map<std::string, StoredRoom> rooms;
    const auto note = [&](std::string_view room_id) {
        if (broken.empty() || broken.back() != room_id) broken.emplace_back(room_id);
    };
    RT_CHECK_OK(kv.Scan(kRoomTable, {}, [&](std::string_view key, std::string_view value) {
        auto table = DecodeTable(value);
        if (table.ok()) {
            rooms[std::string(key)].table = std::move(*table);
        } else {
            note(key);
        }
        return true;
    }));
    RT_CHECK_OK(kv.Scan(kEventTable, {}, [&](std::string_view key, std::string_view value) {
        if (key.size() < kRoomIdBytes + 3) return true;
        const std::string_view room_id = key.substr(0, kRoomIdBytes);
        if (!ReadRow(key.substr(kRoomIdBytes), value, rooms[std::string(room_id)]).ok()) note(room_id);
        return true;
    }));
    for (const std::string& room_id : broken) rooms.erase(room_id);
    return rooms;
}

Result<GameRecord> LoadGame(const storage::kv::Store& kv, const std::string& room_id, std::int64_t game_no) {
    std::vector<std::string> texts;
    RT_CHECK_OK(kv.Scan(kEventTable, GamePrefix(room_id, game_no), [&](std::string_view, std::string_view value) {
        texts.emplace_back(value);
        return true;
    }));
    std::vector<LogRow> rows;
    for (const std::string& text : texts) {
        RT_TRY(LogRow row, DecodeRow(text));
        rows.push_back(std::move(row));
    }
    return RecordOf(room_id, rows);
}

Status MarkArchived(storage::kv::Store& kv, const std::string& room_id, std::int64_t game_no, base::Time expires) {
    return kv.Update(Env::kDurable, [&](Batch& batch) -> Status {
        std::vector<std::pair<std::string, std::string>> rows;
        RT_CHECK_OK(
            batch.Scan(kEventTable, GamePrefix(room_id, game_no), [&](std::string_view key, std::string_view value) {
                rows.emplace_back(key, value);
                return true;
            }));
        // A room that is gone needs its game no more; one that lives shows it until the next.
        const bool lives = batch.Get(kRoomTable, room_id).has_value();
        for (const auto& [key, value] : rows) {
            if (lives) {
                RT_CHECK_OK(batch.Put(kEventTable, key, value, expires));
            } else {
                RT_CHECK_OK(batch.Delete(kEventTable, key));
            }
        }
        return lives ? batch.Put(kEventTable, MarkKey(room_id, game_no), "1", expires) : Ok();
    });
}

}  // namespace rt::avalon
