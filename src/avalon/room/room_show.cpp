// What the room lets out. The game leaves it through ViewOf() only.
#include <algorithm>

#include "avalon/codec.h"
#include "avalon/domain/view.h"
#include "avalon/hashing.h"
#include "avalon/room/room.h"

namespace rt::avalon {
namespace {

std::int64_t Millis(base::Time time) {
    return time.micros / base::kMicrosPerMilli;
}

}  // namespace

std::string PublicChat(const ChatMessage& message) {
    return json::Encode(json::Object{{"id", message.number},
                                     {"at", Millis(message.at)},
                                     {"from", message.public_id},
                                     {"nickname", message.nickname},
                                     {"channel", message.of_players ? "players" : "spectators"},
                                     {"text", message.text}});
}

namespace {

std::string_view KindName(Place::Kind kind) {
    switch (kind) {
        case Place::Kind::kEmpty:
            return "empty";
        case Place::Kind::kUser:
            return "user";
        case Place::Kind::kBot:
            return "bot";
    }
    return {};
}

}  // namespace

Room::Guest& Room::GuestOf(const PersonPtr& person) {
    Guest& guest = guests_[person->user_id];
    guest.person = person;
    return guest;
}

// The newest line of a person wins; the older one is told why.
void Room::Connect(const PersonPtr& person, const LinePtr& line) {
    Guest& guest = GuestOf(person);
    if (guest.line != nullptr && line != nullptr && guest.line->id() != line->id()) {
        guest.line->Send(
            MakeFrame("room:closed", json::Encode(json::Object{{"roomId", id_}, {"reason", "taken_over"}})));
    }
    Turn(guest, line);
    guest.fresh = true;
}

json::Object Room::PlaceObject(const Place& place, int player) const {
    json::Object out{{"player", player}, {"kind", KindName(place.kind)}};
    if (place.kind == Place::Kind::kBot) out.Add("strength", WordOf(place.strength));
    if (place.kind != Place::Kind::kUser) return out;
    const auto guest = guests_.find(place.user_id);
    const bool online = guest != guests_.end() && guest->second.Present();
    out.Add("userId", place.public_id);
    out.Add("nickname", place.nickname);
    out.Add("avatar", place.avatar);
    out.Add("rating", place.rating.has_value() ? json::Value(*place.rating) : json::Value());
    out.Add("ready", place.ready());
    out.Add("online", online);
    out.Add("afk", guest != guests_.end() && guest->second.Afk());
    out.Add("left", place.left);
    const bool away = guest != guests_.end() && (!online || guest->second.Afk());
    out.Add("awaySince", away ? json::Value(Millis(guest->second.away_since)) : json::Value());
    return out;
}

// The same for everybody, but for the link, which who is only watching does not get.
json::Object Room::RoomObject(bool member) const {
    json::Array players;
    for (std::size_t i = 0; i < table_.places.size(); ++i) {
        players.emplace_back(PlaceObject(table_.places[i], static_cast<int>(i)));
    }
    json::Array rematch;
    for (const std::int64_t user : table_.rematch) {
        const int player = table_.PlayerOf(user);
        if (player >= 0) rematch.emplace_back(table_.places[static_cast<std::size_t>(player)].public_id);
    }
    json::Array warnings;
    for (const SetupIssue& issue : CheckSetup(table_.setup)) {
        warnings.emplace_back(json::Object{{"severity", issue.severity == Severity::kError ? "error" : "warning"},
                                           {"reason", Word(issue.reason)},
                                           {"field", issue.field}});
    }
    std::string host;
    const int host_player = table_.PlayerOf(table_.host);
    if (host_player >= 0) host = table_.places[static_cast<std::size_t>(host_player)].public_id;
    for (const Watcher& watcher : table_.watchers) {
        if (watcher.user_id == table_.host) host = watcher.public_id;
    }
    json::Object out{{"roomId", id_},
                     {"code", table_.code},
                     {"name", table_.name},
                     {"state", Name(table_.state)},
                     {"listed", table_.listed},
                     {"locked", !table_.password_hash.empty()},
                     {"host", host},
                     {"size", table_.setup.players()},
                     {"setup", EncodeSetup(table_.setup)},
                     {"warnings", std::move(warnings)},
                     {"players", std::move(players)},
                     {"spectators", json::Object{{"allowed", table_.spectators.allowed},
                                                 {"delay", table_.spectators.delay_s},
                                                 {"count", WatchersHere(guests_, table_)}}},
                     {"gameNo", table_.game_no},
                     {"gameId", table_.game_id},
                     {"commitment", Commitment(CryptoHashing(), table_.game_id, table_.seed)},
                     {"quickMatch", table_.quick_match},
                     {"halted", clocks_.halted_until != 0},
                     {"rematch", std::move(rematch)}};
    if (member) out.Add("link", table_.link);
    return out;
}

json::Value Room::ClockValue() const {
    if (state_.Over() || state_.paused) return {};
    const std::int64_t now = parts_.clock.MonotonicMicros();
    if (Holding(now)) return json::Object{{"endsAt", nullptr}, {"ms", nullptr}, {"held", true}};
    if (!clocks_.end.has_value()) return {};
    // From the wall clock of the moment it was set, so that the value does not tremble.
    return json::Object{{"endsAt", Millis(clocks_.ends_at)}, {"ms", clocks_.ms}, {"held", false}};
}

Members Room::GameMembers(const Viewer& viewer) const {
    Members out = MembersOf(EncodeView(ViewOf(state_, viewer)));
    out.emplace_back("clock", json::Encode(ClockValue()));
    return out;
}

namespace {

// Who watches and whom the host put out, for the host, who decides about them.
json::Value PeopleFor(bool host, const std::vector<Watcher>& people) {
    if (!host) return {};
    json::Array out;
    for (const Watcher& one : people)
        out.push_back(json::Object{{"userId", one.public_id}, {"nickname", one.nickname}});
    return json::Value(std::move(out));
}

}  // namespace

Members Room::YouMembers(std::int64_t user_id) const {
    const int player = table_.PlayerOf(user_id);
    const Seat seat = SeatOf(user_id);
    std::string public_id;
    if (const auto guest = guests_.find(user_id); guest != guests_.end() && guest->second.person != nullptr) {
        public_id = guest->second.person->public_id;
    }
    return MembersOf({{"userId", public_id},
                      {"player", player < 0 ? json::Value() : json::Value(player)},
                      {"seat", seat == kNobody ? json::Value() : json::Value(static_cast<int>(seat))},
                      {"spectator", player < 0},
                      {"watchers", PeopleFor(user_id == table_.host, table_.watchers)},
                      {"removed", PeopleFor(user_id == table_.host, table_.removed)}});
}

// `room`: as all members see it.
Shown Room::ShownTo(std::int64_t user_id, Members room) const {
    Shown shown{YouMembers(user_id), std::move(room), std::nullopt};
    const Seat seat = SeatOf(user_id);
    if (seat != kNobody) shown.game = GameMembers(Viewer::At(seat));
    return shown;
}

void Room::Publish() {
    const Members room = MembersOf(RoomObject(true));
    for (auto& [user, guest] : guests_) {
        if (!guest.Follows() || !guest.stream.has_value() || table_.PlayerOf(user) < 0) continue;
        if (const FramePtr frame = guest.stream->Update(ShownTo(user, room))) guest.line->Send(frame);
    }
    PublishToSpectators();
}

std::string Room::ChatOf(std::int64_t user_id) const {
    std::string out;
    for (const ChatMessage& message : chat_) {
        if (!MayRead(message, user_id)) continue;
        if (!out.empty()) out += ',';
        out += PublicChat(message);
    }
    return out;
}

void Room::ShowChat(const ChatMessage& message) {
    const std::string text = PublicChat(message);
    for (auto& [user, guest] : guests_) {
        if (!guest.Follows() || !guest.stream.has_value() || table_.PlayerOf(user) < 0) continue;
        if (MayRead(message, user)) guest.line->Send(guest.stream->Chat(text));
    }
    if (message.of_players && table_.spectators.delay_s > 0) {
        Delay({.chat = text, .chat_number = message.number, .speaker = message.user_id});
    } else {
        SayToSpectators(text, message.user_id);
    }
}

std::vector<ChatLine> Room::ChatFor(std::int64_t user_id) const {
    const std::lock_guard lock(chat_mutex_);
    std::vector<ChatLine> out;
    const auto readable = chat_readers_.find(user_id);
    if (readable == chat_readers_.end()) return out;
    for (const ChatMessage& message : chat_) {
        if (readable->second == ChatReader::kSpectator || message.of_players || chat_open_) {
            out.push_back({message.at, message.user_id, message.of_players ? "players" : "spectators", message.text});
        }
    }
    if (out.size() > kChatLinesOfReport) out.erase(out.begin(), out.end() - kChatLinesOfReport);
    return out;
}

std::int64_t Room::SeqOf(std::int64_t user_id) const {
    const auto guest = guests_.find(user_id);
    if (guest != guests_.end() && table_.PlayerOf(user_id) >= 0 && guest->second.stream.has_value()) {
        return guest->second.stream->seq();
    }
    return spectator_stream_.seq();
}

// Brings the person's stream up to now; null for who watches.
Stream* Room::StreamOf(std::int64_t user_id) {
    if (table_.PlayerOf(user_id) < 0) return nullptr;
    Guest& guest = guests_[user_id];
    if (!guest.stream.has_value()) {
        guest.stream.emplace(id_, std::max(parts_.clock.Now().micros / base::kMicrosPerMilli, spectator_stream_.seq()));
    }
    guest.stream->Update(ShownTo(user_id, MembersOf(RoomObject(true))));
    return &*guest.stream;
}

void Room::SendWhole(std::int64_t user_id) {
    const auto guest = guests_.find(user_id);
    if (guest == guests_.end() || !guest->second.Present()) return;
    const Stream* stream = StreamOf(user_id);
    if (stream == nullptr) {
        PublishToSpectators();
        stream = &spectator_stream_;
    }
    guest->second.line->Send(stream->Whole(YouMembers(user_id), ChatOf(user_id)));
    guest->second.fresh = false;
}

void Room::Attach(const RoomCommand& command, std::optional<std::int64_t> seq) {
    const std::int64_t user = command.person->user_id;
    if (!table_.Member(user)) return Refuse(command, Fail(Code::kNotAdmitted));
    const int player = table_.PlayerOf(user);
    if (player >= 0 && table_.places[static_cast<std::size_t>(player)].left) {
        auto change = Returned(player);
        if (!change.ok()) return Refuse(command, change.error());
        return Commit(std::move(*change), std::make_shared<const RoomCommand>(command));
    }
    Connect(command.person, command.line);
    SetTimers();
    Stream* own = StreamOf(user);
    if (own == nullptr) PublishToSpectators();
    const Stream& stream = own != nullptr ? *own : spectator_stream_;
    AnswerTo(command, "{\"ok\":true,\"seq\":" + std::to_string(stream.seq()) + "}", "ok");
    // What is kept for those who watch holds the words of people whom this one has blocked.
    const bool kept = own != nullptr || command.person->blocks.empty();
    const auto missed = seq.has_value() && kept ? stream.Since(*seq) : std::nullopt;
    if (missed.has_value()) {
        for (const FramePtr& frame : *missed) command.line->Send(frame);
        guests_[user].fresh = false;
    } else {
        SendWhole(user);
    }
    Publish();
    Tell();
}

// For the directory: lists, searches, moderators.
void Room::Tell() {
    auto summary = std::make_shared<RoomSummary>();
    summary->live = {id_,
                     table_.code,
                     table_.name,
                     std::string(Name(table_.state)),
                     table_.listed,
                     !table_.password_hash.empty(),
                     table_.setup.players(),
                     {},
                     WatchersHere(guests_, table_),
                     std::nullopt,
                     table_.game_id};
    if (table_.state == RoomState::kPlaying) summary->live.started = table_.started;
    for (std::size_t i = 0; i < table_.places.size(); ++i) {
        const Place& place = table_.places[i];
        if (place.kind == Place::Kind::kEmpty) continue;
        const auto guest = guests_.find(place.user_id);
        const bool online = guest != guests_.end() && guest->second.Present();
        summary->live.players.push_back({place.public_id, place.nickname, online});
        if (place.kind != Place::Kind::kUser) continue;
        if (place.user_id == table_.host) summary->host_nickname = place.nickname;
        if (!place.left) {
            summary->members.emplace_back(place.user_id, static_cast<int>(i));
        } else if (table_.state == RoomState::kPlaying) {
            summary->leavers.emplace_back(place.user_id, static_cast<int>(i));
        }
    }
    const bool late = table_.spectators.delay_s > 0 || Behind();
    summary->listing = late ? watched_.listing : ListingNow();
    for (const Watcher& watcher : table_.watchers) {
        if (Here(guests_, watcher.user_id)) summary->members.emplace_back(watcher.user_id, -1);
    }
    summary->link = table_.link;
    summary->password_hash = table_.password_hash;
    summary->host = table_.host;
    summary->spectators_allowed = table_.spectators.allowed;
    {
        const std::lock_guard lock(chat_mutex_);
        chat_open_ = state_.Over();
        chat_readers_.clear();
        for (const auto& [user, player] : summary->members) {
            chat_readers_[user] = player < 0 ? ChatReader::kSpectator : ChatReader::kPlayer;
        }
    }
    parts_.host.Changed(*this, std::move(summary));
    // Whose line ended before the directory knew that he is here is missed by nobody else.
    for (const auto& [user, guest] : guests_) {
        if (guest.Present() && !guest.line->open()) Detach(user, guest.line->id());
    }
}

}  // namespace rt::avalon
