// What an account's export says about access: roles, API tokens, devices, invitations.
#pragma once

#include <cstdint>

#include "auth/access_control.h"
#include "json/json.h"

namespace rt::auth {

inline constexpr std::int64_t kExportRowsMax = 1'000;  // of each list

// "roles", "api_tokens", "devices" (paired by this person) and "invitations" (made by him), kExportRowsMax of each at
// the most, newest first. Neither tokens nor their hashes. `scopes` null: events are not named.
Result<json::Object> ExportAccess(storage::sql::Database& db, ScopeSource* scopes, UserId user);

}  // namespace rt::auth
