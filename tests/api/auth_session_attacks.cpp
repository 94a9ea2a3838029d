// Sessions and refresh tokens that somebody else uses, uses again or plants: a table of what is tried and what it gets.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/access_http.h"

using rt::auth::Role;
using rt::auth::UserStatus;
using rt::base::kMicrosPerSecond;
using rt::testing::AccessHttp;
using rt::testing::AuthHttp;
using rt::testing::HttpAnswer;
using rt::testing::kGoodPassword;
using rt::testing::kOtherPassword;
namespace json = rt::json;

namespace {

constexpr const char* kRefresh = "/api/v1/auth/refresh";

std::string Presenting(const std::string& token) {
    return json::Encode(json::Object{{"refresh_token", token}});
}

// The token in a cookie "rt_refresh=...".
std::string TokenOf(const std::string& cookie) {
    return cookie.substr(cookie.find('=') + 1);
}

struct Attacks : AccessHttp {
    Attacks() { AddUser("lin", Role::kOrganiser); }
    HttpAnswer ByProgram(const std::string& token) { return Call("POST", kRefresh, Presenting(token)); }
    HttpAnswer ByBrowser(const std::string& cookie) {
        return Call("POST", kRefresh, "{}", {{"Cookie", cookie}, {"Sec-Fetch-Site", "same-origin"}});
    }
    bool Opens(const std::string& access_token) { return As(access_token, "GET", "/test.user").status == 200; }
    std::string Code(const std::string& access_token) { return As(access_token, "GET", "/test.user").Code(); }
};

}  // namespace

TEST_CASE("a stolen token that is used after its owner's ends the whole family") {
    Attacks f;
    for (const bool thief_first : {false, true}) {
        CAPTURE(thief_first);
        const auto session = f.Login("lin");
        const std::string stolen = session.Text("refresh_token");
        const auto first = f.ByProgram(stolen);
        REQUIRE(first.status == 200);
        const auto second = f.ByProgram(thief_first ? first.Text("refresh_token") : stolen);
        if (thief_first) {
            REQUIRE(second.status == 200);  // the thief lives on the newest; the owner comes with the oldest
            CHECK(f.ByProgram(stolen).Code() == "TOKEN_REUSED");
        } else {
            CHECK(second.Code() == "TOKEN_REUSED");
        }
        for (const HttpAnswer* answer : {&session, &first})
            CHECK(f.Code(answer->Text("access_token")) == "TOKEN_EXPIRED");
        CHECK(f.ByProgram(first.Text("refresh_token")).Code() == "UNAUTHENTICATED");
        if (thief_first) CHECK(f.Code(second.Text("access_token")) == "TOKEN_EXPIRED");
    }
}

TEST_CASE("a token is good for what it was made for, and nothing else") {
    Attacks f;
    const auto session = f.Login("lin");
    const std::string access = session.Text("access_token");
    const std::string refresh = session.Text("refresh_token");
    const auto api = f.As(access, "POST", "/api/v1/me/tokens",
                          R"({"name":"x","permissions":["event.view"],"password":"correct horse battery"})");
    REQUIRE(api.status == 201);
    f.options.staff_second_step = true;
    const auto strict = f.NewService();
    const auto waiting = strict->SignIn("lin", kGoodPassword, rt::testing::NativeCaller());
    REQUIRE(waiting.ok());
    REQUIRE(waiting->second_step);
    const std::string step = waiting->second_step->token;

    for (const auto& [what, token] : std::vector<std::pair<const char*, std::string>>{
             {"refresh token", refresh}, {"second step", step}, {"api token cut", api.Text("token").substr(0, 40)}}) {
        CAPTURE(what);
        CHECK(f.As(token, "GET", "/test.user").status == 401);
    }
    for (const auto& [what, token] : std::vector<std::pair<const char*, std::string>>{
             {"access token", access}, {"second step", step}, {"api token", api.Text("token")}, {"empty", ""}}) {
        CAPTURE(what);
        // Longer than any refresh token, or none at all: a mistake of the body.
        const bool by_form = token.empty() || token.size() > 200;
        CHECK(f.ByProgram(token).Code() == (by_form ? "VALIDATION_FAILED" : "UNAUTHENTICATED"));
        CHECK(f.ByBrowser("rt_refresh=" + token).Code() == "UNAUTHENTICATED");
    }
    for (const auto& [what, token] : std::vector<std::pair<const char*, std::string>>{
             {"access token", access}, {"refresh token", refresh}, {"api token", api.Text("token")}}) {
        CAPTURE(what);
        CHECK(strict->GiveSecondStep(token, rt::auth::StepMethod::kTotp, "000000", rt::testing::NativeCaller())
                  .error()
                  .code == rt::Code::kUnauthenticated);
        const int undone = f.Call("POST", "/api/v1/auth/undo", R"({"token":")" + token + R"("})").status;
        CHECK(undone == (token.size() > 200 ? 422 : 410));
    }
    // A program's token is not enough for the account itself.
    CHECK(f.As(api.Text("token"), "GET", "/api/v1/me/sessions").status == 403);
    CHECK(f.As(api.Text("token"), "POST", "/api/v1/me/tokens", R"({"name":"y","permissions":["event.view"]})").status ==
          403);
    // None of it has cost the session.
    CHECK(f.ByProgram(refresh).status == 200);
}

TEST_CASE("a refresh token stays with the kind of client that it was given to") {
    Attacks f;
    const std::string native = f.Login("lin").Text("refresh_token");
    CHECK(f.ByBrowser("rt_refresh=" + native).Code() == "UNAUTHENTICATED");
    const auto renewed = f.ByProgram(native);
    CHECK(renewed.status == 200);
    // A spent one is found out whoever brings it.
    CHECK(f.ByBrowser("rt_refresh=" + native).Code() == "TOKEN_REUSED");
    CHECK(f.ByProgram(renewed.Text("refresh_token")).Code() == "UNAUTHENTICATED");

    const std::string cookie = f.Login("lin", "browser").Cookie();
    const auto taken = f.ByProgram(TokenOf(cookie));
    CHECK(taken.Code() == "UNAUTHENTICATED");
    CHECK(taken.raw.Field("set-cookie").empty());
    CHECK(f.ByBrowser(cookie).status == 200);
}

TEST_CASE("a planted cookie is not taken up: who signs in gets a session of his own") {
    Attacks f;
    f.AddUser("mallory");
    const auto planted = f.Login("mallory", "browser");
    const std::string body =
        json::Encode(json::Object{{"login_name", "lin"}, {"password", kGoodPassword}, {"client", "browser"}});
    const auto victim =
        f.Call("POST", "/api/v1/auth/login", body, {{"Cookie", planted.Cookie()}, {"Sec-Fetch-Site", "same-origin"}});
    REQUIRE(victim.status == 200);
    CHECK(victim.Cookie() != planted.Cookie());
    // Neither end of the planted one reaches the victim's account.
    const auto renewed = f.ByBrowser(planted.Cookie());
    REQUIRE(renewed.status == 200);
    CHECK(renewed.Data().Find("user")->Find("login_name")->AsString() == "mallory");
    CHECK(f.As(victim.Text("access_token"), "GET", "/api/v1/me").Text("login_name") == "lin");
    const auto own = f.ByBrowser(victim.Cookie());
    CHECK(own.Data().Find("user")->Find("login_name")->AsString() == "lin");
}

TEST_CASE("over TLS only the cookie with the __Host- prefix counts, so no sub-domain plants one") {
    Attacks f;
    const std::string token = TokenOf(f.Login("lin", "browser").Cookie());
    const auto route = std::find_if(f.routes.begin(), f.routes.end(),
                                    [](const rt::net::Route& one) { return one.name == "auth.refresh"; });
    REQUIRE(route != f.routes.end());
    const auto present = [&](const std::string& cookie) {
        rt::net::Request request;
        request.method = rt::net::Method::kPost;
        request.secure = true;
        request.headers = {{"Host", "team.example"}, {"Sec-Fetch-Site", "same-origin"}, {"Cookie", cookie}};
        return route->handler(request);
    };
    CHECK(present("rt_refresh=" + token).error().code == rt::Code::kUnauthenticated);
    CHECK(present("__host-rt_refresh=" + token).error().code == rt::Code::kUnauthenticated);
    const auto good = present("rt_refresh=planted; __Host-rt_refresh=" + token);
    REQUIRE(good.ok());
    const auto field = std::find_if(good->headers.begin(), good->headers.end(),
                                    [](const rt::net::Header& one) { return one.name == "Set-Cookie"; });
    REQUIRE(field != good->headers.end());
    CHECK(field->value.starts_with("__Host-rt_refresh="));
    for (const char* part : {"; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
        CHECK((field->value + ";").find(part) != std::string::npos);
    }
    CHECK(field->value.find("Domain") == std::string::npos);
}

TEST_CASE("another site reaches none of the routes that use the cookie, and a refused call costs nothing") {
    Attacks f;
    const std::string cookie = f.Login("lin", "browser").Cookie();
    const std::string login =
        json::Encode(json::Object{{"login_name", "lin"}, {"password", kGoodPassword}, {"client", "browser"}});
    for (const auto& [field, value] : std::vector<std::pair<const char*, const char*>>{
             {"Sec-Fetch-Site", "cross-site"},
             {"Sec-Fetch-Site", "same-site"},
             {"Sec-Fetch-Site", "none"},
             {"Origin", "http://evil.example"},
             {"Origin", "http://team.example.evil.example"},
             {"Origin", "http://team.example:81"},
             {"Origin", "http://xteam.example"},
             {"Origin", "null"},
         }) {
        CAPTURE(field);
        CAPTURE(value);
        for (const char* path : {kRefresh, "/api/v1/auth/logout"}) {
            const auto answer = f.Call("POST", path, "{}", {{"Cookie", cookie}, {field, value}});
            CHECK(answer.Code() == "CSRF_REJECTED");
            CHECK(answer.raw.Field("set-cookie").empty());
        }
        CHECK(f.Call("POST", "/api/v1/auth/login", login, {{field, value}}).Code() == "CSRF_REJECTED");
    }
    // A form cannot send JSON, and what it can send is no body of ours.
    CHECK(f.Call("POST", kRefresh, "", {{"Cookie", cookie}, {"Content-Type", "text/plain"}}).Code() == "CSRF_REJECTED");
    CHECK(f.ByBrowser(cookie).status == 200);
}

TEST_CASE("what ends a session ends its access token and what waits for a second step, at once") {
    Attacks f;
    const auto lin = *f.service->accounts().GetByLoginName("lin");
    auto& accounts = f.service->accounts();
    struct End {
        const char* what;
        std::function<bool(const HttpAnswer&)> run;
        bool refresh_too;
    };
    const std::vector<End> ends{
        {"logout",
         [&](const HttpAnswer& in) {
             return f.Call("POST", "/api/v1/auth/logout", Presenting(in.Text("refresh_token"))).status == 204;
         },
         true},
        {"logout everywhere",
         [&](const HttpAnswer& in) {
             return f.As(in.Text("access_token"), "POST", "/api/v1/auth/logout-everywhere").status == 204;
         },
         true},
        {"ended from another device",
         [&](const HttpAnswer&) {
             const auto other = f.Login("lin");
             return f.As(other.Text("access_token"), "POST", "/api/v1/me/sessions/end-others").status == 200;
         },
         true},
        {"role taken",
         [&](const HttpAnswer&) {
             return accounts.Edit(lin.id, std::nullopt, {.role = Role::kUser}, {}).ok() &&
                    accounts.Edit(lin.id, std::nullopt, {.role = Role::kOrganiser}, {}).ok();
         },
         false},
        {"locked and opened again",
         [&](const HttpAnswer&) {
             return accounts.Edit(lin.id, std::nullopt, {.status = UserStatus::kLocked}, {}).ok() &&
                    accounts.Edit(lin.id, std::nullopt, {.status = UserStatus::kActive}, {}).ok();
         },
         true},
        {"another password",
         [&](const HttpAnswer&) {
             return accounts.SetPassword(lin.id, kOtherPassword, "", {}).ok() &&
                    accounts.SetPassword(lin.id, kGoodPassword, "", {}).ok();
         },
         true},
    };
    for (const End& end : ends) {
        CAPTURE(end.what);
        const auto in = f.Login("lin");
        REQUIRE(f.Opens(in.Text("access_token")));
        REQUIRE(end.run(in));
        CHECK(f.Code(in.Text("access_token")) == "TOKEN_EXPIRED");
        const auto renewed = f.ByProgram(in.Text("refresh_token"));
        CHECK((renewed.status == 401) == end.refresh_too);
        // The second look does not come from a cache of verified tokens.
        CHECK(f.Code(in.Text("access_token")) == "TOKEN_EXPIRED");
    }
}

TEST_CASE("a first step that was right is worth nothing after the password changed") {
    AuthHttp f;
    f.options.staff_second_step = true;
    f.service = f.NewService();
    const auto lin = f.AddUser("lin", Role::kOrganiser);
    const auto waiting = f.service->SignIn("lin", kGoodPassword, rt::testing::NativeCaller());
    REQUIRE(waiting->second_step);
    REQUIRE(f.service->EnrolInSignIn(waiting->second_step->token).ok());
    REQUIRE(f.service->accounts().SetPassword(lin.id, kOtherPassword, "", {}).ok());
    CHECK(f.service->EnrolInSignIn(waiting->second_step->token).error().code == rt::Code::kUnauthenticated);
}
