// Ed25519 tokens: the vector of RFC 8037, and the attacks that public keys invite.
#include <doctest/doctest.h>

#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/jwt.h"

namespace {

using rt::base::AsBytes;
using rt::base::AsText;
using rt::base::Base64UrlDecode;
using rt::base::Base64UrlEncode;
using rt::crypto::HmacSha256;
using rt::crypto::JwtAlgorithm;
using rt::crypto::JwtKey;
using rt::crypto::JwtKeys;

// RFC 8037, appendix A.
constexpr const char* kSeed = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr const char* kPublic = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr const char* kThumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

JwtKey Key(const std::string& seed = kSeed) {
    return *JwtKey::Make(JwtAlgorithm::kEdDsa, AsText(*Base64UrlDecode(seed)));
}

std::string Part(const std::string& token, int index) {
    std::size_t from = 0;
    for (int i = 0; i < index; ++i) from = token.find('.', from) + 1;
    return token.substr(from, token.find('.', from) - from);
}

std::string Encoded(const std::string& text) {
    return Base64UrlEncode(AsBytes(text));
}

}  // namespace

TEST_CASE("the key and the signature of RFC 8037") {
    const JwtKey key = Key();
    CHECK(key.public_key() == kPublic);
    CHECK(key.id() == kThumbprint);
    const std::string token = key.Sign("{\"sub\":\"u\"}");
    CHECK(AsText(*Base64UrlDecode(Part(token, 0))) ==
          std::string("{\"alg\":\"EdDSA\",\"kid\":\"") + kThumbprint + "\",\"typ\":\"JWT\"}");
    CHECK(Part(token, 2).size() == 86);
    CHECK(Key().Sign("{\"sub\":\"u\"}") == token);
    const JwtKeys keys = *JwtKeys::FromKeys({key});
    CHECK(*keys.Verify(token) == "{\"sub\":\"u\"}");
    CHECK(keys.Check(token)->key == 0);
}

TEST_CASE("seeds of another size are refused") {
    for (const std::size_t size : {0U, 31U, 33U, 64U}) {
        CHECK_FALSE(JwtKey::Make(JwtAlgorithm::kEdDsa, std::string(size, 'x')).ok());
    }
    CHECK(JwtKey::Make(JwtAlgorithm::kEdDsa, std::string(32, 'x')).ok());
    CHECK_FALSE(JwtKeys::FromKeys({}).ok());
}

TEST_CASE("keys of both kinds side by side, each checks its own") {
    const JwtKey ed = Key();
    const JwtKey hs = *JwtKey::Make(JwtAlgorithm::kHs256, std::string(32, 's'));
    CHECK(hs.public_key().empty());
    const JwtKeys both = *JwtKeys::FromKeys({ed, hs});
    CHECK(both.Check(ed.Sign("{}"))->key == 0);
    CHECK(both.Check(hs.Sign("{}"))->key == 1);
    // The signature of one under the header of the other.
    const std::string a = ed.Sign("{}");
    const std::string b = hs.Sign("{}");
    CHECK_FALSE(both.Check(Part(a, 0) + "." + Part(a, 1) + "." + Part(b, 2)).ok());
    CHECK_FALSE(both.Check(Part(b, 0) + "." + Part(b, 1) + "." + Part(a, 2)).ok());
}

TEST_CASE("attacks on tokens with a public key are refused") {
    const JwtKeys keys = *JwtKeys::FromKeys({Key()});
    const std::string good = keys.Sign("{\"sub\":\"u\"}");
    const std::string head = Part(good, 0);
    const std::string body = Part(good, 1);
    const std::string signature = Part(good, 2);
    const std::string evil = Encoded("{\"sub\":\"admin\"}");
    const std::string raw_public(AsText(*Base64UrlDecode(kPublic)));
    const std::string pem =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
        "-----END PUBLIC KEY-----\n";
    // HS256 with what everybody knows: the confusion of algorithms.
    const auto confused = [&](const std::string& header, const std::string& secret) {
        const std::string input = Encoded(header) + "." + evil;
        return input + "." + Base64UrlEncode(HmacSha256(secret, input));
    };
    const auto under_our_header = [&](const std::string& secret) {
        const std::string input = head + "." + evil;
        return input + "." + Base64UrlEncode(HmacSha256(secret, input));
    };
    const std::string hs = std::string("{\"alg\":\"HS256\",\"kid\":\"") + kThumbprint + "\",\"typ\":\"JWT\"}";
    std::string respelled = good;
    ++respelled.back();
    const struct {
        const char* what;
        std::string token;
    } attacks[] = {
        {"HS256 with the raw public key", confused(hs, raw_public)},
        {"HS256 with the public key's text", confused(hs, kPublic)},
        {"HS256 with the PEM", confused(hs, pem)},
        {"HS256 under our header", under_our_header(raw_public)},
        {"HS256 of the PEM under our header", under_our_header(pem)},
        {"alg none", Encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + evil + "."},
        {"alg none with our kid",
         Encoded(std::string("{\"alg\":\"none\",\"kid\":\"") + kThumbprint + "\",\"typ\":\"JWT\"}") + "." + evil + "."},
        {"empty signature", head + "." + evil + "."},
        {"null signature", head + "." + evil + "." + Base64UrlEncode(rt::base::Bytes(64))},
        {"short signature", head + "." + body + "." + Base64UrlEncode(rt::base::Bytes(63))},
        {"another payload", head + "." + evil + "." + signature},
        {"another key of the same kind",
         Key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").Sign("{\"sub\":\"admin\"}")},
        {"a jwk in the header",
         Encoded(std::string("{\"alg\":\"EdDSA\",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"") + kPublic +
                 "\"}}") +
             "." + body + "." + signature},
        {"kid of a file",
         Encoded("{\"alg\":\"EdDSA\",\"kid\":\"/dev/null\",\"typ\":\"JWT\"}") + "." + body + "." + signature},
        {"spare bits", respelled},
        {"padded", good + "=="},
        {"trailing bytes", good + "AAAA"},
        {"a further part", good + "." + signature},
        {"one part", head},
        {"very long", std::string(rt::crypto::kJwtBytesMax + 1, 'A')},
    };
    for (const auto& attack : attacks) {
        CAPTURE(attack.what);
        const auto result = keys.Verify(attack.token);
        REQUIRE_FALSE(result.ok());
        CHECK(result.error().code == rt::Code::kUnauthenticated);
    }
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(keys.Verify(changed).ok());
    }
}
