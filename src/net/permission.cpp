#include "net/permission.h"

#include <array>

#include "base/check.h"

namespace rt::net {
namespace {

constexpr std::array<PermissionInfo, kPermissionCount> kInfos{{
#define RT_PERMISSION(name, word, narrowest, carrier, zh, en) {word, Scope::k##narrowest, Carrier::k##carrier, zh, en},
#include "net/permissions.def"
#undef RT_PERMISSION
}};

constexpr std::array<std::string_view, 9> kScopeWords{"platform", "anywhere", "organisation", "event", "division",
                                                      "quota",    "team",     "registration", "invite"};

}  // namespace

std::string_view Word(Scope scope) {
    return kScopeWords.at(static_cast<std::size_t>(scope));
}

const PermissionInfo& Info(Permission permission) {
    RT_CHECK(permission != Permission::kNone);
    return kInfos.at(static_cast<std::size_t>(permission) - 1);
}

std::string_view Word(Permission permission) {
    return permission == Permission::kNone ? std::string_view() : Info(permission).word;
}

std::optional<Permission> ParsePermission(std::string_view word) {
    for (std::size_t i = 0; i < kPermissionCount; ++i) {
        if (kInfos.at(i).word == word) return PermissionAt(i);
    }
    return std::nullopt;
}

PermissionSet PermissionsWithin(Scope scope) {
    PermissionSet out;
    for (std::size_t i = 0; i < kPermissionCount; ++i) {
        const Scope narrowest = kInfos.at(i).narrowest;
        const bool fits = scope == Scope::kPlatform || narrowest == Scope::kEvent || narrowest == scope;
        if (fits) out |= PermissionSet{PermissionAt(i)};
    }
    return out;
}

PermissionSet TokenPermissions() {
    PermissionSet out;
    for (std::size_t i = 0; i < kPermissionCount; ++i) {
        if (kInfos.at(i).carrier == Carrier::kToken) out |= PermissionSet{PermissionAt(i)};
    }
    return out;
}

}  // namespace rt::net
