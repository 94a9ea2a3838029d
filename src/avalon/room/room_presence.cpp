// Who is here, who is away and for how long, and what follows from it for watchers and the host. Everything here is
// made from what everybody at the table can see: what a hidden wait would tell stays out of it.
#include <algorithm>

#include "avalon/domain/timing.h"
#include "avalon/domain/view.h"
#include "avalon/room/room.h"

namespace rt::avalon {

int Connected(const RoomGuests& guests) {
    return static_cast<int>(
        std::count_if(guests.begin(), guests.end(), [](const auto& guest) { return guest.second.Present(); }));
}

bool Here(const RoomGuests& guests, std::int64_t user_id) {
    const auto guest = guests.find(user_id);
    return guest != guests.end() && guest->second.Present();
}

int WatchersHere(const RoomGuests& guests, const Table& table) {
    return static_cast<int>(std::count_if(table.watchers.begin(), table.watchers.end(),
                                          [&](const Watcher& watcher) { return Here(guests, watcher.user_id); }));
}

std::int64_t AwaySeconds(const RoomGuests& guests, std::int64_t user_id, base::Time now) {
    const auto guest = guests.find(user_id);
    if (guest == guests.end() || (guest->second.Present() && !guest->second.Afk())) return 0;
    return std::max<std::int64_t>(0, (now.micros - guest->second.away_since.micros) / base::kMicrosPerSecond);
}

SeatSet PubliclyAsked(const State& state) {
    return ViewOf(state, Viewer::Spectator()).waiting - state.bots;
}

// He comes by this line, or goes (null).
void Room::Turn(Guest& guest, const LinePtr& line) {
    const bool was = guest.Present();
    guest.line = line;
    if (was == guest.Present()) return;
    guest.turned = parts_.clock.MonotonicMicros();
    if (guest.Present()) {
        guest.missed = 0;
        return;
    }
    guest.away_since = parts_.clock.Now();
    if (Connected(guests_) == 0) clocks_.empty_since = guest.turned;
}

// Who sits there and does nothing is away from the first clock he lets pass.
void Room::Miss(Seat seat) {
    Guest& guest = guests_[UserAt(seat)];
    if (guest.missed++ == 0 && guest.Present()) guest.away_since = parts_.clock.Now();
}

// Where no clock plays for people they are missed all the same.
bool Room::NoteMissed(std::int64_t now) {
    if (!clocks_.patience_end.has_value() || *clocks_.patience_end > now) return false;
    clocks_.patience_end = now + clocks_.patience;
    if (!clocks_.overdue_since.has_value()) clocks_.overdue_since = parts_.clock.Now();
    const SeatSet asked = PubliclyAsked(state_);
    for (const Seat seat : asked) Miss(seat);
    return !asked.empty();
}

// As a vote for a bot counts it. While it is hidden who is asked, everybody who may be is late with the wait itself,
// whether he has played or not: else the answer to the vote would tell.
std::uint32_t Room::AbsentSeconds(Seat seat) const {
    std::int64_t away = AwaySeconds(guests_, UserAt(seat), parts_.clock.Now());
    const bool hidden = PubliclyAsked(state_).empty() && !WaitingFor(state_).empty();
    const bool may_be = state_.phase != Phase::kQuest || state_.Current().team.Has(seat);
    if (clocks_.overdue_since.has_value() && hidden && may_be) {
        away = std::max(away, (parts_.clock.Now().micros - clocks_.overdue_since->micros) / base::kMicrosPerSecond);
    }
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, away));
}

SeatSet Room::AbsentSeats() const {
    SeatSet out;
    for (const Seat seat : state_.Seats()) {
        if (AbsentSeconds(seat) >= kAbsentSecondsMin) out.Add(seat);
    }
    return out;
}

// When a watcher has been away for too long, or the host.
std::int64_t Room::PresenceDue() const {
    std::int64_t due = INT64_MAX;
    for (const Watcher& watcher : table_.watchers) {
        const auto guest = guests_.find(watcher.user_id);
        if (guest == guests_.end() || guest->second.Present()) continue;
        due = std::min(due, guest->second.turned + kWatcherGraceMicros);
    }
    // After a restart nobody is here at first: the host is missed by somebody who has waited for him as long.
    if (table_.state == RoomState::kPlaying || table_.host == 0 || Here(guests_, table_.host)) return due;
    const auto host = guests_.find(table_.host);
    const std::int64_t since = host == guests_.end() ? 0 : host->second.turned;
    for (const auto& [user, guest] : guests_) {
        if (!guest.Present() || !table_.Member(user)) continue;
        due = std::min(due, std::max(since, guest.turned) + kHostGraceMicros);
    }
    return due;
}

// Takes out who does not watch any more, and hands on the host. Whether there was anything to commit.
bool Room::ActOnPresence(std::int64_t now) {
    if (PresenceDue() > now) return false;
    Change change;
    change.table = table_;
    change.put_out = "left";
    const auto waited = [&](std::int64_t user_id) {
        const auto guest = guests_.find(user_id);
        return guest != guests_.end() && guest->second.Present() && guest->second.turned + kHostGraceMicros <= now;
    };
    if (table_.state != RoomState::kPlaying && !Here(guests_, table_.host)) {
        const auto host = guests_.find(table_.host);
        const bool long_gone = host == guests_.end() || host->second.turned + kHostGraceMicros <= now;
        const std::int64_t next = long_gone ? table_.NextHost(waited) : 0;
        if (next != 0) change.table->host = next;
    }
    for (const Watcher& watcher : table_.watchers) {
        const auto guest = guests_.find(watcher.user_id);
        if (guest == guests_.end() || guest->second.Present()) continue;
        if (guest->second.turned + kWatcherGraceMicros > now) continue;
        Forget(*change.table, watcher.user_id);
        change.out.push_back(watcher.user_id);
    }
    Commit(std::move(change), nullptr);
    return true;
}

void Room::PutOut(const Change& change) {
    for (const std::int64_t user : change.out) {
        const auto guest = guests_.find(user);
        if (guest == guests_.end()) continue;
        if (guest->second.Present()) {
            guest->second.line->Send(
                MakeFrame("room:closed", json::Encode(json::Object{{"roomId", id_}, {"reason", change.put_out}})));
        }
        // Who left a game may come back to his seat.
        if (table_.Member(user) && !change.erase) {
            Turn(guest->second, nullptr);
        } else {
            const bool last = guest->second.Present() && Connected(guests_) == 1;
            guests_.erase(guest);
            if (last) clocks_.empty_since = parts_.clock.MonotonicMicros();
        }
    }
}

}  // namespace rt::avalon
