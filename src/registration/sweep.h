// The invariant sweep: reads the whole store and names what does not hold (registration.md §2.1 and §5.3). For tests
// after every load or crash, for `doctor`, and for the gauges that must be zero.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registration/privacy.h"
#include "storage/sql/database.h"

namespace rt::registration {

struct Violation {
    std::string_view invariant;  // "I1", or a section of registration.md
    std::string what;            // one English sentence with ids; no personal data
};

// Empty: everything holds. At most 20 violations of each kind. Answers are opened with `privacy` to validate them.
Result<std::vector<Violation>> CheckInvariants(storage::sql::Reader& reader, const Privacy& privacy);

// The three gauges.
struct Gauges {
    std::int64_t quota_drift = 0;           // quotas whose counters are not the sum of their ledger
    std::int64_t negative_available = 0;    // quotas over their cap
    std::int64_t duplicate_membership = 0;  // persons or numbers active twice in a division
};
Result<Gauges> ReadGauges(storage::sql::Reader& reader);

}  // namespace rt::registration
