#include "avalon/room/rooms.h"

#include <algorithm>
#include <chrono>

#include "base/encoding.h"
#include "base/ids.h"

namespace rt::avalon {
namespace {

constexpr std::int64_t kArchiveWaitMinMs = 1'000;
constexpr int kCodeTries = 16;

bool EarlierIn(const RoomSummary& a, const RoomSummary& b) {
    const bool a_waits = a.listing.state == "LOBBY";
    const bool b_waits = b.listing.state == "LOBBY";
    if (a_waits != b_waits) return a_waits;
    return a.listing.seated != b.listing.seated ? a.listing.seated > b.listing.seated : a.live.room_id < b.live.room_id;
}

void Erase(std::unordered_map<std::int64_t, std::set<std::string>>& index, std::int64_t user_id,
           const std::string& room_id) {
    const auto found = index.find(user_id);
    if (found == index.end()) return;
    found->second.erase(room_id);
    if (found->second.empty()) index.erase(found);
}

}  // namespace

Rooms::Rooms(RoomsOptions options, const Parts& parts) : options_(options), parts_(parts), journal_(parts.kv) {}

Rooms::~Rooms() {
    Stop();
}

RoomParts Rooms::PartsOfRoom() {
    return {parts_.clock, parts_.random, parts_.log, parts_.metrics, journal_, parts_.text, *this, options_.limits};
}

namespace {

Table TableOf(RoomPlan plan, const RoomCommand* command, const base::Clock& clock, Random& random) {
    Table table;
    table.room_id = base::NewPublicId(random);
    table.link = NewRoomLink(random);
    table.name = std::move(plan.name);
    table.setup = std::move(plan.setup);
    table.listed = plan.listed;
    table.password_hash = std::move(plan.password_hash);
    table.spectators = plan.spectators;
    table.quick_match = plan.quick_match;
    table.places = std::move(plan.places);
    table.host = plan.host;
    table.created = clock.Now();
    if (plan.game.has_value()) {
        table.game_id = std::move(plan.game->id);
        table.seed = std::move(plan.game->seed);
    } else {
        PrepareGame(table, random);
    }
    if (command != nullptr) {
        table.create_cmd = command->cmd_id;
        table.created_by = command->person->user_id;
    }
    return table;
}

Error TooManyRooms() {
    return base::FailText(Code::kQuotaFull, {"你已在太多房间里", "You are in too many rooms"});
}

}  // namespace

// With the lock held.
std::shared_ptr<Room> Rooms::MadeBy(const RoomCommand& command) const {
    const auto mine = by_user_.find(command.person->user_id);
    if (mine == by_user_.end()) return nullptr;
    for (const std::string& id : mine->second) {
        const auto entry = rooms_.find(id);
        if (entry == rooms_.end() || entry->second.created_by != command.person->user_id) continue;
        if (entry->second.create_cmd == command.cmd_id) return entry->second.room;
    }
    return nullptr;
}

// With the lock held.
Status Rooms::CheckCaps(const std::vector<Place>& places) const {
    if (rooms_.size() >= options_.rooms_max) return Fail(Code::kQuotaFull, "rooms");
    for (const Place& place : places) {
        const auto mine = by_user_.find(place.user_id);
        if (place.kind != Place::Kind::kUser || mine == by_user_.end()) continue;
        if (mine->second.size() >= options_.rooms_per_user_max) return TooManyRooms();
    }
    return Ok();
}

Result<std::shared_ptr<Room>> Rooms::Create(RoomPlan plan, std::optional<RoomCommand> command) {
    Table table = TableOf(std::move(plan), command.has_value() ? &*command : nullptr, parts_.clock, parts_.random);
    std::shared_ptr<Room> room;
    {
        const std::lock_guard lock(mutex_);
        if (command.has_value()) room = MadeBy(*command);
        if (room == nullptr) {
            RT_CHECK_OK(CheckCaps(table.places));
            for (int tries = 0; table.code.empty() || by_code_.contains(table.code); ++tries) {
                if (tries == kCodeTries) return Fail(Code::kUnavailable, "no free code");
                table.code = NewRoomCode(parts_.random);
            }
            room = std::make_shared<Room>(PartsOfRoom(), table);
            Insert(room, table);
            for (const Place& place : table.places) {
                if (place.kind == Place::Kind::kUser) by_user_[place.user_id].insert(room->id());
            }
        } else {
            room->Submit(std::move(*command));  // which has its acknowledgement
            return room;
        }
    }
    room->Open(std::move(command));
    return room;
}

// With the lock held.
void Rooms::Insert(const std::shared_ptr<Room>& room, const Table& table) {
    Entry entry;
    entry.room = room;
    entry.code = table.code;
    entry.link = table.link;
    entry.create_cmd = table.create_cmd;
    entry.created_by = table.created_by;
    rooms_.emplace(room->id(), std::move(entry));
    by_code_[table.code] = room->id();
    by_link_[table.link] = room->id();
}

std::shared_ptr<Room> Rooms::Find(const std::string& room_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = rooms_.find(room_id);
    return found == rooms_.end() ? nullptr : found->second.room;
}

std::optional<Rooms::Found> Rooms::Look(std::string_view text) const {
    const auto key = base::Base32Normalise(text);
    if (!key.has_value()) return std::nullopt;
    const std::lock_guard lock(mutex_);
    auto entry = rooms_.find(*key);
    bool by_link = false;
    if (entry == rooms_.end()) {
        if (const auto code = by_code_.find(*key); code != by_code_.end()) entry = rooms_.find(code->second);
    }
    if (entry == rooms_.end()) {
        const auto link = by_link_.find(*key);
        by_link = link != by_link_.end();
        if (by_link) entry = rooms_.find(link->second);
    }
    if (entry == rooms_.end() || entry->second.summary == nullptr) return std::nullopt;
    return Found{entry->second.room, entry->second.summary, by_link};
}

std::vector<std::shared_ptr<const RoomSummary>> Rooms::Listed(int players) const {
    std::vector<std::shared_ptr<const RoomSummary>> out;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, entry] : rooms_) {
            if (entry.summary == nullptr || !entry.summary->live.listed) continue;
            if (players == 0 || entry.summary->live.size == players) out.push_back(entry.summary);
        }
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return EarlierIn(*a, *b); });
    if (out.size() > kListedMax) out.resize(kListedMax);
    return out;
}

// With the lock held.
std::vector<std::shared_ptr<const RoomSummary>> Rooms::In(const RoomsByUser& index, std::int64_t user_id) const {
    std::vector<std::shared_ptr<const RoomSummary>> out;
    const auto found = index.find(user_id);
    if (found == index.end()) return out;
    for (const std::string& id : found->second) {
        const auto entry = rooms_.find(id);
        if (entry != rooms_.end() && entry->second.summary != nullptr) out.push_back(entry->second.summary);
    }
    return out;
}

std::vector<std::shared_ptr<const RoomSummary>> Rooms::RoomsOf(std::int64_t user_id) const {
    const std::lock_guard lock(mutex_);
    return In(by_user_, user_id);
}

std::vector<std::shared_ptr<const RoomSummary>> Rooms::LeftBy(std::int64_t user_id) const {
    const std::lock_guard lock(mutex_);
    return In(by_leaver_, user_id);
}

Status Rooms::CheckPlace(std::int64_t user_id, const std::string& room_id) const {
    const std::lock_guard lock(mutex_);
    const auto mine = by_user_.find(user_id);
    if (mine == by_user_.end() || mine->second.contains(room_id)) return Ok();
    if (mine->second.size() < options_.rooms_per_user_max) return Ok();
    return TooManyRooms();
}

void Rooms::Changed(Room& room, std::shared_ptr<const RoomSummary> summary) {
    const std::lock_guard lock(mutex_);
    const auto entry = rooms_.find(room.id());
    if (entry == rooms_.end()) return;
    const auto before = std::exchange(entry->second.summary, std::move(summary));
    Count(before, entry->second.summary);
    if (before != nullptr) {
        for (const auto& [user, player] : before->members) Erase(by_user_, user, room.id());
        for (const auto& [user, player] : before->leavers) Erase(by_leaver_, user, room.id());
    }
    for (const auto& [user, player] : entry->second.summary->members) by_user_[user].insert(room.id());
    for (const auto& [user, player] : entry->second.summary->leavers) by_leaver_[user].insert(room.id());
}

void Rooms::Gone(Room& room) {
    const std::lock_guard lock(mutex_);
    const auto entry = rooms_.find(room.id());
    if (entry == rooms_.end()) return;
    Count(entry->second.summary, nullptr);
    by_code_.erase(entry->second.code);
    by_link_.erase(entry->second.link);
    for (auto mine = by_user_.begin(); mine != by_user_.end();) {
        mine->second.erase(room.id());
        mine = mine->second.empty() ? by_user_.erase(mine) : std::next(mine);
    }
    if (entry->second.summary != nullptr) {
        for (const auto& [user, player] : entry->second.summary->leavers) Erase(by_leaver_, user, room.id());
    }
    if (entry->second.due != 0) timers_.erase({entry->second.due, room.id()});
    rooms_.erase(entry);  // whoever runs the room holds it
}

void Rooms::Count(const std::shared_ptr<const RoomSummary>& before, const std::shared_ptr<const RoomSummary>& now) {
    if (before != nullptr) parts_.metrics.Get(Metric::kAvalonRooms, {before->live.state}).Add(-1);
    if (now != nullptr) parts_.metrics.Get(Metric::kAvalonRooms, {now->live.state}).Add(1);
}

void Rooms::WakeAt(Room& room, std::int64_t monotonic_micros) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        const auto entry = rooms_.find(room.id());
        if (entry == rooms_.end() || entry->second.due == monotonic_micros) return;
        if (entry->second.due != 0) timers_.erase({entry->second.due, room.id()});
        entry->second.due = monotonic_micros;
        first = timers_.insert({monotonic_micros, room.id()}).first == timers_.begin();
    }
    if (first) timer_wake_.notify_one();
}

void Rooms::GameOver(const std::string& room_id, std::int64_t game_no, std::int64_t due) {
    {
        const std::lock_guard lock(games_mutex_);
        games_.push_back({room_id, game_no, due, kArchiveWaitMinMs});
    }
    games_wake_.notify_one();
}

void Rooms::PersonChanged(std::int64_t user_id) {
    if (person_changed_) person_changed_(user_id);
}

void Rooms::Tell(const PersonPtr& person) {
    for (const auto& summary : RoomsOf(person->user_id)) {
        if (const auto room = Find(summary->live.room_id)) room->Update(person);
    }
}

std::vector<LiveRoom> Rooms::Live() const {
    std::vector<LiveRoom> out;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : rooms_) {
        if (entry.summary != nullptr) out.push_back(entry.summary->live);
    }
    return out;
}

std::vector<ChatLine> Rooms::Chat(const std::string& room_id, std::int64_t user_id) const {
    const auto room = Find(room_id);
    return room == nullptr ? std::vector<ChatLine>() : room->ChatFor(user_id);
}

Status Rooms::Void(const std::string& room_id) {
    const auto found = Look(room_id);
    if (!found.has_value()) return Fail(Code::kNotFound);
    if (found->summary->live.state != "PLAYING") return Fail(Code::kInvalidState, "no game under way");
    found->room->Void();
    return Ok();
}

Status Rooms::Close(const std::string& room_id) {
    const auto room = Find(room_id);
    if (room == nullptr) return Fail(Code::kNotFound);
    room->Close("closed");
    return Ok();
}

std::size_t Rooms::size() const {
    const std::lock_guard lock(mutex_);
    return rooms_.size();
}

}  // namespace rt::avalon
