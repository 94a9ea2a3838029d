#include "registration/store/guardians.h"

#include <set>

#include "registration/domain/roster_rules.h"
#include "registration/store/consents.h"
#include "registration/store/guard.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{"guardian_link.insert",
                            "INSERT INTO guardian_link (id, public_id, member, created_by, created, expires)"
                            " VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Statement kEndOthers{"guardian_link.end_others",
                               "UPDATE guardian_link SET revoked = $2 WHERE member = $1 AND revoked IS NULL"
                               " AND answered_at IS NULL"};
// A link is answered once.
constexpr Statement kAnswer{
    "guardian_link.answer",
    "UPDATE guardian_link SET answer = $2, answered_at = $3, relation = $4, name = $5,"
    " signature = $6, ip_hash = $7 WHERE id = $1" RT_GUARD("answered_at IS NULL AND revoked IS NULL AND expires > $3")};
#define RT_LINK                                                                                               \
    "SELECT id, public_id, member, created, expires, revoked, answer, answered_at, relation, name, signature" \
    " FROM guardian_link "
constexpr Statement kByPublicId{"guardian_link.by_public_id", RT_LINK "WHERE public_id = $1"};
constexpr Statement kOfMember{"guardian_link.of_member",
                              RT_LINK "WHERE member = $1 ORDER BY answered_at IS NULL, id DESC LIMIT 1"};
#undef RT_LINK
constexpr Statement kSetState{"team_member.set_guardian",
                              "UPDATE team_member SET guardian_state = $2, rev = rev + 1 WHERE id = $1"};

GuardianLink ReadLink(const Row& row) {
    GuardianLink out;
    out.id = row.As<GuardianLinkId>(0);
    out.public_id = row.Text(1);
    out.member = row.As<MemberId>(2);
    out.created = row.Time(3);
    out.expires = row.Time(4);
    out.revoked = row.OptionalTime(5);
    if (!row.IsNull(6)) out.answer = FromWord<GuardianState>(row.TextView(6));
    out.answered_at = row.OptionalTime(7);
    if (!row.IsNull(8)) out.relation = FromWord<GuardianRelation>(row.TextView(8));
    out.name = row.OptionalText(9);
    out.signature = row.OptionalText(10);
    return out;
}

Status InsertLink(Writer& writer, Commit& commit, const NewGuardianLink& link, MemberId member) {
    RT_TRY([[maybe_unused]] const auto ended, writer.Run(kEndOthers, {member, commit.now}));
    return writer.RunOne(
        kInsert, {link.id, link.public_id, member, commit.actor.user, commit.now, commit.now.Plus(kGuardianLinkTtl)},
        Code::kInternal);
}

// The member whose guardian is asked, with his team.
struct Minor {
    TeamFacts team;
    Member member;
};
Result<Minor> RequireMinor(Reader& reader, const NewGuardianLink& link) {
    RT_TRY(auto team, RequireTeam(reader, link.team_public_id));
    RT_TRY(auto member, RequireMember(reader, team, link.member_public_id));
    return Minor{std::move(team), std::move(member)};
}

Status RequireMissing(const Member& member) {
    if (IsActive(member.state) && !GuardianAllows(member.guardian)) return Ok();
    return base::FailText(Code::kInvalidState,
                          {"该成员不需要监护人同意", "No guardian's consent is missing for this member"});
}

// The captain and who manages the minor, but not who answered.
Status TellAnswer(Writer& writer, Commit& commit, const Minor& minor, GuardianState answer) {
    std::set<UserId> told{minor.team.captain_user, minor.member.user};
    told.erase(commit.actor.user);
    for (const UserId user : told) {
        RT_CHECK_OK(Notify(writer, commit,
                           {.kind = NoticeKind::kGuardianAnswered,
                            .user = user,
                            .event = minor.team.event,
                            .team = minor.team.id,
                            .answer = answer == GuardianState::kGranted ? "ACCEPTED" : "REFUSED"}));
    }
    return Ok();
}

Status WriteAnswer(Writer& writer, Commit& commit, const Minor& minor, GuardianLinkId link,
                   const GuardianAnswer& answer) {
    const std::string address = commit.privacy.BlindIndex("client", commit.actor.client);
    RT_CHECK_OK(writer.RunOne(
        kAnswer, {link, Word(answer.answer), commit.now, Word(answer.relation), answer.name, answer.signature, address},
        Code::kLinkExpired));
    RT_CHECK_OK(writer.RunOne(kSetState, {minor.member.id, Word(answer.answer)}, Code::kInternal));
    if (answer.answer == GuardianState::kGranted) {
        RT_CHECK_OK(PutConsent(writer, commit, minor.member.id,
                               {.kind = ConsentKind::kGuardian, .by_guardian = true, .evidence = link.value}));
    }
    RT_CHECK_OK(Settle(writer, commit, minor.team, minor.member.id));
    RT_CHECK_OK(Recompute(writer, commit, minor.team.id));
    RT_CHECK_OK(Record(writer, commit,
                       MemberChange("guardian.answer", minor.team, minor.member, StateJson(Word(minor.member.guardian)),
                                    StateJson(Word(answer.answer)))));
    return TellAnswer(writer, commit, minor, answer.answer);
}

}  // namespace

Status CreateGuardianLink(Writer& writer, Commit& commit, const NewGuardianLink& link) {
    RT_TRY(const Minor minor, RequireMinor(writer, link));
    if (minor.member.user != commit.actor.user) RT_CHECK_OK(RequireCaptain(writer, minor.team, commit.actor));
    RT_CHECK_OK(RequireMissing(minor.member));
    RT_CHECK_OK(InsertLink(writer, commit, link, minor.member.id));
    RT_CHECK_OK(writer.RunOne(kSetState, {minor.member.id, Word(GuardianState::kSent)}, Code::kInternal));
    RT_CHECK_OK(Record(writer, commit,
                       MemberChange("guardian.ask", minor.team, minor.member, StateJson(Word(minor.member.guardian)),
                                    StateJson("SENT"))));
    if (minor.member.user == commit.actor.user) return Ok();
    return Notify(writer, commit,
                  {.kind = NoticeKind::kGuardianLink,
                   .user = minor.member.user,
                   .event = minor.team.event,
                   .team = minor.team.id,
                   .expires = commit.now.Plus(kGuardianLinkTtl)});
}

Result<std::optional<GuardianLink>> FindGuardianLink(Reader& reader, std::string_view public_id) {
    return reader.Find<GuardianLink>(kByPublicId, {public_id}, ReadLink);
}

Result<std::optional<GuardianLink>> GuardianLinkOf(Reader& reader, MemberId member) {
    return reader.Find<GuardianLink>(kOfMember, {member}, ReadLink);
}

Status AnswerGuardian(Writer& writer, Commit& commit, std::string_view link_public_id, const GuardianAnswer& answer) {
    RT_TRY(const auto link, FindGuardianLink(writer, link_public_id));
    if (!link.has_value()) return Fail(Code::kLinkExpired);
    RT_TRY(auto member, FindMember(writer, link->member));
    RT_CHECK(member.has_value());
    if (!IsActive(member->state)) return Fail(Code::kLinkExpired);
    RT_TRY(auto team, FindTeam(writer, member->team));
    RT_CHECK(team.has_value());
    return WriteAnswer(writer, commit, {*std::move(team), *std::move(member)}, link->id, answer);
}

Status AnswerAsParent(Writer& writer, Commit& commit, const NewGuardianLink& link, const GuardianAnswer& answer) {
    RT_TRY(const Minor minor, RequireMinor(writer, link));
    if (minor.member.user != commit.actor.user) return Fail(Code::kNotFound);
    if (minor.member.relation != PersonRelation::kChild) {
        return base::FailText(Code::kForbidden, {"只有家长可以代孩子确认", "Only a parent answers for a child"});
    }
    RT_CHECK_OK(RequireMissing(minor.member));
    RT_CHECK_OK(InsertLink(writer, commit, link, minor.member.id));
    return WriteAnswer(writer, commit, minor, link.id, answer);
}

}  // namespace rt::registration::store
