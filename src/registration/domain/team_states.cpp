#include "registration/domain/team_states.h"

#include <array>
#include <string>

#include "registration/domain/state_table.h"

namespace rt::registration {
namespace {

using TeamRow = StateMove<TeamState, TeamCommand>;

constexpr std::array kTeamTable{
    TeamRow{TeamState::kForming, TeamCommand::kRosterReady, TeamState::kReady},
    TeamRow{TeamState::kForming, TeamCommand::kRosterNotReady, TeamState::kForming},
    TeamRow{TeamState::kForming, TeamCommand::kDisband, TeamState::kDisbanded},
    TeamRow{TeamState::kReady, TeamCommand::kRosterReady, TeamState::kReady},
    TeamRow{TeamState::kReady, TeamCommand::kRosterNotReady, TeamState::kForming},
    TeamRow{TeamState::kReady, TeamCommand::kSubmit, TeamState::kSubmitted},
    TeamRow{TeamState::kReady, TeamCommand::kDisband, TeamState::kDisbanded},
    TeamRow{TeamState::kSubmitted, TeamCommand::kRosterReady, TeamState::kSubmitted},
    TeamRow{TeamState::kSubmitted, TeamCommand::kRosterNotReady, TeamState::kSubmitted},
    TeamRow{TeamState::kSubmitted, TeamCommand::kRegistrationEnded, TeamState::kForming},
    TeamRow{TeamState::kSubmitted, TeamCommand::kLock, TeamState::kLocked},
    TeamRow{TeamState::kLocked, TeamCommand::kRosterReady, TeamState::kLocked},
    TeamRow{TeamState::kLocked, TeamCommand::kRosterNotReady, TeamState::kLocked},
    TeamRow{TeamState::kLocked, TeamCommand::kRegistrationEnded, TeamState::kForming},
    TeamRow{TeamState::kLocked, TeamCommand::kUnlock, TeamState::kSubmitted},
};

using MemberRow = StateMove<MemberState, MemberCommand>;

constexpr std::array kMemberTable{
    MemberRow{MemberState::kInvited, MemberCommand::kAccept, MemberState::kJoined},
    MemberRow{MemberState::kInvited, MemberCommand::kDecline, MemberState::kDeclined},
    MemberRow{MemberState::kInvited, MemberCommand::kExpire, MemberState::kExpired},
    MemberRow{MemberState::kInvited, MemberCommand::kRevoke, MemberState::kRevoked},
    MemberRow{MemberState::kPendingCaptain, MemberCommand::kAccept, MemberState::kJoined},
    MemberRow{MemberState::kPendingCaptain, MemberCommand::kReject, MemberState::kRejected},
    MemberRow{MemberState::kPendingCaptain, MemberCommand::kLeave, MemberState::kLeft},
    MemberRow{MemberState::kJoined, MemberCommand::kComplete, MemberState::kConfirmed},
    MemberRow{MemberState::kJoined, MemberCommand::kIncomplete, MemberState::kJoined},
    MemberRow{MemberState::kJoined, MemberCommand::kLeave, MemberState::kLeft},
    MemberRow{MemberState::kJoined, MemberCommand::kRemove, MemberState::kRemoved},
    MemberRow{MemberState::kJoined, MemberCommand::kSubstitute, MemberState::kSubstituted},
    MemberRow{MemberState::kConfirmed, MemberCommand::kComplete, MemberState::kConfirmed},
    MemberRow{MemberState::kConfirmed, MemberCommand::kIncomplete, MemberState::kJoined},
    MemberRow{MemberState::kConfirmed, MemberCommand::kLeave, MemberState::kLeft},
    MemberRow{MemberState::kConfirmed, MemberCommand::kRemove, MemberState::kRemoved},
    MemberRow{MemberState::kConfirmed, MemberCommand::kSubstitute, MemberState::kSubstituted},
};

}  // namespace

std::optional<TeamState> Apply(TeamState state, TeamCommand command) {
    return FindMove<TeamState, TeamCommand>(kTeamTable, state, command);
}

std::optional<MemberState> Apply(MemberState state, MemberCommand command) {
    return FindMove<MemberState, MemberCommand>(kMemberTable, state, command);
}

bool HasRegistration(TeamState state) {
    return state == TeamState::kSubmitted || state == TeamState::kLocked;
}

bool IsActive(MemberState state) {
    return state == MemberState::kJoined || state == MemberState::kConfirmed;
}

Seat SeatOf(MemberRole role) {
    switch (role) {
        case MemberRole::kCaptain:
        case MemberRole::kPlayer:
            return Seat::kCounted;
        case MemberRole::kSubstitute:
            return Seat::kSubstitute;
        case MemberRole::kCoach:
        case MemberRole::kLeader:
        case MemberRole::kManager:
            break;
    }
    return Seat::kStaff;
}

bool Competes(MemberRole role) {
    return SeatOf(role) != Seat::kStaff;
}

std::vector<base::Text> MissingFor(const Roster& roster) {
    std::vector<base::Text> out;
    const auto text = [](std::int64_t number) { return std::to_string(number); };
    if (roster.counted < roster.team_min) {
        const auto lacking = text(roster.team_min - roster.counted);
        out.push_back({"还需要 " + lacking + " 名队员", lacking + " more member(s) needed"});
    }
    if (roster.counted > roster.team_max) {
        const auto surplus = text(roster.counted - roster.team_max);
        out.push_back({"超出人数上限 " + surplus + " 人", surplus + " member(s) too many"});
    }
    if (roster.confirmed < roster.counted) {
        const auto open = text(roster.counted - roster.confirmed);
        out.push_back({"还有 " + open + " 名队员未填写完整信息", open + " member(s) have not completed their form"});
    }
    if (!roster.team_form_complete) out.push_back({"队伍信息未填写完整", "The team's form is not complete"});
    return out;
}

bool IsReady(const Roster& roster) {
    return roster.counted >= roster.team_min && roster.counted <= roster.team_max &&
           roster.confirmed == roster.counted && roster.team_form_complete;
}

}  // namespace rt::registration
