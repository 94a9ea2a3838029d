#include "auth/roles.h"

#include <array>

namespace rt::auth {
namespace {

constexpr std::uint8_t kAtAccount = static_cast<std::uint8_t>(Place::kAccount);
constexpr std::uint8_t kAtPlatform = static_cast<std::uint8_t>(Place::kPlatform);
constexpr std::uint8_t kAtOrganisation = static_cast<std::uint8_t>(Place::kOrganisation);
constexpr std::uint8_t kAtEvent = static_cast<std::uint8_t>(Place::kEvent);

// Whatever can be held for an organisation or one of its events.
constexpr PermissionSet kAllOfOrganisation = PermissionSet::All().Without(
    {Permission::kOrgCreate, Permission::kAuditView, Permission::kUserView, Permission::kUserManage,
     Permission::kServerView, Permission::kServerManage, Permission::kAvalonModerate});

constexpr auto kRoles = std::to_array<RoleInfo>({
#define RT_ROLE(name, word, places, permissions, zh, en) {GrantRole::name, word, places, permissions, zh, en},
#include "auth/roles.def"
#undef RT_ROLE
});

}  // namespace

std::span<const RoleInfo> Roles() {
    return kRoles;
}

const RoleInfo& Info(GrantRole role) {
    return kRoles.at(static_cast<std::size_t>(role));
}

std::string_view Name(GrantRole role) {
    return Info(role).word;
}

std::optional<GrantRole> ParseGrantRole(std::string_view word) {
    for (const RoleInfo& info : kRoles) {
        if (info.word == word) return info.role;
    }
    return std::nullopt;
}

std::string_view Name(Place place) {
    switch (place) {
        case Place::kAccount:
            return "ACCOUNT";
        case Place::kPlatform:
            return "PLATFORM";
        case Place::kOrganisation:
            return "ORGANISATION";
        case Place::kEvent:
            return "EVENT";
    }
    return "ACCOUNT";
}

std::optional<Place> ParsePlace(std::string_view word) {
    for (const Place place : {Place::kPlatform, Place::kOrganisation, Place::kEvent}) {
        if (Name(place) == word) return place;
    }
    return std::nullopt;
}

PermissionSet PermissionsOf(GrantRole role, Place place) {
    const PermissionSet all = Info(role).permissions;
    switch (place) {
        case Place::kAccount:
        case Place::kPlatform:
            return all;
        case Place::kOrganisation:
            return all & net::PermissionsWithin(net::Scope::kOrganisation);
        case Place::kEvent:
            return all & net::PermissionsWithin(net::Scope::kEvent);
    }
    return {};
}

}  // namespace rt::auth
