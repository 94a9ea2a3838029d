#include "auth/grant_store.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace rt::auth {

Place Grant::place() const {
    if (scope.event != 0) return Place::kEvent;
    return scope.organisation != 0 ? Place::kOrganisation : Place::kPlatform;
}

bool IsStaff(GrantRole role, Place place) {
    constexpr PermissionSet kReachesOthers{Permission::kRegViewPii, Permission::kExport, Permission::kMemberManage,
                                           Permission::kOrgOwn};
    return place == Place::kPlatform || !(PermissionsOf(role, place) & kReachesOthers).empty();
}

namespace store {

namespace sql = storage::sql;

namespace {

constexpr sql::Statement kPerson{"rights.person", "SELECT role, status FROM \"user\" WHERE id = $1"};
constexpr sql::Statement kRights{"rights.of_user",
                                 "SELECT role, scope, organisation, event, expires FROM standing_grant"
                                 " WHERE \"user\" = $1 AND (expires IS NULL OR expires > $2)"
                                 " ORDER BY organisation, event LIMIT $3"};
constexpr sql::Statement kGeneration{"access.generation", "SELECT generation FROM access_generation WHERE id = 1"};
constexpr sql::Statement kMove{"access.move_generation",
                               "UPDATE access_generation SET generation = generation + 1 WHERE id = 1"};
constexpr sql::Statement kInsert{
    "role_grant.insert",
    "INSERT INTO role_grant (id, public_id, \"user\", role, scope, organisation, event, granted_by, granted_at,"
    " expires) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10"
    " WHERE (SELECT COUNT(*) FROM role_grant WHERE \"user\" = $3) < $11"
    " AND (SELECT COUNT(*) FROM role_grant WHERE organisation = $6 AND event = $7) < $12"};

#define RT_GRANT_COLUMNS                                                                                       \
    "SELECT g.id, g.public_id, g.\"user\", u.public_id, u.login_name, u.display_name, g.role, g.organisation," \
    " g.event, g.granted_by, g.granted_at, g.expires, g.rev FROM role_grant g JOIN \"user\" u ON u.id = g.\"user\" "
constexpr sql::Statement kByPublicId{"role_grant.by_public_id", RT_GRANT_COLUMNS "WHERE g.public_id = $1"};
constexpr sql::Statement kOfUserIn{"role_grant.of_user_in", RT_GRANT_COLUMNS
                                   "WHERE g.\"user\" = $1 AND g.scope = $2 AND g.organisation = $3 AND g.event = $4"};
constexpr sql::Statement kIn{"role_grant.in_scope",
                             RT_GRANT_COLUMNS "WHERE g.organisation = $1 AND g.event = $2 ORDER BY g.id LIMIT $3"};
constexpr sql::Statement kOf{"role_grant.of_user", RT_GRANT_COLUMNS "WHERE g.\"user\" = $1 ORDER BY g.id LIMIT $2"};
#undef RT_GRANT_COLUMNS

// Somebody else owns it, or this was no owner, or he stays one.
#define RT_KEEPS_OWNER                                                                              \
    " AND (role <> 'owner' OR EXISTS (SELECT 1 FROM role_grant AS other WHERE other.organisation =" \
    " role_grant.organisation AND other.event = 0 AND other.role = 'owner' AND other.id <> role_grant.id))"
constexpr sql::Statement kChange{"role_grant.change_role",
                                 "UPDATE role_grant SET role = $3, expires = $4, rev = rev + 1"
                                 " WHERE id = $1 AND rev = $2" RT_KEEPS_OWNER};
constexpr sql::Statement kDelete{"role_grant.delete",
                                 "DELETE FROM role_grant WHERE id = $1 AND rev = $2" RT_KEEPS_OWNER};
#undef RT_KEEPS_OWNER

Grant ReadGrant(const sql::Row& row) {
    Grant out;
    out.id = row.Int(0);
    out.public_id = row.Text(1);
    out.user = row.As<UserId>(2);
    out.user_public_id = row.Text(3);
    out.login_name = row.OptionalText(4).value_or("");
    out.display_name = row.Text(5);
    const auto role = ParseGrantRole(row.TextView(6));
    RT_CHECK(role.has_value());  // words are never renamed
    out.role = *role;
    out.scope = {row.Int(7), row.Int(8)};
    out.granted_by = row.Int(9);
    out.granted_at = row.Time(10);
    out.expires = row.OptionalTime(11);
    out.rev = row.Int(12);
    return out;
}

void AddTo(std::vector<std::pair<std::int64_t, PermissionSet>>& list, std::int64_t id, PermissionSet permissions) {
    list.emplace_back(id, permissions);
}

// One row of kRights.
void Add(Rights& rights, const sql::Row& row) {
    const auto role = ParseGrantRole(row.TextView(0));
    const auto place = ParsePlace(row.TextView(1));
    if (!role || !place) return;
    const PermissionSet permissions = PermissionsOf(*role, *place);
    if (*place == Place::kPlatform) rights.platform |= permissions;
    if (*place == Place::kOrganisation) AddTo(rights.organisations, row.Int(2), permissions);
    if (*place == Place::kEvent) AddTo(rights.events, row.Int(3), permissions);
    rights.anywhere |= permissions;
    if (const auto expires = row.OptionalTime(4)) rights.good_until = std::min(rights.good_until, *expires);
}

PermissionSet OfAccount(Role role) {
    switch (role) {
        case Role::kAdmin:
            return PermissionsOf(GrantRole::kAdmin, Place::kAccount);
        case Role::kOrganiser:
            return PermissionsOf(GrantRole::kOrganiser, Place::kAccount);
        case Role::kUser:
            break;
    }
    return PermissionsOf(GrantRole::kUser, Place::kAccount);
}

// Why a change of `grant` as it was read did not happen.
Error Refused(const Result<std::optional<Grant>>& now, const Grant& before) {
    if (!now.ok()) return now.error();
    if (!now->has_value() || (*now)->rev != before.rev) return Fail(Code::kConflict);
    return base::FailText(Code::kInvalidState, {"组织至少要有一位所有者", "An organisation keeps at least one owner"});
}

}  // namespace

Result<std::shared_ptr<Rights>> LoadRights(Reader& reader, UserId user, base::Time now) {
    auto out = std::make_shared<Rights>();
    out->good_until = base::Time{std::numeric_limits<std::int64_t>::max()};
    RT_TRY(const auto person, reader.Find<bool>(kPerson, {user}, [&](const sql::Row& row) {
        out->role = ParseRole(row.TextView(0)).value_or(Role::kUser);
        out->status = ParseUserStatus(row.TextView(1)).value_or(UserStatus::kDeleted);
        return true;
    }));
    if (!person || out->status != UserStatus::kActive) return out;
    out->platform = OfAccount(out->role);
    out->anywhere = out->platform;
    if (out->role == Role::kOrganiser) out->anywhere |= PermissionsOf(GrantRole::kOwner, Place::kOrganisation);
    RT_CHECK_OK(reader.Each(kRights, {user, now, kGrantsPerUserMax}, [&](const sql::Row& row) { Add(*out, row); }));
    std::sort(out->events.begin(), out->events.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out->anywhere |= out->platform;
    return out;
}

Result<bool> IsStaffByGrant(Reader& reader, UserId user, base::Time now) {
    bool staff = false;
    RT_CHECK_OK(reader.Each(kRights, {user, now, kGrantsPerUserMax}, [&](const sql::Row& row) {
        const auto role = ParseGrantRole(row.TextView(0));
        const auto place = ParsePlace(row.TextView(1));
        staff = staff || (role && place && IsStaff(*role, *place));
    }));
    return staff;
}

Result<std::int64_t> AccessGeneration(Reader& reader) {
    RT_TRY(const auto generation, reader.FindInt(kGeneration, {}));
    return generation.value_or(0);
}

Status MoveAccessGeneration(Writer& writer) {
    return writer.RunOne(kMove, {}, Code::kInternal);
}

Status InsertGrant(Writer& writer, const Grant& grant) {
    RT_CHECK_OK(writer.RunOne(
        kInsert,
        {grant.id, grant.public_id, grant.user, Name(grant.role), Name(grant.place()), grant.scope.organisation,
         grant.scope.event, grant.granted_by, grant.granted_at, grant.expires, kGrantsPerUserMax, kGrantsPerScopeMax},
        Code::kInvalidState));
    return MoveAccessGeneration(writer);
}

Result<std::optional<Grant>> FindGrant(Reader& reader, std::string_view public_id) {
    return reader.Find<Grant>(kByPublicId, {public_id}, ReadGrant);
}

Result<std::optional<Grant>> FindGrantOf(Reader& reader, UserId user, ScopeIds scope) {
    Grant at;
    at.scope = scope;
    return reader.Find<Grant>(kOfUserIn, {user, Name(at.place()), scope.organisation, scope.event}, ReadGrant);
}

Result<std::vector<Grant>> GrantsIn(Reader& reader, ScopeIds scope) {
    return reader.All<Grant>(kIn, {scope.organisation, scope.event, kGrantsPerScopeMax}, ReadGrant);
}

Result<std::vector<Grant>> GrantsOf(Reader& reader, UserId user) {
    return reader.All<Grant>(kOf, {user, kGrantsPerUserMax}, ReadGrant);
}

Status ChangeRole(Writer& writer, const Grant& grant, GrantRole role, std::optional<base::Time> expires) {
    if (grant.role == GrantRole::kOwner && role == GrantRole::kOwner) return Ok();
    RT_TRY(const auto changed, writer.Run(kChange, {grant.id, grant.rev, Name(role), expires}));
    if (changed != 1) return Refused(FindGrant(writer, grant.public_id), grant);
    return MoveAccessGeneration(writer);
}

Status DeleteGrant(Writer& writer, const Grant& grant) {
    RT_TRY(const auto changed, writer.Run(kDelete, {grant.id, grant.rev}));
    if (changed != 1) return Refused(FindGrant(writer, grant.public_id), grant);
    return MoveAccessGeneration(writer);
}

}  // namespace store
}  // namespace rt::auth
