#include <doctest/doctest.h>

#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/jwt.h"

namespace {

using rt::base::AsBytes;
using rt::base::Base64Encode;
using rt::base::Base64UrlEncode;
using rt::crypto::HmacSha256;
using rt::crypto::JwtKeys;

const std::string kOld = std::string(32, 'o');
const std::string kNew = std::string(32, 'n');

std::string Part(const std::string& token, int index) {
    std::size_t from = 0;
    for (int i = 0; i < index; ++i) from = token.find('.', from) + 1;
    return token.substr(from, token.find('.', from) - from);
}

// A token with this header, signed with the right key.
std::string Forged(const std::string& header_json, const std::string& payload) {
    const std::string input = Base64UrlEncode(AsBytes(header_json)) + "." + Base64UrlEncode(AsBytes(payload));
    return input + "." + Base64UrlEncode(HmacSha256(kNew, input));
}

std::string KeyId(const std::string& token) {
    const std::string header(rt::base::AsText(*rt::base::Base64UrlDecode(Part(token, 0))));
    const std::size_t from = header.find("\"kid\":\"") + 7;
    return header.substr(from, header.find('"', from) - from);
}

}  // namespace

TEST_CASE("a signed payload comes back, also after the key was rotated") {
    const auto old_keys = JwtKeys::FromSecrets({kOld});
    const auto keys = JwtKeys::FromSecrets({kNew, kOld});
    REQUIRE(keys.ok());
    const std::string payload = "{\"sub\":\"u\",\"exp\":1}";
    CHECK(*keys->Verify(keys->Sign(payload)) == payload);
    CHECK(*keys->Verify(old_keys->Sign(payload)) == payload);
    CHECK(!old_keys->Verify(keys->Sign(payload)).ok());
    CHECK(*keys->Verify(keys->Sign("")) == "");
    // Another process with the same secret writes the same token.
    CHECK(JwtKeys::FromSecrets({kNew})->Sign(payload) == keys->Sign(payload));
    const std::string header(rt::base::AsText(*rt::base::Base64UrlDecode(Part(keys->Sign(payload), 0))));
    CHECK(header == "{\"alg\":\"HS256\",\"kid\":\"" + KeyId(keys->Sign(payload)) + "\",\"typ\":\"JWT\"}");
}

TEST_CASE("weak and absent secrets are refused") {
    CHECK(!JwtKeys::FromSecrets({}).ok());
    CHECK(!JwtKeys::FromSecrets({std::string(31, 'x')}).ok());
    CHECK(JwtKeys::FromSecrets({std::string(32, 'x')}).ok());
    CHECK(JwtKeys::FromSecrets({std::string(33, 'x')}).ok());
    CHECK(!JwtKeys::FromSecrets({kNew, "short"}).ok());
}

TEST_CASE("every attack on a token is refused") {
    const JwtKeys keys = *JwtKeys::FromSecrets({kNew, kOld});
    const std::string payload = "{\"sub\":\"admin\"}";
    const std::string good = keys.Sign(payload);
    const std::string kid = KeyId(good);
    const std::string old_kid = KeyId(JwtKeys::FromSecrets({kOld})->Sign(payload));
    const std::string head = Part(good, 0);
    const std::string body = Part(good, 1);
    const std::string mac = Part(good, 2);
    REQUIRE(Forged("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}", payload) == good);

    std::string flipped = good;
    flipped[head.size() + 3] = flipped[head.size() + 3] == 'A' ? 'B' : 'A';
    // The last character of a 32-byte signature carries two spare bits: three more spellings decode to the same bytes.
    std::string respelled = good;
    ++respelled.back();
    REQUIRE(mac.size() == 43);

    struct Attack {
        std::string name;
        std::string token;
    };
    const Attack attacks[] = {
        {"empty", ""},
        {"only dots", ".."},
        {"one dot", head + "." + body},
        {"alg none, no signature", Base64UrlEncode(AsBytes("{\"alg\":\"none\"}")) + "." + body + "."},
        {"alg None, signed", Forged("{\"alg\":\"None\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}", payload)},
        {"alg none, our kid", Forged("{\"alg\":\"none\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}", payload)},
        {"alg HS512", Forged("{\"alg\":\"HS512\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}", payload)},
        {"alg RS256", Forged("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}", payload)},
        {"no kid", Forged("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", payload)},
        {"unknown kid", Forged("{\"alg\":\"HS256\",\"kid\":\"AAAAAAAA\",\"typ\":\"JWT\"}", payload)},
        {"kid of the other key", Forged("{\"alg\":\"HS256\",\"kid\":\"" + old_kid + "\",\"typ\":\"JWT\"}", payload)},
        {"kid as a path", Forged("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\",\"typ\":\"JWT\"}", payload)},
        {"header with a jwk",
         Forged("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\",\"jwk\":{}}", payload)},
        {"header with a space", Forged("{\"alg\":\"HS256\", \"kid\":\"" + kid + "\",\"typ\":\"JWT\"}", payload)},
        {"header members in another order",
         Forged("{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}", payload)},
        {"no signature", head + "." + body + "."},
        {"null signature", head + "." + body + "." + Base64UrlEncode(rt::base::Bytes(32))},
        {"signature cut by one", good.substr(0, good.size() - 1)},
        {"signature cut to one", head + "." + body + "." + mac.substr(0, 1)},
        {"signature longer", good + "A"},
        {"signature with padding", good + "="},
        {"signature with spare bits", respelled},
        {"signature in standard base64", head + "." + body + "." + Base64Encode(HmacSha256(kNew, head + "." + body))},
        {"signature with a blank", good + " "},
        {"signature with a line break", good + "\n"},
        {"leading blank", " " + good},
        {"payload changed", flipped},
        {"payload of another token", head + "." + Base64UrlEncode(AsBytes("{\"sub\":\"x\"}")) + "." + mac},
        {"payload with padding, signed",
         [&] {
             const std::string input = head + "." + body + "=";
             return input + "." + Base64UrlEncode(HmacSha256(kNew, input));
         }()},
        {"five parts (JWE)", good + ".x.y"},
        {"four parts", head + "." + body + ".x." + mac},
        {"signature of the payload only", head + "." + body + "." + Base64UrlEncode(HmacSha256(kNew, body))},
        {"other secret", JwtKeys::FromSecrets({std::string(32, 'x')})->Sign(payload)},
        {"a NUL inside", head + "." + body + std::string(1, '\0') + "." + mac},
    };
    for (const Attack& attack : attacks) {
        CAPTURE(attack.name);
        const auto result = keys.Verify(attack.token);
        REQUIRE(!result.ok());
        CHECK(result.error().code == rt::Code::kUnauthenticated);
        CHECK(result.error().detail.find(mac) == std::string::npos);
    }
    for (std::size_t size = 0; size < good.size(); ++size) CHECK(!keys.Verify(good.substr(0, size)).ok());
}

TEST_CASE("the size of a token is limited") {
    const JwtKeys keys = *JwtKeys::FromSecrets({kNew});
    std::string payload;
    while (keys.Sign(payload + "x").size() <= rt::crypto::kJwtBytesMax) payload += 'x';
    CHECK(keys.Sign(payload).size() == rt::crypto::kJwtBytesMax);
    CHECK(keys.Verify(keys.Sign(payload)).ok());
    CHECK(keys.Verify(keys.Sign(payload.substr(1))).ok());
    // Base64 skips every fourth length, so the next token is two bytes longer.
    CHECK(keys.Sign(payload + "x").size() == rt::crypto::kJwtBytesMax + 2);
    CHECK(keys.Verify(keys.Sign(payload + "x")).error().detail == "token too long");
    CHECK(keys.Verify(std::string(rt::crypto::kJwtBytesMax, 'x')).error().detail == "no compact token");
}
