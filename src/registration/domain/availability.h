// What the public sees of the quotas (registration.md §2.2). Pure; never used for decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "registration/domain/words.h"

namespace rt::registration {

struct QuotaFigures {
    QuotaUnit unit = QuotaUnit::kTeam;
    std::optional<std::int64_t> cap;  // nullopt: no limit
    std::int64_t held = 0;
    std::int64_t confirmed = 0;
    std::int64_t blocked = 0;
    bool open = true;
    bool clock_running = false;  // a HELD unit may come back by itself

    std::int64_t used() const { return held + confirmed + blocked; }
};

struct Places {
    Availability availability = Availability::kOk;
    std::optional<std::int64_t> left;  // whole teams of `team_min`; nullopt: no limit
};

// Of a division: the worst of the quotas that a team of it needs.
Places PlacesOf(std::span<const QuotaFigures> quotas, std::int64_t team_min);
// Of an event: the best of its divisions; `left` is the sum, at most the event's own quota.
Places BestOf(std::span<const Places> divisions, std::optional<std::int64_t> event_left);

}  // namespace rt::registration
