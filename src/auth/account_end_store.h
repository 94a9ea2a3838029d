// The SQL of accounts that end. Functions run inside Database::Read or ::Write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/user.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::auth::store {

using storage::sql::Reader;
using storage::sql::Writer;

// A later plan leaves an earlier one in force.
Status PlanEnd(Writer& writer, UserId user, base::Time now, base::Time due);
// false: none was planned.
Result<bool> CancelEnd(Writer& writer, UserId user);
Result<std::optional<base::Time>> PlannedEnd(Reader& reader, UserId user);
// The earliest first.
Result<std::vector<UserId>> DueEnds(Reader& reader, base::Time now, std::int64_t limit);
Status PostponeEnd(Writer& writer, UserId user, base::Time due);
inline constexpr std::int64_t kSoleOwnedShownMax = 20;
// Names of open organisations, his personal one aside, that would have no owner without him: at most
// kSoleOwnedShownMax.
Result<std::vector<std::string>> SoleOwned(Reader& reader, UserId user);
// The row stays, without anything that tells who it was; epochs move. Roles, API tokens, open invitations and pairings
// of his go; devices that he paired stay with their events. INVALID_STATE for the last administrator.
Status EraseUser(Writer& writer, UserId user, base::Time now);
// Is somebody else an active administrator, or this user none?
Result<bool> CanDoWithout(Reader& reader, UserId user);

}  // namespace rt::auth::store
