#include "auth/access_control.h"

#include <algorithm>

#include "auth/device_life.h"
#include "auth/grant_store.h"
#include "auth/organisation_store.h"

namespace rt::auth {

using net::Credential;
using net::Principal;
using net::Scope;

namespace {

PermissionSet FindIn(const std::vector<std::pair<std::int64_t, PermissionSet>>& list, std::int64_t id) {
    const auto at = std::lower_bound(list.begin(), list.end(), id,
                                     [](const auto& entry, std::int64_t key) { return entry.first < key; });
    return at != list.end() && at->first == id ? at->second : PermissionSet();
}

// What is left of a person's rights in `scope` when he signs with an API token, and what a device has there.
PermissionSet Limited(const Principal& principal, PermissionSet held, ScopeIds scope) {
    if (principal.credential == Credential::kSession) return held;
    const net::Carried& carried = principal.carried;
    if (carried.organisation != 0 && carried.organisation != scope.organisation) return {};
    if (carried.event != 0 && carried.event != scope.event) return {};
    const PermissionSet carries = carried.permissions & net::TokenPermissions();
    return principal.credential == Credential::kDevice ? carries : held & carries;
}

Error Forbidden(const net::Route& route) {
    return Fail(Code::kForbidden, "needs " + std::string(Word(route.permission)));
}

// Signed-in people are known by what their token says; whoever else asks carries a list of permissions.
Status MayCarry(const net::Route& route, const Principal& principal) {
    if (principal.credential == Credential::kSession) return Ok();
    if (route.permission == Permission::kNone) {
        return base::FailText(Code::kForbidden, {"此操作需要本人登录", "This needs a signed-in person"}, "token");
    }
    const bool carries = (principal.carried.permissions & net::TokenPermissions()).Has(route.permission);
    return carries ? Ok() : Status(Forbidden(route));
}

// A token never stands for a team's member: that is the person himself.
bool LetsIn(const net::Route& route, const net::Request& request) {
    if (request.held.Has(route.permission)) return true;
    return route.holders == net::Holders::kAlso && request.principal.credential == Credential::kSession;
}

// What a person without the permission anywhere is told before anything is looked up.
Status MayAtAll(const net::Route& route, const Rights& rights) {
    if (route.permission == Permission::kNone || route.holders == net::Holders::kAlso) return Ok();
    const PermissionSet held = route.scope == Scope::kPlatform ? rights.platform : rights.anywhere;
    return held.Has(route.permission) ? Ok() : Status(Forbidden(route));
}

// A device stands for its event, not for who paired it: as long as that matters and its organisation is open. Nothing
// is remembered, since both may change at any time and devices are few. `scopes` nullptr: there are no events.
Status CheckDevice(storage::sql::Database& db, ScopeSource* scopes, const net::Carried& carried, base::Time now) {
    DeviceLife life = DeviceLife::kGood;
    if (scopes != nullptr) {
        RT_TRY(const auto event, scopes->Event(carried.event));
        life = DeviceLifeAt(event, now);
    }
    if (life == DeviceLife::kLapsed) return Fail(Code::kTokenExpired, "the device's event has ended");
    RT_TRY(const auto organisation, db.Read([&](storage::sql::Reader& reader) {
        return store::FindOrganisation(reader, OrganisationId{carried.organisation});
    }));
    const bool open = organisation && organisation->state == OrganisationState::kActive;
    if (open && life == DeviceLife::kGood) return Ok();
    return base::FailText(Code::kForbidden, {"活动或组织已停止，设备不能再使用",
                                             "The event or its organisation is closed, and its devices with it"});
}

}  // namespace

PermissionSet Rights::In(ScopeIds scope) const {
    PermissionSet out = platform;
    if (scope.organisation != 0) out |= FindIn(organisations, scope.organisation);
    if (scope.event != 0) out |= FindIn(events, scope.event);
    return out;
}

std::shared_ptr<const Rights> AccessControl::Remembered(UserId user) {
    Shard& shard = shards_[static_cast<std::uint64_t>(user.value) % kShards];
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.rights.find(user.value);
    if (found == shard.rights.end()) return nullptr;
    const bool fresh = found->second->change == change_.load() && clock_.Now() < found->second->good_until;
    return fresh ? found->second : nullptr;
}

void AccessControl::Remember(UserId user, std::shared_ptr<const Rights> rights) {
    Shard& shard = shards_[static_cast<std::uint64_t>(user.value) % kShards];
    const std::scoped_lock lock(shard.mutex);
    if (shard.rights.insert_or_assign(user.value, std::move(rights)).second) shard.order.push_back(user.value);
    if (shard.order.size() > kPersonsPerShardMax) {
        shard.rights.erase(shard.order.front());
        shard.order.pop_front();
    }
}

Result<std::shared_ptr<const Rights>> AccessControl::RightsOf(UserId user) {
    if (auto remembered = Remembered(user)) return remembered;
    // Noted before the read: what changes during it makes the result stale.
    const std::uint64_t change = change_.load();
    const base::Time now = clock_.Now();
    RT_TRY(auto loaded, db_.Read([&](storage::sql::Reader& reader) { return store::LoadRights(reader, user, now); }));
    loaded->change = change;
    Remember(user, loaded);
    return std::shared_ptr<const Rights>(std::move(loaded));
}

Status AccessControl::Reload() {
    RT_TRY(const std::int64_t generation, db_.Read(store::AccessGeneration));
    if (generation_.exchange(generation) != generation) Changed();
    return Ok();
}

Status AccessControl::AtHead(const net::Route& route, const net::Request& head) {
    RT_CHECK_OK(MayCarry(route, head.principal));
    if (head.principal.credential == Credential::kDevice) return Ok();
    const auto rights = Remembered(UserId{head.principal.user_id});
    return rights == nullptr ? Ok() : MayAtAll(route, *rights);
}

Result<std::optional<ScopeIds>> AccessControl::ScopeOf(const net::Route& route, const net::Request& request) {
    const std::string& name = request.Param(Word(route.scope));
    if (route.scope == Scope::kOrganisation) {
        return db_.Read([&](storage::sql::Reader& reader) -> Result<std::optional<ScopeIds>> {
            RT_TRY(const auto organisation, store::FindOrganisation(reader, name));
            if (!organisation) return std::optional<ScopeIds>();
            return std::optional(ScopeIds{organisation->id.value, 0});
        });
    }
    if (scopes_ == nullptr) return Fail(Code::kInternal, "no source of scopes");
    return scopes_->Find(route.scope, name);
}

Status AccessControl::InScope(const net::Route& route, net::Request& request, const Rights* rights) {
    RT_TRY(const auto scope, ScopeOf(route, request));
    if (!scope) return Fail(Code::kNotFound);
    const PermissionSet own = rights == nullptr ? PermissionSet() : rights->In(*scope);
    request.held = Limited(request.principal, own, *scope);
    if (LetsIn(route, request)) return Ok();
    const bool knows = !(request.held & net::PermissionsWithin(Scope::kOrganisation)).empty();
    return Status(knows ? Forbidden(route) : Fail(Code::kNotFound));
}

Status AccessControl::BeforeHandler(const net::Route& route, net::Request& request) {
    RT_CHECK_OK(MayCarry(route, request.principal));
    std::shared_ptr<const Rights> rights;
    if (request.principal.credential == Credential::kDevice) {
        RT_CHECK_OK(CheckDevice(db_, scopes_, request.principal.carried, clock_.Now()));
    } else {
        RT_TRY(rights, RightsOf(UserId{request.principal.user_id}));
        if (rights->status != UserStatus::kActive) return Fail(Code::kUnauthenticated, "the account is not active");
        RT_CHECK_OK(MayAtAll(route, *rights));
    }
    if (route.scope == Scope::kPlatform || route.scope == Scope::kAnywhere) {
        const PermissionSet own = rights == nullptr                 ? PermissionSet()
                                  : route.scope == Scope::kPlatform ? rights->platform
                                                                    : rights->anywhere;
        // Nowhere in particular: the bounds of a token are asked about when the handler has chosen.
        const net::Carried& carried = request.principal.carried;
        const ScopeIds at =
            route.scope == Scope::kAnywhere ? ScopeIds{carried.organisation, carried.event} : ScopeIds{};
        request.held = Limited(request.principal, own, at);
        return LetsIn(route, request) ? Ok() : Status(Forbidden(route));
    }
    return InScope(route, request, rights.get());
}

Result<PermissionSet> AccessControl::HeldIn(const Principal& principal, ScopeIds scope) {
    if (principal.credential == Credential::kDevice) {
        const Status good = CheckDevice(db_, scopes_, principal.carried, clock_.Now());
        return good.ok() ? Limited(principal, {}, scope) : PermissionSet();
    }
    RT_TRY(const auto rights, RightsOf(UserId{principal.user_id}));
    return Limited(principal, rights->In(scope), scope);
}

}  // namespace rt::auth
