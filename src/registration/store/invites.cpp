#include "registration/store/invites.h"

#include "registration/store/guard.h"
#include "registration/store/invites_internal.h"
#include "registration/store/members_internal.h"
#include "registration/store/notices.h"
#include "registration/store/registrations.h"
#include "storage/outbox/outbox.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{
    "team_invite.insert",
    "INSERT INTO team_invite (id, public_id, team, code_hash, code_tail, kind, max_uses, expires, created_by, created,"
    " role, target_user, target_bi, target_label)"
    " SELECT $1, $2, $3, $4, $5, $11, $6, $7, $8, $9, $12, $13, $14, $15 WHERE (SELECT COUNT(*) FROM team_invite"
    " WHERE team = $3 AND kind = $11 AND revoked IS NULL AND expires > $9 AND used < max_uses) < $10"};
constexpr Statement kRevoke{"team_invite.revoke",
                            "UPDATE team_invite SET revoked = $2 WHERE id = $1 AND revoked IS NULL"};

#define RT_INVITE_COLUMNS                                                                                 \
    "SELECT i.id, i.public_id, i.team, i.code_tail, i.max_uses, i.used, i.expires, i.revoked, i.created," \
    " i.kind, i.role, i.created_by, i.target_label FROM team_invite i "
constexpr Statement kOfTeam{"team_invite.of_team", RT_INVITE_COLUMNS
                            "WHERE i.team = $1 AND i.revoked IS NULL AND i.kind <> 'DIRECT' ORDER BY i.id DESC"
                            " LIMIT 100"};
constexpr Statement kByHash{"team_invite.by_hash", RT_INVITE_COLUMNS "WHERE i.code_hash = $1"};
constexpr Statement kById{"team_invite.by_id", RT_INVITE_COLUMNS "WHERE i.id = $1"};
constexpr Statement kByPublicId{"team_invite.by_public_id", RT_INVITE_COLUMNS "WHERE i.public_id = $1"};
// Two ways to be meant, each with its index.
constexpr Statement kOfUser{"team_invite.of_user", RT_INVITE_COLUMNS
                            "WHERE i.kind = 'DIRECT' AND i.revoked IS NULL AND i.used < i.max_uses AND i.expires > $2"
                            " AND i.id IN (SELECT id FROM team_invite WHERE target_user = $1 UNION"
                            " SELECT x.id FROM identity y JOIN team_invite x ON x.target_bi = y.subject_bi"
                            " WHERE y.\"user\" = $1) ORDER BY i.id DESC LIMIT 100"};
#undef RT_INVITE_COLUMNS

constexpr Statement kIsFor{"team_invite.is_for",
                           "SELECT i.id FROM team_invite i WHERE i.id = $1 AND (i.target_user = $2 OR i.target_bi IN"
                           " (SELECT subject_bi FROM identity WHERE \"user\" = $2))"};
constexpr Statement kOwnerOf{"identity.owner_of",
                             "SELECT \"user\" FROM identity WHERE kind IN ('EMAIL', 'PHONE')"
                             " AND issuer = '' AND subject_bi = $1"};
constexpr Statement kUse{"team_invite.use", "UPDATE team_invite SET used = used + 1 WHERE id = $1 AND $2 = $2" RT_GUARD(
                                                "used < max_uses AND revoked IS NULL AND expires > $2")};
constexpr Statement kMemberOf{"team_member.of_invite",
                              "SELECT id FROM team_member WHERE invite = $1 ORDER BY id LIMIT 1"};

Invite ReadInvite(const Row& row) {
    Invite out;
    out.id = row.As<InviteId>(0);
    out.public_id = row.Text(1);
    out.team = row.As<TeamId>(2);
    out.code_tail = row.Text(3);
    out.max_uses = row.Int(4);
    out.used = row.Int(5);
    out.expires = row.Time(6);
    out.revoked = row.OptionalTime(7);
    out.created = row.Time(8);
    out.kind = *FromWord<InviteKind>(row.TextView(9));
    out.role = *FromWord<MemberRole>(row.TextView(10));
    out.created_by = row.As<UserId>(11);
    out.target = row.OptionalText(12);
    return out;
}

// While the event takes registrations; a registered team while its roster may be repaired.
Status MayJoin(const TeamFacts& team, base::Time now) {
    if (!HasRegistration(team.state)) {
        const bool open = TakesRegistrations(team.event_state, PhaseAt(team.times, now));
        return open ? Ok() : Status(Fail(Code::kEventNotOpen));
    }
    if (team.event_state != EventState::kPublished) return Fail(Code::kEventNotOpen);
    return RosterMayChange(team, {}, now);
}

Status PolicyAllows(JoinPolicy policy, InviteKind kind) {
    const bool closed = policy == JoinPolicy::kClosed && kind != InviteKind::kDirect;
    const bool links_only = policy == JoinPolicy::kLink && kind == InviteKind::kCode;
    if (!closed && !links_only) return Ok();
    return base::FailText(Code::kInvalidState,
                          {"该队伍目前不接受以此方式加入", "This team takes nobody in this way now"});
}

Status RecordJoin(Writer& writer, Commit& commit, const TeamFacts& team, MemberRole role) {
    const std::int64_t more = SeatOf(role) == Seat::kCounted ? 1 : 0;
    return Record(writer, commit,
                  TeamChange("team.join", team, CountJson(team.member_count), CountJson(team.member_count + more)));
}

Status Ask(Writer& writer, Commit& commit, const TeamFacts& team, const Participant& who, const Invite& invite) {
    RT_CHECK_OK(AddWaiting(writer, commit, team, who, invite.role, MemberState::kPendingCaptain, invite.id));
    RT_CHECK_OK(
        Record(writer, commit,
               {"team.ask", "team_member", who.member.value, team.event, {}, StateJson("PENDING_CAPTAIN"), {}}));
    return Notify(
        writer, commit,
        {.kind = NoticeKind::kJoinToApprove, .user = team.captain_user, .event = team.event, .team = team.id});
}

Status InviteMember(Writer& writer, Commit& commit, const TeamFacts& team, const NewInvite& invite) {
    UserId user = invite.target.user;
    if (!invite.target.identity.empty()) {
        RT_TRY(const auto owner, writer.FindInt(kOwnerOf, {invite.target.identity}));
        user = UserId{owner.value_or(0)};
    }
    Participant who;
    who.user = user;
    who.member = invite.member;
    who.member_public_id = invite.member_public_id;
    RT_CHECK_OK(AddWaiting(writer, commit, team, who, invite.role, MemberState::kInvited, invite.id));
    return Notify(
        writer, commit,
        {.kind = NoticeKind::kInvited, .user = user, .event = team.event, .team = team.id, .expires = invite.expires});
}

}  // namespace

Status UseInvite(Writer& writer, const Invite& invite, base::Time now) {
    RT_TRY(const auto used, writer.Run(kUse, {invite.id, now}));
    if (used == 1) return Ok();
    const bool dead = invite.revoked.has_value() || invite.expires <= now;
    return Fail(dead ? Code::kInviteExpired : Code::kInviteSpent);
}

Status RevokeInviteRow(Writer& writer, InviteId invite, base::Time now) {
    return writer.RunOne(kRevoke, {invite, now}, Code::kInvalidState);
}

Status CreateInvite(Writer& writer, Commit& commit, const NewInvite& invite) {
    RT_TRY(const auto team, RequireTeam(writer, invite.team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    if (team.kind == TeamKind::kSolo) return Fail(Code::kInvalidState, "an entry of one takes nobody");
    const auto live_max = invite.kind == InviteKind::kDirect ? kPendingMax : kInvitesMax;
    const auto target_user = invite.target.user ? std::optional(invite.target.user.value) : std::nullopt;
    const auto text = [](const std::string& value) { return value.empty() ? std::nullopt : std::optional(value); };
    RT_CHECK_OK(
        writer.RunOne(kInsert,
                      {invite.id, invite.public_id, team.id, invite.code_hash, invite.code_tail, invite.max_uses,
                       invite.expires, commit.actor.user, commit.now, live_max, Word(invite.kind), Word(invite.role),
                       target_user, text(invite.target.identity), text(invite.target.sealed)},
                      Code::kInvalidState));
    if (invite.kind == InviteKind::kDirect) RT_CHECK_OK(InviteMember(writer, commit, team, invite));
    // To an address: who has no account yet is told by mail.
    if (!invite.target.identity.empty()) {
        const std::string payload = json::Encode(json::Object{{"invite", invite.id.value}});
        RT_CHECK_OK(storage::outbox::Add(writer, commit.ids.Take(), "invite.mail", payload, commit.now));
    }
    const std::string after =
        R"({"kind":")" + std::string(Word(invite.kind)) + R"(","max_uses":)" + std::to_string(invite.max_uses) + "}";
    return Record(writer, commit, {"invite.create", "team_invite", invite.id.value, team.event, {}, after, {}});
}

Status RevokeInvite(Writer& writer, Commit& commit, std::string_view public_id) {
    RT_TRY(const auto invite, writer.Find<Invite>(kByPublicId, {public_id}, ReadInvite));
    if (!invite.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const auto team, FindTeam(writer, invite->team));
    RT_CHECK(team.has_value());
    RT_CHECK_OK(RequireCaptain(writer, *team, commit.actor));
    RT_CHECK_OK(RevokeInviteRow(writer, invite->id, commit.now));
    RT_TRY(const auto member, MemberOfInvite(writer, invite->id));
    if (member.has_value() && member->state == MemberState::kInvited) {
        RT_CHECK_OK(EndWaiting(writer, *member, MemberCommand::kRevoke));
    }
    return Record(writer, commit, {"invite.revoke", "team_invite", invite->id.value, team->event, {}, {}, {}});
}

Result<std::vector<Invite>> InvitesOf(Reader& reader, TeamId team) {
    return reader.All<Invite>(kOfTeam, {team}, ReadInvite);
}

Result<std::optional<Invite>> FindInvite(Reader& reader, std::string_view code_hash) {
    return reader.Find<Invite>(kByHash, {code_hash}, ReadInvite);
}

Result<std::optional<Invite>> FindInvite(Reader& reader, InviteId id) {
    return reader.Find<Invite>(kById, {id}, ReadInvite);
}

Result<std::vector<Invite>> InvitationsFor(Reader& reader, UserId user, base::Time now) {
    return reader.All<Invite>(kOfUser, {user, now}, ReadInvite);
}

Result<std::optional<Member>> MemberOfInvite(Reader& reader, InviteId invite) {
    RT_TRY(const auto id, reader.FindInt(kMemberOf, {invite}));
    if (!id.has_value()) return std::optional<Member>();
    return FindMember(reader, MemberId{*id});
}

Result<Invited> FindInvitation(Reader& reader, std::string_view public_id, UserId user) {
    RT_TRY(const auto invite, reader.Find<Invite>(kByPublicId, {public_id}, ReadInvite));
    if (!invite.has_value() || invite->kind != InviteKind::kDirect) return Fail(Code::kNotFound);
    RT_TRY(const auto mine, reader.FindInt(kIsFor, {invite->id, user}));
    if (!mine.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const auto member, MemberOfInvite(reader, invite->id));
    if (!member.has_value()) return Fail(Code::kNotFound);
    return Invited{*invite, *member};
}

Result<TeamId> JoinTeam(Writer& writer, Commit& commit, const Join& join) {
    RT_TRY(const auto invite, FindInvite(writer, join.code_hash));
    if (!invite.has_value() || invite->kind == InviteKind::kDirect) return Fail(Code::kNotFound, "no such code");
    RT_TRY(const auto team, FindTeam(writer, invite->team));
    RT_CHECK(team.has_value());
    RT_CHECK_OK(UseInvite(writer, *invite, commit.now));
    RT_CHECK_OK(PolicyAllows(team->join_policy, invite->kind));
    RT_CHECK_OK(MayJoin(*team, commit.now));
    if (team->join_policy == JoinPolicy::kApproval && !team->IsCaptain(commit.actor)) {
        RT_CHECK_OK(Ask(writer, commit, *team, join.who, *invite));
        return team->id;
    }
    RT_CHECK_OK(TakeSeat(writer, *team, invite->role));
    RT_CHECK_OK(AddMember(writer, commit, *team, join.who, invite->role, invite->id));
    RT_CHECK_OK(Recompute(writer, commit, team->id));
    RT_CHECK_OK(RosterChanged(writer, commit, team->id, "join"));
    RT_CHECK_OK(RecordJoin(writer, commit, *team, invite->role));
    return team->id;
}

Result<TeamId> AcceptInvitation(Writer& writer, Commit& commit, std::string_view public_id, const Participant& who) {
    RT_TRY(const Invited found, FindInvitation(writer, public_id, commit.actor.user));
    RT_TRY(const auto team, FindTeam(writer, found.invite.team));
    RT_CHECK(team.has_value());
    if (found.member.id != who.member) return Fail(Code::kConflict);
    RT_CHECK_OK(UseInvite(writer, found.invite, commit.now));
    RT_CHECK_OK(MayJoin(*team, commit.now));
    RT_TRY(const Member filled, FillInvited(writer, commit, found.member, who));
    RT_CHECK_OK(AcceptWaiting(writer, commit, *team, filled));
    RT_CHECK_OK(Recompute(writer, commit, team->id));
    RT_CHECK_OK(RosterChanged(writer, commit, team->id, "join"));
    RT_CHECK_OK(RecordJoin(writer, commit, *team, filled.role));
    RT_CHECK_OK(Notify(writer, commit,
                       {.kind = NoticeKind::kInvitationAccepted,
                        .user = team->captain_user,
                        .event = team->event,
                        .team = team->id,
                        .member = filled.public_id}));
    return team->id;
}

Status ApproveMember(Writer& writer, Commit& commit, std::string_view team_public_id,
                     std::string_view member_public_id) {
    RT_TRY(const auto team, RequireTeam(writer, team_public_id));
    RT_CHECK_OK(RequireCaptain(writer, team, commit.actor));
    RT_TRY(const Member member, RequireMember(writer, team, member_public_id));
    if (member.state != MemberState::kPendingCaptain) return Fail(Code::kInvalidState);
    if (!commit.actor.May(net::Permission::kRegEdit)) RT_CHECK_OK(MayJoin(team, commit.now));
    RT_CHECK_OK(AcceptWaiting(writer, commit, team, member));
    RT_CHECK_OK(Recompute(writer, commit, team.id));
    RT_CHECK_OK(RosterChanged(writer, commit, team.id, "join"));
    RT_CHECK_OK(RecordJoin(writer, commit, team, member.role));
    return AnswerRequest(writer, commit, team, member, "ACCEPTED");
}

}  // namespace rt::registration::store
