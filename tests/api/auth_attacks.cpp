// Tokens that must not pass, over HTTP.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "support/auth_http.h"

using rt::auth::Role;
using rt::auth::UserStatus;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthHttp;

namespace {

std::string Encoded(std::string_view text) {
    return rt::base::Base64UrlEncode(rt::base::AsBytes(text));
}

struct Parts {
    std::string header;
    std::string payload;
    std::string signature;
    std::string Whole() const { return header + "." + payload + "." + signature; }
};

Parts Split(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

std::string Decoded(const std::string& part) {
    const auto bytes = rt::base::Base64UrlDecode(part);
    REQUIRE(bytes);
    return std::string(rt::base::AsText(*bytes));
}

std::string Signed(const std::string& header, const std::string& payload, const std::string& key) {
    const std::string text = header + "." + payload;
    return text + "." + rt::base::Base64UrlEncode(rt::crypto::HmacSha256(key, text));
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("tokens that we did not sign so are refused") {
    AuthHttp f;
    f.AddUser("lin");
    const std::string good = f.Login("lin").Text("access_token");
    REQUIRE(f.As(good, "GET", "/test.user").status == 200);
    const Parts parts = Split(good);
    const std::string payload = Decoded(parts.payload);
    const std::string admin = Encoded(Replaced(payload, R"("role":"user")", R"("role":"admin")"));
    const std::string& key = f.options.jwt_secrets.front();
    std::string flipped = parts.signature;
    flipped[0] = flipped[0] == 'A' ? 'B' : 'A';

    const std::vector<std::pair<const char*, std::string>> table{
        {"role raised, old signature", Parts{parts.header, admin, parts.signature}.Whole()},
        {"role raised, no signature", Parts{parts.header, admin, ""}.Whole()},
        {"alg none", Parts{Encoded(R"({"alg":"none","typ":"JWT"})"), admin, ""}.Whole()},
        {"alg None", Parts{Encoded(R"({"alg":"None","typ":"JWT"})"), admin, ""}.Whole()},
        {"alg none, old signature", Parts{Encoded(R"({"alg":"none"})"), parts.payload, parts.signature}.Whole()},
        {"alg RS256", Parts{Encoded(R"({"alg":"RS256","typ":"JWT"})"), parts.payload, parts.signature}.Whole()},
        {"no kid, right key", Signed(Encoded(R"({"alg":"HS256","typ":"JWT"})"), parts.payload, key)},
        {"kid of a file", Signed(Encoded(R"({"alg":"HS256","kid":"../../dev/null","typ":"JWT"})"), admin, "")},
        {"own key", Signed(parts.header, admin, std::string(32, 'x'))},
        {"empty key", Signed(parts.header, admin, "")},
        {"flipped signature", Parts{parts.header, parts.payload, flipped}.Whole()},
        {"cut signature", good.substr(0, good.size() - 1)},
        {"padded", good + "="},
        {"a fourth part", good + ".AAAA"},
        {"two parts", parts.header + "." + parts.payload},
        {"dots", ".."},
        {"space behind", good + " "},
        {"other issuer",
         Signed(parts.header, Encoded(Replaced(payload, R"("iss":"roundtable")", R"("iss":"x")")), key)},
        {"other audience",
         Signed(parts.header, Encoded(Replaced(payload, R"("aud":"roundtable-api")", R"("aud":"x")")), key)},
        {"unknown role", Signed(parts.header, Encoded(Replaced(payload, R"("role":"user")", R"("role":"root")")), key)},
        {"no expiry", Signed(parts.header, Encoded(Replaced(payload, R"("exp")", R"("ex")")), key)},
        {"expiry as text",
         Signed(parts.header, Encoded(Replaced(payload, R"("exp":)", R"("exp":"9999999999","x":)")), key)},
        {"another user's id sealed for another token",
         Signed(parts.header, Encoded(Replaced(payload, R"("jti":")", R"("jti":"A)")), key)},
        {"no object", Signed(parts.header, Encoded("[]"), key)},
        {"two roles", Signed(parts.header, Encoded(Replaced(payload, R"("role")", R"("role":"admin","role")")), key)},
        {"very long", std::string(5'000, 'A')},
    };
    for (const auto& [what, token] : table) {
        CAPTURE(what);
        const auto answer = f.As(token, "GET", "/test.user");
        if (std::string_view(what) == "space behind") {
            CHECK(answer.status == 200);  // white space around a field value is no part of it (RFC 9110 §5.5)
            continue;
        }
        CHECK(answer.status == 401);
        CHECK(answer.Code() == "UNAUTHENTICATED");
        CHECK(f.As(token, "GET", "/test.admin").status == 401);
    }
}

TEST_CASE("only one Authorization header, and only Bearer") {
    AuthHttp f;
    f.AddUser("lin");
    const std::string bearer = "Bearer " + f.Login("lin").Text("access_token");
    CHECK(f.Call("GET", "/test.user", "", {{"authorization", bearer}}).status == 200);
    const std::string lower = "bearer " + bearer.substr(7);
    CHECK(f.Call("GET", "/test.user", "", {{"Authorization", lower}}).status == 200);
    CHECK(f.Call("GET", "/test.user", "", {{"Authorization", bearer}, {"Authorization", bearer}}).status >= 400);
    for (const std::string& value : {std::string("Basic bGluOmxpbg=="), std::string("Bearer"), std::string("Bearer "),
                                     bearer.substr(7), "Token " + bearer.substr(7), bearer + "," + bearer}) {
        CAPTURE(value.substr(0, 12));
        CHECK(f.Call("GET", "/test.user", "", {{"Authorization", value}}).status == 401);
    }
}

TEST_CASE("a token that has lapsed, or whose user or session has, is refused at once") {
    AuthHttp f;
    const auto lin = f.AddUser("lin", Role::kOrganiser);
    const auto Token = [&] { return f.Login("lin").Text("access_token"); };
    const auto Refused = [&](const std::string& token) {
        const auto answer = f.As(token, "GET", "/test.user");
        return answer.status == 401 && answer.Code() == "TOKEN_EXPIRED";
    };
    auto& accounts = f.service->accounts();

    std::string token = Token();
    f.clock.Advance(900 * kMicrosPerSecond);
    CHECK(Refused(token));

    token = Token();
    REQUIRE(f.As(token, "GET", "/test.organiser").status == 200);
    REQUIRE(accounts.Edit(lin.id, std::nullopt, {.role = Role::kUser}, {}).ok());
    CHECK(Refused(token));

    token = Token();
    REQUIRE(accounts.Edit(lin.id, std::nullopt, {.status = UserStatus::kLocked}, {}).ok());
    CHECK(Refused(token));
    REQUIRE(accounts.Edit(lin.id, std::nullopt, {.status = UserStatus::kActive}, {}).ok());
    CHECK(Refused(token));

    token = Token();
    REQUIRE(accounts.SetPassword(lin.id, rt::testing::kGoodPassword, "", {}).ok());
    CHECK(Refused(token));

    const auto session = f.Login("lin");
    REQUIRE(f.service->Renew(session.Text("refresh_token"), rt::testing::NativeCaller()).ok());
    CHECK(f.As(session.Text("access_token"), "GET", "/test.user").status == 200);
    REQUIRE_FALSE(f.service->Renew(session.Text("refresh_token"), rt::testing::NativeCaller()).ok());
    CHECK(Refused(session.Text("access_token")));
}

TEST_CASE("a reused refresh token is answered as such, once") {
    AuthHttp f;
    f.AddUser("lin");
    const std::string body = R"({"refresh_token":")" + f.Login("lin").Text("refresh_token") + "\"}";
    CHECK(f.Call("POST", "/api/v1/auth/refresh", body).status == 200);
    const auto reused = f.Call("POST", "/api/v1/auth/refresh", body);
    CHECK(reused.status == 401);
    CHECK(reused.Code() == "TOKEN_REUSED");
    CHECK(f.Call("POST", "/api/v1/auth/refresh", body).Code() == "UNAUTHENTICATED");
    CHECK(f.Call("POST", "/api/v1/auth/refresh", "{}").Code() == "UNAUTHENTICATED");
    CHECK(f.Call("POST", "/api/v1/auth/refresh", R"({"refresh_token":5})").status == 422);
}
