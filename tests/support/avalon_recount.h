// The invariant sweep of the hall: everything that counts games, once more from their logs.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::avalon {

// What differs, a sentence each, at most kFindingsMax; empty when all is well. Reads every game, a chunk at a time, and
// keeps the figures of every player in memory: for tests and for operators, not for a server at work.
inline constexpr std::size_t kFindingsMax = 100;
Result<std::vector<std::string>> Recount(storage::sql::Database& db);

}  // namespace rt::avalon
