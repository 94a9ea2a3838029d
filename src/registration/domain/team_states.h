// The state machines of a team and of a member (registration.md §3.4), and what makes a team READY. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "registration/domain/words.h"

namespace rt::registration {

enum class TeamCommand : std::uint8_t { kRosterReady, kRosterNotReady, kSubmit, kRegistrationEnded, kDisband };
inline constexpr std::size_t kTeamCommands = 5;

// nullopt: not possible. kRosterReady and kRosterNotReady leave a SUBMITTED team as it is (its registration carries
// `deficient_since`); kRegistrationEnded goes back to FORMING, a roster check follows it.
std::optional<TeamState> Apply(TeamState state, TeamCommand command);

enum class MemberCommand : std::uint8_t { kComplete, kIncomplete, kLeave, kRemove };
inline constexpr std::size_t kMemberCommands = 4;
std::optional<MemberState> Apply(MemberState state, MemberCommand command);

// On the team now: JOINED or CONFIRMED. Only these are counted and unique.
bool IsActive(MemberState state);

struct Roster {
    std::int64_t counted = 0;    // active captains and players
    std::int64_t confirmed = 0;  // of those, CONFIRMED
    std::int64_t team_min = 1;
    std::int64_t team_max = 1;
    bool team_form_complete = true;
};

// What is missing before the team may submit, as sentences for its captain; empty: READY.
std::vector<base::Text> MissingFor(const Roster& roster);
bool IsReady(const Roster& roster);

}  // namespace rt::registration
