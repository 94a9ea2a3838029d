#include "auth/api_internal.h"

#include <array>
#include <iterator>
#include <utility>

#include "auth/domain/credentials.h"
#include "base/parse.h"

namespace rt::auth {

net::RouteTable Routes(Service& service, const ApiOptions& options) {
    net::RouteTable table = api::SessionRoutes(service, options.base);
    for (net::RouteTable more : {api::MeRoutes(service, options.base), api::AdminRoutes(service, options.base)}) {
        table.insert(table.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    return table;
}

}  // namespace rt::auth

namespace rt::auth::api {

Actor ActorOf(const net::Request& request) {
    return {request.principal.user_id, request.client, request.request_id};
}

json::Object OwnUser(const User& user) {
    return {{"id", user.public_id},    {"login_name", user.login_name}, {"display_name", user.display_name},
            {"role", Name(user.role)}, {"locale", Name(user.locale)},   {"rev", user.rev}};
}

json::Object AdminUser(const User& user) {
    json::Object out = OwnUser(user);
    out.Set("status", Name(user.status));
    out.Set("created", base::FormatRfc3339(user.created));
    out.Set("last_active_at",
            user.last_active_at ? json::Value(base::FormatRfc3339(*user.last_active_at)) : json::Value());
    return out;
}

std::string ReadPassword(json::Reader& in, std::string_view key) {
    const json::Value* value = in.Any(key);
    if (value != nullptr && value->IsString()) return value->AsString();
    in.Note(in.PathOf(key), {"请填写密码", "A password is required"});
    return {};
}

NewUser ReadNewUser(json::Reader& in, const net::Request& request) {
    NewUser user;
    user.login_name = in.Text("login_name", {.size_max = 100});
    user.password = ReadPassword(in, "password");
    user.display_name = in.Text("display_name", {.size_max = domain::kDisplayNameCharsMax});
    user.locale = request.locale;
    return user;
}

domain::ClientKind ReadClient(json::Reader& in) {
    static constexpr std::array<std::string_view, 2> kWords{"native", "browser"};
    return in.OptionalWord("client", kWords) == 1 ? domain::ClientKind::kBrowser : domain::ClientKind::kNative;
}

net::Response SessionAnswer(const net::Request& request, const std::string& base, const SignedIn& signed_in,
                            domain::ClientKind client, int status) {
    json::Object data{{"access_token", signed_in.access_token}, {"expires_in", signed_in.expires_in_s}};
    if (client == domain::ClientKind::kNative) data.Set("refresh_token", signed_in.refresh_token);
    data.Set("user", OwnUser(signed_in.user));
    net::Response response = net::Success(std::move(data));
    response.status = status;
    response.With("Cache-Control", "no-store");
    if (client == domain::ClientKind::kBrowser) {
        response.With("Set-Cookie", "rt_refresh=" + signed_in.refresh_token + "; Path=" + base +
                                        "/auth; Max-Age=" + std::to_string(signed_in.refresh_expires_in_s) +
                                        "; HttpOnly; SameSite=Strict" + (request.secure ? "; Secure" : ""));
    }
    return response;
}

Status CheckOrigin(const net::Request& request, OriginRule rule) {
    const std::string_view site = request.HeaderValue("sec-fetch-site");
    if (!site.empty()) return site == "same-origin" ? Ok() : Status(Fail(Code::kCsrf, "Sec-Fetch-Site"));
    const std::string_view origin = request.HeaderValue("origin");
    if (origin.empty()) {
        return rule == OriginRule::kMustNotBeForeign ? Ok() : Status(Fail(Code::kCsrf, "no Origin"));
    }
    const std::string own = (request.secure ? "https://" : "http://") + std::string(request.HeaderValue("host"));
    return base::EqualsIgnoreAsciiCase(origin, own) ? Ok() : Status(Fail(Code::kCsrf, "Origin"));
}

}  // namespace rt::auth::api
