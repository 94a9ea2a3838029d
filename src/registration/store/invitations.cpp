// What becomes of direct invitations and of requests to join.
#include "registration/store/access.h"
#include "registration/store/consents.h"
#include "registration/store/guard.h"
#include "registration/store/invites_internal.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"

namespace rt::registration::store {
namespace {

constexpr Statement kFill{"team_member.fill",
                          "UPDATE team_member SET person = $2, managed_by_user = $3, answer_set = $4,"
                          " id_bi = COALESCE($5, (SELECT id_bi FROM person WHERE id = $2)), consent_at = $6,"
                          " joined_at = $7, rev = rev + 1 WHERE id = $1 AND state = 'INVITED'"};
#define RT_RUN_OUT \
    " FROM team_member m JOIN team_invite i ON i.id = m.invite WHERE m.state = 'INVITED' AND i.expires <= $1"
constexpr Statement kEventsRunOut{"team_member.events_of_invitations", "SELECT DISTINCT m.event" RT_RUN_OUT};
// Invited by an address, he was nobody yet; the captain is told who it was.
constexpr Statement kDeclinedBy{"team_member.declined_by", "UPDATE team_member SET managed_by_user = $2 WHERE id = $1"};
constexpr Statement kRunOut{"team_member.invitations_run_out",
                            "SELECT m.id" RT_RUN_OUT " AND m.event = $2 ORDER BY m.id LIMIT $3"};
#undef RT_RUN_OUT

}  // namespace

Result<Member> FillInvited(Writer& writer, Commit& commit, const Member& member, const Participant& who) {
    RT_TRY(const auto team, FindTeam(writer, member.team));
    RT_CHECK(team.has_value());
    RT_CHECK_OK(RequireAccessToJoin(writer, team->event, commit.actor));
    RT_TRY(const PersonId person, PutPerson(writer, commit.now, who));
    std::optional<AnswerSetId> answers;
    std::optional<std::string> id_bi;
    if (who.answers.has_value()) {
        RT_TRY(answers, PutAnswers(writer, commit.now, AnswerOwner::kMember, member.id.value, *who.answers));
        id_bi = who.answers->id_bi;
    }
    const auto consent_at = who.consent ? std::optional(commit.now) : std::nullopt;
    RT_CHECK_OK(writer.RunOne(kFill, {member.id, person, who.user, answers, id_bi, consent_at, commit.now},
                              Code::kInvalidState));
    if (who.consent) RT_CHECK_OK(AcceptDocuments(writer, commit, member.id, who.documents));
    RT_TRY(auto filled, FindMember(writer, member.id));
    RT_CHECK(filled.has_value());
    return *std::move(filled);
}

Status DeclineInvitation(Writer& writer, Commit& commit, std::string_view public_id) {
    RT_TRY(const Invited found, FindInvitation(writer, public_id, commit.actor.user));
    RT_TRY(const auto team, FindTeam(writer, found.invite.team));
    RT_CHECK(team.has_value());
    RT_CHECK_OK(EndWaiting(writer, found.member, MemberCommand::kDecline));
    RT_CHECK_OK(writer.RunOne(kDeclinedBy, {found.member.id, commit.actor.user}, Code::kInternal));
    RT_CHECK_OK(RevokeInviteRow(writer, found.invite.id, commit.now));
    RT_CHECK_OK(
        Record(writer, commit,
               MemberChange("invite.decline", *team, found.member, StateJson("INVITED"), StateJson("DECLINED"))));
    return Notify(writer, commit,
                  {.kind = NoticeKind::kInvitationDeclined,
                   .user = team->captain_user,
                   .event = team->event,
                   .team = team->id,
                   .member = found.member.public_id});
}

Result<std::vector<EventId>> EventsWithInvitationsToExpire(Reader& reader, base::Time now) {
    return reader.All<EventId>(kEventsRunOut, {now}, [](const Row& row) { return row.As<EventId>(0); });
}

Result<std::int64_t> ExpireSomeInvitations(Writer& writer, Commit& commit, EventId event, std::int64_t members_max) {
    RT_TRY(const auto ids, writer.All<MemberId>(kRunOut, {commit.now, event, members_max},
                                                [](const Row& row) { return row.As<MemberId>(0); }));
    for (const MemberId id : ids) {
        RT_TRY(const auto member, FindMember(writer, id));
        RT_TRY(const auto team, FindTeam(writer, member->team));
        RT_CHECK_OK(EndWaiting(writer, *member, MemberCommand::kExpire));
        RT_CHECK_OK(Record(writer, commit,
                           MemberChange("invite.expire", *team, *member, StateJson("INVITED"), StateJson("EXPIRED"))));
    }
    return static_cast<std::int64_t>(ids.size());
}

Status AnswerRequest(Writer& writer, Commit& commit, const TeamFacts& team, const Member& member,
                     std::string_view answer) {
    return Notify(writer, commit,
                  {.kind = NoticeKind::kJoinAnswered,
                   .user = member.user,
                   .event = team.event,
                   .team = team.id,
                   .answer = answer});
}

Status RejectMember(Writer& writer, Commit& commit, std::string_view team_public_id,
                    std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const Member member, RequireMember(writer, team, member_public_id));
    RT_CHECK_OK(EndWaiting(writer, member, MemberCommand::kReject));
    RT_CHECK_OK(
        Record(writer, commit,
               MemberChange("member.reject", team, member, StateJson(Word(member.state)), StateJson("REJECTED"))));
    return AnswerRequest(writer, commit, team, member, "REFUSED");
}

}  // namespace rt::registration::store
