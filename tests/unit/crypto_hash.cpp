#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace {

using rt::base::HexEncode;

std::string Hmac(const std::string& key, const std::string& data) {
    return HexEncode(rt::crypto::HmacSha256(key, data));
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-4, whole and in pieces") {
    CHECK(HexEncode(rt::crypto::Sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(HexEncode(rt::crypto::Sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    rt::crypto::Sha256Stream stream;
    for (int i = 0; i < 1000; ++i) stream.Update(std::string(1000, 'a'));
    const std::string million = HexEncode(stream.Finish());
    CHECK(million == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    // A finished stream starts anew.
    stream.Update("abc");
    CHECK(stream.Finish() == rt::crypto::Sha256("abc"));
}

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231") {
    CHECK(Hmac(std::string(20, '\x0b'), "Hi There") ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(Hmac("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(Hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(Hmac("", "").size() == 64);
}

TEST_CASE("SHA-1 gives the accept key of RFC 6455") {
    const auto digest = rt::crypto::Sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    CHECK(rt::base::Base64Encode(digest) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("constant-time comparison compares") {
    CHECK(rt::crypto::EqualConstantTime("", ""));
    CHECK(rt::crypto::EqualConstantTime("abc", "abc"));
    CHECK(!rt::crypto::EqualConstantTime("abc", "abd"));
    CHECK(!rt::crypto::EqualConstantTime("abc", "ab"));
}

TEST_CASE("the system's randomness fills every size and does not repeat") {
    rt::crypto::SystemRandom random;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random.Next64());
    CHECK(seen.size() == 1000);
    random.Fill({});
    std::vector<std::uint8_t> large(100'000);
    random.Fill(large);
    // The last kilobyte of a large request is filled too.
    const std::set<std::uint8_t> tail(large.end() - 1024, large.end());
    CHECK(tail.size() > 200);
}
