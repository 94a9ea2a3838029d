// How many accounts were active by day, week and month. An account is active when it signs in or renews its access
// token, which a page in use does every quarter of an hour at least; each account counts once in a period. Functions
// run inside Database::Read or ::Write.
#pragma once

#include <string>
#include <vector>

#include "auth/domain/activity.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::auth::store {

inline constexpr std::int64_t kActivityKeptDays = 800;  // older rows go: at most some 950 are there

// Counts the account in every period that began since it was last active (`before`; 0: never). In the commit that moves
// that time, so nobody is counted twice and nobody is lost.
Status CountActivity(storage::sql::Writer& writer, base::Time before, base::Time now);

struct ActivePeriod {
    std::string begins;  // "2026-11-22"
    std::int64_t users = 0;
};
// Oldest first, at most `rows` up to the present one. Periods without anybody have no row.
Result<std::vector<ActivePeriod>> ActivePeriods(storage::sql::Reader& reader, domain::Period period, std::int64_t rows);
// Of the period that `now` lies in.
Result<std::int64_t> ActiveNow(storage::sql::Reader& reader, domain::Period period, base::Time now);

}  // namespace rt::auth::store
