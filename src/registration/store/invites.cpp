#include "registration/store/invites.h"

#include "registration/store/guard.h"
#include "registration/store/journal.h"
#include "registration/store/members_internal.h"
#include "registration/store/quotas.h"
#include "registration/store/registrations.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{
    "team_invite.insert",
    "INSERT INTO team_invite (id, public_id, team, code_hash, code_tail, kind, max_uses, expires, created_by, created)"
    " SELECT $1, $2, $3, $4, $5, 'CODE', $6, $7, $8, $9 WHERE (SELECT COUNT(*) FROM team_invite WHERE team = $3"
    " AND revoked IS NULL AND expires > $9 AND used < max_uses) < $10"};
constexpr Statement kRevoke{"team_invite.revoke",
                            "UPDATE team_invite SET revoked = $2 WHERE id = $1 AND revoked IS NULL"};
constexpr Statement kTeamOf{"team_invite.team_of", "SELECT id, team FROM team_invite WHERE public_id = $1"};

#define RT_INVITE_COLUMNS \
    "SELECT id, public_id, team, code_tail, max_uses, used, expires, revoked, created FROM team_invite "
constexpr Statement kOfTeam{"team_invite.of_team",
                            RT_INVITE_COLUMNS "WHERE team = $1 AND revoked IS NULL ORDER BY id DESC LIMIT 100"};
constexpr Statement kByHash{"team_invite.by_hash", RT_INVITE_COLUMNS "WHERE code_hash = $1"};
#undef RT_INVITE_COLUMNS

constexpr Statement kUse{"team_invite.use", "UPDATE team_invite SET used = used + 1 WHERE id = $1 AND $2 = $2" RT_GUARD(
                                                "used < max_uses AND revoked IS NULL AND expires > $2")};
// I4: the place is taken where the size is kept.
constexpr Statement kTakePlace{"team.take_place",
                               "UPDATE team SET member_count = member_count + 1, rev = rev + 1 WHERE id = $1"
                               " AND $2 = $2" RT_GUARD("member_count < $2 AND state IN ('FORMING', 'READY',"
                                                       " 'SUBMITTED')")};

Invite ReadInvite(const Row& row) {
    return {row.As<InviteId>(0), row.Text(1), row.As<TeamId>(2),   row.Text(3), row.Int(4),
            row.Int(5),          row.Time(6), row.OptionalTime(7), row.Time(8)};
}

Result<TeamFacts> RequireCaptainOf(Reader& reader, std::string_view team_public_id, const Actor& actor) {
    RT_TRY(auto team, FindTeam(reader, team_public_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    if (team->IsCaptain(actor)) return *std::move(team);
    RT_TRY(const auto member, FindActiveMember(reader, team->id, actor.user));
    return Fail(member.has_value() ? Code::kForbidden : Code::kNotFound);
}

Status UseInvite(Writer& writer, const Invite& invite, base::Time now) {
    RT_TRY(const auto used, writer.Run(kUse, {invite.id, now}));
    if (used == 1) return Ok();
    const bool dead = invite.revoked.has_value() || invite.expires <= now;
    return Fail(dead ? Code::kInviteExpired : Code::kInviteSpent);
}

Status TakePlace(Writer& writer, const TeamFacts& team) {
    RT_TRY(const auto taken, writer.Run(kTakePlace, {team.id, team.team_max}));
    if (taken == 1) return Ok();
    return Fail(team.state == TeamState::kDisbanded ? Code::kInvalidState : Code::kTeamFull);
}

// While the event takes registrations; a submitted team until its edit deadline.
Status MayJoin(const TeamFacts& team, base::Time now) {
    const bool open = TakesRegistrations(team.event_state, PhaseAt(team.times, now));
    const bool repair =
        team.state == TeamState::kSubmitted && team.event_state == EventState::kPublished && now < team.edit_deadline;
    return open || repair ? Ok() : Status(Fail(Code::kEventNotOpen));
}

}  // namespace

Status CreateInvite(Writer& writer, Commit& commit, const NewInvite& invite) {
    RT_TRY(const auto team, RequireCaptainOf(writer, invite.team_public_id, commit.actor));
    RT_CHECK_OK(RosterMayChange(team, commit.actor, commit.now));
    RT_CHECK_OK(writer.RunOne(kInsert,
                              {invite.id, invite.public_id, team.id, invite.code_hash, invite.code_tail,
                               invite.max_uses, invite.expires, commit.actor.user, commit.now, kInvitesMax},
                              Code::kInvalidState));
    return Record(writer, commit,
                  {"invite.create",
                   "team_invite",
                   invite.id.value,
                   team.event,
                   {},
                   "{\"max_uses\":" + std::to_string(invite.max_uses) + "}",
                   {}});
}

Status RevokeInvite(Writer& writer, Commit& commit, std::string_view public_id) {
    struct Owner {
        InviteId id;
        TeamId team;
    };
    RT_TRY(const auto owner, writer.Find<Owner>(kTeamOf, {public_id}, [](const Row& row) {
        return Owner{row.As<InviteId>(0), row.As<TeamId>(1)};
    }));
    if (!owner.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const auto team, FindTeam(writer, owner->team));
    RT_CHECK(team.has_value());
    RT_TRY([[maybe_unused]] const auto mine, RequireCaptainOf(writer, team->public_id, commit.actor));
    RT_CHECK_OK(writer.RunOne(kRevoke, {owner->id, commit.now}, Code::kInvalidState));
    return Record(writer, commit, {"invite.revoke", "team_invite", owner->id.value, team->event, {}, {}, {}});
}

Result<std::vector<Invite>> InvitesOf(Reader& reader, TeamId team) {
    return reader.All<Invite>(kOfTeam, {team}, ReadInvite);
}

Result<std::optional<Invite>> FindInvite(Reader& reader, std::string_view code_hash) {
    return reader.Find<Invite>(kByHash, {code_hash}, ReadInvite);
}

Result<TeamId> JoinTeam(Writer& writer, Commit& commit, const Join& join) {
    RT_TRY(const auto invite, FindInvite(writer, join.code_hash));
    if (!invite.has_value()) return Fail(Code::kNotFound, "no such code");
    RT_TRY(const auto team, FindTeam(writer, invite->team));
    RT_CHECK(team.has_value());
    RT_CHECK_OK(UseInvite(writer, *invite, commit.now));
    RT_CHECK_OK(MayJoin(*team, commit.now));
    RT_CHECK_OK(TakePlace(writer, *team));
    RT_CHECK_OK(AddMember(writer, commit, *team, join.who, MemberRole::kPlayer));
    RT_CHECK_OK(Recompute(writer, commit, team->id));
    RT_CHECK_OK(RosterChanged(writer, commit, team->id, "join"));
    RT_CHECK_OK(Record(writer, commit,
                       {"team.join",
                        "team",
                        team->id.value,
                        team->event,
                        "{\"member_count\":" + std::to_string(team->member_count) + "}",
                        "{\"member_count\":" + std::to_string(team->member_count + 1) + "}",
                        {}}));
    return team->id;
}

}  // namespace rt::registration::store
