#include "auth/account_end_store.h"

#include "auth/grant_store.h"

namespace rt::auth::store {

namespace sql = storage::sql;

namespace {

#define RT_NOT_THE_LAST_ADMINISTRATOR                                                                              \
    "(role <> 'admin' OR status <> 'ACTIVE' OR EXISTS (SELECT 1 FROM \"user\" AS other WHERE other.role = 'admin'" \
    " AND other.status = 'ACTIVE' AND other.id <> $1))"

constexpr sql::Statement kPlan{"account_end.plan",
                               "INSERT INTO account_end (user, requested, due) VALUES ($1, $2, $3)"
                               " ON CONFLICT (user) DO NOTHING"};
constexpr sql::Statement kCancel{"account_end.cancel", "DELETE FROM account_end WHERE user = $1"};
constexpr sql::Statement kFind{"account_end.find", "SELECT due FROM account_end WHERE user = $1"};
constexpr sql::Statement kDue{"account_end.due", "SELECT user FROM account_end WHERE due <= $1 ORDER BY due LIMIT $2"};
constexpr sql::Statement kPostpone{"account_end.postpone", "UPDATE account_end SET due = $2 WHERE user = $1"};
constexpr sql::Statement kErase{
    "user.erase",
    "UPDATE \"user\" SET login_name = NULL, display_name = '', password_hash = NULL, role = 'user', status = 'DELETED',"
    " epoch = epoch + 1, session_epoch = session_epoch + 1, epoch_moved = $2, last_active_at = NULL, rev = rev + 1"
    " WHERE id = $1 AND status <> 'DELETED' AND " RT_NOT_THE_LAST_ADMINISTRATOR};
constexpr sql::Statement kEraseTokens{
    "api_token.erase", "UPDATE api_token SET name = '', revoked = coalesce(revoked, $2) WHERE \"user\" = $1"};
constexpr sql::Statement kEraseGrants{"role_grant.erase", "DELETE FROM role_grant WHERE \"user\" = $1"};
constexpr sql::Statement kRevokeInvitations{
    "invitation.erase",
    "UPDATE organisation_invitation SET state = 'REVOKED' WHERE invited_by = $1 AND state = 'OPEN'"};
constexpr sql::Statement kDropPairings{"device_pairing.erase",
                                       "DELETE FROM device_pairing WHERE created_by = $1 AND used IS NULL"};
// A personal organisation is called after its person. Without another owner it closes.
constexpr sql::Statement kEraseOwn{
    "organisation.erase_own",
    "UPDATE organisation SET name = slug, rev = rev + 1, state = CASE WHEN EXISTS (SELECT 1 FROM role_grant AS g"
    " WHERE g.organisation = organisation.id AND g.event = 0 AND g.role = 'owner') THEN state ELSE 'CLOSED' END"
    " WHERE personal_of = $1"};
// Who is about to leave as well is no owner to leave it to.
constexpr sql::Statement kSoleOwned{
    "organisation.sole_owned",
    "SELECT o.name FROM role_grant g JOIN organisation o ON o.id = g.organisation WHERE g.\"user\" = $1"
    " AND g.event = 0 AND g.role = 'owner' AND o.state = 'ACTIVE' AND (o.personal_of IS NULL OR o.personal_of <> $1)"
    " AND NOT EXISTS (SELECT 1 FROM role_grant AS other JOIN \"user\" u ON u.id = other.\"user\" WHERE"
    " other.organisation = g.organisation AND other.event = 0 AND other.role = 'owner' AND other.\"user\" <> $1"
    " AND u.status = 'ACTIVE' AND NOT EXISTS (SELECT 1 FROM account_end e WHERE e.user = u.id))"
    " ORDER BY o.id LIMIT $2"};
constexpr sql::Statement kCanDoWithout{"user.can_do_without",
                                       "SELECT id FROM \"user\" WHERE id = $1 AND " RT_NOT_THE_LAST_ADMINISTRATOR};

#undef RT_NOT_THE_LAST_ADMINISTRATOR

}  // namespace

Status PlanEnd(Writer& writer, UserId user, base::Time now, base::Time due) {
    RT_CHECK_OK(writer.Run(kPlan, {user, now, due}));
    return Ok();
}

Result<bool> CancelEnd(Writer& writer, UserId user) {
    RT_TRY(const auto changed, writer.Run(kCancel, {user}));
    return changed == 1;
}

Result<std::optional<base::Time>> PlannedEnd(Reader& reader, UserId user) {
    return reader.Find<base::Time>(kFind, {user}, [](const sql::Row& row) { return row.Time(0); });
}

Result<std::vector<UserId>> DueEnds(Reader& reader, base::Time now, std::int64_t limit) {
    return reader.All<UserId>(kDue, {now, limit}, [](const sql::Row& row) { return row.As<UserId>(0); });
}

Status PostponeEnd(Writer& writer, UserId user, base::Time due) {
    RT_CHECK_OK(writer.Run(kPostpone, {user, due}));
    return Ok();
}

Status EraseUser(Writer& writer, UserId user, base::Time now) {
    RT_CHECK_OK(writer.RunOne(kErase, {user, now}, Code::kInvalidState));
    RT_TRY([[maybe_unused]] const auto tokens, writer.Run(kEraseTokens, {user, now}));
    for (const sql::Statement* statement : {&kEraseGrants, &kRevokeInvitations, &kDropPairings, &kEraseOwn}) {
        RT_TRY([[maybe_unused]] const auto changed, writer.Run(*statement, {user}));
    }
    return MoveAccessGeneration(writer);
}

Result<std::vector<std::string>> SoleOwned(Reader& reader, UserId user) {
    return reader.All<std::string>(kSoleOwned, {user, kSoleOwnedShownMax},
                                   [](const sql::Row& row) { return row.Text(0); });
}

Result<bool> CanDoWithout(Reader& reader, UserId user) {
    RT_TRY(const auto found, reader.FindInt(kCanDoWithout, {user}));
    return found.has_value();
}

}  // namespace rt::auth::store
