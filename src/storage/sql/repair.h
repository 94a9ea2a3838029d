// What can be put right in a damaged database without losing a row: indexes that disagree with their tables.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::sql {

inline constexpr int kFindingsMax = 100;  // of one Repair()

// Of the file of a stopped server. If anything is wrong all indexes are built anew from their tables, after `before`
// has kept a copy, whose error ends it. Returns what was wrong, as `PRAGMA integrity_check` says it; READ_ONLY with the
// first thing that is wrong still: then a backup is the way.
Result<std::vector<std::string>> Repair(const Options& options, const std::function<Status()>& before,
                                        const base::Clock& clock, base::Log& log, base::Metrics& metrics);

}  // namespace rt::storage::sql
