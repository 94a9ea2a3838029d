// What happens in a room because time passes.
#include <algorithm>

#include "avalon/domain/timing.h"
#include "avalon/room/room.h"

namespace rt::avalon {

// After a restart clocks stand until all persons are back.
bool Room::Holding(std::int64_t now) const {
    if (clocks_.held_until == 0 || now >= clocks_.held_until) return false;
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
    const bool held = clocks_.held_until != 0;
    if (held && !Holding(now)) clocks_.held_until = 0;
    ReleaseToSpectators();
    const bool missed = NoteMissed(now);
    if (Act(now)) return;  // the timers are set when it is on disk
    SetTimers();
    if (missed || (held && clocks_.held_until == 0)) Publish();  // the clock runs again
}

// The first thing that is due and changes the room; the others follow when that is on disk.
bool Room::Act(std::int64_t now) {
    if (clocks_.halted_until != 0) {
        if (now < clocks_.halted_until) return false;
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
        std::int64_t& due = clocks_.bot_due[static_cast<std::size_t>(seat)];
        if (due == 0 || due > now) continue;
        due = 0;
        if (state_.bots.Has(seat) && PlayBot(seat)) return true;
    }
    if (playing && clocks_.end.has_value() && *clocks_.end <= now && PlayTimeouts()) return true;
    if (clocks_.pause_ends != 0 && clocks_.pause_ends <= now) {
        auto resumed = Played({.type = CommandType::kResume, .by = kNobody});
        if (resumed.ok()) {
            Commit(std::move(*resumed), nullptr);
            return true;
        }
    }
    while (!checking_.empty() && checking_.front().due <= now) {
        if (Said(checking_.front().number, TextVerdict::kUnchecked)) return true;
    }
    return ActOnPresence(now) || Expire(now);
}

void Room::SetTimers() {
    if (gone_) return;
    const std::int64_t now = parts_.clock.MonotonicMicros();
    SetClock(now);
    SetBots(now);
    std::int64_t due = std::min(IdleDue(), PresenceDue());
    const auto sooner = [&](std::int64_t at) { due = std::min(due, at); };
    if (clocks_.end.has_value()) sooner(*clocks_.end);
    if (clocks_.patience_end.has_value()) sooner(*clocks_.patience_end);
    for (const std::int64_t at : clocks_.bot_due) {
        if (at != 0) sooner(at);
    }
    if (!state_.paused || state_.Over()) {
        clocks_.pause_ends = 0;
    } else if (clocks_.pause_ends == 0) {
        clocks_.pause_ends = now + kPauseSecondsMax * base::kMicrosPerSecond;
    }
    if (clocks_.pause_ends != 0) sooner(clocks_.pause_ends);
    if (!checking_.empty()) sooner(checking_.front().due);
    if (!delayed_.empty()) sooner(delayed_.front().release);
    if (clocks_.held_until != 0) sooner(Holding(now) ? clocks_.held_until : now);
    if (!closing_.empty()) sooner(now);
    if (clocks_.halted_until != 0) due = clocks_.halted_until;
    parts_.host.WakeAt(*this, due);
}

void Room::SetClock(std::int64_t now) {
    const bool runs = state_.start != nullptr && !state_.Over() && !state_.paused && !Holding(now);
    if (!runs) {
        clocks_.end.reset();
        clocks_.waits.reset();
        clocks_.patience_end.reset();
        clocks_.overdue_since.reset();
        return;
    }
    if (clocks_.waits == state_.waits) return;
    clocks_.waits = state_.waits;
    clocks_.end.reset();
    clocks_.patience_end.reset();
    clocks_.overdue_since.reset();
    const bool plays = state_.options().timeout != TimeoutPolicy::kPause && state_.options().timer != Timer::kEndless;
    if (const auto patience = plays ? std::nullopt : PatienceSeconds(state_); patience.has_value()) {
        clocks_.patience = std::int64_t{*patience} * base::kMicrosPerSecond;
        clocks_.patience_end = now + clocks_.patience;
    }
    const auto seconds = WaitSeconds(state_);
    if (!seconds.has_value()) return;
    clocks_.ms = std::int64_t{*seconds} * 1'000;
    clocks_.end = now + clocks_.ms * base::kMicrosPerMilli;
    clocks_.ends_at = parts_.clock.Now().Plus(clocks_.ms * base::kMicrosPerMilli);
}

// Every bot that is asked gets a random time, whatever it is asked and whatever it will choose.
void Room::SetBots(std::int64_t now) {
    if (state_.start == nullptr || state_.Over() || state_.paused) {
        clocks_.bot_due.fill(0);
        return;
    }
    if (clocks_.bot_waits != state_.waits) {
        clocks_.bot_waits = state_.waits;
        clocks_.bot_due.fill(0);
    }
    const SeatSet asked = WaitingFor(state_);
    const auto& limits = parts_.limits;
    for (Seat seat = 0; seat < state_.players(); ++seat) {
        std::int64_t& due = clocks_.bot_due[static_cast<std::size_t>(seat)];
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
    if (Connected(guests_) == 0) {
        return clocks_.empty_since + (playing ? limits.abandoned_s : limits.empty_s) * base::kMicrosPerSecond;
    }
    return playing ? INT64_MAX : clocks_.active_at + limits.idle_s * base::kMicrosPerSecond;
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
