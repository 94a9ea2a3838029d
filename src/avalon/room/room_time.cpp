// What happens in a room because time passes.
#include <algorithm>

#include "avalon/domain/timing.h"
#include "avalon/room/room.h"

namespace rt::avalon {

int Room::Connected() const {
    return static_cast<int>(
        std::count_if(guests_.begin(), guests_.end(), [](const auto& guest) { return guest.second.Present(); }));
}

// After a restart clocks stand until all persons are back.
bool Room::Holding(std::int64_t now) const {
    if (held_until_ == 0 || now >= held_until_) return false;
    for (const Seat seat : state_.Humans()) {
        const std::int64_t user = UserAt(seat);
        const auto guest = guests_.find(user);
        const int player = table_.PlayerOf(user);
        if (player < 0 || table_.places[static_cast<std::size_t>(player)].left) continue;
        if (guest == guests_.end() || !guest->second.Present()) return true;
    }
    return false;
}

void Room::OnWake() {
    if (gone_) return;
    const std::int64_t now = parts_.clock.MonotonicMicros();
    const bool held = held_until_ != 0;
    if (held && !Holding(now)) held_until_ = 0;
    ReleaseToSpectators();
    if (Act(now)) return;  // the timers are set when it is on disk
    SetTimers();
    if (held && held_until_ == 0) Publish();  // the clock runs again
}

// The first thing that is due and changes the room; the others follow when that is on disk.
bool Room::Act(std::int64_t now) {
    if (halted_until_ != 0) {
        if (now < halted_until_) return false;
        Change same;  // can it be written again?
        same.table = table_;
        Commit(std::move(same), nullptr);
        return true;
    }
    if (!closing_.empty()) {
        Dissolve();
        return true;
    }
    const bool playing = state_.start != nullptr && !state_.Over() && !state_.paused;
    for (Seat seat = 0; playing && seat < state_.players(); ++seat) {
        std::int64_t& due = bot_due_[static_cast<std::size_t>(seat)];
        if (due == 0 || due > now) continue;
        due = 0;
        if (state_.bots.Has(seat) && PlayBot(seat)) return true;
    }
    if (playing && clock_end_.has_value() && *clock_end_ <= now && PlayTimeouts()) return true;
    if (pause_ends_ != 0 && pause_ends_ <= now) {
        auto resumed = Played({.type = CommandType::kResume, .by = kNobody});
        if (resumed.ok()) {
            Commit(std::move(*resumed), nullptr);
            return true;
        }
    }
    while (!checking_.empty() && checking_.front().due <= now) {
        if (Said(checking_.front().number, TextVerdict::kUnchecked)) return true;
    }
    return Expire(now);
}

void Room::SetTimers() {
    if (gone_) return;
    const std::int64_t now = parts_.clock.MonotonicMicros();
    SetClock(now);
    SetBots(now);
    std::int64_t due = IdleDue();
    const auto sooner = [&](std::int64_t at) { due = std::min(due, at); };
    if (clock_end_.has_value()) sooner(*clock_end_);
    for (const std::int64_t at : bot_due_) {
        if (at != 0) sooner(at);
    }
    if (!state_.paused || state_.Over()) {
        pause_ends_ = 0;
    } else if (pause_ends_ == 0) {
        pause_ends_ = now + kPauseSecondsMax * base::kMicrosPerSecond;
    }
    if (pause_ends_ != 0) sooner(pause_ends_);
    if (!checking_.empty()) sooner(checking_.front().due);
    if (!delayed_.empty()) sooner(delayed_.front().release);
    if (held_until_ != 0) sooner(Holding(now) ? held_until_ : now);
    if (!closing_.empty()) sooner(now);
    if (halted_until_ != 0) due = halted_until_;
    parts_.host.WakeAt(*this, due);
}

void Room::SetClock(std::int64_t now) {
    const bool runs = state_.start != nullptr && !state_.Over() && !state_.paused && !Holding(now);
    if (!runs) {
        clock_end_.reset();
        clock_waits_.reset();
        return;
    }
    if (clock_waits_ == state_.waits) return;
    clock_waits_ = state_.waits;
    clock_end_.reset();
    const auto seconds = WaitSeconds(state_);
    if (!seconds.has_value()) return;
    clock_ms_ = std::int64_t{*seconds} * 1'000;
    clock_end_ = now + clock_ms_ * base::kMicrosPerMilli;
    clock_ends_at_ = parts_.clock.Now().Plus(clock_ms_ * base::kMicrosPerMilli);
}

// Every bot that is asked gets a random time, whatever it is asked and whatever it will choose.
void Room::SetBots(std::int64_t now) {
    if (state_.start == nullptr || state_.Over() || state_.paused) {
        bot_due_.fill(0);
        return;
    }
    if (bot_waits_ != state_.waits) {
        bot_waits_ = state_.waits;
        bot_due_.fill(0);
    }
    const SeatSet asked = WaitingFor(state_);
    const auto& limits = parts_.limits;
    for (Seat seat = 0; seat < state_.players(); ++seat) {
        std::int64_t& due = bot_due_[static_cast<std::size_t>(seat)];
        if (!state_.bots.Has(seat) || !asked.Has(seat)) {
            due = 0;
        } else if (due == 0) {
            const auto spread = static_cast<std::uint64_t>(limits.bot_wait_max_ms - limits.bot_wait_min_ms + 1);
            const auto wait_ms = limits.bot_wait_min_ms + static_cast<std::int64_t>(parts_.random.Below(spread));
            due = now + wait_ms * base::kMicrosPerMilli;
        }
    }
}

std::int64_t Room::IdleDue() const {
    const RoomLimits& limits = parts_.limits;
    const bool playing = table_.state == RoomState::kPlaying;
    if (Connected() == 0) {
        return empty_since_ + (playing ? limits.abandoned_s : limits.empty_s) * base::kMicrosPerSecond;
    }
    return playing ? INT64_MAX : active_at_ + limits.idle_s * base::kMicrosPerSecond;
}

bool Room::Expire(std::int64_t now) {
    if (IdleDue() > now) return false;
    closing_ = "expired";
    Dissolve();
    return true;
}

// Ends the room; a game under way is voided first, and the rest done when that is on disk.
void Room::Dissolve() {
    if (gone_) return;
    if (table_.state == RoomState::kPlaying) {
        auto voided = Played({.type = CommandType::kVoidVote, .by = kNobody, .yes = true});
        if (voided.ok()) return Commit(std::move(*voided), nullptr);
        parts_.log.Error("a game could not be voided", {{"room", id_}, {"detail", voided.error().detail}});
    }
    Change change;
    change.erase = true;
    change.put_out = closing_;
    for (const auto& [user, guest] : guests_) change.out.push_back(user);
    Commit(std::move(change), nullptr);
}

}  // namespace rt::avalon
