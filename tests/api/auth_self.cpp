#include <doctest/doctest.h>

#include <string>

#include "auth/kv_tables.h"
#include "auth/totp.h"
#include "auth/wechat/session_keys.h"
#include "support/auth_http.h"
#include "support/auth_mail.h"
#include "support/base32.h"

using rt::auth::Role;
using rt::base::kMicrosPerDay;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthHttp;
using rt::testing::Base32Decoded;
using rt::testing::HttpAnswer;
using rt::testing::kGoodPassword;
using rt::testing::LastCode;
using rt::testing::LinkAddress;
using rt::testing::Outbox;
namespace json = rt::json;
namespace totp = rt::auth::totp;

namespace {

const std::string kLin = "lin@example.org";

std::string Body(std::initializer_list<json::Member> members) {
    return json::Encode(json::Object(members));
}

const json::Value& Meta(const HttpAnswer& answer, std::string_view key) {
    const json::Value* meta = answer.body.Find("meta");
    REQUIRE(meta != nullptr);
    REQUIRE(meta->Find(key) != nullptr);
    return *meta->Find(key);
}

struct SelfHttp : AuthHttp {
    HttpAnswer Post(std::string_view path, const std::string& body) { return Call("POST", path, body); }
    HttpAnswer SendCode(std::string_view purpose, std::string_view token = {}) {
        clock.Advance(61 * kMicrosPerSecond);
        const std::string body = Body({{"channel", "email"}, {"to", kLin}, {"purpose", purpose}});
        return token.empty() ? Post("/api/v1/auth/code", body) : As(token, "POST", "/api/v1/auth/code", body);
    }
    std::string CodeNow(const std::string& secret) const {
        return totp::CodeAt(Base32Decoded(secret), totp::StepAt(clock.Now()));
    }
};

}  // namespace

TEST_CASE("a code over HTTP: sent, signed in with, spent") {
    SelfHttp f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    const auto sent = f.SendCode("sign-in");
    CHECK(sent.status == 202);
    const std::string code = LastCode(f);
    const auto unknown =
        f.Post("/api/v1/auth/code", Body({{"channel", "email"}, {"to", "x@example.org"}, {"purpose", "reset"}}));
    CHECK(unknown.status == 202);
    CHECK(unknown.Data() == sent.Data());
    const auto sign_in = [&](const std::string& with, std::string_view client) {
        return f.Post("/api/v1/auth/code/sign-in",
                      Body({{"channel", "email"}, {"to", kLin}, {"code", with}, {"client", client}}));
    };
    const auto wrong = sign_in(rt::testing::Wrong(code), "native");
    CHECK(wrong.status == 422);
    CHECK(wrong.Code() == "BAD_CODE");
    const auto done = sign_in(code, "browser");
    CHECK(done.status == 200);
    CHECK(done.Cookie().find("rt_refresh=") != std::string::npos);
    CHECK(f.As(done.Text("access_token"), "GET", "/api/v1/me").Text("login_name") == "lin");
    CHECK(sign_in(code, "native").status == 422);
    CHECK(f.Post("/api/v1/auth/code", Body({{"channel", "phone"}, {"to", kLin}, {"purpose", "reset"}})).status == 422);
    CHECK(f.Post("/api/v1/auth/code", Body({{"channel", "email"}, {"to", kLin}, {"purpose", "verify"}})).status == 401);
    CHECK(f.Post("/api/v1/auth/code", Body({{"channel", "email"}, {"purpose", "confirm"}})).status == 401);
}

TEST_CASE("one sets up a second step, signs in with it, and turns it off") {
    SelfHttp f;
    f.AddUser("lin");
    const std::string token = f.Login("lin").Text("access_token");
    const auto other = f.Login("lin");
    CHECK(f.As(token, "POST", "/api/v1/me/totp", R"({"password":"wrong password"})").status == 401);
    const auto enrolment = f.As(token, "POST", "/api/v1/me/totp", Body({{"password", kGoodPassword}}));
    REQUIRE(enrolment.status == 200);
    const std::string secret = enrolment.Text("secret");
    CHECK(enrolment.Text("uri").starts_with("otpauth://totp/Roundtable:lin?secret=" + secret));
    CHECK(f.As(token, "POST", "/api/v1/me/totp/confirm", R"({"code":"000000"})").Code() == "BAD_CODE");
    const auto confirmed = f.As(token, "POST", "/api/v1/me/totp/confirm", Body({{"code", f.CodeNow(secret)}}));
    REQUIRE(confirmed.status == 200);
    CHECK(confirmed.Data().Find("recovery_codes")->AsArray().size() == 10);
    // The session that set it up goes on, the other has ended.
    CHECK(f.As(token, "GET", "/api/v1/me").status == 200);
    CHECK(f.As(other.Text("access_token"), "GET", "/api/v1/me").status == 401);

    f.clock.Advance(30 * kMicrosPerSecond);
    const auto first = f.Login("lin", "browser");
    CHECK(first.status == 200);
    CHECK(first.Cookie().empty());
    const json::Value* step = first.Data().Find("second_step");
    REQUIRE(step != nullptr);
    const std::string step_token = step->Find("token")->AsString();
    // It opens nothing by itself.
    CHECK(f.As(step_token, "GET", "/api/v1/me").status == 401);
    const auto done = f.Post("/api/v1/auth/second-step", Body({{"token", step_token}, {"code", f.CodeNow(secret)}}));
    REQUIRE(done.status == 200);
    CHECK(done.Cookie().find("rt_refresh=") != std::string::npos);
    CHECK(done.Data().Find("refresh_token") == nullptr);
    const auto list = f.As(done.Text("access_token"), "GET", "/api/v1/me/identities");
    CHECK(Meta(list, "second_step").AsBool());
    CHECK(Meta(list, "recovery_codes_left").AsInt() == 10);

    f.clock.Advance(30 * kMicrosPerSecond);
    const std::string fresh = done.Text("access_token");
    CHECK(f.As(fresh, "POST", "/api/v1/me/totp/disable", Body({{"password", kGoodPassword}, {"code", "000000"}}))
              .Code() == "BAD_CODE");
    CHECK(
        f.As(fresh, "POST", "/api/v1/me/totp/disable", Body({{"password", kGoodPassword}, {"code", f.CodeNow(secret)}}))
            .status == 204);
    CHECK_FALSE(f.Login("lin").Text("access_token").empty());
}

TEST_CASE("one sees one's sessions and ends them") {
    SelfHttp f;
    f.AddUser("lin");
    f.AddUser("wuxi");
    const auto here = f.Login("lin");
    const auto there = f.Call("POST", "/api/v1/auth/login", Body({{"login_name", "lin"}, {"password", kGoodPassword}}),
                              {{"User-Agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36"}});
    const std::string token = here.Text("access_token");
    const auto list = f.As(token, "GET", "/api/v1/me/sessions");
    REQUIRE(list.status == 200);
    REQUIRE(list.Data().AsArray().size() == 2);
    int current = 0;
    std::string other;
    for (const json::Value& row : list.Data().AsArray()) {
        CHECK(row.Find("client")->AsString() == "127.0.0.0/24");
        if (row.Find("current")->AsBool()) {
            ++current;
        } else {
            other = row.Find("id")->AsString();
            CHECK(row.Find("device")->AsString() == "Chrome, Windows");
        }
    }
    CHECK(current == 1);
    const std::string stranger = f.Login("wuxi").Text("access_token");
    CHECK(f.As(stranger, "POST", "/api/v1/me/sessions/" + other + "/end").status == 404);
    CHECK(f.As(token, "POST", "/api/v1/me/sessions/" + other + "/end").status == 204);
    CHECK(f.As(token, "POST", "/api/v1/me/sessions/" + other + "/end").status == 404);
    CHECK(f.As(there.Text("access_token"), "GET", "/api/v1/me").Code() == "TOKEN_EXPIRED");
    f.Login("lin");
    CHECK(f.As(token, "POST", "/api/v1/me/sessions/end-others").Data().Find("ended")->AsInt() == 1);
    CHECK(f.As(token, "GET", "/api/v1/me/sessions").Data().AsArray().size() == 1);
}

TEST_CASE("one adds an address, changes it, and the old one can take that back") {
    SelfHttp f;
    f.AddUser("lin");
    const std::string token = f.Login("lin").Text("access_token");
    CHECK(f.SendCode("verify", token).status == 202);
    const std::string code = LastCode(f);
    const auto added = f.As(token, "POST", "/api/v1/me/identities",
                            Body({{"channel", "email"}, {"to", kLin}, {"code", code}, {"password", kGoodPassword}}));
    REQUIRE(added.status == 201);
    CHECK(added.Text("shown") == "l***@example.org");
    const std::string to = "new@example.org";
    f.clock.Advance(61 * kMicrosPerSecond);
    CHECK(f.As(token, "POST", "/api/v1/auth/code", Body({{"channel", "email"}, {"to", to}, {"purpose", "change"}}))
              .status == 202);
    const std::string change = LastCode(f);
    CHECK(
        f.As(token, "POST", "/api/v1/me/identities/change", Body({{"channel", "email"}, {"to", to}, {"code", change}}))
            .status == 422);
    const auto changed = f.As(token, "POST", "/api/v1/me/identities/change",
                              Body({{"channel", "email"}, {"to", to}, {"code", change}, {"password", kGoodPassword}}));
    REQUIRE(changed.status == 200);
    const auto notice = Outbox(f).back();
    CHECK(notice.Text("to") == kLin);
    CHECK(notice.Text("kind") == "email_changed");
    const std::string link = notice.Text("link");
    const std::string undo = link.substr(link.find('=') + 1);
    CHECK(f.Post("/api/v1/auth/undo", Body({{"token", undo}})).status == 204);
    CHECK(f.As(token, "GET", "/api/v1/me").status == 401);
    CHECK(f.Login("lin").status == 401);
    CHECK(f.Post("/api/v1/auth/undo", Body({{"token", undo}})).status == 410);
}

TEST_CASE("an account ends when its time has come, unless it is kept") {
    SelfHttp f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    std::string token = f.Login("lin").Text("access_token");
    CHECK(f.As(token, "POST", "/api/v1/me/delete", R"({"password":"wrong password"})").status == 401);
    const auto planned = f.As(token, "POST", "/api/v1/me/delete", Body({{"password", kGoodPassword}}));
    REQUIRE(planned.status == 200);
    CHECK(f.As(token, "GET", "/api/v1/me").status == 401);
    // Whoever signs in again may keep it.
    token = f.Login("lin").Text("access_token");
    CHECK(Meta(f.As(token, "GET", "/api/v1/me/identities"), "delete_at").IsString());
    CHECK(f.As(token, "POST", "/api/v1/me/delete/cancel").status == 204);
    f.clock.Advance(8 * kMicrosPerDay);
    CHECK(*f.self.RunEnds(10) == 0);

    token = f.Login("lin").Text("access_token");
    const auto exported = f.As(token, "GET", "/api/v1/me/export");
    CHECK(exported.raw.Field("content-disposition").find("attachment") == 0);
    CHECK(exported.body.Find("addresses")->AsArray().front().AsString() == kLin);
    REQUIRE(f.As(token, "POST", "/api/v1/me/delete", Body({{"password", kGoodPassword}})).status == 200);
    f.clock.Advance(7 * kMicrosPerDay - 1);
    CHECK(*f.self.RunEnds(10) == 0);
    f.clock.Advance(1);
    CHECK(*f.self.RunEnds(10) == 1);
    CHECK(f.Login("lin").status == 401);
    // Name and address are free again, and nothing tells who it was.
    LinkAddress(f, f.AddUser("lin"), kLin);
    CHECK(*f.service->accounts().Count() == 1);
}

TEST_CASE("the session key of a mini-program goes with its identity, and with the account") {
    SelfHttp f;
    const auto lin = f.AddUser("lin");
    const auto key_of = [&](const std::string& appid) {
        return f.kv->Get(rt::auth::kWechatSessionTable, rt::auth::wechat::SessionKeyOf(lin.id, appid))->has_value();
    };
    for (const std::string appid : {"wxone", "wxtwo"}) {
        rt::auth::IdentityProof proof;
        proof.key = {rt::auth::IdentityKind::kWechatMini, appid, "openid-of-lin"};
        REQUIRE(f.service->identities().Link(lin.id, proof, {lin.id.value, "192.0.2.1", ""}).ok());
        const std::string key = rt::auth::wechat::SessionKeyOf(lin.id, appid);
        REQUIRE(f.kv->Put(rt::auth::kWechatSessionTable, key, "sealed", std::nullopt).ok());
    }
    const std::string token = f.Login("lin").Text("access_token");
    const std::string body = Body({{"password", kGoodPassword}});
    const auto list = f.As(token, "GET", "/api/v1/me/identities");
    for (const json::Value& one : list.Data().AsArray()) {
        if (one.Find("issuer")->AsString() != "wxone") continue;
        const std::string path = "/api/v1/me/identities/" + one.Find("id")->AsString() + "/remove";
        CHECK(f.As(token, "POST", path, R"({"password":"wrong password"})").status == 401);
        CHECK(key_of("wxone"));
        CHECK(f.As(token, "POST", path, body).status == 204);
    }
    CHECK_FALSE(key_of("wxone"));
    CHECK(key_of("wxtwo"));
    REQUIRE(f.As(token, "POST", "/api/v1/me/delete", body).status == 200);
    CHECK(key_of("wxtwo"));
    f.clock.Advance(8 * kMicrosPerDay);
    CHECK(*f.self.RunEnds(10) == 1);
    CHECK_FALSE(key_of("wxtwo"));
}

TEST_CASE("the last administrator does not go") {
    SelfHttp f;
    f.AddUser("boss", Role::kAdmin);
    const std::string token = f.Login("boss").Text("access_token");
    CHECK(f.As(token, "POST", "/api/v1/me/delete", Body({{"password", kGoodPassword}})).Code() == "INVALID_STATE");
    f.AddUser("boss2", Role::kAdmin);
    CHECK(f.As(token, "POST", "/api/v1/me/delete", Body({{"password", kGoodPassword}})).status == 200);
}

TEST_CASE("an administrator sees an account's sessions and locks, and lifts them") {
    SelfHttp f;
    f.AddUser("boss", Role::kAdmin);
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, kLin);
    const std::string admin = f.Login("boss").Text("access_token");
    const auto session = f.Login("lin");
    for (int i = 0; i < 6; ++i) f.Login("lin", "native", "wrong password");
    CHECK(f.Login("lin").status == 429);
    const std::string path = "/api/v1/admin/users/" + lin.public_id;
    CHECK(f.As(session.Text("access_token"), "GET", path).status == 403);
    const auto seen = f.As(admin, "GET", path);
    REQUIRE(seen.status == 200);
    CHECK(seen.Data().Find("identities")->AsArray().front().Find("shown")->AsString() == "l***@example.org");
    CHECK(seen.Data().Find("sessions")->AsArray().size() == 1);
    REQUIRE(seen.Data().Find("locks")->AsArray().size() == 1);
    CHECK(seen.Data().Find("locks")->AsArray().front().Find("kind")->AsString() == "password");
    CHECK(seen.Data().Find("locks")->AsArray().front().Find("attempts")->AsInt() == 6);
    CHECK(f.As(admin, "POST", path + "/unlock").status == 204);
    CHECK(f.Login("lin").status == 200);
    CHECK(f.As(admin, "POST", path + "/end-sessions").status == 204);
    CHECK(f.As(session.Text("access_token"), "GET", "/api/v1/me").status == 401);
    CHECK(f.As(admin, "POST", path + "/reset-totp").Code() == "INVALID_STATE");
}

TEST_CASE("a sign-in from a new device is told of, the first one is not") {
    SelfHttp f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    const auto login = [&](std::string_view agent) {
        return f.Call("POST", "/api/v1/auth/login", Body({{"login_name", "lin"}, {"password", kGoodPassword}}),
                      {{"User-Agent", agent}});
    };
    CHECK(login("one/1.0").status == 200);
    CHECK(Outbox(f).empty());
    CHECK(login("two/1.0").status == 200);
    REQUIRE(Outbox(f).size() == 1);
    CHECK(Outbox(f).back().Text("kind") == "new_sign_in");
    CHECK(Outbox(f).back().Text("device") == "two");
    CHECK(login("one/2.0").status == 200);
    CHECK(login("two/1.0").status == 200);
    CHECK(Outbox(f).size() == 1);
}
