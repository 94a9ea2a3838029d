// An account (registration.md §3.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "net/http.h"

namespace rt::auth {

using net::Role;
using UserId = Id<struct UserTag>;

enum class UserStatus : std::uint8_t { kActive, kLocked, kDeleted };

struct User {
    UserId id;
    std::string public_id;
    std::string login_name;  // normalised
    std::string display_name;
    std::string password_hash;  // bcrypt; never leaves auth/
    Role role = Role::kUser;
    UserStatus status = UserStatus::kActive;
    base::Locale locale = base::Locale::kZhCn;
    // Access tokens carry `epoch`, sessions carry `session_epoch`; when one moves, the older ones are void. A role
    // change moves the first only: the client renews its access token and stays signed in.
    std::int64_t epoch = 1;
    std::int64_t session_epoch = 1;
    base::Time epoch_moved;  // 0: never
    base::Time created;
    std::optional<base::Time> last_active_at;
    std::int64_t rev = 1;
};

// The words of the JSON contract and of the tables: "user", "organiser", "admin".
std::string_view Name(Role role);
std::optional<Role> ParseRole(std::string_view text);
// "ACTIVE", "LOCKED", "DELETED".
std::string_view Name(UserStatus status);
std::optional<UserStatus> ParseUserStatus(std::string_view text);
// "zh-CN", "en".
std::string_view Name(base::Locale locale);
std::optional<base::Locale> ParseLocale(std::string_view text);

}  // namespace rt::auth
