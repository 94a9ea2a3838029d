// Roles: one row each in roles.cpp, with what its holder is told about every other role (avalon.md §1.2, §1.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rt::avalon {

enum class Side : std::uint8_t { kGood, kEvil };

enum class Role : std::uint8_t {
    kMerlin,
    kPercival,
    kServant,
    kAssassin,
    kMinion,
    kMorgana,
    kMordred,
    kOberon,
    kLancelotGood,
    kLancelotEvil,
};
inline constexpr int kRoles = 10;

// The pair of Lancelots (§1.7). kNone: they are not in the set.
enum class LancelotVariant : std::uint8_t {
    kNone,
    kHiddenDeck,  // 1: a card is turned up at the start of quests 3, 4 and 5
    kOpenDeck,    // 2: the five cards lie open from the start
    kKnown,       // 3: no deck, the two know each other
};

// What a viewer is told about a subject when the roles are dealt.
enum class Mark : std::uint8_t {
    kNothing,
    kEvil,
    kMerlin,           // Percival's, when Morgana is not in play
    kMerlinOrMorgana,  // Percival's, else
    kEvilLancelot,
    kLancelot,  // of one Lancelot about the other
};

struct RoleRow {
    Role role;
    std::string_view name;  // "lancelot_good", in JSON and in logs
    Side side;
    int copies_max;
    // One letter a role, in the order of Role. '.': nothing. 'E': evil. 'M': Merlin or Morgana. 'S': the Evil
    // Lancelot, and plainly evil in variant 3. 'V': evil, in variant 3 only. 'L': the other Lancelot, in variant 3
    // only.
    std::string_view told;
};
const RoleRow& Row(Role role);
std::optional<Role> RoleNamed(std::string_view name);

inline Side SideOf(Role role) {
    return Row(role).side;
}
inline bool IsLancelot(Role role) {
    return role == Role::kLancelotGood || role == Role::kLancelotEvil;
}
inline Side Opposite(Side side) {
    return side == Side::kGood ? Side::kEvil : Side::kGood;
}

enum class Morgana : std::uint8_t { kAbsent, kPresent };
// The cell of the matrix, for two different seats.
Mark Told(Role viewer, Role subject, LancelotVariant variant, Morgana morgana);
// May a holder of this role be designated to name Merlin where no Assassin is in play?
bool MayBeDesignated(Role role);

std::string_view Name(Side side);
std::string_view Name(Mark mark);

}  // namespace rt::avalon
