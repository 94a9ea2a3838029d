// API tokens of the signed-in person, and check-in devices of events.
#include "auth/access_api_internal.h"

namespace rt::auth::api {

using net::Method;
using net::Request;
using net::Response;
using net::Scope;

namespace {

constexpr std::size_t kCodeCharsMax = 20;

json::Object TokenJson(const ApiToken& token) {
    return {{"id", token.public_id},
            {"name", token.name},
            {"permissions", PermissionsJson(token.permissions)},
            {"created", base::FormatRfc3339(token.created)},
            {"expires", base::FormatRfc3339(token.expires)},
            {"last_used", TimeOrNull(token.last_used)}};
}

PermissionSet ReadPermissions(json::Reader& in) {
    PermissionSet out;
    const json::Array* list = in.List("permissions", 1, net::kPermissionCount);
    if (list == nullptr) return out;
    for (const json::Value& one : *list) {
        const auto permission = one.IsString() ? net::ParsePermission(one.AsString()) : std::nullopt;
        if (!permission) in.Note(in.PathOf("permissions"), {"没有这个权限", "There is no such permission"});
        if (permission) out |= PermissionSet{*permission};
    }
    return out;
}

// "organisation" or "event", by public id or slug; both absent: no bounds.
Result<ScopeIds> ReadBounds(const AccessServices& services, const std::optional<std::string>& organisation,
                            const std::optional<std::string>& event) {
    if (event) {
        RT_TRY(const auto scope, services.service.access().scopes()->Find(Scope::kEvent, *event));
        if (scope) return *scope;
        return base::InvalidField("event", {"没有这个活动", "There is no such event"});
    }
    if (!organisation) return ScopeIds{};
    const auto found = services.organisations.Get(*organisation);
    if (found.ok()) return ScopeIds{found->id.value, 0};
    return base::InvalidField("organisation", {"没有这个组织", "There is no such organisation"});
}

Result<Response> CreateToken(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    NewToken wanted;
    wanted.user = UserId{request.principal.user_id};
    wanted.name = in.Text("name", {.size_max = kTokenNameCharsMax});
    wanted.permissions = ReadPermissions(in);
    const auto organisation = in.OptionalText("organisation", {.size_max = 60});
    const auto event = in.OptionalText("event", {.size_max = 60});
    wanted.days = in.OptionalInt("expires_in_days", 1, kTokenDaysMax).value_or(kTokenDaysDefault);
    const Reproof who = ReadReproof(in, "code");
    RT_CHECK_OK(in.Finish());
    RT_TRY(wanted.scope, ReadBounds(services, organisation, event));
    const Caller caller = CallerOf(request, domain::ClientKind::kNative);
    RT_CHECK_OK(services.service.Reauthenticate(wanted.user, who, caller));
    RT_TRY(const auto told, services.service.NoticesTo(wanted.user, "api_token_created", caller, wanted.name));
    RT_TRY(const auto made, services.tokens.Create(wanted, ActorOf(request), told));
    json::Object data = TokenJson(made.first);
    RT_CHECK_OK(SetPlace(services, data, made.first.scope));
    data.Set("token", made.second);
    return net::Created(std::move(data));
}

Result<Response> TokensJson(const AccessServices& services, UserId user) {
    RT_TRY(const auto tokens, services.tokens.Of(user));
    json::Array rows;
    for (const ApiToken& token : tokens) {
        json::Object one = TokenJson(token);
        RT_CHECK_OK(SetPlace(services, one, token.scope));
        rows.emplace_back(std::move(one));
    }
    return net::Page(std::move(rows), {});
}

Result<Response> ListTokens(const AccessServices& services, const Request& request) {
    return TokensJson(services, UserId{request.principal.user_id});
}

Result<Response> RevokeToken(const AccessServices& services, const Request& request) {
    RT_CHECK_OK(services.tokens.Revoke(request.Param("token"), UserId{request.principal.user_id}, ActorOf(request)));
    return net::NoContent();
}

Result<Response> ListTokensOfUser(const AccessServices& services, const Request& request) {
    RT_TRY(const User user, services.service.accounts().GetByPublicId(request.Param("user")));
    return TokensJson(services, user.id);
}

Result<Response> RevokeTokenOfUser(const AccessServices& services, const Request& request) {
    RT_TRY(const User user, services.service.accounts().GetByPublicId(request.Param("user")));
    RT_CHECK_OK(services.tokens.Revoke(request.Param("token"), user.id, ActorOf(request)));
    return net::NoContent();
}

json::Object DeviceJson(const Device& device) {
    return {{"id", device.public_id},
            {"name", device.name},
            {"created", base::FormatRfc3339(device.created)},
            {"last_used", TimeOrNull(device.last_used)}};
}

Result<Response> Pair(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string name = in.Text("name", {.size_max = kTokenNameCharsMax});
    RT_CHECK_OK(in.Finish());
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_TRY(const auto made, services.tokens.Pair(scope, name, ActorOf(request)));
    return net::Created(json::Object{
        {"name", made.first.name}, {"code", made.second}, {"expires", base::FormatRfc3339(made.first.expires)}});
}

Result<Response> ListDevices(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_TRY(const auto devices, services.tokens.Devices(scope));
    json::Array rows;
    for (const Device& device : devices) rows.emplace_back(DeviceJson(device));
    return net::Page(std::move(rows), {});
}

Result<Response> RevokeDevice(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_CHECK_OK(services.tokens.RevokeDevice(request.Param("device"), scope, ActorOf(request)));
    return net::NoContent();
}

Result<json::Object> WithEvent(const AccessServices& services, const Device& device) {
    json::Object out{{"device", DeviceJson(device)}};
    RT_TRY(auto event, services.service.access().scopes()->Event(device.scope.event));
    out.Set("event", event ? json::Value(*std::move(event)) : json::Value());
    return out;
}

Result<Response> Redeem(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string code = in.Text("code", {.size_max = kCodeCharsMax});
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auto made, services.tokens.Redeem(code, ActorOf(request)));
    RT_TRY(json::Object data, WithEvent(services, made.first));
    data.Set("token", made.second);
    return net::Created(std::move(data));
}

Result<Response> OwnDevice(const AccessServices& services, const Request& request) {
    if (request.principal.credential != net::Credential::kDevice) return Fail(Code::kNotFound);
    RT_TRY(const Device device, services.tokens.DeviceOf(request.principal.public_id));
    RT_TRY(json::Object data, WithEvent(services, device));
    data.Set("permissions", PermissionsJson(request.held));
    return net::Success(std::move(data));
}

// RFC 7517, RFC 8037: without the envelope, because readers of key sets know none.
Result<Response> PublishedKeys(const AccessServices& services, const Request& request) {
    json::Array keys;
    for (const PublishedKey& key : services.service.ring().Current()->Published(request.now)) {
        keys.push_back(json::Object{
            {"kty", "OKP"}, {"crv", "Ed25519"}, {"use", "sig"}, {"alg", "EdDSA"}, {"kid", key.id}, {"x", key.x}});
    }
    Response response;
    response.content_type = "application/jwk-set+json";
    response.body = json::Encode(json::Object{{"keys", std::move(keys)}});
    return std::move(response).With("Cache-Control", "public, max-age=300");
}

net::Route KeysRoute(const AccessServices& services) {
    net::Route route;
    route.name = "auth.jwks";
    route.pattern = "/.well-known/jwks.json";
    route.access = net::Access::kPublic;
    route.run = net::Run::kInline;
    route.rate_class = net::RateClass::kExempt;
    route.summary = "Public keys of access tokens (RFC 7517); empty unless they are signed with EdDSA.";
    route.handler = [services](const Request& request) { return PublishedKeys(services, request); };
    return route;
}

}  // namespace

net::RouteTable TokenRoutes(const AccessServices& services, const std::string& base) {
    AccessTable table(services, base);
    net::Route& create = table.Add(
        "token.create", Method::kPost, "/me/tokens",
        "Makes an API token with some of the caller's permissions, with the password or code; it is shown this once.",
        R"({"name":"nightly export","permissions":["event.view","export"],"expires_in_days":90,)"
        R"("password":"correct horse battery"})",
        CreateToken);
    create.run = net::Run::kHash;
    create.rate_class = net::RateClass::kSignIn;
    table.Add("token.list", Method::kGet, "/me/tokens", "The caller's live tokens.", {}, ListTokens);
    table.Add("token.revoke", Method::kDelete, "/me/tokens/{token}", "Revokes a token; it holds at once.", {},
              RevokeToken);
    table.Add("admin.token.list", Method::kGet, "/admin/users/{user}/tokens", Permission::kUserView, Scope::kPlatform,
              "An account's live tokens.", {}, ListTokensOfUser);
    table.Add("admin.token.revoke", Method::kDelete, "/admin/users/{user}/tokens/{token}", Permission::kUserManage,
              Scope::kPlatform, "Revokes an account's token.", {}, RevokeTokenOfUser);
    net::RouteTable out = table.Take();
    out.push_back(KeysRoute(services));
    return out;
}

net::RouteTable DeviceRoutes(const AccessServices& services, const std::string& base) {
    constexpr Permission kManage = Permission::kDeviceManage;
    constexpr Scope kHere = Scope::kEvent;
    AccessTable table(services, base);
    table.Add("device.pairing", Method::kPost, "/organiser/events/{event}/device-pairings", kManage, kHere,
              "Makes a code that pairs one device within ten minutes.", R"({"name":"东门"})", Pair);
    table.Add("device.list", Method::kGet, "/organiser/events/{event}/devices", kManage, kHere,
              "The devices of an event.", {}, ListDevices);
    table.Add("device.revoke", Method::kDelete, "/organiser/events/{event}/devices/{device}", kManage, kHere,
              "Revokes a device; it holds at once.", {}, RevokeDevice);
    net::Route& pair =
        table.Add("device.pair", Method::kPost, "/devices/pair",
                  "Trades a pairing code for the token of a device, once.", R"({"code":"ABCD-2345"})", Redeem);
    pair.access = net::Access::kPublic;
    pair.rate_class = net::RateClass::kSignIn;
    table.Add("device.me", Method::kGet, "/devices/me", Permission::kCheckin, Scope::kAnywhere,
              "The device that asks, and its event.", {}, OwnDevice);
    return table.Take();
}

}  // namespace rt::auth::api
