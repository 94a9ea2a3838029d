// A durable environment that no Store has open: read or changed for backups. Private to storage/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rt::storage::kv {

// Reads every key; returns how many each table has.
Result<std::vector<std::pair<std::string, std::int64_t>>> InspectFolder(const std::string& directory);
// Empties the tables that are there, on disk when it returns.
Status ClearTables(const std::string& directory, std::span<const std::string_view> names);

}  // namespace rt::storage::kv
