// What may be done, where. The table is permissions.def; who holds what is auth's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace rt::net {

enum class Permission : std::uint8_t {
    kNone,
#define RT_PERMISSION(name, word, narrowest, carrier, zh, en) name,
#include "net/permissions.def"
#undef RT_PERMISSION
};

// Where a permission is asked for. All but the first two are named by the path parameter of the same word; what belongs
// to an event is looked up before the handler runs.
enum class Scope : std::uint8_t {
    kPlatform,
    kAnywhere,  // held in any scope; the handler narrows it down
    kOrganisation,
    kEvent,
    kDivision,
    kQuota,
    kTeam,
    kRegistration,
    kInvite,
};
// "platform", "anywhere", "organisation", ...
std::string_view Word(Scope scope);

// Who else a route lets in beside those who hold its permission.
enum class Holders : std::uint8_t {
    kOnly,
    kAlso,  // people the handler knows to be concerned, such as a team's members
};

enum class Carrier : std::uint8_t { kToken, kSession };

// One row of permissions.def. All views are to static storage.
struct PermissionInfo {
    std::string_view word;
    Scope narrowest = Scope::kPlatform;  // kPlatform, kOrganisation or kEvent
    Carrier carrier = Carrier::kSession;
    std::string_view text_zh;
    std::string_view text_en;
};

inline constexpr std::size_t kPermissionCount = 0
#define RT_PERMISSION(name, word, narrowest, carrier, zh, en) +1
#include "net/permissions.def"
#undef RT_PERMISSION
    ;
static_assert(kPermissionCount <= 64);

// `permission` is not kNone.
const PermissionInfo& Info(Permission permission);
std::string_view Word(Permission permission);  // empty for kNone
std::optional<Permission> ParsePermission(std::string_view word);
// The i-th row, i < kPermissionCount.
constexpr Permission PermissionAt(std::size_t i) {
    return static_cast<Permission>(i + 1);
}

class PermissionSet {
  public:
    constexpr PermissionSet() = default;
    constexpr PermissionSet(std::initializer_list<Permission> permissions) {
        for (const Permission one : permissions) bits_ |= Bit(one);
    }
    static constexpr PermissionSet All() {
        PermissionSet out;
        for (std::size_t i = 0; i < kPermissionCount; ++i) out.bits_ |= Bit(PermissionAt(i));
        return out;
    }
    constexpr bool Has(Permission permission) const { return (bits_ & Bit(permission)) != 0; }
    constexpr bool HasAll(PermissionSet others) const { return (others.bits_ & ~bits_) == 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr PermissionSet operator|(PermissionSet other) const { return PermissionSet(bits_ | other.bits_); }
    constexpr PermissionSet operator&(PermissionSet other) const { return PermissionSet(bits_ & other.bits_); }
    constexpr PermissionSet Without(PermissionSet other) const { return PermissionSet(bits_ & ~other.bits_); }
    constexpr PermissionSet& operator|=(PermissionSet other) { return bits_ |= other.bits_, *this; }
    constexpr bool operator==(const PermissionSet&) const = default;

  private:
    explicit constexpr PermissionSet(std::uint64_t bits) : bits_(bits) {}
    static constexpr std::uint64_t Bit(Permission permission) {
        return permission == Permission::kNone ? 0 : std::uint64_t{1} << (static_cast<unsigned>(permission) - 1);
    }
    std::uint64_t bits_ = 0;
};

// Those whose narrowest scope is `scope` or lies below it: what can be held there. kPlatform: all.
PermissionSet PermissionsWithin(Scope scope);
// Those that API tokens and devices may carry.
PermissionSet TokenPermissions();

}  // namespace rt::net
