// Who may submit when at the opening second (registration.md §2.3): the queue of admission RATE, and the lottery's
// draw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registration/domain/words.h"
#include "registration/store/commit.h"
#include "registration/store/events.h"

namespace rt::registration::store {

// The event's times, its window widened to those of its divisions: an event has one queue, one draw and one waiting
// list, which are there as long as anybody may enter.
Result<EventTimes> WholeWindow(Reader& reader, const Event& event);

inline constexpr std::int64_t kPassMicros = 10 * 60 * base::kMicrosPerSecond;

struct AdmissionRow {
    EventId event;
    std::string seed;
    std::string commitment;
    std::int64_t last = 0;
    std::int64_t early = 0;
    bool closed = false;
    std::int64_t served = 0;
    base::Time served_at;
    DrawState draw = DrawState::kOpen;
    std::int64_t pool = 0;   // registrations in it
    std::int64_t drawn = 0;  // of them, dealt with
};
Result<std::optional<AdmissionRow>> FindAdmission(Reader& reader, EventId event);

// Published events that queue or draw and have no row yet.
Result<std::vector<EventId>> EventsToPrepare(Reader& reader, std::int64_t events_max);
// Makes the row; the commitment to the seed goes into the audit. `seed`: 64 hex digits.
Status PrepareAdmission(Writer& writer, Commit& commit, EventId event, const std::string& seed);

struct Ticket {
    enum class State : std::uint8_t { kEarly, kWaiting, kPass, kExpired } state = State::kEarly;
    std::optional<std::int64_t> number;    // from 0; nullopt before the opening
    std::optional<base::Time> pass_until;  // of kPass
};
std::string_view Word(Ticket::State state);
Result<std::optional<Ticket>> FindTicket(Reader& reader, const AdmissionRow& admission, UserId user, base::Time now);
// The caller's ticket: the one he has, or a new one at the end when he has none or his pass expired. INVALID_STATE for
// events without a queue, EVENT_NOT_OPEN when nothing can be submitted any more.
Result<Ticket> TakeTicket(Writer& writer, Commit& commit, const Event& event);
// ADMISSION_REQUIRED with the number unless this user may submit now.
Status RequirePass(Reader& reader, EventId event, UserId user, base::Time now);

// Events whose queue is open now, for any division; those first that have waited longest.
Result<std::vector<Event>> QueuesToServe(Reader& reader, base::Time now, std::int64_t events_max);
// Lets the next ones in, as many as the rate and the time since the last call allow. Returns whether anything changed.
Result<bool> ServeQueue(Writer& writer, Commit& commit, const Event& event);

// Does a submit go into the pool?
Result<bool> IsPooling(Reader& reader, EventId event);
// Begins the draw, once, after the registration has closed in every division: fixes the pool, of the teams whose roster
// holds. EVENT_NOT_OPEN before, INVALID_STATE after.
Status StartDraw(Writer& writer, Commit& commit, const Event& event);
// Deals with the next `registrations_max` of the drawn order, then with those left out of the pool; returns how many.
// `order`: public ids, of the whole pool.
Result<std::int64_t> DrawSome(Writer& writer, Commit& commit, EventId event, const std::vector<std::string>& order,
                              std::int64_t registrations_max);
Result<std::vector<EventId>> EventsInDraw(Reader& reader, base::Time now);
// Sorted.
Result<std::vector<std::string>> PoolOf(Reader& reader, EventId event);
// By rank, those dealt with: public id and what became of it.
Result<std::vector<std::pair<std::string, std::string>>> DrawnOf(Reader& reader, EventId event);

}  // namespace rt::registration::store
