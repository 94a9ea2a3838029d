// What follows from a change of a roster: who is complete, whether the team is ready, whether it has become deficient.
#include "registration/domain/calendar.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/member_facts.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"
#include "registration/store/registrations.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

// Rosters of one closure: opening answers takes its time, and the writer's other callers wait.
constexpr std::int64_t kMembersAtOnce = 100;

constexpr Statement kSettle{"team_member.settle",
                            "UPDATE team_member SET state = $3, guardian_state = $4, rev = rev + 1 WHERE id = $1"
                            " AND state = $2"};
constexpr Statement kCountConfirmed{"team.count_confirmed",
                                    "UPDATE team SET confirmed_count = confirmed_count + $2, rev = rev + 1"
                                    " WHERE id = $1"};
constexpr Statement kSetState{"team.set_state", "UPDATE team SET state = $3 WHERE id = $1 AND state = $2"};
constexpr Statement kSetDeficient{"registration.set_deficient",
                                  "UPDATE registration SET deficient_since = $2, rev = rev + 1 WHERE team = $1"
                                  " AND state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')"
                                  " AND deficient_since IS NULL"};
constexpr Statement kClearDeficient{"registration.clear_deficient",
                                    "UPDATE registration SET deficient_since = NULL, rev = rev + 1 WHERE team = $1"
                                    " AND deficient_since IS NOT NULL"};
constexpr Statement kNextTeams{"team.next_of_event",
                               "SELECT id FROM team WHERE event = $1 AND id > $2 AND state <> 'DISBANDED'"
                               " ORDER BY id LIMIT $3"};

Status MarkDeficiency(Writer& writer, Commit& commit, const TeamFacts& team) {
    RT_TRY(const bool holds, RosterHolds(writer, commit.privacy, team));
    if (holds) {
        RT_TRY(const auto cleared, writer.Run(kClearDeficient, {team.id}));
        // It stands in its line again.
        return cleared > 0 ? MarkLineDue(writer, team.event) : Ok();
    }
    RT_TRY(const auto marked, writer.Run(kSetDeficient, {team.id, commit.now}));
    if (marked == 0) return Ok();
    RT_CHECK_OK(Announce(writer, commit, "team.deficient", R"({"team":")" + team.public_id + R"("})"));
    Notice notice{.kind = NoticeKind::kDeficient,
                  .user = team.captain_user,
                  .event = team.event,
                  .team = team.id,
                  .expires = commit.now.Plus(kDeficientTtl)};
    RT_CHECK_OK(Notify(writer, commit, notice));
    RT_TRY(const auto registration, ActiveRegistrationOf(writer, team.id));
    notice.kind = NoticeKind::kTeamDeficient;
    notice.expires.reset();
    if (registration.has_value()) notice.registration = registration->id;
    return NotifyAll(writer, commit, Audience::kOrganisers, notice);
}

Result<bool> HasDoneAll(Reader& reader, const TeamFacts& team, const Member& member, GuardianState guardian) {
    if (!member.consent_at.has_value() || !GuardianAllows(guardian)) return false;
    if (member.answer_set.has_value()) return true;
    RT_TRY(const bool required, FormIsRequired(reader, team.event, FormScope::kMember));
    return !required;
}

}  // namespace

Status Settle(Writer& writer, Commit& commit, const TeamFacts& team, MemberId id) {
    RT_TRY(const auto member, FindMember(writer, id));
    if (!member.has_value()) return Fail(Code::kNotFound);
    GuardianState guardian = member->guardian;
    if (team.guardian_under_age > 0 || guardian != GuardianState::kNotNeeded) {
        RT_TRY(const PersonFacts facts, FactsOf(writer, commit.privacy, id));
        guardian = GuardianFor(guardian, facts.birth, DateInShanghai(team.times.starts), team.guardian_under_age);
    }
    RT_TRY(const bool complete, HasDoneAll(writer, team, *member, guardian));
    const auto to = Apply(member->state, complete ? MemberCommand::kComplete : MemberCommand::kIncomplete);
    if (!to.has_value()) return Fail(Code::kInvalidState);
    if (*to == member->state && guardian == member->guardian) return Ok();
    RT_CHECK_OK(writer.RunOne(kSettle, {id, Word(member->state), Word(*to), Word(guardian)}, Code::kConflict));
    if (*to == member->state || SeatOf(member->role) != Seat::kCounted) return Ok();
    return CountConfirmed(writer, team.id, *to == MemberState::kConfirmed ? 1 : -1);
}

Status CountConfirmed(Writer& writer, TeamId team, std::int64_t delta) {
    return writer.RunOne(kCountConfirmed, {team, delta}, Code::kInternal);
}

Result<bool> RosterHolds(Reader& reader, const Privacy& privacy, const TeamFacts& team) {
    if (!IsReady(team.AsRoster())) return false;
    RT_TRY(const auto unmet, UnmetOf(reader, privacy, team));
    return unmet.empty();
}

Status SetTeamState(Writer& writer, TeamId team, TeamState from, TeamState to) {
    return writer.RunOne(kSetState, {team, Word(from), Word(to)}, Code::kInvalidState);
}

Status Recompute(Writer& writer, Commit& commit, TeamId id) {
    RT_TRY(const auto team, FindTeam(writer, id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    if (HasRegistration(team->state)) return MarkDeficiency(writer, commit, *team);
    RT_TRY(const bool holds, RosterHolds(writer, commit.privacy, *team));
    const auto to = Apply(team->state, holds ? TeamCommand::kRosterReady : TeamCommand::kRosterNotReady);
    if (!to.has_value() || *to == team->state) return Ok();
    RT_CHECK_OK(SetTeamState(writer, id, team->state, *to));
    return Record(writer, commit,
                  TeamChange(*to == TeamState::kReady ? "team.ready" : "team.not_ready", *team,
                             StateJson(Word(team->state)), StateJson(Word(*to))));
}

Result<TeamId> RecomputeSome(Writer& writer, Commit& commit, EventId event, TeamId after, std::int64_t teams_max) {
    RT_TRY(const auto teams,
           writer.All<TeamId>(kNextTeams, {event, after, teams_max}, [](const Row& row) { return row.As<TeamId>(0); }));
    std::int64_t members_left = kMembersAtOnce;
    for (const TeamId id : teams) {
        RT_TRY(const auto team, FindTeam(writer, id));
        RT_CHECK(team.has_value());
        RT_TRY(const auto members, MembersOf(writer, id));
        for (const Member& member : members) RT_CHECK_OK(Settle(writer, commit, *team, member.id));
        RT_CHECK_OK(Recompute(writer, commit, id));
        members_left -= static_cast<std::int64_t>(members.size());
        if (members_left <= 0) return id;
    }
    return static_cast<std::int64_t>(teams.size()) < teams_max ? TeamId{} : teams.back();
}

}  // namespace rt::registration::store
