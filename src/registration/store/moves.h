// The one way a registration changes its state: the move, its units, the team that mirrors it, the waiting list, the
// journal and the notice, in one commit. Shared by the commands of this folder.
#pragma once

#include <string>
#include <string_view>

#include "registration/store/events.h"
#include "registration/store/registrations.h"
#include "registration/store/teams.h"
#include "registration/store/units.h"

namespace rt::registration::store {

struct LoadedRegistration {
    RegistrationRow row;
    TeamFacts team;
};
// NOT_FOUND.
Result<LoadedRegistration> LoadRegistration(Reader& reader, std::string_view public_id);
Result<LoadedRegistration> LoadRegistration(Reader& reader, RegistrationId id);

Party PartyOf(const TeamFacts& team);

// A move as the table says. INVALID_STATE: the table has no such row. `from` names units that are already set aside
// (an offer's), which the registration is given instead of free ones.
struct MoveOptions {
    ReviewPosition::Entry entry = ReviewPosition::Entry::kPlace;
    std::optional<Owner> units_from{};
    ReserveId reserve{};
};
Result<RegistrationRow> Perform(Writer& writer, Commit& commit, const LoadedRegistration& loaded,
                                const Command& command, const MoveOptions& options = {});

// The team of an ended registration may be changed and submitted again.
Status MirrorEnd(Writer& writer, Commit& commit, const TeamFacts& team);

// Tells the team's captain and those who listen, by the state it is in now.
Status Tell(Writer& writer, Commit& commit, const LoadedRegistration& loaded, RegistrationState now,
            std::string_view reason);

}  // namespace rt::registration::store
