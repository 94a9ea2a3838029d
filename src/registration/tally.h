// What becomes of teams and registrations, as metrics (registration.md §4). Counted from the journal, after the commit
// and exactly once, however a row was moved: by its captain, a reviewer, a bulk action, a draw, a clock, an import. The
// commands themselves pay nothing for it. Not thread-safe: it belongs to the job that runs it.
#pragma once

#include <cstdint>

#include "registration/service.h"

namespace rt::registration {

inline constexpr std::int64_t kTallyPeriodMicros = 10 * base::kMicrosPerSecond;

class Tally {
  public:
    explicit Tally(const Needs& needs) : needs_(needs) {}

    // From where the journal ends now. Without it the first Run() begins so.
    Status Begin();
    // Counts what was committed since the last call, for a second at most, the rest at the next call; every
    // kTallyPeriodMicros it also sets the gauges and adds the pages that were read to the figures of their events.
    Status Run(const PublicSnapshot& snapshot);

  private:
    struct Moved;
    Status Count();
    Status SetGauges();
    Status SaveViews(const PublicSnapshot& snapshot);
    void CountTeam(const Moved& row);
    void CountRegistration(const Moved& row);

    const Needs& needs_;
    std::int64_t seq_ = -1;  // of the journal, counted; -1: not begun
    std::int64_t due_ = 0;   // monotonic µs; of the gauges
};

}  // namespace rt::registration
