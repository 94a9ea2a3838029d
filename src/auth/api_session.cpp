// Register, sign in, renew, sign out, set up.
#include <optional>
#include <utility>

#include "auth/api_internal.h"

namespace rt::auth::api {

using domain::ClientKind;
using net::Request;
using net::Response;

namespace {

// A browser that signs in is given a cookie: another site must not be able to plant its own account.
Status CheckSignInOrigin(const Request& request, ClientKind kind) {
    return kind == ClientKind::kBrowser ? CheckOrigin(request, OriginRule::kMustNotBeForeign) : Ok();
}

// The refresh token of a request: from the body (a program) or from the cookie (a browser, then from our own page
// only).
struct Presented {
    std::string token;
    ClientKind kind = ClientKind::kNative;
};

Result<Presented> ReadRefreshToken(const Request& request) {
    Presented presented;
    if (!request.body.empty()) {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const auto token = in.OptionalText("refresh_token", {.size_max = 200});
        RT_CHECK_OK(in.Finish());
        if (token) return Presented{*token, ClientKind::kNative};
    }
    const auto cookie = RefreshCookieOf(request);
    if (!cookie) return Fail(Code::kUnauthenticated, "no refresh token");
    RT_CHECK_OK(CheckOrigin(request, OriginRule::kMustBeOurs));
    return Presented{*cookie, ClientKind::kBrowser};
}

class SessionApi {
  public:
    SessionApi(Service& service, std::string base) : service_(service), base_(std::move(base)) {}

    Result<Response> Register(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const NewUser wanted = ReadNewUser(in, request);
        const ClientKind kind = ReadClient(in);
        std::optional<CodeProof> proof;
        if (const json::Value* verify = in.OptionalObject("verify")) {
            json::Reader nested(*verify, in.PathOf("verify"));
            proof = ReadCodeProof(nested);
            in.Merge(std::move(nested));
        }
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(CheckSignInOrigin(request, kind));
        RT_TRY(const SignedIn done, service_.Register(wanted, proof, CallerOf(request, kind)));
        return SessionAnswer(request, base_, done, kind, 201);
    }

    Result<Response> SignIn(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string login_name = in.Text("login_name", {.size_max = 100});
        const std::string password = ReadPassword(in, "password");
        const ClientKind kind = ReadClient(in);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(CheckSignInOrigin(request, kind));
        RT_TRY(const SignedIn done, service_.SignIn(login_name, password, CallerOf(request, kind)));
        return SessionAnswer(request, base_, done, kind, 200);
    }

    Result<Response> Renew(const Request& request) const {
        RT_TRY(const Presented presented, ReadRefreshToken(request));
        RT_TRY(const SignedIn done, service_.Renew(presented.token, CallerOf(request, presented.kind)));
        return SessionAnswer(request, base_, done, presented.kind, 200);
    }

    Result<Response> SignOut(const Request& request) const {
        const auto presented = ReadRefreshToken(request);
        if (!presented.ok() && presented.error().code != Code::kUnauthenticated) return presented.error();
        Response response = net::NoContent();
        if (presented.ok()) {
            RT_CHECK_OK(service_.SignOut(presented->token, CallerOf(request, presented->kind)));
            if (presented->kind == ClientKind::kBrowser) ForgetCookie(request, response);
        }
        return response;
    }

    Result<Response> SignOutEverywhere(const Request& request) const {
        ApiTokens tokens = ApiTokens::kKeep;
        if (!request.body.empty()) {
            RT_TRY(const json::Value body, request.Json());
            json::Reader in(body);
            tokens = ReadTokens(in);
            RT_CHECK_OK(in.Finish());
        }
        RT_CHECK_OK(service_.SignOutEverywhere(UserId{request.principal.user_id}, tokens, ActorOf(request)));
        Response response = net::NoContent();
        ForgetCookie(request, response);
        return response;
    }

    Result<Response> SetUp(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string token = in.Text("token", {.size_max = 100});
        const NewUser wanted = ReadNewUser(in, request);
        const ClientKind kind = ReadClient(in);
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(CheckSignInOrigin(request, kind));
        RT_TRY(const SignedIn done, service_.SetUp(token, wanted, CallerOf(request, kind)));
        return SessionAnswer(request, base_, done, kind, 201);
    }

  private:
    void ForgetCookie(const Request& request, Response& response) const {
        SetRefreshCookie(request, base_, {}, 0, response);
    }

    Service& service_;
    std::string base_;
};

}  // namespace

net::RouteTable SessionRoutes(Service& service, const std::string& base) {
    const SessionApi api(service, base);
    const std::string auth = base + "/auth";
    net::RouteTable table;
    const auto add = [&](net::Route route, Result<Response> (SessionApi::*method)(const Request&) const) {
        route.handler = [api, method](const Request& request) { return (api.*method)(request); };
        table.push_back(std::move(route));
    };
    add(PublicPost("auth.register", auth + "/register", net::Run::kHash, "Make an account and sign in.",
                   R"({"login_name":"lin","password":"correct horse battery","display_name":"Lin","client":"native"})"),
        &SessionApi::Register);
    add(PublicPost("auth.login", auth + "/login", net::Run::kHash,
                   "Sign in with a password. Wrong ones are answered with a growing delay (429, Retry-After).",
                   R"({"login_name":"lin","password":"correct horse battery","client":"native"})"),
        &SessionApi::SignIn);
    add(PublicPost("auth.refresh", auth + "/refresh", net::Run::kStore,
                   "Trade the refresh token for a new pair. 401 TOKEN_REUSED: it was used before and the session has "
                   "ended; 409: another tab of this browser has just renewed, repeat once.",
                   R"({"refresh_token":"rt1.AAAA"})"),
        &SessionApi::Renew);
    add(PublicPost("auth.logout", auth + "/logout", net::Run::kStore, "End this session.",
                   R"({"refresh_token":"rt1.AAAA"})"),
        &SessionApi::SignOut);
    add(PublicPost(
            "auth.setup", auth + "/setup", net::Run::kHash,
            "Make the first administrator with the link that the first start printed.",
            R"({"token":"AAAA","login_name":"admin","password":"correct horse battery","display_name":"Admin"})"),
        &SessionApi::SetUp);
    // Renewing is routine for every open page; a limit made for guessers would shut a school out.
    for (net::Route& route : table) {
        if (route.run == net::Run::kStore) route.rate_class = net::RateClass::kToken;
    }
    net::Route everywhere = PublicPost("auth.logout_everywhere", auth + "/logout-everywhere", net::Run::kStore,
                                       "End all sessions of this user, this one included. With tokens: true one's API "
                                       "tokens are revoked as well.",
                                       R"({"tokens":true})");
    everywhere.access = net::Access::kUser;
    everywhere.rate_class = net::RateClass::kWrite;
    add(std::move(everywhere), &SessionApi::SignOutEverywhere);
    return table;
}

}  // namespace rt::auth::api
