#include "registration/store/teams.h"

#include <set>

#include "registration/store/access.h"
#include "registration/store/consents.h"
#include "registration/store/events.h"
#include "registration/store/guard.h"
#include "registration/store/member_facts.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"
#include "registration/store/quotas.h"
#include "registration/store/registrations.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{"team.insert",
                            "INSERT INTO team (id, public_id, event, division, name, name_norm, captain_member_id,"
                            " member_count, confirmed_count, join_policy, answer_set, state, created, kind)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, $10, $8, 'FORMING', $9, $11)"};
constexpr Statement kPatch{"team.patch",
                           "UPDATE team SET name = COALESCE($3, name), name_norm = COALESCE($4, name_norm),"
                           " answer_set = COALESCE($5, answer_set), join_policy = COALESCE($6, join_policy),"
                           " rev = rev + 1 WHERE id = $1 AND rev = $2"};
constexpr Statement kUpdateMember{"team_member.update",
                                  "UPDATE team_member SET answer_set = $3, id_bi = $4, consent_at = $5, rev = rev + 1"
                                  " WHERE id = $1 AND state = $2"};
constexpr Statement kRename{"person.rename", "UPDATE person SET name = $2, rev = rev + 1 WHERE id = $1"};
constexpr Statement kStepDown{"team_member.step_down",
                              "UPDATE team_member SET role = 'PLAYER', rev = rev + 1 WHERE id = $1"};
// Whoever left meanwhile is not made captain.
constexpr Statement kRise{"team_member.rise",
                          "UPDATE team_member SET role = 'CAPTAIN', rev = rev + 1 WHERE id = $1 AND id <> $2" RT_GUARD(
                              "state IN ('JOINED', 'CONFIRMED') AND role = 'PLAYER'")};
constexpr Statement kSetCaptain{"team.set_captain",
                                "UPDATE team SET captain_member_id = $3, rev = rev + 1 WHERE id = $1" RT_GUARD(
                                    "captain_member_id = $2 AND state <> 'DISBANDED'")};
constexpr Statement kDisband{
    "team.disband",
    "UPDATE team SET state = 'DISBANDED', rev = rev + 1 WHERE id = $1" RT_GUARD("state IN ('FORMING', 'READY')")};
constexpr Statement kRevokeInvites{"team_invite.revoke_all",
                                   "UPDATE team_invite SET revoked = $2 WHERE team = $1 AND revoked IS NULL"};
constexpr Statement kEndRequests{"team_member.end_requests",
                                 "UPDATE team_member SET state = CASE state WHEN 'INVITED' THEN 'REVOKED'"
                                 " ELSE 'REJECTED' END, rev = rev + 1 WHERE team = $1"
                                 " AND state IN ('INVITED', 'PENDING_CAPTAIN')"};

// A member of a registered team gives his place back in the same commit.
Status EndAndRecompute(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                       MemberCommand command) {
    const auto was = member.state == MemberState::kConfirmed ? Was::kConfirmed : Was::kJoined;
    RT_CHECK_OK(EndMember(writer, team, member, command));
    RT_CHECK_OK(FreeSeat(writer, team, member.role, was));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "leave"));
    const std::string_view action = command == MemberCommand::kLeave ? "team.leave" : "team.remove";
    const std::int64_t less = SeatOf(member.role) == Seat::kCounted ? 1 : 0;
    return Record(writer, commit,
                  TeamChange(action, team, CountJson(team.member_count), CountJson(team.member_count - less)));
}

Status CheckMode(const Event& event, TeamKind kind) {
    const bool solo = kind == TeamKind::kSolo;
    if (event.mode == Mode::kBoth || (event.mode == Mode::kSolo) == solo) return Ok();
    if (solo) return base::FailText(Code::kInvalidState, {"本活动只接受队伍报名", "This event takes teams only"});
    return base::FailText(Code::kInvalidState, {"本活动只接受个人报名", "This event takes single entrants only"});
}

Status MayFound(Reader& reader, const Commit& commit, FoundBy by, const Event& event, const Division& division) {
    if (by == FoundBy::kOrganiser) {
        if (!commit.actor.May(net::Permission::kRegEdit)) return Fail(Code::kForbidden);
        const bool over = event.state == EventState::kCancelled || event.state == EventState::kArchived;
        return over ? Status(Fail(Code::kEventNotOpen)) : Ok();
    }
    const Phase phase = PhaseAt(WithOverride(event.times, division.window), commit.now);
    if (!TakesRegistrations(event.state, phase)) return Fail(Code::kEventNotOpen);
    return RequireAccess(reader, event, commit.actor);
}

// The caller's own member of the team, or the one he names and manages.
Result<Member> RequireOwn(Reader& reader, const TeamFacts& team, const Actor& actor, std::string_view member) {
    RT_TRY(const auto found,
           member.empty() ? FindActiveMember(reader, team.id, actor.user) : FindMember(reader, member));
    if (!found.has_value() || found->team != team.id || found->user != actor.user) return Fail(Code::kNotFound);
    return *found;
}

// A guardian agreed for one child: whoever is put in that child's place is asked for anew.
Status AskGuardianAnew(Writer& writer, Commit& commit, const TeamFacts& team, const Member& before,
                       const std::optional<Date>& birth) {
    RT_TRY(const auto after, FindMember(writer, before.id));
    RT_CHECK(after.has_value());
    RT_TRY(const PersonFacts facts, FactsOf(writer, commit.privacy, before.id));
    const bool other_number = before.id_bi.has_value() && after->id_bi != before.id_bi;
    const bool other_birth = birth.has_value() && facts.birth != birth;
    if (!other_number && !other_birth) return Ok();
    RT_TRY(const bool asked, RevokeConsent(writer, commit, team, before, ConsentKind::kGuardian));
    if (!asked || before.user == commit.actor.user) return Ok();
    // An organiser has corrected it: who manages the minor has to ask the guardian again.
    return Notify(writer, commit,
                  {.kind = NoticeKind::kGuardianAgain, .user = before.user, .event = team.event, .team = team.id});
}

// The form, the name and the number of a member, as far as the command gives them.
Status WriteMember(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                   const UpdateMember& command) {
    auto answer_set = member.answer_set;
    auto id_bi = member.id_bi;
    if (command.answers.has_value()) {
        RT_TRY(answer_set, PutAnswers(writer, commit.now, AnswerOwner::kMember, member.id.value, *command.answers));
        if (command.answers->id_bi.has_value()) id_bi = command.answers->id_bi;
    }
    if (id_bi != member.id_bi && Competes(member.role)) {
        RT_CHECK_OK(FreeEntries(writer, team, PersonId{}, member.id_bi));
        RT_CHECK_OK(TakeEntries(writer, team, PersonId{}, id_bi));
    }
    if (!command.name.empty()) RT_CHECK_OK(writer.RunOne(kRename, {member.person, command.name}, Code::kInternal));
    if (command.consent) RT_CHECK_OK(AcceptDocuments(writer, commit, member.id, command.documents));
    const auto consent_at =
        command.consent && !member.consent_at.has_value() ? std::optional(commit.now) : member.consent_at;
    return DuplicateIfTaken(
        writer.RunOne(kUpdateMember, {member.id, Word(member.state), answer_set, id_bi, consent_at}, Code::kConflict));
}

// WriteMember, and all that follows from it.
Status RewriteMember(Writer& writer, Commit& commit, const TeamFacts& team, const Member& me,
                     const UpdateMember& command) {
    const bool vouched = me.guardian == GuardianState::kGranted;
    PersonFacts facts;
    if (vouched) {
        RT_TRY(facts, FactsOf(writer, commit.privacy, me.id));
    }
    RT_CHECK_OK(WriteMember(writer, commit, team, me, command));
    if (vouched) RT_CHECK_OK(AskGuardianAnew(writer, commit, team, me, facts.birth));
    RT_CHECK_OK(Settle(writer, commit, team, me.id));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    return RosterChanged(writer, commit, team.id, "edit");
}

Status RewriteTeamAnswers(Writer& writer, Commit& commit, const TeamFacts& team, const SealedAnswers& answers) {
    RT_TRY(const auto set, PutAnswers(writer, commit.now, AnswerOwner::kTeam, team.id.value, answers));
    const std::optional<std::string> as_it_is;
    RT_CHECK_OK(writer.RunOne(kPatch, {team.id, team.rev, as_it_is, as_it_is, set, as_it_is}, Code::kInternal));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    return RosterChanged(writer, commit, team.id, "edit");
}

// All who were on the team but who did it. They are told one by one: the team has nobody any more.
Status TellDisbanded(Writer& writer, Commit& commit, const TeamFacts& team, const std::vector<Member>& members) {
    std::set<UserId> told;
    for (const Member& member : members) told.insert(member.user);
    told.erase(commit.actor.user);
    for (const UserId user : told) {
        RT_CHECK_OK(Notify(writer, commit,
                           {.kind = NoticeKind::kDisbanded, .user = user, .event = team.event, .team = team.id}));
    }
    return Ok();
}

}  // namespace

Result<TeamFacts> RequireTeam(Reader& reader, std::string_view public_id) {
    RT_TRY(auto team, FindTeam(reader, public_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    return *std::move(team);
}

Status RequireCaptain(Reader& reader, const TeamFacts& team, const Actor& actor) {
    if (team.IsCaptain(actor) || actor.May(net::Permission::kRegEdit)) return Ok();
    RT_TRY(const auto member, FindActiveMember(reader, team.id, actor.user));
    return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
}

Result<Member> RequireMember(Reader& reader, const TeamFacts& team, std::string_view member_public_id) {
    RT_TRY(auto member, FindMember(reader, member_public_id));
    if (!member.has_value() || member->team != team.id) return Fail(Code::kNotFound);
    return *std::move(member);
}

Change TeamChange(std::string_view action, const TeamFacts& team, std::string before, std::string after) {
    return {action, "team", team.id.value, team.event, std::move(before), std::move(after), {}};
}

Change MemberChange(std::string_view action, const TeamFacts& team, const Member& member, std::string before,
                    std::string after) {
    return {action, "team_member", member.id.value, team.event, std::move(before), std::move(after), {}};
}

std::string CountJson(std::int64_t members) {
    return "{\"member_count\":" + std::to_string(members) + "}";
}

Status RosterMayChange(const TeamFacts& team, const Actor& actor, base::Time now) {
    if (team.state == TeamState::kDisbanded) return Fail(Code::kInvalidState, "the team is disbanded");
    if (team.event_state == EventState::kCancelled || team.event_state == EventState::kArchived) {
        return Fail(Code::kEventNotOpen);
    }
    if (actor.May(net::Permission::kRegEdit)) return Ok();
    const bool forming = !HasRegistration(team.state) && TakesRegistrations(team.event_state, PhaseAt(team.times, now));
    if (forming) return Ok();
    if (team.state == TeamState::kLocked || now >= team.roster_lock_at) return Fail(Code::kRosterLocked);
    if (now < team.edit_deadline) return Ok();
    return Fail(Code::kEventNotOpen, "after the edit deadline");
}

Status Found(Writer& writer, Commit& commit, const FoundTeam& command) {
    RT_TRY(const auto event, FindEvent(writer, command.event));
    RT_TRY(const auto division, FindDivisionByPublicId(writer, command.division_public_id));
    if (!event.has_value()) return Fail(Code::kNotFound);
    if (!division.has_value() || division->event != event->id) {
        return base::InvalidField("division", {"没有这个组别", "There is no such division"});
    }
    RT_CHECK_OK(MayFound(writer, commit, command.by, *event, *division));
    RT_CHECK_OK(CheckMode(*event, command.kind));
    std::optional<AnswerSetId> answers;
    if (command.answers.has_value()) {
        RT_TRY(answers, PutAnswers(writer, commit.now, AnswerOwner::kTeam, command.id.value, *command.answers));
    }
    RT_CHECK_OK(
        writer.RunOne(kInsert,
                      {command.id, command.public_id, event->id, division->id, command.name, command.name_norm,
                       command.captain.member, answers, commit.now, Word(command.join_policy), Word(command.kind)},
                      Code::kInternal));
    TeamFacts team;
    team.id = command.id;
    team.event = event->id;
    team.division = division->id;
    team.entries_max = event->entries_max_per_person;
    team.guardian_under_age = event->policy.guardian_under_age;
    team.times = event->times;
    RT_CHECK_OK(AddMember(writer, commit, team, command.captain, MemberRole::kCaptain));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    const Source source = command.by == FoundBy::kOrganiser ? Source::kAdmin : Source::kWeb;
    RT_CHECK_OK(
        FoundDraft(writer, commit, {team.id, command.draft, command.draft_public_id, source, command.reserve_hash}));
    return Record(writer, commit, TeamChange("team.found", team, {}, StateJson("FORMING")));
}

Status Patch(Writer& writer, Commit& commit, const PatchTeam& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    if (team.kind == TeamKind::kSolo && (command.name.has_value() || command.join_policy.has_value())) {
        return Fail(Code::kInvalidState, "an entry of one has no name and takes nobody");
    }
    std::optional<AnswerSetId> answers;
    if (command.answers.has_value()) {
        RT_TRY(answers, PutAnswers(writer, commit.now, AnswerOwner::kTeam, team.id.value, *command.answers));
    }
    const auto norm = command.name.has_value() ? std::optional(command.name_norm) : std::nullopt;
    const auto policy =
        command.join_policy.has_value() ? std::optional(std::string(Word(*command.join_policy))) : std::nullopt;
    RT_CHECK_OK(
        writer.RunOne(kPatch, {team.id, command.rev, command.name, norm, answers, policy}, Code::kPreconditionFailed));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "edit"));
    const auto json = [](JoinPolicy of) { return R"({"join_policy":")" + std::string(Word(of)) + R"("})"; };
    if (!command.join_policy.has_value()) return Record(writer, commit, TeamChange("team.update", team, {}, {}));
    return Record(writer, commit, TeamChange("team.update", team, json(team.join_policy), json(*command.join_policy)));
}

Status Update(Writer& writer, Commit& commit, const UpdateMember& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.team_public_id));
    RT_TRY(const Member me, RequireOwn(writer, team, commit.actor, command.member_public_id));
    if (!IsActive(me.state)) return Fail(Code::kInvalidState);
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    RT_CHECK_OK(RewriteMember(writer, commit, team, me, command));
    RT_TRY(const auto after, FindMember(writer, me.id));
    return Record(writer, commit,
                  MemberChange("member.update", team, me, StateJson(Word(me.state)), StateJson(Word(after->state))));
}

Status Correct(Writer& writer, Commit& commit, const CorrectAnswers& command) {
    RT_TRY(const auto team, RequireTeam(writer, command.team_public_id));
    if (!commit.actor.May(net::Permission::kRegEdit)) return Fail(Code::kForbidden);
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    const bool of_team = command.member_public_id.empty();
    std::optional<Member> member;
    if (!of_team) {
        RT_TRY(member, RequireMember(writer, team, command.member_public_id));
        if (!IsActive(member->state)) return Fail(Code::kInvalidState, "not a member any more");
    }
    const auto kind = of_team ? AnswerOwner::kTeam : AnswerOwner::kMember;
    const std::int64_t owner = of_team ? team.id.value : member->id.value;
    RT_TRY(const auto before, FindAnswersOf(writer, kind, owner, FormStage::kSubmit));
    if (before != command.before) return Fail(Code::kPreconditionFailed, "the answers changed meanwhile");
    if (of_team) {
        RT_CHECK_OK(RewriteTeamAnswers(writer, commit, team, command.answers));
    } else {
        UpdateMember rewrite;
        rewrite.answers = command.answers;
        RT_CHECK_OK(RewriteMember(writer, commit, team, *member, rewrite));
    }
    RT_TRY(const auto registration, LatestRegistrationOf(writer, team.id));
    const std::string whose = of_team ? "" : R"("member":")" + member->public_id + "\",";
    Change change = TeamChange("answers.correct", team, {}, "{" + whose + R"("fields":)" + command.fields + "}");
    if (registration.has_value()) {
        change.entity = "registration";
        change.entity_id = registration->id.value;
    }
    change.reason = command.reason;
    return Record(writer, commit, change);
}

Status Leave(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_TRY(const Member me, RequireOwn(writer, team, commit.actor, member_public_id));
    if (me.id == team.captain) {
        return base::FailText(Code::kInvalidState,
                              {"队长须先移交队长或解散队伍", "The captain hands over or disbands first"});
    }
    if (me.state == MemberState::kPendingCaptain) {
        RT_CHECK_OK(EndWaiting(writer, me, MemberCommand::kLeave));
        return Record(writer, commit,
                      MemberChange("member.take_back", team, me, StateJson(Word(me.state)), StateJson("LEFT")));
    }
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    return EndAndRecompute(writer, commit, team, me, MemberCommand::kLeave);
}

Status Remove(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const Member member, RequireMember(writer, team, member_public_id));
    if (member.id == team.captain) return Fail(Code::kInvalidState, "the captain cannot be removed");
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    RT_CHECK_OK(EndAndRecompute(writer, commit, team, member, MemberCommand::kRemove));
    if (member.user == commit.actor.user) return Ok();
    return Notify(writer, commit,
                  {.kind = NoticeKind::kRemoved, .user = member.user, .event = team.event, .team = team.id});
}

Status HandOver(Writer& writer, Commit& commit, std::string_view team_public_id, std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const Member member, RequireMember(writer, team, member_public_id));
    RT_CHECK_OK(writer.RunOne(kSetCaptain, {team.id, team.captain, member.id}, Code::kInvalidState));
    RT_CHECK_OK(writer.RunOne(kStepDown, {team.captain}, Code::kInternal));
    RT_TRY(const auto risen, writer.Run(kRise, {member.id, team.captain}));
    if (risen == 0) {
        return base::FailText(Code::kInvalidState, {"只能移交给队员", "Only a player can become the captain"});
    }
    const auto captain = [](MemberId id) { return "{\"captain\":" + std::to_string(id.value) + "}"; };
    RT_CHECK_OK(Record(writer, commit, TeamChange("team.hand_over", team, captain(team.captain), captain(member.id))));
    if (member.user == commit.actor.user) return Ok();
    return Notify(writer, commit,
                  {.kind = NoticeKind::kHandedOver, .user = member.user, .event = team.event, .team = team.id});
}

Status Disband(Writer& writer, Commit& commit, std::string_view team_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_CHECK_OK(writer.RunOne(kDisband, {team.id}, Code::kInvalidState));
    RT_TRY(const auto members, MembersOf(writer, team.id));
    for (const Member& member : members) {
        const auto command = member.id == team.captain ? MemberCommand::kLeave : MemberCommand::kRemove;
        const auto was = member.state == MemberState::kConfirmed ? Was::kConfirmed : Was::kJoined;
        RT_CHECK_OK(EndMember(writer, team, member, command));
        RT_CHECK_OK(FreeSeat(writer, team, member.role, was));
    }
    RT_TRY([[maybe_unused]] const auto ended, writer.Run(kEndRequests, {team.id}));
    RT_TRY([[maybe_unused]] const auto revoked, writer.Run(kRevokeInvites, {team.id, commit.now}));
    RT_CHECK_OK(EndDraft(writer, commit, team.id));
    RT_CHECK_OK(
        Record(writer, commit, TeamChange("team.disband", team, StateJson(Word(team.state)), StateJson("DISBANDED"))));
    return TellDisbanded(writer, commit, team, members);
}

}  // namespace rt::registration::store
