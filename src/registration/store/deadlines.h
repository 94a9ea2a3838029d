// Telling captains that less than 24 hours are left: to submit before an event or a division closes, to correct what
// was returned. Everybody is told once of each deadline.
#pragma once

#include <cstdint>

#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kDeadlineNotice = 24 * base::kMicrosPerHour;

// Tells some captains; returns how many teams were looked at, 0 when nobody is left to be told.
Result<std::int64_t> TellDeadlines(Writer& writer, Commit& commit, std::int64_t teams_max);

}  // namespace rt::registration::store
