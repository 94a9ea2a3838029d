// What WeChat answers and what mini-programs hand over.
#include <doctest/doctest.h>

#include <string>

#include "auth/wechat/answers.h"
#include "auth/wechat/signature.h"
#include "base/encoding.h"
#include "crypto/aes_cbc.h"

namespace {

using namespace rt;
using namespace rt::auth::wechat;  // NOLINT: the module under test

constexpr base::Time kNow{1'795'357'477 * base::kMicrosPerSecond};
constexpr std::string_view kAppid = "wx1234567890abcdef";

std::string_view WireOf(const Refusal& refusal) {
    return base::Info(refusal.error.code).wire;
}

TEST_CASE("every error code of the sign-in has its meaning") {
    struct Case {
        std::int64_t errcode;
        const char* wire;
        Trouble trouble;
    };
    for (const Case& one : {Case{-1, "UNAVAILABLE", Trouble::kBusy},
                            {40029, "SIGN_IN_AGAIN", Trouble::kNone},
                            {40163, "SIGN_IN_AGAIN", Trouble::kNone},
                            {45011, "TOO_MANY_REQUESTS", Trouble::kNone},
                            {40226, "FORBIDDEN", Trouble::kNone},
                            {40013, "UNAVAILABLE", Trouble::kOurSettings},
                            {40125, "UNAVAILABLE", Trouble::kOurSettings},
                            {40164, "UNAVAILABLE", Trouble::kOurSettings},
                            {40001, "UNAVAILABLE", Trouble::kStaleToken},
                            {42001, "UNAVAILABLE", Trouble::kStaleToken},
                            {87009, "SIGN_IN_AGAIN", Trouble::kNone},
                            {99999, "UPSTREAM_FAILED", Trouble::kNone}}) {
        CAPTURE(one.errcode);
        const auto read = ReadMiniSession(R"({"errcode":)" + std::to_string(one.errcode) +
                                          R"(,"errmsg":"secret words, rid: 1-2-3"})");
        CHECK_FALSE(read.ok);
        CHECK(WireOf(read.refusal) == one.wire);
        CHECK(read.refusal.trouble == one.trouble);
        CHECK(read.refusal.error.detail.find("secret") == std::string::npos);
    }
    CHECK(Explain(45011).error.retry_after_s == 60);
    CHECK(Explain(-1).error.retry_after_s == 1);
    CHECK(Explain(40125).error.retry_after_s == 0);
}

TEST_CASE("a session is read with and without errcode and unionid, and nothing less") {
    const auto plain = ReadMiniSession(R"({"openid":"o1","session_key":"a2V5"})");
    REQUIRE(plain.ok);
    CHECK(plain.value.openid == "o1");
    CHECK(plain.value.unionid.empty());
    const auto full =
        ReadMiniSession(R"({"errcode":0,"errmsg":"ok","openid":"o1","session_key":"a2V5","unionid":"u1"})");
    REQUIRE(full.ok);
    CHECK(full.value.unionid == "u1");
    for (const std::string bad :
         {"", "null", "[]", "{}", "<html>", R"({"openid":"o1"})", R"({"session_key":"a"})",
          R"({"openid":1,"session_key":"a"})", R"({"openid":"","session_key":"a"})",
          R"({"openid":"a b","session_key":"a"})", R"({"openid":"o1","openid":"o2","session_key":"a"})",
          R"({"errcode":"0","openid":"o1","session_key":"a"})", R"({"errcode":0.5,"openid":"o1","session_key":"a"})"}) {
        CAPTURE(bad);
        const auto read = ReadMiniSession(bad);
        CHECK_FALSE(read.ok);
        CHECK(WireOf(read.refusal) == "UPSTREAM_FAILED");
    }
    const auto with_id = [](std::size_t size) {
        return ReadMiniSession(R"({"session_key":"a","openid":")" + std::string(size, 'o') + "\"}").ok;
    };
    CHECK(with_id(127));
    CHECK(with_id(128));
    CHECK_FALSE(with_id(129));
}

TEST_CASE("access tokens live as long as WeChat says, two hours at most") {
    CHECK(ReadAccessToken(R"({"access_token":"t","expires_in":7200})").ok);
    CHECK_FALSE(ReadAccessToken(R"({"access_token":"t","expires_in":7201})").ok);
    CHECK_FALSE(ReadAccessToken(R"({"access_token":"t","expires_in":0})").ok);
    CHECK_FALSE(ReadAccessToken(R"({"access_token":"t"})").ok);
    CHECK(ReadAccessToken(R"({"access_token":")" + std::string(2048, 't') + R"(","expires_in":1})").ok);
    CHECK_FALSE(ReadAccessToken(R"({"access_token":")" + std::string(2049, 't') + R"(","expires_in":1})").ok);
}

TEST_CASE("a phone number counts with our watermark of now only") {
    const auto body = [](std::string_view appid, std::int64_t at, std::string_view country = "86",
                         std::string_view number = "13800138000") {
        return R"({"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"x","purePhoneNumber":")" +
               std::string(number) + R"(","countryCode":")" + std::string(country) + R"(","watermark":{"timestamp":)" +
               std::to_string(at) + R"(,"appid":")" + std::string(appid) + "\"}}}";
    };
    const std::int64_t now_s = kNow.micros / base::kMicrosPerSecond;
    const auto read = ReadPhone(body(kAppid, now_s), kAppid, kNow);
    REQUIRE(read.ok);
    CHECK(read.value == "+8613800138000");
    CHECK(ReadPhone(body(kAppid, now_s - 600), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(body(kAppid, now_s - 601), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(body(kAppid, now_s + 601), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(body("wxother", now_s), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(body(kAppid, INT64_MAX), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(body(kAppid, now_s, "+86"), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(body(kAppid, now_s, "86", ""), kAppid, kNow).ok);
    CHECK_FALSE(ReadPhone(R"({"errcode":0,"phone_info":{}})", kAppid, kNow).ok);
}

TEST_CASE("signatures as WeChat's documents show them") {
    CHECK(SessionSignature(R"({"foo":"bar"})", "o0q0otL8aEzpcZL/FT9WsQ==") ==
          "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b");
}

// Made with the openssl command.
constexpr std::string_view kKey = "HyVFkGl5F5OQWJZZaNzBBg==";
constexpr std::string_view kIv = "r7BXXKkLb8qrSNn05n0qiA==";
constexpr std::string_view kSealed =
    "0oenqIkVYe1Nn4SVWWPbG0aeZiF+Ak9D7lFIU1gps3aci6ejDxGkK2+"
    "3jVFtYwx58fTX7T8319WEbE2Hk2sLu9LSOCF1WxOn8f6Kv5gOsu4wqUKjWSdlNIllkNNKCaWDH9R0e0wNadR7DNKw3360McHwsSE3Yq2QPLQtChaQD"
    "YhUxsr8ObvK4ZbKNO6y8G7ulvrmk9JqMZDeNp3BMJVWVg==";

TEST_CASE("encryptedData opens with its key, for its app, while it is fresh") {
    const auto open = [](std::string_view sealed, std::string_view iv, std::string_view key, std::string_view appid,
                         base::Time now) -> std::string {
        const auto data = OpenEncryptedData(sealed, iv, key, appid, now);
        return data.ok() ? data->Find("purePhoneNumber")->AsString() : std::string(base::Info(data.error().code).wire);
    };
    CHECK(open(kSealed, kIv, kKey, kAppid, kNow) == "13800138000");
    CHECK(open(kSealed, kIv, kKey, "wxother", kNow) == "FORBIDDEN");
    CHECK(open(kSealed, kIv, kKey, kAppid, kNow.Plus(kWatermarkMicrosMax)) == "13800138000");
    CHECK(open(kSealed, kIv, kKey, kAppid, kNow.Plus(kWatermarkMicrosMax + 1)) == "FORBIDDEN");
    CHECK(open(kSealed, kIv, "o0q0otL8aEzpcZL/FT9WsQ==", kAppid, kNow) == "SIGN_IN_AGAIN");
    CHECK(open(kSealed.substr(4), kIv, kKey, kAppid, kNow) == "SIGN_IN_AGAIN");
    CHECK(open("", kIv, kKey, kAppid, kNow) == "SIGN_IN_AGAIN");
    CHECK(open("!!!!", kIv, kKey, kAppid, kNow) == "SIGN_IN_AGAIN");
    CHECK(open(kSealed, "AAAA", kKey, kAppid, kNow) == "SIGN_IN_AGAIN");
    CHECK(open(std::string(16'388, 'A'), kIv, kKey, kAppid, kNow) == "VALIDATION_FAILED");
    // Every changed byte of the ciphertext is found out, or the text is no object any more.
    auto bytes = *base::Base64Decode(kSealed);
    bytes.back() ^= 1U;
    CHECK(open(base::Base64Encode(bytes), kIv, kKey, kAppid, kNow) == "SIGN_IN_AGAIN");
}

}  // namespace
