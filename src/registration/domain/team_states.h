// The state machines of a team and of a member (registration.md §3.4), and what makes a team READY. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "registration/domain/words.h"

namespace rt::registration {

enum class TeamCommand : std::uint8_t {
    kRosterReady,
    kRosterNotReady,
    kSubmit,
    kRegistrationEnded,
    kDisband,
    kLock,    // the roster lock has come
    kUnlock,  // it was moved to later
};
inline constexpr std::size_t kTeamCommands = 7;

// nullopt: not possible. kRosterReady and kRosterNotReady leave a SUBMITTED or LOCKED team as it is (its registration
// carries `deficient_since`); kRegistrationEnded goes back to FORMING, a roster check follows it.
std::optional<TeamState> Apply(TeamState state, TeamCommand command);
// SUBMITTED or LOCKED: the team mirrors a registration that has not ended.
bool HasRegistration(TeamState state);

enum class MemberCommand : std::uint8_t {
    kComplete,
    kIncomplete,
    kLeave,
    kRemove,
    kAccept,      // an invitation, or a request to join
    kDecline,     // an invitation, by the invited
    kExpire,      // an invitation
    kRevoke,      // an invitation, by the captain
    kReject,      // a request to join, by the captain
    kSubstitute,  // another takes the place
};
inline constexpr std::size_t kMemberCommands = 10;
std::optional<MemberState> Apply(MemberState state, MemberCommand command);

// On the team now: JOINED or CONFIRMED. Only these are counted and unique.
bool IsActive(MemberState state);

// What a member counts against: CAPTAIN and PLAYER against the size of the team, SUBSTITUTE against sub_max, the others
// against kStaffMax.
enum class Seat : std::uint8_t { kCounted, kSubstitute, kStaff };
Seat SeatOf(MemberRole role);
// Takes part in the contest itself: unique in its division and counted against the entries of a person.
bool Competes(MemberRole role);
inline constexpr std::int64_t kStaffMax = 20;    // coaches, leaders and managers of a team
inline constexpr std::int64_t kPendingMax = 50;  // requests to join a team that wait for its captain

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
