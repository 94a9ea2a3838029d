// Shared by the handlers of access.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "auth/access_api.h"
#include "auth/api_internal.h"
#include "net/editing.h"

namespace rt::auth::api {

// Builds one file's rows of the route table.
class AccessTable {
  public:
    using Fn = Result<net::Response> (*)(const AccessServices&, const net::Request&);
    AccessTable(const AccessServices& services, std::string base) : services_(services), base_(std::move(base)) {}

    // For signed-in people; `example`: a valid body, empty for methods without one. The reference is good until the
    // next call.
    net::Route& Add(std::string name, net::Method method, std::string_view path, std::string summary,
                    std::string example, Fn handler);
    // For those who hold `permission` in `scope`.
    net::Route& Add(std::string name, net::Method method, std::string_view path, Permission permission,
                    net::Scope scope, std::string summary, std::string example, Fn handler);
    net::RouteTable Take() { return std::move(routes_); }

  private:
    AccessServices services_;
    std::string base_;
    net::RouteTable routes_;
};

net::RouteTable GrantRoutes(const AccessServices& services, const std::string& base);
net::RouteTable OrganisationRoutes(const AccessServices& services, const std::string& base);
net::RouteTable InvitationRoutes(const AccessServices& services, const std::string& base);
net::RouteTable TokenRoutes(const AccessServices& services, const std::string& base);
net::RouteTable DeviceRoutes(const AccessServices& services, const std::string& base);

// The platform, or the organisation or event of the path.
Result<ScopeIds> ScopeOf(const AccessServices& services, const net::Request& request);

// Handlers of the grants in that place; a member of an organisation is one.
Result<net::Response> ListGrants(const AccessServices& services, const net::Request& request);
Result<net::Response> ChangeGrant(const AccessServices& services, const net::Request& request);
Result<net::Response> TakeGrant(const AccessServices& services, const net::Request& request);

json::Array PermissionsJson(PermissionSet permissions);
json::Object GrantJson(const Grant& grant);
// Sets "organisation" and "event" to what the scope names; null: anywhere.
Status SetPlace(const AccessServices& services, json::Object& out, ScopeIds scope);

Granter GranterOf(const net::Request& request);
// "role": a word of roles.def.
GrantRole ReadGrantRole(json::Reader& in);
// "user": a public id or a login name; NOT_FOUND.
Result<User> ReadUser(Service& service, std::string_view name);
json::Value TimeOrNull(const std::optional<base::Time>& time);

}  // namespace rt::auth::api
