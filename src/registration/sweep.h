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

// The invariants by the names that comments and tests use. I6 to I9 and I14 are about money, which this version has
// not.
//   I1   a quota never has more held, confirmed and blocked than its cap, but by an audited override
//   I2   the counters of a quota are the sum of its ledger
//   I3   a person, and an identity number, is in at most one live team of an event as often as the event allows
//   I4   a team that was submitted has as many members as the event asks for; no join makes it larger than it allows
//   I5   a team has at most one live registration; so has a person who enters alone
//   I10  whoever waits is promoted in one commit, in the order of the policy, with one live offer at most
//   I11  answers hold against the version of the form that they were given to
//   I12  each change of state has its actor, its reason and what was before and after, in the same commit
//   I13  one actor's second request with the same Idempotency-Key gets the answer of the first
//   I15  what a registration holds is freed once, whatever ends it
struct Violation {
    std::string_view invariant;  // "I1", or what else it is about
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
