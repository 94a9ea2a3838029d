#include "auth/organisation_store.h"

#include "auth/grant_store.h"
#include "auth/user_store.h"
#include "base/check.h"

namespace rt::auth {

std::string_view Name(OrganisationState state) {
    return state == OrganisationState::kActive ? "ACTIVE" : "CLOSED";
}

std::string_view Name(InvitationState state) {
    switch (state) {
        case InvitationState::kOpen:
            return "OPEN";
        case InvitationState::kAccepted:
            return "ACCEPTED";
        case InvitationState::kRevoked:
            return "REVOKED";
    }
    return "REVOKED";
}

namespace store {

namespace sql = storage::sql;

namespace {

#define RT_ORGANISATION_COLUMNS \
    "SELECT id, public_id, slug, name, state, personal_of, created_by, created, rev FROM organisation "
constexpr sql::Statement kById{"organisation.by_id", RT_ORGANISATION_COLUMNS "WHERE id = $1"};
constexpr sql::Statement kByPublicId{"organisation.by_public_id", RT_ORGANISATION_COLUMNS "WHERE public_id = $1"};
constexpr sql::Statement kBySlug{"organisation.by_slug", RT_ORGANISATION_COLUMNS "WHERE slug = $1"};
constexpr sql::Statement kPersonal{"organisation.personal", RT_ORGANISATION_COLUMNS "WHERE personal_of = $1"};
constexpr sql::Statement kList{
    "organisation.list", RT_ORGANISATION_COLUMNS
    "WHERE ($1 = '' OR slug LIKE $1 ESCAPE '\\' OR lower(name) LIKE $1 ESCAPE '\\')"
    " AND ($2 = '' OR id < (SELECT id FROM organisation WHERE public_id = $2)) ORDER BY id DESC LIMIT $3"};
#undef RT_ORGANISATION_COLUMNS

constexpr sql::Statement kInsert{
    "organisation.insert",
    "INSERT INTO organisation (id, public_id, slug, name, state, created_by, created) SELECT $1, $2, $3, $4, 'ACTIVE',"
    " $5, $6 WHERE (SELECT COUNT(*) FROM organisation WHERE created_by = $5 AND personal_of IS NULL) < $7"};
constexpr sql::Statement kUpdate{
    "organisation.update",
    "UPDATE organisation SET slug = $3, name = $4, state = $5, rev = rev + 1 WHERE id = $1 AND rev = $2"};
// Ids, names and address follow from the person, so that a rerun makes the same rows.
constexpr sql::Statement kInsertPersonal{
    "organisation.insert_personal",
    "INSERT INTO organisation (id, public_id, slug, name, state, personal_of, created_by, created)"
    " SELECT id, public_id, 'u-' || public_id, display_name, 'ACTIVE', id, id, $2 FROM \"user\" WHERE id = $1"
    " AND status = 'ACTIVE' ON CONFLICT DO NOTHING"};
constexpr sql::Statement kGrantPersonal{
    "role_grant.insert_personal",
    "INSERT INTO role_grant (id, public_id, \"user\", role, scope, organisation, event, granted_by, granted_at)"
    " SELECT id, public_id, id, 'owner', 'ORGANISATION', id, 0, id, $2 FROM \"user\" WHERE id = $1"
    " ON CONFLICT DO NOTHING"};

#define RT_INVITATION_COLUMNS                                                                                 \
    "SELECT id, public_id, organisation, role, token_hash, target, state, invited_by, created, expires FROM " \
    "organisation_invitation "
constexpr sql::Statement kInvitation{"invitation.by_public_id", RT_INVITATION_COLUMNS "WHERE public_id = $1"};
constexpr sql::Statement kInvitationByHash{"invitation.by_hash", RT_INVITATION_COLUMNS "WHERE token_hash = $1"};
constexpr sql::Statement kOpen{"invitation.open", RT_INVITATION_COLUMNS
                               "WHERE organisation = $1 AND state = 'OPEN' AND expires > $2 ORDER BY id DESC LIMIT $3"};
constexpr sql::Statement kInvitationsBy{"invitation.by_inviter",
                                        RT_INVITATION_COLUMNS "WHERE invited_by = $1 ORDER BY id DESC LIMIT $2"};
#undef RT_INVITATION_COLUMNS

constexpr sql::Statement kInsertInvitation{
    "invitation.insert",
    "INSERT INTO organisation_invitation (id, public_id, organisation, role, token_hash, target, state, invited_by,"
    " created, expires) SELECT $1, $2, $3, $4, $5, $6, 'OPEN', $7, $8, $9 WHERE (SELECT COUNT(*) FROM"
    " organisation_invitation WHERE organisation = $3 AND state = 'OPEN' AND expires > $8) < $10 AND ($6 = ''"
    " OR (SELECT COUNT(*) FROM organisation_invitation WHERE organisation = $3 AND target <> '' AND created > $11)"
    " < $12)"};
constexpr sql::Statement kTake{
    "invitation.take",
    "UPDATE organisation_invitation SET state = 'ACCEPTED', accepted_by = $2, accepted_at = $3"
    " WHERE token_hash = $1 AND state = 'OPEN' AND expires > $3"};
constexpr sql::Statement kRevoke{
    "invitation.revoke", "UPDATE organisation_invitation SET state = 'REVOKED' WHERE id = $1 AND state = 'OPEN'"};

Organisation ReadOrganisation(const sql::Row& row) {
    Organisation out;
    out.id = row.As<OrganisationId>(0);
    out.public_id = row.Text(1);
    out.slug = row.Text(2);
    out.name = row.Text(3);
    out.state = row.TextView(4) == "ACTIVE" ? OrganisationState::kActive : OrganisationState::kClosed;
    out.personal_of = UserId{row.OptionalInt(5).value_or(0)};
    out.created_by = row.As<UserId>(6);
    out.created = row.Time(7);
    out.rev = row.Int(8);
    return out;
}

Invitation ReadInvitation(const sql::Row& row) {
    Invitation out;
    out.id = row.Int(0);
    out.public_id = row.Text(1);
    out.organisation = row.As<OrganisationId>(2);
    const auto role = ParseGrantRole(row.TextView(3));
    RT_CHECK(role.has_value());  // words are never renamed
    out.role = *role;
    out.token_hash = row.Text(4);
    out.target = row.Text(5);
    out.state = row.TextView(6) == "OPEN"       ? InvitationState::kOpen
                : row.TextView(6) == "ACCEPTED" ? InvitationState::kAccepted
                                                : InvitationState::kRevoked;
    out.invited_by = row.As<UserId>(7);
    out.created = row.Time(8);
    out.expires = row.Time(9);
    return out;
}

}  // namespace

Result<std::optional<Organisation>> FindOrganisation(Reader& reader, OrganisationId id) {
    return reader.Find<Organisation>(kById, {id}, ReadOrganisation);
}

Result<std::optional<Organisation>> FindOrganisation(Reader& reader, std::string_view name) {
    RT_TRY(auto by_id, reader.Find<Organisation>(kByPublicId, {name}, ReadOrganisation));
    if (by_id) return by_id;
    return reader.Find<Organisation>(kBySlug, {name}, ReadOrganisation);
}

Result<std::optional<Organisation>> FindPersonal(Reader& reader, UserId user) {
    return reader.Find<Organisation>(kPersonal, {user}, ReadOrganisation);
}

Result<std::vector<Organisation>> ListOrganisations(Reader& reader, const OrganisationFilter& filter) {
    const std::string pattern = ContainsPattern(filter.text);
    return reader.All<Organisation>(kList, {pattern, filter.after, filter.limit}, ReadOrganisation);
}

Status InsertOrganisation(Writer& writer, const Organisation& organisation) {
    const Status inserted =
        writer.RunOne(kInsert,
                      {organisation.id, organisation.public_id, organisation.slug, organisation.name,
                       organisation.created_by, organisation.created, kOrganisationsPerUserMax},
                      Code::kInvalidState);
    if (inserted.ok() || inserted.error().code != Code::kInvalidState) return inserted;
    return base::FailText(Code::kInvalidState,
                          {"你创建的组织已达上限", "You have made as many organisations as one may"});
}

Status UpdateOrganisation(Writer& writer, const Organisation& organisation) {
    const std::int64_t rev_before = organisation.rev - 1;
    RT_CHECK_OK(writer.RunOne(
        kUpdate, {organisation.id, rev_before, organisation.slug, organisation.name, Name(organisation.state)},
        Code::kPreconditionFailed));
    return MoveAccessGeneration(writer);
}

Result<Organisation> EnsurePersonal(Writer& writer, UserId user, base::Time now) {
    RT_TRY(auto there, FindPersonal(writer, user));
    if (there) return *std::move(there);
    RT_TRY([[maybe_unused]] const auto made, writer.Run(kInsertPersonal, {user, now}));
    RT_TRY([[maybe_unused]] const auto granted, writer.Run(kGrantPersonal, {user, now}));
    RT_CHECK_OK(MoveAccessGeneration(writer));
    RT_TRY(there, FindPersonal(writer, user));
    if (!there) return Fail(Code::kUnauthenticated, "no such account");
    return *std::move(there);
}

Status InsertInvitation(Writer& writer, const Invitation& invitation) {
    const Status inserted = writer.RunOne(
        kInsertInvitation,
        {invitation.id, invitation.public_id, invitation.organisation, Name(invitation.role), invitation.token_hash,
         invitation.target, invitation.invited_by, invitation.created, invitation.expires, kInvitationsOpenMax,
         invitation.created.Plus(-base::kMicrosPerDay), kInvitationMailsPerDayMax},
        Code::kInvalidState);
    if (inserted.ok() || inserted.error().code != Code::kInvalidState) return inserted;
    return base::FailText(Code::kInvalidState, {"待接受的邀请或今日邮件邀请已达上限",
                                                "Too many open invitations, or invitations by mail in one day"});
}

Result<std::optional<Invitation>> FindInvitation(Reader& reader, std::string_view public_id) {
    return reader.Find<Invitation>(kInvitation, {public_id}, ReadInvitation);
}

Result<std::optional<Invitation>> FindInvitationByHash(Reader& reader, std::string_view token_hash) {
    return reader.Find<Invitation>(kInvitationByHash, {token_hash}, ReadInvitation);
}

Result<std::vector<Invitation>> OpenInvitations(Reader& reader, OrganisationId organisation, base::Time now) {
    return reader.All<Invitation>(kOpen, {organisation, now, kInvitationsOpenMax}, ReadInvitation);
}

Result<std::vector<Invitation>> InvitationsBy(Reader& reader, UserId user, std::int64_t limit) {
    return reader.All<Invitation>(kInvitationsBy, {user, limit}, ReadInvitation);
}

Status TakeInvitation(Writer& writer, std::string_view token_hash, UserId user, base::Time now) {
    return writer.RunOne(kTake, {token_hash, user, now}, Code::kInviteExpired);
}

Status RevokeInvitation(Writer& writer, const Invitation& invitation) {
    return writer.RunOne(kRevoke, {invitation.id}, Code::kInviteExpired);
}

}  // namespace store
}  // namespace rt::auth
