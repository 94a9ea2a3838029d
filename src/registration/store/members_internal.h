// Shared by the roster commands of this folder.
#pragma once

#include <optional>
#include <string>

#include "registration/store/journal.h"
#include "registration/store/teams.h"

namespace rt::registration::store {

// NOT_FOUND unless there is such a team.
Result<TeamFacts> RequireTeam(Reader& reader, std::string_view public_id);
// The captain, or an organiser of the event. Others who are on the team are told so; to the rest it does not exist.
Status RequireCaptain(Reader& reader, const TeamFacts& team, const Actor& actor);
// The member of this team; NOT_FOUND.
Result<Member> RequireMember(Reader& reader, const TeamFacts& team, std::string_view member_public_id);

// The person who takes part: one the user manages (NOT_FOUND if he does not), or himself, made or renamed.
Result<PersonId> PutPerson(Writer& writer, base::Time now, const Participant& who);
// One entry more for the person (unless 0) and for the number (if known); DUPLICATE_PERSON over the event's limit.
Status TakeEntries(Writer& writer, const TeamFacts& team, PersonId person, const std::optional<std::string>& id_bi);
Status FreeEntries(Writer& writer, const TeamFacts& team, PersonId person, const std::optional<std::string>& id_bi);
// A violated unique index of team_member, told as DUPLICATE_PERSON.
Status DuplicateIfTaken(Status status);

// A place for one more in this role in the team (I4); the units of a registered team follow with RosterChanged().
// TEAM_FULL, INVALID_STATE (the team is gone).
Status TakeSeat(Writer& writer, const TeamFacts& team, MemberRole role);
// Gives it back. `confirmed`: the member was.
enum class Was : std::uint8_t { kJoined, kConfirmed };
Status FreeSeat(Writer& writer, const TeamFacts& team, MemberRole role, Was was);
// From the seat of one role to that of another, with entries and counts.
Status MoveSeat(Writer& writer, const TeamFacts& team, const Member& member, MemberRole to);
Status CountConfirmed(Writer& writer, TeamId team, std::int64_t delta);

// Inserts the member, whose place is taken, and counts his entries (I3); confirmed if complete.
Status AddMember(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, MemberRole role,
                 InviteId invite = {});
// A member that waits (for the captain, for an answer): he counts for nothing.
Status AddWaiting(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, MemberRole role,
                  MemberState state, InviteId invite);
// A waiting member comes on the team: his place is taken, his entries are counted.
Status AcceptWaiting(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member);
// Another state for one who waits, which takes him out: DECLINED, EXPIRED, REVOKED, REJECTED, LEFT.
Status EndWaiting(Writer& writer, const Member& member, MemberCommand command);

// Says anew whether the member has done all that is asked of him (form, consent, guardian), and counts him.
Status Settle(Writer& writer, Commit& commit, const TeamFacts& team, MemberId member);
// LEFT, REMOVED or SUBSTITUTED; frees the entries. The seat is the caller's to free or to pass on.
Status EndMember(Writer& writer, const TeamFacts& team, const Member& member, MemberCommand command);
Status SetTeamState(Writer& writer, TeamId team, TeamState from, TeamState to);
// Does the roster hold: size, completeness, the rules of the division?
Result<bool> RosterHolds(Reader& reader, const Privacy& privacy, const TeamFacts& team);

Change TeamChange(std::string_view action, const TeamFacts& team, std::string before, std::string after);
Change MemberChange(std::string_view action, const TeamFacts& team, const Member& member, std::string before,
                    std::string after);
std::string CountJson(std::int64_t members);

}  // namespace rt::registration::store
