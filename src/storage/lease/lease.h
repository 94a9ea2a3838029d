// Roles held by lease: one conditional write takes or renews one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::lease {

enum class Role : std::uint8_t {
#define RT_LEASE_ROLE(id, name, what) id,
#include "storage/lease/roles.def"
#undef RT_LEASE_ROLE
};

std::string_view Name(Role role);

// true if `holder` (unique for a process) has the role until now + ttl_micros: taken, renewed, or lapsed elsewhere.
Result<bool> Hold(sql::Database& db, Role role, std::string_view holder, base::Time now, std::int64_t ttl_micros);
// Gives it up; Ok also when another holds it.
Status Release(sql::Database& db, Role role, std::string_view holder);

}  // namespace rt::storage::lease
