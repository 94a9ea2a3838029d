#include "avalon/domain/roles.h"

#include <array>

namespace rt::avalon {
namespace {

constexpr auto kTable = std::to_array<RoleRow>({
    //                                               what he is told of: Merlin, Percival, Servant, Assassin, Minion,
    //                                               Morgana, Mordred, Oberon, good Lancelot, evil Lancelot
    {Role::kMerlin, "merlin", Side::kGood, 1, "...EEE.E.E"},
    {Role::kPercival, "percival", Side::kGood, 1, "M....M...."},
    {Role::kServant, "servant", Side::kGood, 5, ".........."},
    {Role::kAssassin, "assassin", Side::kEvil, 1, "....EEE..S"},
    {Role::kMinion, "minion", Side::kEvil, 3, "...EEEE..S"},
    {Role::kMorgana, "morgana", Side::kEvil, 1, "...EE.E..S"},
    {Role::kMordred, "mordred", Side::kEvil, 1, "...EEE...S"},
    {Role::kOberon, "oberon", Side::kEvil, 1, ".........."},
    {Role::kLancelotGood, "lancelot_good", Side::kGood, 1, ".........L"},
    {Role::kLancelotEvil, "lancelot_evil", Side::kEvil, 1, "...VVVV.L."},
});
static_assert(kTable.size() == kRoles);

}  // namespace

const RoleRow& Row(Role role) {
    return kTable[static_cast<std::size_t>(role)];
}

std::optional<Role> RoleNamed(std::string_view name) {
    for (const RoleRow& row : kTable) {
        if (row.name == name) return row.role;
    }
    return std::nullopt;
}

Mark Told(Role viewer, Role subject, LancelotVariant variant, Morgana morgana) {
    const bool known = variant == LancelotVariant::kKnown;
    switch (Row(viewer).told[static_cast<std::size_t>(subject)]) {
        case 'E':
            return Mark::kEvil;
        case 'M':
            return morgana == Morgana::kPresent ? Mark::kMerlinOrMorgana : Mark::kMerlin;
        case 'S':
            return known ? Mark::kEvil : Mark::kEvilLancelot;
        case 'V':
            return known ? Mark::kEvil : Mark::kNothing;
        case 'L':
            return known ? Mark::kLancelot : Mark::kNothing;
        default:
            return Mark::kNothing;
    }
}

bool MayBeDesignated(Role role) {
    return SideOf(role) == Side::kEvil && role != Role::kOberon && role != Role::kLancelotEvil;
}

std::string_view Name(Side side) {
    return side == Side::kGood ? "good" : "evil";
}

std::string_view Name(Mark mark) {
    constexpr std::string_view kNames[] = {"nothing",           "evil",          "merlin",
                                           "merlin_or_morgana", "evil_lancelot", "lancelot"};
    return kNames[static_cast<std::size_t>(mark)];
}

}  // namespace rt::avalon
