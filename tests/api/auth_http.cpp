#include "support/auth_http.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using rt::auth::Role;
using rt::auth::User;
using rt::auth::UserStatus;
using rt::testing::AuthHttp;
using rt::testing::HttpAnswer;
using rt::testing::kGoodPassword;
using rt::testing::kOtherPassword;

namespace {

const std::string kRefresh = "/api/v1/auth/refresh";
const std::string kSameSite = "same-origin";

}  // namespace

TEST_CASE("a program registers, asks who it is, renews and signs out") {
    AuthHttp f;
    const auto made = f.Call("POST", "/api/v1/auth/register",
                             R"({"login_name":"Lin","password":"correct horse battery","display_name":" 林 "})");
    REQUIRE(made.status == 201);
    CHECK(made.raw.Field("set-cookie").empty());
    CHECK(made.raw.Field("cache-control") == "no-store");
    CHECK(made.Data().Find("expires_in")->AsInt() == 900);
    const rt::json::Value& user = *made.Data().Find("user");
    CHECK(user.Find("login_name")->AsString() == "lin");
    CHECK(user.Find("display_name")->AsString() == "林");
    CHECK(user.Find("role")->AsString() == "user");

    const auto me = f.As(made.Text("access_token"), "GET", "/api/v1/me");
    CHECK(me.status == 200);
    CHECK(me.raw.Field("etag") == "\"1\"");
    CHECK(me.Text("id") == user.Find("id")->AsString());

    const auto renewed = f.Call("POST", kRefresh, R"({"refresh_token":")" + made.Text("refresh_token") + "\"}");
    REQUIRE(renewed.status == 200);
    CHECK(f.As(renewed.Text("access_token"), "GET", "/test.user").status == 200);
    const auto out =
        f.Call("POST", "/api/v1/auth/logout", R"({"refresh_token":")" + renewed.Text("refresh_token") + "\"}");
    CHECK(out.status == 204);
    CHECK(f.As(renewed.Text("access_token"), "GET", "/test.user").Code() == "TOKEN_EXPIRED");
}

TEST_CASE("mistakes are named by field, in the reader's language") {
    AuthHttp f;
    const std::string body = R"({"login_name":"?","password":"short","display_name":"x","extra":1})";
    const auto en = f.Call("POST", "/api/v1/auth/register", body, {{"Accept-Language", "en"}});
    CHECK(en.status == 422);
    CHECK(en.Code() == "VALIDATION_FAILED");
    CHECK(f.Call("POST", "/api/v1/auth/register", "{}").status == 422);
    CHECK(f.Call("POST", "/api/v1/auth/register", "{").status == 400);
    CHECK(f.Call("POST", "/api/v1/auth/register", R"({"a":1,"a":2})").status == 400);
    const auto weak =
        f.Call("POST", "/api/v1/auth/register", R"({"login_name":"lin","password":"password1","display_name":"x"})");
    CHECK(weak.body.Find("details")->AsArray().at(0).Find("field")->AsString() == "password");
    CHECK(weak.body.Find("details")->AsArray().at(0).Find("reason")->AsString() == "密码过于常见，请换一个");
    f.AddUser("lin");
    const auto taken = f.Call("POST", "/api/v1/auth/register",
                              R"({"login_name":"LIN","password":"correct horse battery","display_name":"x"})");
    CHECK(taken.status == 409);
    CHECK(taken.Code() == "ALREADY_EXISTS");
    CHECK(taken.body.Find("details")->AsArray().at(0).Find("field")->AsString() == "login_name");
}

TEST_CASE("a browser's refresh token is a cookie that only our own page can use") {
    AuthHttp f;
    f.AddUser("lin");
    const auto in = f.Login("lin", "browser");
    REQUIRE(in.status == 200);
    CHECK(in.Data().Find("refresh_token") == nullptr);
    const std::string field = in.raw.Field("set-cookie");
    CHECK(field.starts_with("rt_refresh=rt1."));
    for (const char* part : {"; Path=/api/v1/auth;", "; HttpOnly", "; SameSite=Strict", "; Max-Age=2592000"}) {
        CHECK(field.find(part) != std::string::npos);
    }
    const std::string cookie = in.Cookie();
    using Headers = std::vector<std::pair<std::string_view, std::string_view>>;
    const std::vector<Headers> refused{
        {},
        {{"Sec-Fetch-Site", "cross-site"}},
        {{"Sec-Fetch-Site", "same-site"}},
        {{"Sec-Fetch-Site", "none"}},
        {{"Origin", "http://evil.example"}},
        {{"Origin", "null"}},
        {{"Origin", "https://team.example"}},
        {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "http://team.example"}},
    };
    for (const Headers& headers : refused) {
        HttpAnswer answer;
        if (headers.empty()) answer = f.Call("POST", kRefresh, "{}", {{"Cookie", cookie}});
        if (headers.size() == 1) answer = f.Call("POST", kRefresh, "{}", {{"Cookie", cookie}, headers[0]});
        if (headers.size() == 2) answer = f.Call("POST", kRefresh, "{}", {{"Cookie", cookie}, headers[0], headers[1]});
        CHECK(answer.status == 403);
        CHECK(answer.Code() == "CSRF_REJECTED");
    }
    const auto by_origin = f.Call("POST", kRefresh, "{}", {{"Cookie", cookie}, {"Origin", "http://team.example"}});
    CHECK(by_origin.status == 200);
    const auto by_site = f.Call("POST", kRefresh, "", {{"Cookie", by_origin.Cookie()}, {"Sec-Fetch-Site", kSameSite}});
    CHECK(by_site.status == 200);
    CHECK(by_site.Cookie() != by_origin.Cookie());

    const auto again = f.Call("POST", kRefresh, "{}", {{"Cookie", by_origin.Cookie()}, {"Sec-Fetch-Site", kSameSite}});
    CHECK(again.status == 200);
    CHECK(again.Cookie() == by_site.Cookie());

    CHECK(f.Call("POST", "/api/v1/auth/logout", "{}", {{"Cookie", by_site.Cookie()}}).status == 403);
    const auto out =
        f.Call("POST", "/api/v1/auth/logout", "{}", {{"Cookie", by_site.Cookie()}, {"Sec-Fetch-Site", kSameSite}});
    CHECK(out.status == 204);
    CHECK(out.raw.Field("set-cookie").starts_with("rt_refresh=; Path=/api/v1/auth; Max-Age=0"));
    CHECK(f.Call("POST", kRefresh, "{}", {{"Cookie", by_site.Cookie()}, {"Sec-Fetch-Site", kSameSite}}).status == 401);
}

TEST_CASE("a cookie grants nothing but a renewal") {
    AuthHttp f;
    f.AddUser("lin");
    const auto in = f.Login("lin", "browser");
    CHECK(f.Call("GET", "/test.user", "", {{"Cookie", in.Cookie()}}).Code() == "UNAUTHENTICATED");
    CHECK(f.Call("GET", "/test.user?access_token=" + in.Text("access_token")).Code() == "UNAUTHENTICATED");
    const std::string as_cookie = "access_token=" + in.Text("access_token");
    CHECK(f.Call("GET", "/test.user", "", {{"Cookie", as_cookie}}).Code() == "UNAUTHENTICATED");
}

TEST_CASE("another site cannot make a browser sign in") {
    AuthHttp f;
    f.AddUser("lin");
    const std::string body = R"({"login_name":"lin","password":"correct horse battery","client":"browser"})";
    CHECK(f.Call("POST", "/api/v1/auth/login", body, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
    CHECK(f.Call("POST", "/api/v1/auth/login", body, {{"Origin", "http://evil.example"}}).status == 403);
    CHECK(f.Call("POST", "/api/v1/auth/login", body, {{"Sec-Fetch-Site", kSameSite}}).status == 200);
}

TEST_CASE("a guess too many says when to come again") {
    AuthHttp f;
    f.AddUser("lin");
    for (int i = 0; i < 6; ++i) CHECK(f.Login("lin", "native", "wrong").status == 401);
    const auto delayed = f.Login("lin");
    CHECK(delayed.status == 429);
    CHECK(delayed.raw.Field("retry-after") == "2");
}

TEST_CASE("routes are open to the roles they name") {
    AuthHttp f;
    f.AddUser("plain");
    f.AddUser("organ", Role::kOrganiser);
    f.AddUser("boss", Role::kAdmin);
    const std::string user = f.Login("plain").Text("access_token");
    const std::string organiser = f.Login("organ").Text("access_token");
    const std::string admin = f.Login("boss").Text("access_token");
    const std::vector<std::pair<std::string, std::vector<int>>> expected{{"/test.user", {401, 200, 200, 200}},
                                                                         {"/test.organiser", {401, 403, 200, 200}},
                                                                         {"/test.admin", {401, 403, 403, 200}},
                                                                         {"/api/v1/admin/users", {401, 403, 403, 200}},
                                                                         {"/api/v1/me", {401, 200, 200, 200}}};
    for (const auto& [path, statuses] : expected) {
        CAPTURE(path);
        CHECK(f.Call("GET", path).status == statuses[0]);
        CHECK(f.As(user, "GET", path).status == statuses[1]);
        CHECK(f.As(organiser, "GET", path).status == statuses[2]);
        CHECK(f.As(admin, "GET", path).status == statuses[3]);
    }
}

TEST_CASE("an administrator makes, lists, changes and locks accounts; it is effective at once") {
    AuthHttp f;
    f.AddUser("boss", Role::kAdmin);
    const std::string admin = f.Login("boss").Text("access_token");
    const auto made =
        f.As(admin, "POST", "/api/v1/admin/users",
             R"({"login_name":"organ","password":"correct horse battery","display_name":"O","role":"organiser"})");
    REQUIRE(made.status == 201);
    const std::string path = "/api/v1/admin/users/" + made.Text("id");
    const auto list = f.As(admin, "GET", "/api/v1/admin/users?role=organiser&q=orga&limit=1");
    CHECK(list.Data().AsArray().at(0).Find("status")->AsString() == "ACTIVE");
    CHECK(list.body.Find("meta")->Find("next_cursor")->IsNull());
    CHECK(f.As(admin, "GET", "/api/v1/admin/users?role=king").status == 422);
    CHECK(f.As(admin, "GET", "/api/v1/admin/users?cursor=1").status == 422);

    const auto session = f.Login("organ");
    CHECK(f.As(session.Text("access_token"), "GET", "/test.organiser").status == 200);
    CHECK(f.As(admin, "PATCH", path, R"({"role":"user"})").status == 428);
    CHECK(f.As(admin, "PATCH", path, R"({"role":"user"})", "\"9\"").status == 412);
    CHECK(f.As(admin, "PATCH", path, R"({"role":"king"})", "\"1\"").status == 422);
    const auto demoted = f.As(admin, "PATCH", path, R"({"role":"user"})", "\"1\"");
    CHECK(demoted.status == 200);
    CHECK(demoted.raw.Field("etag") == "\"2\"");
    CHECK(f.As(session.Text("access_token"), "GET", "/test.organiser").Code() == "TOKEN_EXPIRED");

    const auto again = f.Login("organ").Text("access_token");
    CHECK(f.As(again, "GET", "/test.organiser").status == 403);
    CHECK(f.As(admin, "PATCH", path, R"({"status":"LOCKED"})", "\"2\"").status == 200);
    CHECK(f.As(again, "GET", "/test.user").Code() == "TOKEN_EXPIRED");
    CHECK(f.Login("organ").status == 403);
    CHECK(f.As(admin, "PATCH", path, R"({"status":"ACTIVE"})", "\"3\"").status == 200);
    CHECK(f.As(admin, "POST", path + "/password", R"({"password":"staple the battery horse"})").status == 200);
    CHECK(f.Login("organ").status == 401);
    CHECK(f.Login("organ", "native", kOtherPassword).status == 200);
    CHECK(f.As(admin, "PATCH", "/api/v1/admin/users/zzzzzzzzzzzzzzzz", R"({"role":"user"})", "\"1\"").status == 404);
    const std::string self = "/api/v1/admin/users/" + f.As(admin, "GET", "/api/v1/me").Text("id");
    CHECK(f.As(admin, "PATCH", self, R"({"role":"user"})", "\"1\"").Code() == "INVALID_STATE");
}

TEST_CASE("one changes one's own name, language and password, and nothing else") {
    AuthHttp f;
    f.AddUser("lin");
    const std::string token = f.Login("lin").Text("access_token");
    CHECK(f.As(token, "PATCH", "/api/v1/me", R"({"display_name":"New"})").status == 428);
    CHECK(f.As(token, "PATCH", "/api/v1/me", R"({"role":"admin"})", "\"1\"").status == 422);
    const auto changed = f.As(token, "PATCH", "/api/v1/me", R"({"display_name":"New","locale":"en"})", "\"1\"");
    CHECK(changed.Text("display_name") == "New");
    CHECK(changed.Text("locale") == "en");
    const auto session = f.As(token, "POST", "/api/v1/me/password",
                              R"({"current_password":"correct horse battery","password":"staple the battery horse"})");
    REQUIRE(session.status == 200);
    CHECK(f.As(token, "GET", "/api/v1/me").Code() == "TOKEN_EXPIRED");
    CHECK(f.As(session.Text("access_token"), "GET", "/api/v1/me").status == 200);
    CHECK(f.As(session.Text("access_token"), "POST", "/api/v1/auth/logout-everywhere").status == 204);
    CHECK(f.As(session.Text("access_token"), "GET", "/api/v1/me").Code() == "TOKEN_EXPIRED");
}

TEST_CASE("the set-up link over HTTP") {
    AuthHttp f;
    const auto token = f.service->NewSetupToken();
    const auto body = [](const std::string& text) {
        return R"({"token":")" + text +
               R"(","login_name":"boss","password":"correct horse battery","display_name":"B","client":"browser"})";
    };
    CHECK(f.Call("POST", "/api/v1/auth/setup", body("nonsense")).status == 410);
    const auto done = f.Call("POST", "/api/v1/auth/setup", body(**token));
    CHECK(done.status == 201);
    CHECK(done.Cookie().starts_with("rt_refresh="));
    CHECK(f.As(done.Text("access_token"), "GET", "/test.admin").status == 200);
    CHECK(f.Call("POST", "/api/v1/auth/setup", body(**token)).status == 409);
}

TEST_CASE("bodies of sign-in routes are small") {
    AuthHttp f;
    const std::string big = R"({"login_name":")" + std::string(16 << 10, 'a') + "\"}";
    CHECK(f.Call("POST", "/api/v1/auth/login", big).status == 413);
}
