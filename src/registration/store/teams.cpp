#include "registration/store/teams.h"

#include "registration/store/access.h"
#include "registration/store/events.h"
#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/members_internal.h"
#include "registration/store/quotas.h"
#include "registration/store/registrations.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{"team.insert",
                            "INSERT INTO team (id, public_id, event, division, name, name_norm, captain_member_id,"
                            " member_count, confirmed_count, join_policy, answer_set, state, created)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, 'CODE', $8, 'FORMING', $9)"};
constexpr Statement kPatch{"team.patch",
                           "UPDATE team SET name = COALESCE($3, name), name_norm = COALESCE($4, name_norm),"
                           " answer_set = COALESCE($5, answer_set), rev = rev + 1 WHERE id = $1 AND rev = $2"};
constexpr Statement kUpdateMember{"team_member.update",
                                  "UPDATE team_member SET state = $3, answer_set = $4, id_bi = $5, consent_at = $6,"
                                  " rev = rev + 1 WHERE id = $1 AND state = $2"};
constexpr Statement kSetRole{"team_member.set_role", "UPDATE team_member SET role = $2, rev = rev + 1 WHERE id = $1"};
constexpr Statement kSetCaptain{"team.set_captain",
                                "UPDATE team SET captain_member_id = $3, rev = rev + 1 WHERE id = $1" RT_GUARD(
                                    "captain_member_id = $2 AND state <> 'DISBANDED'")};
constexpr Statement kDisband{
    "team.disband",
    "UPDATE team SET state = 'DISBANDED', rev = rev + 1 WHERE id = $1" RT_GUARD("state IN ('FORMING', 'READY')")};
constexpr Statement kRevokeInvites{"team_invite.revoke_all",
                                   "UPDATE team_invite SET revoked = $2 WHERE team = $1 AND revoked IS NULL"};
constexpr Statement kNextTeams{"team.next_of_event",
                               "SELECT id FROM team WHERE event = $1 AND id > $2 AND state <> 'DISBANDED'"
                               " ORDER BY id LIMIT $3"};
constexpr Statement kDemote{"team_member.demote",
                            "UPDATE team_member SET state = 'JOINED', rev = rev + 1 WHERE team = $1"
                            " AND state = 'CONFIRMED' AND answer_set IS NULL"};

Result<TeamFacts> RequireTeam(Reader& reader, std::string_view public_id) {
    RT_TRY(auto team, FindTeam(reader, public_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    return *std::move(team);
}

// The captain, or an organiser of the event. Others who are on the team are told so; to the rest it does not exist.
Status RequireCaptain(Reader& reader, const TeamFacts& team, const Actor& actor) {
    if (team.IsCaptain(actor) || actor.May(net::Permission::kRegEdit)) return Ok();
    RT_TRY(const auto member, FindActiveMember(reader, team.id, actor.user));
    return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
}

Change TeamChange(std::string_view action, const TeamFacts& team, std::string before, std::string after) {
    return {action, "team", team.id.value, team.event, std::move(before), std::move(after), {}};
}

std::string CountJson(std::int64_t members) {
    return "{\"member_count\":" + std::to_string(members) + "}";
}

// A member of a submitted team gives his place back in the same commit.
Status EndAndRecompute(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                       MemberCommand command) {
    RT_CHECK_OK(EndMember(writer, team, member, command));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "leave"));
    const std::string_view action = command == MemberCommand::kLeave ? "team.leave" : "team.remove";
    return Record(writer, commit,
                  TeamChange(action, team, CountJson(team.member_count), CountJson(team.member_count - 1)));
}

}  // namespace

Status RosterMayChange(const TeamFacts& team, const Actor& actor, base::Time now) {
    if (team.state == TeamState::kDisbanded) return Fail(Code::kInvalidState, "the team is disbanded");
    if (team.event_state == EventState::kCancelled || team.event_state == EventState::kArchived) {
        return Fail(Code::kEventNotOpen);
    }
    if (now < team.edit_deadline || actor.May(net::Permission::kRegEdit)) return Ok();
    return Fail(Code::kEventNotOpen, "after the edit deadline");
}

Status Found(Writer& writer, Commit& commit, const FoundTeam& command) {
    RT_TRY(const auto event, FindEvent(writer, command.event));
    RT_TRY(const auto division, FindDivisionByPublicId(writer, command.division_public_id));
    if (!event.has_value()) return Fail(Code::kNotFound);
    if (!division.has_value() || division->event != event->id) {
        return base::InvalidField("division", {"没有这个组别", "There is no such division"});
    }
    const Phase phase = PhaseAt(WithOverride(event->times, division->window), commit.now);
    if (!TakesRegistrations(event->state, phase)) return Fail(Code::kEventNotOpen);
    RT_CHECK_OK(RequireAccess(writer, *event, commit.actor));
    std::optional<AnswerSetId> answers;
    if (command.answers.has_value()) {
        RT_TRY(answers, PutAnswers(writer, commit.now, AnswerOwner::kTeam, command.id.value, *command.answers));
    }
    RT_CHECK_OK(writer.RunOne(kInsert,
                              {command.id, command.public_id, event->id, division->id, command.name, command.name_norm,
                               command.captain.member, answers, commit.now},
                              Code::kInternal));
    TeamFacts team;
    team.id = command.id;
    team.event = event->id;
    team.division = division->id;
    team.entries_max = event->entries_max_per_person;
    RT_CHECK_OK(AddMember(writer, commit, team, command.captain, MemberRole::kCaptain));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(FoundDraft(writer, commit, {team.id, command.draft, command.draft_public_id}));
    return Record(writer, commit, TeamChange("team.found", team, {}, StateJson("FORMING")));
}

Status Patch(Writer& writer, Commit& commit, const PatchTeam& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    std::optional<AnswerSetId> answers;
    if (command.answers.has_value()) {
        RT_TRY(answers, PutAnswers(writer, commit.now, AnswerOwner::kTeam, team.id.value, *command.answers));
    }
    const auto norm = command.name.has_value() ? std::optional(command.name_norm) : std::nullopt;
    RT_CHECK_OK(writer.RunOne(kPatch, {team.id, command.rev, command.name, norm, answers}, Code::kPreconditionFailed));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "edit"));
    return Record(writer, commit, TeamChange("team.update", team, {}, {}));
}

Status Update(Writer& writer, Commit& commit, const UpdateMember& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.team_public_id));
    RT_TRY(const auto me, FindActiveMember(writer, team.id, commit.actor.user));
    if (!me.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    auto answer_set = me->answer_set;
    auto id_bi = me->id_bi;
    if (command.answers.has_value()) {
        RT_TRY(answer_set, PutAnswers(writer, commit.now, AnswerOwner::kMember, me->id.value, *command.answers));
        id_bi = command.answers->id_bi;
    }
    if (id_bi != me->id_bi) {
        RT_CHECK_OK(FreeEntries(writer, team, PersonId{}, me->id_bi));
        RT_CHECK_OK(TakeEntries(writer, team, PersonId{}, id_bi));
    }
    Participant who;
    who.user = me->user;
    who.name = command.name;
    RT_TRY([[maybe_unused]] const auto person, PutPerson(writer, commit.now, who));
    const auto consent_at = command.consent && !me->consent_at.has_value() ? std::optional(commit.now) : me->consent_at;
    RT_TRY(const bool complete, IsComplete(writer, team, answer_set.has_value(), consent_at.has_value()));
    const auto to = Apply(me->state, complete ? MemberCommand::kComplete : MemberCommand::kIncomplete);
    if (!to.has_value()) return Fail(Code::kInvalidState);
    RT_CHECK_OK(DuplicateIfTaken(writer.RunOne(
        kUpdateMember, {me->id, Word(me->state), Word(*to), answer_set, id_bi, consent_at}, Code::kConflict)));
    const std::int64_t delta =
        (*to == MemberState::kConfirmed ? 1 : 0) - (me->state == MemberState::kConfirmed ? 1 : 0);
    RT_CHECK_OK(CountConfirmed(writer, team.id, delta));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "edit"));
    return Record(writer, commit,
                  {"member.update",
                   "team_member",
                   me->id.value,
                   team.event,
                   StateJson(Word(me->state)),
                   StateJson(Word(*to)),
                   {}});
}

Status Leave(Writer& writer, Commit& commit, std::string_view team_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_TRY(const auto me, FindActiveMember(writer, team.id, commit.actor.user));
    if (!me.has_value()) return Fail(Code::kNotFound);
    if (me->id == team.captain) {
        return base::FailText(Code::kInvalidState,
                              {"队长须先移交队长或解散队伍", "The captain hands over or disbands first"});
    }
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    return EndAndRecompute(writer, commit, team, *me, MemberCommand::kLeave);
}

Status Remove(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const auto member, FindMember(writer, member_public_id));
    if (!member.has_value() || member->team != team.id) return Fail(Code::kNotFound);
    if (member->id == team.captain) return Fail(Code::kInvalidState, "the captain cannot be removed");
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    return EndAndRecompute(writer, commit, team, *member, MemberCommand::kRemove);
}

Status HandOver(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const auto member, FindMember(writer, member_public_id));
    if (!member.has_value() || member->team != team.id) return Fail(Code::kNotFound);
    if (!IsActive(member->state) || member->id == team.captain) return Fail(Code::kInvalidState);
    RT_CHECK_OK(writer.RunOne(kSetCaptain, {team.id, team.captain, member->id}, Code::kConflict));
    RT_CHECK_OK(writer.RunOne(kSetRole, {team.captain, Word(MemberRole::kPlayer)}, Code::kInternal));
    RT_CHECK_OK(writer.RunOne(kSetRole, {member->id, Word(MemberRole::kCaptain)}, Code::kInternal));
    const auto captain = [](MemberId id) { return "{\"captain\":" + std::to_string(id.value) + "}"; };
    return Record(writer, commit, TeamChange("team.hand_over", team, captain(team.captain), captain(member->id)));
}

Status Disband(Writer& writer, Commit& commit, std::string_view team_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_CHECK_OK(writer.RunOne(kDisband, {team.id}, Code::kInvalidState));
    RT_TRY(const auto members, MembersOf(writer, team.id));
    for (const Member& member : members) {
        const auto command = member.id == team.captain ? MemberCommand::kLeave : MemberCommand::kRemove;
        RT_CHECK_OK(EndMember(writer, team, member, command));
    }
    RT_TRY([[maybe_unused]] const auto revoked, writer.Run(kRevokeInvites, {team.id, commit.now}));
    RT_CHECK_OK(EndDraft(writer, commit, team.id));
    return Record(writer, commit,
                  TeamChange("team.disband", team, StateJson(Word(team.state)), StateJson("DISBANDED")));
}

Result<TeamId> RecomputeSome(Writer& writer, Commit& commit, EventId event, TeamId after, std::int64_t teams_max) {
    RT_TRY(const bool required, FormIsRequired(writer, event, FormScope::kMember));
    RT_TRY(const auto teams,
           writer.All<TeamId>(kNextTeams, {event, after, teams_max}, [](const Row& row) { return row.As<TeamId>(0); }));
    for (const TeamId team : teams) {
        if (required) {
            RT_TRY(const auto demoted, writer.Run(kDemote, {team}));
            if (demoted > 0) RT_CHECK_OK(CountConfirmed(writer, team, -demoted));
        }
        RT_CHECK_OK(Recompute(writer, commit, team));
    }
    return static_cast<std::int64_t>(teams.size()) < teams_max ? TeamId{} : teams.back();
}

}  // namespace rt::registration::store
