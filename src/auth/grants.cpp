#include "auth/grants.h"

#include <utility>

#include "auth/second_step_store.h"
#include "auth/user_store.h"

namespace rt::auth {

using storage::sql::Reader;
using storage::sql::Writer;

namespace {

json::Value Shown(const Grant& grant) {
    if (grant.id == 0) return nullptr;
    return json::Object{{"user", grant.user_public_id},
                        {"role", Name(grant.role)},
                        {"expires", grant.expires ? json::Value(base::FormatRfc3339(*grant.expires)) : json::Value()}};
}

Result<Grant> Found(Result<std::optional<Grant>> grant, ScopeIds scope) {
    if (!grant.ok()) return std::move(grant).error();
    if (!grant->has_value() || (*grant)->scope != scope) return Fail(Code::kNotFound);
    return **std::move(grant);
}

}  // namespace

Status CheckMayGive(PermissionSet held, GrantRole role, Place place) {
    if (!Info(role).At(place)) {
        return base::InvalidField("role", {"这里没有这个角色", "There is no such role here"});
    }
    if (held.Has(Permission::kMemberManage) && held.HasAll(PermissionsOf(role, place))) return Ok();
    return base::FailText(Code::kForbidden, {"不能授予或收回高于自己的权限", "This role is above your own"},
                          "escalation");
}

Status Grants::Note(const AccessParts& parts, Writer& writer, std::string_view action, const Actor& actor,
                    const Grant& before, const Grant& after, base::Time at) {
    const Grant& any = after.id != 0 ? after : before;
    return AppendAudit(
        parts.audit, writer,
        {action, actor, any.user.value, Shown(before), Shown(after), "user", any.scope.organisation, any.scope.event},
        at);
}

Status Grants::AskForStepIn(const AccessParts& parts, Writer& writer, const Grant& before, const Grant& after,
                            base::Time at) {
    if (!parts.staff_second_step || !IsStaff(after.role, after.place())) return Ok();
    if (before.id != 0 && IsStaff(before.role, before.place())) return Ok();
    RT_TRY(const bool has, store::HasTotp(writer, after.user));
    return has ? Ok() : store::MoveEpoch(writer, after.user, at);
}

void Grants::Enforce(const AccessParts& parts, UserId user) {
    parts.access.Changed();
    const auto found = parts.db.Read([&](Reader& reader) { return store::FindById(reader, user); });
    // What is missed here is taken over a second later (Service::Reload).
    if (found.ok() && *found) parts.revocations.MoveEpoch(user, (*found)->epoch, parts.clock.Now());
}

Result<Grant> Grants::Give(const NewGrant& wanted, const Granter& granter) {
    Grant grant;
    grant.id = parts_.ids.Next();
    grant.public_id = base::NewPublicId(parts_.random);
    grant.user = wanted.user;
    grant.role = wanted.role;
    grant.scope = wanted.scope;
    grant.granted_by = granter.actor.user_id;
    grant.granted_at = parts_.clock.Now();
    grant.expires = wanted.expires;
    RT_CHECK_OK(CheckMayGive(granter.held, grant.role, grant.place()));
    if (grant.expires && (*grant.expires <= grant.granted_at || grant.role == GrantRole::kOwner)) {
        return base::InvalidField("expires", {"到期时间不正确", "Not a time this role can end at"});
    }
    auto done = parts_.db.Write("role_grant.give", [&](Writer& writer) -> Result<Grant> {
        RT_TRY(const auto user, store::FindById(writer, grant.user));
        if (!user || user->status != UserStatus::kActive) return Fail(Code::kNotFound);
        RT_CHECK_OK(store::InsertGrant(writer, grant));
        RT_TRY(const Grant given, Found(store::FindGrant(writer, grant.public_id), grant.scope));
        RT_CHECK_OK(AskForStepIn(parts_, writer, {}, given, grant.granted_at));
        RT_CHECK_OK(Note(parts_, writer, "grant.give", granter.actor, {}, given, grant.granted_at));
        return given;
    });
    Enforce(parts_, grant.user);
    return done;
}

Result<Grant> Grants::Change(std::string_view public_id, ScopeIds scope, const Edit& edit, const Granter& granter) {
    const base::Time now = parts_.clock.Now();
    if (edit.expires && (*edit.expires <= now || edit.role == GrantRole::kOwner)) {
        return base::InvalidField("expires", {"到期时间不正确", "Not a time this role can end at"});
    }
    auto done = parts_.db.Write("role_grant.change", [&](Writer& writer) -> Result<Grant> {
        RT_TRY(const Grant before, Found(store::FindGrant(writer, public_id), scope));
        if (edit.rev && *edit.rev != before.rev) return Fail(Code::kPreconditionFailed);
        RT_CHECK_OK(CheckMayGive(granter.held, before.role, before.place()));
        RT_CHECK_OK(CheckMayGive(granter.held, edit.role, before.place()));
        RT_CHECK_OK(store::ChangeRole(writer, before, edit.role, edit.expires));
        RT_TRY(const Grant after, Found(store::FindGrant(writer, public_id), scope));
        RT_CHECK_OK(AskForStepIn(parts_, writer, before, after, now));
        RT_CHECK_OK(Note(parts_, writer, "grant.change", granter.actor, before, after, now));
        return after;
    });
    if (done.ok()) Enforce(parts_, done->user);
    return done;
}

Status Grants::Take(std::string_view public_id, ScopeIds scope, const Granter& granter) {
    const base::Time now = parts_.clock.Now();
    const Status done = parts_.db.Write("role_grant.take", [&](Writer& writer) -> Status {
        RT_TRY(const Grant before, Found(store::FindGrant(writer, public_id), scope));
        RT_CHECK_OK(CheckMayGive(granter.held, before.role, before.place()));
        RT_CHECK_OK(store::DeleteGrant(writer, before));
        return Note(parts_, writer, "grant.take", granter.actor, before, {}, now);
    });
    parts_.access.Changed();
    return done;
}

Status Grants::Leave(UserId user, ScopeIds scope, const Actor& actor) {
    const base::Time now = parts_.clock.Now();
    const Status done = parts_.db.Write("role_grant.leave", [&](Writer& writer) -> Status {
        RT_TRY(const Grant before, Found(store::FindGrantOf(writer, user, scope), scope));
        RT_CHECK_OK(store::DeleteGrant(writer, before));
        return Note(parts_, writer, "grant.leave", actor, before, {}, now);
    });
    parts_.access.Changed();
    return done;
}

Result<std::vector<Grant>> Grants::In(ScopeIds scope) {
    return parts_.db.Read([&](Reader& reader) { return store::GrantsIn(reader, scope); });
}

Result<std::vector<Grant>> Grants::Of(UserId user) {
    return parts_.db.Read([&](Reader& reader) { return store::GrantsOf(reader, user); });
}

}  // namespace rt::auth
