// Roles: named sets of permissions, and where each may be given. The table is roles.def.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/permission.h"

namespace rt::auth {

using net::Permission;
using net::PermissionSet;

enum class GrantRole : std::uint8_t {
#define RT_ROLE(name, word, places, permissions, zh, en) name,
#include "auth/roles.def"
#undef RT_ROLE
};

// Where a role is held.
enum class Place : std::uint8_t { kAccount = 1, kPlatform = 2, kOrganisation = 4, kEvent = 8 };

// One row of roles.def. All views are to static storage.
struct RoleInfo {
    GrantRole role;
    std::string_view word;
    std::uint8_t places = 0;  // of Place
    PermissionSet permissions;
    std::string_view text_zh;
    std::string_view text_en;

    bool At(Place place) const { return (places & static_cast<std::uint8_t>(place)) != 0; }
};

std::span<const RoleInfo> Roles();
const RoleInfo& Info(GrantRole role);
std::string_view Name(GrantRole role);
std::optional<GrantRole> ParseGrantRole(std::string_view word);

// "PLATFORM", "ORGANISATION", "EVENT"; not for kAccount.
std::string_view Name(Place place);
std::optional<Place> ParsePlace(std::string_view word);

// What holding `role` at `place` gives there: only what makes sense within it.
PermissionSet PermissionsOf(GrantRole role, Place place);

}  // namespace rt::auth
