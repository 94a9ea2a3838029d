// What those who watch see, and when: in a room with a delay nothing of the table, the game and the players' chat
// reaches them earlier, neither as an event nor by what a list or a refusal would say.
#include <algorithm>

#include "avalon/codec.h"
#include "avalon/domain/view.h"
#include "avalon/room/room.h"

namespace rt::avalon {
namespace {

constexpr std::size_t kDelayedMax = 4'000;

void SetMember(Members& members, std::string_view name, const json::Value& value) {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.first == name; });
    if (found != members.end()) found->second = json::Encode(value);
}

}  // namespace

RoomListing Room::ListingNow() const {
    const auto seated = std::count_if(table_.places.begin(), table_.places.end(),
                                      [](const Place& place) { return place.kind != Place::Kind::kEmpty; });
    return {std::string(Name(table_.state)), static_cast<int>(seated)};
}

// Is there something of the table that those who watch have not seen yet?
bool Room::Behind() const {
    return std::any_of(delayed_.begin(), delayed_.end(), [](const DelayedShow& item) { return item.seen.has_value(); });
}

// Is the room in its lobby, as far as this person may know?
bool Room::InLobbyFor(std::int64_t user_id) const {
    return table_.state == RoomState::kLobby && !(table_.Watches(user_id) && Behind());
}

void Room::Delay(DelayedShow item) {
    const bool first = delayed_.empty();
    if (delayed_.size() >= kDelayedMax) delayed_.pop_front();
    item.release = parts_.clock.MonotonicMicros() + DelayMicros(table_.spectators.delay_s);
    delayed_.push_back(std::move(item));
    if (first) SetTimers();
}

// At once, or after the delay the room has chosen. What follows a delayed sight is never shown before it.
void Room::PublishToSpectators() {
    const bool playing = state_.start != nullptr;
    const bool behind = Behind();
    const bool watched = std::any_of(guests_.begin(), guests_.end(), [&](const auto& guest) {
        return guest.second.Present() && table_.PlayerOf(guest.first) < 0;
    });
    if (table_.spectators.delay_s == 0 && !behind && !watched) return;
    WatchedRoom now{MembersOf(RoomObject(false)), std::nullopt, ListingNow()};
    if (playing) now.game = GameMembers(Viewer::Spectator());
    if (behind || (playing && table_.spectators.delay_s > 0)) {
        const auto newest = std::find_if(delayed_.rbegin(), delayed_.rend(),
                                         [](const DelayedShow& item) { return item.seen.has_value(); });
        if (now != (newest != delayed_.rend() ? *newest->seen : watched_)) Delay({.seen = std::move(now)});
    } else {
        watched_ = std::move(now);
    }
    ShowSpectators();
}

// Sends the spectators what they may see by now.
void Room::ShowSpectators() {
    const FramePtr frame = spectator_stream_.Update({{}, watched_.room, watched_.game});
    if (frame != nullptr) SendToSpectators(frame);
}

void Room::SendToSpectators(const FramePtr& frame) {
    for (const auto& [user, guest] : guests_) {
        if (guest.Follows() && table_.PlayerOf(user) < 0) guest.line->Send(frame);
    }
}

// They share one count of events: who has blocked the speaker gets one that says nothing.
void Room::SayToSpectators(const std::string& text, std::int64_t speaker) {
    const FramePtr frame = spectator_stream_.Chat(text);
    FramePtr nothing;
    for (const auto& [user, guest] : guests_) {
        if (!guest.Follows() || table_.PlayerOf(user) >= 0) continue;
        if (guest.Blocks(speaker) && nothing == nullptr) nothing = spectator_stream_.Silence();
        guest.line->Send(guest.Blocks(speaker) ? nothing : frame);
    }
}

void Room::ReleaseToSpectators() {
    const std::int64_t now = parts_.clock.MonotonicMicros();
    bool seen = false;
    while (!delayed_.empty() && delayed_.front().release <= now) {
        DelayedShow item = std::move(delayed_.front());
        delayed_.pop_front();
        if (item.seen.has_value()) {
            seen = true;
            watched_ = std::move(*item.seen);
            ShowSpectators();
        } else {
            SayToSpectators(item.chat, item.speaker);
        }
    }
    if (seen) Tell();
}

// After a restart: what the spectators had seen of the game, and what they have still to see. Who was connected when is
// not known any more.
void Room::RebuildDelayed(const std::vector<LogRow>& rows, std::int64_t game_no) {
    if (table_.spectators.delay_s == 0) return;
    const base::Time now = parts_.clock.Now();
    const std::int64_t monotonic = parts_.clock.MonotonicMicros();
    Members room = MembersOf(RoomObject(false));
    SetMember(room, "rematch", json::Array());
    SetMember(room, "gameNo", game_no);
    SetMember(room, "state", Name(RoomState::kLobby));
    RoomListing listing = ListingNow();
    listing.state = Name(RoomState::kLobby);
    State state;
    for (const LogRow& row : rows) {
        for (const Event& event : row.events) Apply(state, event);
        if (&row == &rows.front()) {
            SetMember(room, "gameId", state.start->proof.game_id);
            SetMember(room, "commitment", state.start->proof.commitment);
            watched_ = {room, std::nullopt, listing};
        }
        listing.state = Name(state.Over() ? RoomState::kEnded : RoomState::kPlaying);
        SetMember(room, "state", listing.state);
        WatchedRoom seen{room, MembersOf(EncodeView(ViewOf(state, Viewer::Spectator()))), listing};
        seen.game->emplace_back("clock", "null");
        const std::int64_t left = row.at.micros + DelayMicros(table_.spectators.delay_s) - now.micros;
        if (left <= 0) {
            watched_ = std::move(seen);
        } else {
            delayed_.push_back({.release = monotonic + left, .seen = std::move(seen)});
        }
    }
    for (const ChatMessage& message : chat_) {
        const std::int64_t left = message.at.micros + DelayMicros(table_.spectators.delay_s) - now.micros;
        if (!message.of_players || left <= 0) continue;
        delayed_.push_back({.release = monotonic + left,
                            .chat = PublicChat(message),
                            .chat_number = message.number,
                            .speaker = message.user_id});
    }
    std::stable_sort(delayed_.begin(), delayed_.end(),
                     [](const DelayedShow& a, const DelayedShow& b) { return a.release < b.release; });
}

bool Room::MayRead(const ChatMessage& message, std::int64_t user_id) const {
    const auto guest = guests_.find(user_id);
    if (guest != guests_.end() && guest->second.Blocks(message.user_id)) return false;
    if (table_.PlayerOf(user_id) >= 0) return message.of_players || state_.Over();
    if (!message.of_players) return true;
    const bool waits = std::any_of(delayed_.begin(), delayed_.end(),
                                   [&](const DelayedShow& item) { return item.chat_number == message.number; });
    return !waits && message.at.micros + DelayMicros(table_.spectators.delay_s) <= parts_.clock.Now().micros;
}

}  // namespace rt::avalon
