// Who sits where and what is played: commands beside the game.
#include <algorithm>

#include "avalon/codec.h"
#include "avalon/domain/reasons.h"
#include "avalon/room/room.h"
#include "base/encoding.h"

namespace rt::avalon {
namespace {

constexpr std::array<std::string_view, 2> kCapacities{"player", "spectator"};
constexpr std::size_t kPublicIdMax = 32;

Error NotInLobby() {
    return Fail(Code::kInvalidState, "not in the lobby");
}

void RemoveWatcher(Table& table, std::int64_t user_id) {
    std::erase_if(table.watchers, [&](const Watcher& watcher) { return watcher.user_id == user_id; });
}

// Do more than half of the persons who are here want another game?
bool WantAnother(const Table& table, const std::map<std::int64_t, RoomGuest>& guests) {
    const auto present = std::count_if(table.places.begin(), table.places.end(), [&](const Place& place) {
        if (place.kind != Place::Kind::kUser || place.left) return false;
        const auto guest = guests.find(place.user_id);
        return guest != guests.end() && guest->second.Present();
    });
    return static_cast<std::ptrdiff_t>(table.rematch.size()) * 2 > present;
}

}  // namespace

Result<Room::Change> Room::Join(const RoomCommand& command, json::Reader& in) {
    for (const std::string_view key : {"code", "link", "password"}) static_cast<void>(in.Any(key));
    const bool watches = in.OptionalWord("as", kCapacities).value_or(0) == 1;
    const auto player = in.OptionalInt("player", 0, kSeatsMax - 1);
    RT_CHECK_OK(in.Finish());
    const std::int64_t user = command.person->user_id;
    const int seated = table_.PlayerOf(user);
    if (seated < 0 && !table_.Watches(user) && !table_.password_hash.empty() && !command.vouched) {
        return Fail(Code::kRoomPassword);
    }
    if (seated >= 0) {
        RT_TRY(Change change, Returned(seated));
        change.ack = {{"roomId", id_}, {"player", seated}};
        return change;
    }
    if (table_.Removes(user)) {
        return base::FailText(Code::kNotAdmitted,
                              {"房主把你移出了这个房间，等下一局时才能再来",
                               "The host removed you from this room; you may come back for the next game"});
    }
    if (watches) return AdmitWatcher(command);
    return AdmitPlayer(command, player.has_value() ? static_cast<int>(*player) : -1);
}

Result<Room::Change> Room::AdmitPlayer(const RoomCommand& command, int wanted) {
    if (!InLobbyFor(command.person->user_id)) return Fail(Code::kInvalidState, "a game is under way");
    const auto host = guests_.find(table_.host);
    if (host != guests_.end() && host->second.person != nullptr &&
        host->second.person->Blocks(command.person->user_id)) {
        return Fail(Code::kNotAdmitted);
    }
    Change change;
    change.table = table_;
    const int player = wanted >= 0 ? wanted : table_.FirstEmpty();
    if (player < 0) return Fail(Code::kRoomFull);
    if (player >= static_cast<int>(table_.places.size())) {
        return base::InvalidField("player", {"没有这个座位", "there is no such seat"});
    }
    Place& place = change.table->places[static_cast<std::size_t>(player)];
    if (place.kind != Place::Kind::kEmpty) return Fail(table_.FirstEmpty() < 0 ? Code::kRoomFull : Code::kSeatTaken);
    place = PlaceOf(*command.person);
    RemoveWatcher(*change.table, command.person->user_id);
    if (change.table->host == 0) change.table->host = command.person->user_id;
    change.whole = true;
    change.ack = {{"roomId", id_}, {"player", player}};
    return change;
}

Result<Room::Change> Room::AdmitWatcher(const RoomCommand& command) {
    Change change;
    change.whole = true;
    change.table = table_;
    change.ack = {{"roomId", id_}, {"player", nullptr}};
    if (table_.Watches(command.person->user_id)) return change;
    if (!table_.spectators.allowed) return Fail(Code::kNotAdmitted, "no spectators");
    if (static_cast<std::size_t>(WatchersHere(guests_, table_)) >= parts_.limits.spectators_max) {
        return Fail(Code::kRoomFull, "spectators");
    }
    MakeRoomForWatcher(change);
    const Person& person = *command.person;
    change.table->watchers.push_back({person.user_id, person.public_id, person.nickname});
    return change;
}

// Those whose connections have ended go first, so that a room's record has no more of them than may watch.
void Room::MakeRoomForWatcher(Change& change) const {
    if (table_.watchers.size() < parts_.limits.spectators_max) return;
    for (const Watcher& watcher : table_.watchers) {
        if (Here(guests_, watcher.user_id)) continue;
        Forget(*change.table, watcher.user_id);
        change.out.push_back(watcher.user_id);
    }
}

// Takes the person out of the table, or notes that he left a game; hands on the host.
void Room::Forget(Table& table, std::int64_t user_id) const {
    RemoveWatcher(table, user_id);
    std::erase(table.rematch, user_id);
    const int player = table.PlayerOf(user_id);
    if (player >= 0) {
        Place& place = table.places[static_cast<std::size_t>(player)];
        if (table.state == RoomState::kLobby) {
            place = Place{};
        } else {
            place.left = true;
        }
    }
    if (table.host == user_id) table.host = table.NextHost();
}

Result<Room::Change> Room::Leave(const RoomCommand& command, json::Reader& in) {
    RT_CHECK_OK(in.Finish());
    return Without(command.person->user_id, "left");
}

// The room after this person has gone from it, or was put out.
Result<Room::Change> Room::Without(std::int64_t user_id, std::string why) const {
    Change change;
    const Seat seat = SeatOf(user_id);
    if (table_.state == RoomState::kPlaying && seat != kNobody && !state_.left.Has(seat)) {
        RT_TRY(change, Played({.type = CommandType::kLeave, .by = seat, .absent = AbsentSeats()}));
    }
    if (!change.table.has_value()) change.table = table_;
    Forget(*change.table, user_id);
    change.out.push_back(user_id);
    change.put_out = std::move(why);
    const bool deserted = change.table->NextHost() == 0;
    change.erase = deserted && table_.state != RoomState::kPlaying;
    // Those who stay may be enough now.
    if (!change.erase && table_.state == RoomState::kEnded && WantAnother(*change.table, guests_)) {
        NextGame(*change.table);
        change.state = State{};
    }
    return change;
}

// Back to the place he had left, or just here again; he gets the whole view.
Result<Room::Change> Room::Returned(int player) const {
    const Place& place = table_.places[static_cast<std::size_t>(player)];
    Change change;
    const Seat seat = SeatOf(place.user_id);
    if (table_.state == RoomState::kPlaying && seat != kNobody && state_.left.Has(seat)) {
        RT_TRY(change, Played({.type = CommandType::kComeBack, .by = seat}));
    }
    change.table = table_;
    change.table->ComeBack(player);
    change.whole = true;
    return change;
}

Result<Room::Change> Room::TakeSeat(const RoomCommand& command, json::Reader& in) {
    const auto wanted = in.OptionalInt("player", 0, kSeatsMax - 1);
    RT_CHECK_OK(in.Finish());
    if (!InLobbyFor(command.person->user_id)) return NotInLobby();
    const std::int64_t user = command.person->user_id;
    const int seated = table_.PlayerOf(user);
    Change change;
    change.table = table_;
    if (!wanted.has_value()) {
        if (seated < 0) return change;
        if (!table_.spectators.allowed) return Fail(Code::kNotAdmitted, "no spectators");
        if (static_cast<std::size_t>(WatchersHere(guests_, table_)) >= parts_.limits.spectators_max) {
            return Fail(Code::kRoomFull, "spectators");
        }
        MakeRoomForWatcher(change);
        change.table->places[static_cast<std::size_t>(seated)] = Place{};
        change.table->watchers.push_back({user, command.person->public_id, command.person->nickname});
    } else {
        if (*wanted >= static_cast<std::int64_t>(table_.places.size())) {
            return base::InvalidField("player", {"没有这个座位", "there is no such seat"});
        }
        if (*wanted == seated) return change;
        Place& place = change.table->places[static_cast<std::size_t>(*wanted)];
        if (place.kind != Place::Kind::kEmpty) return Fail(Code::kSeatTaken);
        if (seated >= 0) {
            std::swap(place, change.table->places[static_cast<std::size_t>(seated)]);
            place.random.clear();  // bytes are for a seat that is final
        } else {
            place = PlaceOf(*command.person);
            RemoveWatcher(*change.table, user);
        }
    }
    change.whole = true;
    return change;
}

// The table for a change by the host in the lobby.
Result<Table> Room::HostTable(const RoomCommand& command) const {
    if (table_.host != command.person->user_id) return Fail(Code::kForbidden, "not the host");
    if (!InLobbyFor(command.person->user_id)) return NotInLobby();
    return table_;
}

Result<Room::Change> Room::SetUp(const RoomCommand& command, json::Reader& in) {
    RT_TRY(Table table, HostTable(command));
    const json::Value* setup = in.OptionalObject("setup");
    const auto name = in.OptionalText("name", {.size_min = 0, .size_max = kRoomNameMax});
    const auto listed = in.OptionalBool("listed");
    const json::Value* password = in.Any("password");
    const json::Value* spectators = in.OptionalObject("spectators");
    if (spectators != nullptr) {
        json::Reader nested(*spectators, "spectators");
        table.spectators.allowed = nested.OptionalBool("allowed").value_or(table.spectators.allowed);
        table.spectators.delay_s =
            static_cast<int>(nested.OptionalInt("delay", 0, kSpectatorDelayMax).value_or(table.spectators.delay_s));
        in.Merge(std::move(nested));
    }
    RT_CHECK_OK(in.Finish());
    if (setup != nullptr) {
        RT_TRY(table.setup, DecodeSetup(*setup));
        RT_CHECK_OK(ValidateSetup(table.setup));
        if (table.Persons() > table.setup.players()) return Fail(Code::kRoomFull, "more persons than places");
        table.Resize();
        table.ClearReady();
    }
    if (name.has_value()) table.name = *name;
    if (listed.has_value()) table.listed = *listed;
    if (password != nullptr) table.password_hash = command.password_hash;
    Change change;
    change.table = std::move(table);
    return change;
}

Result<Room::Change> Room::SetBot(const RoomCommand& command, json::Reader& in) {
    RT_TRY(Table table, HostTable(command));
    const auto player = in.Int("player", 0, kSeatsMax - 1);
    const auto word = in.OptionalText("strength", {.size_max = 10});
    RT_CHECK_OK(in.Finish());
    const auto strength = word.has_value() ? StrengthOf(*word) : std::nullopt;
    if (word.has_value() && !strength.has_value()) {
        return base::InvalidField("strength", {"应为 easy、normal 或 hard", "easy, normal or hard"});
    }
    if (player >= static_cast<std::int64_t>(table.places.size())) {
        return base::InvalidField("player", {"没有这个座位", "there is no such seat"});
    }
    Place& place = table.places[static_cast<std::size_t>(player)];
    if (place.kind == Place::Kind::kUser) return Fail(Code::kSeatTaken);
    place = Place{};
    if (strength.has_value()) {
        place.kind = Place::Kind::kBot;
        place.strength = *strength;
    }
    Change change;
    change.table = std::move(table);
    return change;
}

// Puts a person out of the room, or lets one in again (`room:readmit`).
Result<Room::Change> Room::Kick(const RoomCommand& command, json::Reader& in) {
    const std::string who = in.Text("userId", {.size_max = kPublicIdMax});
    RT_CHECK_OK(in.Finish());
    if (table_.host != command.person->user_id) return Fail(Code::kForbidden, "not the host");
    Change change;
    change.table = table_;
    auto& removed = change.table->removed;
    if (command.name == "room:readmit") {
        std::erase_if(removed, [&](const Removed& one) { return one.public_id == who; });
        return change;
    }
    Removed out;
    if (const int player = table_.PlayerNamed(who); player >= 0) {
        if (!InLobbyFor(command.person->user_id)) return NotInLobby();
        const Place& place = table_.places[static_cast<std::size_t>(player)];
        out = {place.user_id, place.public_id, place.nickname};
    }
    for (const Watcher& watcher : table_.watchers) {
        if (watcher.public_id == who) out = watcher;
    }
    if (out.user_id == 0) return Fail(Code::kNotFound, "not in this room");
    if (out.user_id == command.person->user_id) return Fail(Code::kInvalidState, "the host himself");
    Forget(*change.table, out.user_id);
    change.out.push_back(out.user_id);
    change.put_out = "kicked";
    if (removed.size() >= kRemovedMax) removed.erase(removed.begin());
    removed.push_back(std::move(out));
    return change;
}

Result<Room::Change> Room::PassHost(const RoomCommand& command, json::Reader& in) {
    const std::string who = in.Text("userId", {.size_max = kPublicIdMax});
    RT_CHECK_OK(in.Finish());
    if (table_.host != command.person->user_id) return Fail(Code::kForbidden, "not the host");
    const int player = table_.PlayerNamed(who);
    if (player < 0) return Fail(Code::kNotFound, "not seated here");
    const Place& place = table_.places[static_cast<std::size_t>(player)];
    if (place.left) return Fail(Code::kInvalidState, "he has left");
    Change change;
    change.table = table_;
    change.table->host = place.user_id;
    return change;
}

Result<Room::Change> Room::ShuffleSeats(const RoomCommand& command, json::Reader& in) {
    RT_TRY(Table table, HostTable(command));
    RT_CHECK_OK(in.Finish());
    for (std::size_t i = table.places.size(); i > 1; --i) {
        std::swap(table.places[i - 1], table.places[parts_.random.Below(i)]);
    }
    // Who knows all the bytes must not choose the seats: everybody gives new ones.
    table.ClearReady();
    Change change;
    change.table = std::move(table);
    return change;
}

// The table as it waits for another game.
void Room::NextGame(Table& table) const {
    table.state = RoomState::kLobby;
    ++table.game_no;
    table.rematch.clear();
    table.removed.clear();
    for (Place& place : table.places) {
        if (place.left) place = Place{};
    }
    PrepareGame(table, parts_.random);
    if (table.PlayerOf(table.host) < 0) table.host = table.NextHost();
}

Result<Room::Change> Room::Rematch(const RoomCommand& command, json::Reader& in) {
    RT_CHECK_OK(in.Finish());
    if (table_.state == RoomState::kPlaying) return Fail(Code::kInvalidState, "the game is not over");
    const std::int64_t user = command.person->user_id;
    Change change;
    change.table = table_;
    if (table_.state == RoomState::kLobby) return change;  // enough others wanted it
    auto& wanted = change.table->rematch;
    if (std::find(wanted.begin(), wanted.end(), user) == wanted.end()) wanted.push_back(user);
    if (!WantAnother(*change.table, guests_)) return change;
    NextGame(*change.table);
    change.state = State{};
    return change;
}

Result<Room::Change> Room::ReadyInLobby(const RoomCommand& command, json::Reader& in) {
    const bool ready = in.OptionalBool("ready").value_or(true);
    const auto random = in.OptionalText("random", {.size_max = 2 * kClientBytes});
    RT_CHECK_OK(in.Finish());
    const int player = table_.PlayerOf(command.person->user_id);
    Change change;
    change.table = table_;
    Place& place = change.table->places[static_cast<std::size_t>(player)];
    place.random.clear();
    if (ready) {
        const auto bytes = base::HexDecode(random.value_or(""));
        if (!bytes.has_value() || bytes->size() != kClientBytes) {
            return base::InvalidField("random", {"应为 32 位十六进制数字", "32 hexadecimal digits"});
        }
        place.random = base::AsText(*bytes);
    }
    return change;
}

}  // namespace rt::avalon
