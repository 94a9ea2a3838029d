// Shared by the team commands of this folder.
#pragma once

#include <optional>
#include <string>

#include "registration/store/teams.h"

namespace rt::registration::store {

// The user's own person (relation SELF), made or renamed.
Result<PersonId> PutPerson(Writer& writer, base::Time now, const Participant& who);
// One entry more for the person (unless 0) and for the number (if known); DUPLICATE_PERSON over the event's limit.
Status TakeEntries(Writer& writer, const TeamFacts& team, PersonId person, const std::optional<std::string>& id_bi);
Status FreeEntries(Writer& writer, const TeamFacts& team, PersonId person, const std::optional<std::string>& id_bi);
// Has this member done all that is asked of him?
Result<bool> IsComplete(Reader& reader, const TeamFacts& team, bool has_answers, bool has_consent);
// A violated unique index of team_member, told as DUPLICATE_PERSON.
Status DuplicateIfTaken(Status status);
// LEFT or REMOVED; frees the entries and the counts.
Status EndMember(Writer& writer, const TeamFacts& team, const Member& member, MemberCommand command);
Status SetTeamState(Writer& writer, TeamId team, TeamState from, TeamState to);
Status CountConfirmed(Writer& writer, TeamId team, std::int64_t delta);

}  // namespace rt::registration::store
