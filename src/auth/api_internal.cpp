#include "auth/api_internal.h"

#include <array>
#include <iterator>
#include <utility>

#include "auth/domain/credentials.h"
#include "auth/service_internal.h"
#include "base/parse.h"
#include "net/credential.h"

namespace rt::auth {

net::RouteTable Routes(Service& service, const ApiOptions& options) {
    net::RouteTable table = api::SessionRoutes(service, options.base);
    for (net::RouteTable more : {api::CodeRoutes(service, options.base), api::MeRoutes(service, options.base),
                                 api::AdminRoutes(service, options.base)}) {
        table.insert(table.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    return table;
}

}  // namespace rt::auth

namespace rt::auth::api {
namespace {

std::string_view CookieName(const net::Request& request) {
    return request.secure ? "__Host-rt_refresh" : "rt_refresh";
}

}  // namespace

Actor ActorOf(const net::Request& request) {
    return {request.principal.user_id, request.client, request.request_id, net::Via(request.principal)};
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

domain::Channel ReadChannel(json::Reader& in) {
    static constexpr std::array<std::string_view, 2> kWords{"email", "phone"};
    return in.Word("channel", kWords) == 1 ? domain::Channel::kPhone : domain::Channel::kEmail;
}

std::optional<domain::Contact> ReadContact(json::Reader& in, domain::Channel channel) {
    const std::string text = in.Text("to", {.size_max = domain::kEmailBytesMax});
    auto contact = ContactTyped(text);
    if (contact && contact->channel == channel) return contact;
    if (!text.empty()) {
        in.Note(in.PathOf("to"), channel == domain::Channel::kEmail
                                     ? base::Text{"邮箱地址无效", "This is not an e-mail address"}
                                     : base::Text{"手机号码无效", "This is not a phone number"});
    }
    return std::nullopt;
}

std::optional<CodeProof> ReadCodeProof(json::Reader& in) {
    auto contact = ReadContact(in, ReadChannel(in));
    std::string code = in.Text("code", {.size_max = 20});
    if (!contact) return std::nullopt;
    return CodeProof{std::move(*contact), std::move(code)};
}

Reproof ReadReproof(json::Reader& in, std::string_view code_key) {
    Reproof proof;
    if (in.Has("password")) proof.password = ReadPassword(in, "password");
    if (auto code = in.OptionalText(code_key, {.size_min = 1, .size_max = 100})) proof.code = std::move(*code);
    return proof;
}

ApiTokens ReadTokens(json::Reader& in) {
    return in.OptionalBool("tokens").value_or(false) ? ApiTokens::kRevoke : ApiTokens::kKeep;
}

Status RequireSession(const net::Request& request) {
    if (!request.principal.session.empty()) return Ok();
    return base::FailText(Code::kForbidden, {"请登录后操作", "Sign in yourself for this; a token is not enough"});
}

json::Value TextsJson(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

net::Route PublicPost(std::string name, std::string pattern, net::Run run, std::string summary, std::string example) {
    net::Route route;
    route.name = std::move(name);
    route.method = net::Method::kPost;
    route.pattern = std::move(pattern);
    route.access = net::Access::kPublic;
    route.run = run;
    route.rate_class = net::RateClass::kSignIn;
    route.body = net::BodyKind::kJson;
    route.body_bytes_max = kBodyBytesMax;
    route.summary = std::move(summary);
    route.request_example = std::move(example);
    return route;
}

domain::ClientKind ReadClient(json::Reader& in) {
    static constexpr std::array<std::string_view, 2> kWords{"native", "browser"};
    return in.OptionalWord("client", kWords) == 1 ? domain::ClientKind::kBrowser : domain::ClientKind::kNative;
}

Caller CallerOf(const net::Request& request, domain::ClientKind kind) {
    return {ActorOf(request), kind, std::string(request.HeaderValue("user-agent")), request.locale,
            request.principal.session};
}

namespace {

net::Response SecondStepAnswer(const SecondStep& step) {
    json::Array methods;
    for (const std::string_view method : step.methods) methods.emplace_back(method);
    json::Object wanted{
        {"token", step.token}, {"expires_in", step.expires_in_s}, {"methods", json::Value(std::move(methods))}};
    net::Response response = net::Success(json::Object{{"second_step", std::move(wanted)}});
    response.With("Cache-Control", "no-store");
    return response;
}

}  // namespace

net::Response SessionAnswer(const net::Request& request, const std::string& base, const SignedIn& signed_in,
                            domain::ClientKind client, int status, const json::Object& more) {
    if (signed_in.second_step) return SecondStepAnswer(*signed_in.second_step);
    json::Object data{{"access_token", signed_in.access_token}, {"expires_in", signed_in.expires_in_s}};
    if (client == domain::ClientKind::kNative) data.Set("refresh_token", signed_in.refresh_token);
    data.Set("user", OwnUser(signed_in.user));
    for (const auto& [key, value] : more.members()) data.Set(key, value);
    net::Response response = net::Success(std::move(data));
    response.status = status;
    response.With("Cache-Control", "no-store");
    if (client == domain::ClientKind::kBrowser) {
        SetRefreshCookie(request, base, signed_in.refresh_token, signed_in.refresh_expires_in_s, response);
    }
    return response;
}

void SetRefreshCookie(const net::Request& request, const std::string& base, std::string_view value,
                      std::int64_t max_age_s, net::Response& response) {
    std::string cookie(CookieName(request));
    cookie.append("=").append(value).append("; Path=").append(request.secure ? "/" : base + "/auth");
    cookie.append("; Max-Age=").append(std::to_string(value.empty() ? 0 : max_age_s));
    cookie.append("; HttpOnly; SameSite=Strict").append(request.secure ? "; Secure" : "");
    response.With("Set-Cookie", std::move(cookie));
}

std::optional<std::string> RefreshCookieOf(const net::Request& request) {
    return request.Cookie(CookieName(request));
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
