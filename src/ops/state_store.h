// Named values that operations remember across restarts (table ops_state).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::ops {

Result<std::optional<std::string>> LoadState(storage::sql::Database& db, std::string_view name);
Status SaveState(storage::sql::Database& db, std::string_view name, std::string_view value, base::Time now);

}  // namespace rt::ops
