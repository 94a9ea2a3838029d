// Who of a waiting list is served with what is free (registration.md §3.5). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "registration/domain/types.h"
#include "registration/domain/words.h"

namespace rt::registration {

// So much of each quota, by quota.
using NeedVector = std::vector<std::pair<QuotaId, std::int64_t>>;
// What is free of each quota that has a limit; a quota that is missing here has none.
using FreeUnits = std::map<QuotaId, std::int64_t>;

bool FitsIn(const FreeUnits& free, const NeedVector& need);
// `need` fits.
void Subtract(FreeUnits& free, const NeedVector& need);

struct LineEntry {
    EntryId id;
    NeedVector need;
    std::int64_t skips = 0;  // later entries served before it, of quotas it was short of
    std::optional<base::Time> skipped_since;
};

struct FitRules {
    WaitlistPolicy policy = WaitlistPolicy::kStrict;
    // BEST_FIT: an entry skipped so often, or so long ago for the first time, is passed no more.
    std::int64_t skips_max = 0;
    std::int64_t skipped_micros_max = 0;
};

struct Served {
    std::vector<EntryId> granted;       // in the order of the line
    std::vector<LineEntry> skipped;     // with their new counts
    std::optional<EntryId> collecting;  // ACCUMULATE: for whom to collect what is free
};

// ACCUMULATE collects for one entry, until the registration closes; then it serves as BEST_FIT.
struct Collecting {
    bool allowed = false;
    std::optional<EntryId> current;  // for whom something was collected already; its need is what is still missing
};

// Walks the line in its order. An entry that does not fit keeps later ones from the quotas it is short of, and only
// from those: always (STRICT), once it was skipped too often or too long (BEST_FIT), or when it is the one that is
// collected for (ACCUMULATE). At most `granted_max` are served.
Served Serve(const std::vector<LineEntry>& line, FreeUnits free, const FitRules& rules, base::Time now,
             const Collecting& collecting, std::size_t granted_max);

// W1: may somebody new with this need be served at once, past the line as it is? Not when he would take units of a
// quota that somebody waits for: who fits and is about to be served, or is short of it and passed no more. The line of
// a division that is full does not stop those of another that has places.
bool MayPass(const std::vector<LineEntry>& line, const FreeUnits& free, const FitRules& rules, base::Time now,
             const NeedVector& need);

}  // namespace rt::registration
