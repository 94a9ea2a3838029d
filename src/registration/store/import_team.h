// A whole team in one commit, entered by an organiser for others: the same rules as when its people do it, but for the
// windows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registration/store/registrations.h"
#include "registration/store/teams.h"

namespace rt::registration::store {

struct ImportTeam {
    struct Other {
        Participant who;
        MemberRole role = MemberRole::kPlayer;
    };
    FoundTeam team;  // `by` kOrganiser; its people are new persons, kept by who manages them, or those it names
    std::vector<Other> others;
    std::optional<SubmitTeam> submit;  // by the same commit; source kImport
};
// Ids that a team with so many people needs for the plain case.
constexpr std::size_t ImportIds(std::size_t people) {
    return 8 * people + kSubmitIds + 8;
}
// What Found(), Enter() and Submit() refuse.
Status Import(Writer& writer, Commit& commit, const ImportTeam& command);
// Takes such a team back: its registration ends, the team is disbanded.
Status TakeBack(Writer& writer, Commit& commit, TeamId team);

}  // namespace rt::registration::store
