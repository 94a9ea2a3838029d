// Changes of a roster by its captain beside invitations: persons he manages, roles, substitutions; and the roster lock
// (registration.md §3.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/teams.h"

namespace rt::registration::store {

using SubstitutionId = Id<struct SubstitutionTag>;

// The captain enters a person he manages. NOT_FOUND (not his person), TEAM_FULL, DUPLICATE_PERSON, QUOTA_FULL.
struct EnterMember {
    std::string team_public_id;
    MemberRole role = MemberRole::kPlayer;
    Participant who;
};
Status Enter(Writer& writer, Commit& commit, const EnterMember& command);

// Another role, with another seat if need be; CAPTAIN is given by hand-over alone.
struct ChangeRole {
    std::string team_public_id;
    std::string member_public_id;
    MemberRole role = MemberRole::kPlayer;
};
Status SetRole(Writer& writer, Commit& commit, const ChangeRole& command);

struct Substitution {
    SubstitutionId id;
    std::string public_id;
    TeamId team;
    MemberId out;
    MemberId in;
    UserId requested_by;
    SubstitutionState state = SubstitutionState::kRequested;
    std::string reason;
    base::Time at;
    std::optional<base::Time> decided_at;
};
struct NewSubstitution {
    std::string team_public_id;
    SubstitutionId id;
    std::string public_id;
    std::string out_public_id;  // a counted member, not the captain
    std::string in_public_id;   // a substitute of the team; empty: `in`
    std::string reason;
    std::optional<Participant> in{};  // a person of the captain's who is not on the team yet
};
// Out and in in one commit with the same units, while the roster is open or by an organiser: APPROVED. After the lock
// the captain's wish waits for an organiser: REQUESTED, at most kSubstitutionsMax of a team. `in` only while it is
// open.
inline constexpr std::int64_t kSubstitutionsMax = 20;
Result<SubstitutionState> Substitute(Writer& writer, Commit& commit, const NewSubstitution& command);
// By an organiser, of a REQUESTED one.
Status DecideSubstitution(Writer& writer, Commit& commit, std::string_view public_id, SubstitutionState decision,
                          std::string_view reason);
Result<std::vector<Substitution>> SubstitutionsOf(Reader& reader, TeamId team);
// Those of an event in this state, oldest first, after the id `after`.
Result<std::vector<Substitution>> SubstitutionsOfEvent(Reader& reader, EventId event, SubstitutionState state,
                                                       SubstitutionId after, std::int64_t limit);
Result<std::optional<Substitution>> FindSubstitution(Reader& reader, std::string_view public_id);

// SUBMITTED teams whose roster lock has come become LOCKED, and those whose lock was moved to later SUBMITTED again: at
// most `teams_max`; returns how many.
Result<std::int64_t> LockSomeRosters(Writer& writer, Commit& commit, EventId event, std::int64_t teams_max);
Result<std::vector<EventId>> EventsToLock(Reader& reader, base::Time now);

}  // namespace rt::registration::store
