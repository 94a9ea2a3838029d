#include "registration/store/roster.h"

#include "registration/store/guard.h"
#include "registration/store/members_internal.h"
#include "registration/store/registrations.h"

namespace rt::registration::store {
namespace {

constexpr Statement kSetRole{"team_member.set_role",
                             "UPDATE team_member SET role = $3, rev = rev + 1 WHERE id = $1 AND role = $2" RT_GUARD(
                                 "state IN ('JOINED', 'CONFIRMED')")};
#define RT_TO_LOCK "e.state IN ('PUBLISHED', 'PAUSED') AND COALESCE(e.roster_lock_at, e.starts) <= $1"
#define RT_TO_UNLOCK "e.state IN ('PUBLISHED', 'PAUSED') AND COALESCE(e.roster_lock_at, e.starts) > $1"
constexpr Statement kEventsToLock{
    "event.to_lock",
    "SELECT e.id FROM event e WHERE (" RT_TO_LOCK
    " AND EXISTS (SELECT 1 FROM team t WHERE t.event = e.id AND t.state = 'SUBMITTED')) OR (" RT_TO_UNLOCK
    " AND EXISTS (SELECT 1 FROM team t WHERE t.event = e.id AND t.state = 'LOCKED'))"};
constexpr Statement kToLock{"team.to_lock",
                            "SELECT t.id FROM event e JOIN team t ON t.event = e.id AND t.state = 'SUBMITTED'"
                            " WHERE " RT_TO_LOCK " AND e.id = $2 LIMIT $3"};
constexpr Statement kToUnlock{"team.to_unlock",
                              "SELECT t.id FROM event e JOIN team t ON t.event = e.id AND t.state = 'LOCKED'"
                              " WHERE " RT_TO_UNLOCK " AND e.id = $2 LIMIT $3"};
#undef RT_TO_LOCK
#undef RT_TO_UNLOCK
constexpr Statement kSetLocked{"team.set_locked", "UPDATE team SET locked_at = $2, rev = rev + 1 WHERE id = $1"};

std::string RoleJson(MemberRole role) {
    return R"({"role":")" + std::string(Word(role)) + R"("})";
}

Result<std::int64_t> MoveSome(Writer& writer, Commit& commit, EventId event, const Statement& which,
                              TeamCommand command, std::int64_t teams_max) {
    const bool lock = command == TeamCommand::kLock;
    const auto locked_at = lock ? std::optional(commit.now) : std::nullopt;
    RT_TRY(const auto teams,
           writer.All<TeamId>(which, {commit.now, event, teams_max}, [](const Row& row) { return row.As<TeamId>(0); }));
    for (const TeamId id : teams) {
        RT_TRY(const auto team, FindTeam(writer, id));
        const auto to = Apply(team->state, command);
        if (!to.has_value()) return Fail(Code::kInternal, "a team that cannot be locked");
        RT_CHECK_OK(SetTeamState(writer, id, team->state, *to));
        RT_CHECK_OK(writer.RunOne(kSetLocked, {id, locked_at}, Code::kInternal));
        RT_CHECK_OK(Record(
            writer, commit,
            TeamChange(lock ? "team.lock" : "team.unlock", *team, StateJson(Word(team->state)), StateJson(Word(*to)))));
    }
    return static_cast<std::int64_t>(teams.size());
}

}  // namespace

Status Enter(Writer& writer, Commit& commit, const EnterMember& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.team_public_id));
    if (!team.IsCaptain(commit.actor)) {
        RT_TRY(const auto member, FindActiveMember(writer, team.id, commit.actor.user));
        return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
    }
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    RT_CHECK_OK(TakeSeat(writer, team, command.role));
    RT_CHECK_OK(AddMember(writer, commit, team, command.who, command.role));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "roster"));
    const std::int64_t more = SeatOf(command.role) == Seat::kCounted ? 1 : 0;
    return Record(writer, commit,
                  TeamChange("team.enter", team, CountJson(team.member_count), CountJson(team.member_count + more)));
}

Status SetRole(Writer& writer, Commit& commit, const ChangeRole& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const Member member, RequireMember(writer, team, command.member_public_id));
    if (member.id == team.captain || command.role == MemberRole::kCaptain) {
        return base::FailText(Code::kInvalidState, {"队长须通过移交更换", "The captain changes by handing over"});
    }
    if (!IsActive(member.state)) return Fail(Code::kInvalidState);
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    if (command.role == member.role) return Ok();
    RT_CHECK_OK(MoveSeat(writer, team, member, command.role));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "roster"));
    return Record(writer, commit,
                  MemberChange("member.role", team, member, RoleJson(member.role), RoleJson(command.role)));
}

Status MoveSeat(Writer& writer, const TeamFacts& team, const Member& member, MemberRole to) {
    const Seat from_seat = SeatOf(member.role);
    const Seat to_seat = SeatOf(to);
    const bool confirmed = member.state == MemberState::kConfirmed;
    if (from_seat != to_seat) {
        RT_CHECK_OK(FreeSeat(writer, team, member.role, confirmed ? Was::kConfirmed : Was::kJoined));
        RT_CHECK_OK(TakeSeat(writer, team, to));
        if (to_seat == Seat::kCounted && confirmed) RT_CHECK_OK(CountConfirmed(writer, team.id, 1));
    }
    if (Competes(member.role) && !Competes(to)) RT_CHECK_OK(FreeEntries(writer, team, member.person, member.id_bi));
    if (!Competes(member.role) && Competes(to)) RT_CHECK_OK(TakeEntries(writer, team, member.person, member.id_bi));
    return DuplicateIfTaken(writer.RunOne(kSetRole, {member.id, Word(member.role), Word(to)}, Code::kInvalidState));
}

Result<std::int64_t> LockSomeRosters(Writer& writer, Commit& commit, EventId event, std::int64_t teams_max) {
    RT_TRY(const auto locked, MoveSome(writer, commit, event, kToLock, TeamCommand::kLock, teams_max));
    if (locked > 0) return locked;
    return MoveSome(writer, commit, event, kToUnlock, TeamCommand::kUnlock, teams_max);
}

Result<std::vector<EventId>> EventsToLock(Reader& reader, base::Time now) {
    return reader.All<EventId>(kEventsToLock, {now}, [](const Row& row) { return row.As<EventId>(0); });
}

}  // namespace rt::registration::store
