// Permissions, roles and grants on the platform and of events.
#include <algorithm>
#include <iterator>

#include "auth/access_api_internal.h"

namespace rt::auth {

net::RouteTable AccessRoutes(AccessServices services, const std::string& base) {
    net::RouteTable out;
    for (const auto part :
         {api::GrantRoutes, api::OrganisationRoutes, api::InvitationRoutes, api::TokenRoutes, api::DeviceRoutes}) {
        net::RouteTable more = part(services, base);
        out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    return out;
}

}  // namespace rt::auth

namespace rt::auth::api {

using net::Method;
using net::Request;
using net::Response;
using net::Scope;

net::Route& AccessTable::Add(std::string name, Method method, std::string_view path, std::string summary,
                             std::string example, Fn handler) {
    net::Route route;
    route.name = std::move(name);
    route.method = method;
    route.pattern = base_ + std::string(path);
    route.rate_class = method == Method::kGet ? net::RateClass::kRead : net::RateClass::kWrite;
    route.body = example.empty() ? net::BodyKind::kNone : net::BodyKind::kJson;
    route.body_bytes_max = kBodyBytesMax;
    route.summary = std::move(summary);
    route.request_example = std::move(example);
    route.handler = [services = services_, handler](const Request& request) { return handler(services, request); };
    routes_.push_back(std::move(route));
    return routes_.back();
}

net::Route& AccessTable::Add(std::string name, Method method, std::string_view path, Permission permission, Scope scope,
                             std::string summary, std::string example, Fn handler) {
    net::Route& route = Add(std::move(name), method, path, std::move(summary), std::move(example), handler);
    route.permission = permission;
    route.scope = scope;
    return route;
}

json::Array PermissionsJson(PermissionSet permissions) {
    json::Array out;
    for (std::size_t i = 0; i < net::kPermissionCount; ++i) {
        if (permissions.Has(net::PermissionAt(i))) out.push_back(Word(net::PermissionAt(i)));
    }
    return out;
}

json::Value TimeOrNull(const std::optional<base::Time>& time) {
    return time ? json::Value(base::FormatRfc3339(*time)) : json::Value();
}

json::Object GrantJson(const Grant& grant) {
    return {{"id", grant.public_id},
            {"user",
             json::Object{
                 {"id", grant.user_public_id}, {"login_name", grant.login_name}, {"display_name", grant.display_name}}},
            {"role", Name(grant.role)},
            {"granted_at", base::FormatRfc3339(grant.granted_at)},
            {"expires", TimeOrNull(grant.expires)},
            {"rev", grant.rev}};
}

Granter GranterOf(const Request& request) {
    return {ActorOf(request), request.held};
}

GrantRole ReadGrantRole(json::Reader& in) {
    const auto role = ParseGrantRole(in.Text("role", {.size_max = 40}));
    if (!role) in.Note(in.PathOf("role"), {"没有这个角色", "There is no such role"});
    return role.value_or(GrantRole::kViewer);
}

Result<User> ReadUser(Service& service, std::string_view name) {
    auto by_id = service.accounts().GetByPublicId(name);
    if (by_id.ok() || by_id.error().code != Code::kNotFound) return by_id;
    auto by_name = service.accounts().GetByLoginName(name);
    if (by_name.ok() || by_name.error().code != Code::kNotFound) return by_name;
    return base::InvalidField("user", {"没有这个账号", "There is no such account"});
}

Result<ScopeIds> ScopeOf(const AccessServices& services, const Request& request) {
    for (const auto& [name, value] : request.params) {
        if (name == "organisation") {
            RT_TRY(const Organisation organisation, services.organisations.Get(value));
            return ScopeIds{organisation.id.value, 0};
        }
        if (name != "event") continue;
        RT_TRY(const auto scope, services.service.access().scopes()->Find(Scope::kEvent, value));
        if (!scope) return Fail(Code::kNotFound);
        return *scope;
    }
    return ScopeIds{};
}

Status SetPlace(const AccessServices& services, json::Object& out, ScopeIds scope) {
    json::Value organisation;
    json::Value event;
    if (scope.event != 0 && services.service.access().scopes() != nullptr) {
        RT_TRY(auto found, services.service.access().scopes()->Event(scope.event));
        if (found) event = *std::move(found);
    } else if (scope.organisation != 0) {
        RT_TRY(const Organisation found, services.organisations.Get(OrganisationId{scope.organisation}));
        organisation = json::Object{{"id", found.public_id}, {"slug", found.slug}, {"name", found.name}};
    }
    out.Set("organisation", std::move(organisation));
    out.Set("event", std::move(event));
    return Ok();
}

Result<Response> ListGrants(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_TRY(const auto grants, services.grants.In(scope));
    json::Array rows;
    for (const Grant& grant : grants) rows.emplace_back(GrantJson(grant));
    return net::Page(std::move(rows), {});
}

namespace {

// A member of an organisation is a grant there.
const std::string& GrantOf(const Request& request) {
    const bool member = std::any_of(request.params.begin(), request.params.end(),
                                    [](const auto& param) { return param.first == "member"; });
    return request.Param(member ? "member" : "grant");
}

}  // namespace

Result<Response> ChangeGrant(const AccessServices& services, const Request& request) {
    Grants::Edit edit;
    RT_TRY(edit.rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    edit.role = ReadGrantRole(in);
    edit.expires = in.OptionalTime("expires");
    RT_CHECK_OK(in.Finish());
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_TRY(const Grant grant, services.grants.Change(GrantOf(request), scope, edit, GranterOf(request)));
    return net::WithRev(net::Success(GrantJson(grant)), grant.rev);
}

Result<Response> TakeGrant(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_CHECK_OK(services.grants.Take(GrantOf(request), scope, GranterOf(request)));
    return net::NoContent();
}

namespace {

json::Value PlacesJson(const RoleInfo& info) {
    json::Array out;
    for (const Place place : {Place::kAccount, Place::kPlatform, Place::kOrganisation, Place::kEvent}) {
        if (info.At(place)) out.push_back(Name(place));
    }
    return out;
}

Result<Response> ListPermissions(const AccessServices&, const Request& request) {
    const bool zh = request.locale == base::Locale::kZhCn;
    json::Array permissions;
    for (std::size_t i = 0; i < net::kPermissionCount; ++i) {
        const net::PermissionInfo& info = net::Info(net::PermissionAt(i));
        permissions.push_back(json::Object{{"id", info.word},
                                           {"narrowest", Word(info.narrowest)},
                                           {"token", info.carrier == net::Carrier::kToken},
                                           {"text", zh ? info.text_zh : info.text_en}});
    }
    json::Array roles;
    for (const RoleInfo& info : Roles()) {
        roles.push_back(json::Object{{"id", info.word},
                                     {"places", PlacesJson(info)},
                                     {"permissions", PermissionsJson(info.permissions)},
                                     {"text", zh ? info.text_zh : info.text_en}});
    }
    return net::Success(json::Object{{"permissions", std::move(permissions)}, {"roles", std::move(roles)}});
}

// What the caller may do, for a page that shows only what works.
Result<Response> OwnRights(const AccessServices& services, const Request& request) {
    const UserId user{request.principal.user_id};
    RT_TRY(const auto rights, services.service.access().RightsOf(user));
    RT_TRY(const auto organisations, services.organisations.Of(user));
    json::Array places;
    for (const auto& [organisation, grant] : organisations) {
        places.push_back(json::Object{{"id", organisation.public_id},
                                      {"slug", organisation.slug},
                                      {"name", organisation.name},
                                      {"role", Name(grant.role)},
                                      {"permissions", PermissionsJson(rights->In(grant.scope))}});
    }
    RT_TRY(const auto grants, services.grants.Of(user));
    json::Array events;
    ScopeSource* scopes = services.service.access().scopes();
    for (const Grant& grant : grants) {
        if (grant.place() != Place::kEvent || scopes == nullptr) continue;
        RT_TRY(auto event, scopes->Event(grant.scope.event));
        if (!event) continue;
        event->Set("role", Name(grant.role));
        event->Set("permissions", PermissionsJson(rights->In(grant.scope)));
        event->Set("expires", TimeOrNull(grant.expires));
        events.push_back(*std::move(event));
    }
    return net::Success(json::Object{{"platform", PermissionsJson(rights->platform)},
                                     {"organisations", std::move(places)},
                                     {"events", std::move(events)}});
}

// Where else an account may do something: every grant of one person, with its place.
Result<Response> ListGrantsOfUser(const AccessServices& services, const Request& request) {
    RT_TRY(const User user, services.service.accounts().GetByPublicId(request.Param("user")));
    RT_TRY(const auto grants, services.grants.Of(user.id));
    json::Array rows;
    for (const Grant& grant : grants) {
        json::Object one = GrantJson(grant);
        RT_CHECK_OK(SetPlace(services, one, grant.scope));
        rows.emplace_back(std::move(one));
    }
    return net::Page(std::move(rows), {});
}

Result<Response> GiveGrant(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    NewGrant wanted;
    const std::string name = in.Text("user", {.size_max = 100});
    wanted.role = ReadGrantRole(in);
    wanted.expires = in.OptionalTime("expires");
    RT_CHECK_OK(in.Finish());
    RT_TRY(const User user, ReadUser(services.service, name));
    wanted.user = user.id;
    RT_TRY(wanted.scope, ScopeOf(services, request));
    RT_TRY(const Grant grant, services.grants.Give(wanted, GranterOf(request)));
    return net::Created(GrantJson(grant));
}

void AddGrants(AccessTable& table, const std::string& prefix, const std::string& path, Scope scope,
               const std::string& role) {
    constexpr Permission kManage = Permission::kMemberManage;
    table.Add(prefix + ".grant.list", Method::kGet, path, kManage, scope, "Roles that people have here.", {},
              ListGrants);
    table.Add(prefix + ".grant.give", Method::kPost, path, kManage, scope,
              "Gives a person (public id or login name) a role here; none above one's own.",
              R"({"user":"lin","role":")" + role + R"(","expires":null})", GiveGrant);
    table.Add(prefix + ".grant.change", Method::kPatch, path + "/{grant}", kManage, scope,
              "Changes a role here; needs If-Match.", R"({"role":")" + role + R"(","expires":null})", ChangeGrant);
    table.Add(prefix + ".grant.take", Method::kDelete, path + "/{grant}", kManage, scope,
              "Takes a role away; it holds at once.", {}, TakeGrant);
}

}  // namespace

net::RouteTable GrantRoutes(const AccessServices& services, const std::string& base) {
    AccessTable table(services, base);
    table.Add("admin.permissions", Method::kGet, "/admin/permissions", Permission::kUserView, Scope::kPlatform,
              "The tables of permissions and roles.", {}, ListPermissions);
    table.Add("me.rights", Method::kGet, "/me/rights", "What the caller may do, and where.", {}, OwnRights);
    table.Add("admin.user.grants", Method::kGet, "/admin/users/{user}/grants", Permission::kUserView, Scope::kPlatform,
              "An account's roles on the platform, in organisations and in events.", {}, ListGrantsOfUser);
    AddGrants(table, "admin", "/admin/grants", Scope::kPlatform, "auditor");
    AddGrants(table, "event", "/organiser/events/{event}/grants", Scope::kEvent, "reviewer");
    return table.Take();
}

}  // namespace rt::auth::api
