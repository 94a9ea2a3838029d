#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/encoding.h"
#include "crypto/field_cipher.h"

namespace {

using rt::base::AsText;
using rt::base::HexDecode;
using rt::base::HexEncode;
using rt::crypto::BlindIndex;
using rt::crypto::FieldCipher;

const std::string kOld(32, 'o');
const std::string kNew(32, 'n');

std::string Bytes(std::string_view hex) {
    return std::string(AsText(*HexDecode(hex)));
}

}  // namespace

TEST_CASE("a sealed field opens in its own place only") {
    rt::base::SeededRandom random(1);
    const auto cipher = FieldCipher::FromKeys({kNew});
    REQUIRE(cipher.ok());
    for (const std::string& plain :
         {std::string("\xE5\xBC\xA0\xE4\xB8\x89"), std::string(), std::string(100'000, 'x'), std::string("a\0b", 3)}) {
        const std::string sealed = cipher->Seal(plain, "person.name:7", random);
        CHECK(sealed.size() == plain.size() + rt::crypto::kSealedOverhead);
        CHECK(*cipher->Open(sealed, "person.name:7") == plain);
        CHECK(!cipher->Open(sealed, "person.name:8").ok());
        CHECK(!cipher->Open(sealed, "").ok());
        if (!plain.empty()) CHECK(sealed.find(plain) == std::string::npos);
    }
    CHECK(cipher->Seal("x", "c", random) != cipher->Seal("x", "c", random));
}

TEST_CASE("every changed byte and every cut is found out") {
    rt::base::SeededRandom random(2);
    const FieldCipher cipher = *FieldCipher::FromKeys({kNew, kOld});
    const std::string sealed = cipher.Seal("310101199001011234", "c", random);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK(!cipher.Open(changed, "c").ok());
        CHECK(!cipher.Open(sealed.substr(0, i), "c").ok());
    }
    CHECK(!cipher.Open(sealed + "x", "c").ok());
    CHECK(cipher.Open(sealed, "c").ok());
    CHECK(cipher.Open("", "c").error().code == rt::Code::kInternal);
    // The error says nothing of the value.
    CHECK(cipher.Open(sealed, "d").error().detail == "a sealed field was changed or moved");
}

TEST_CASE("keys rotate: the newest seals, all open") {
    rt::base::SeededRandom random(3);
    const FieldCipher old_only = *FieldCipher::FromKeys({kOld});
    const FieldCipher both = *FieldCipher::FromKeys({kNew, kOld});
    const FieldCipher new_only = *FieldCipher::FromKeys({kNew});
    const std::string sealed = old_only.Seal("x", "c", random);
    CHECK(*both.Open(sealed, "c") == "x");
    CHECK(both.IsOld(sealed));
    CHECK(!old_only.IsOld(sealed));
    CHECK(new_only.IsOld(sealed));
    CHECK(!new_only.Open(sealed, "c").ok());
    const std::string again = both.Seal("x", "c", random);
    CHECK(!both.IsOld(again));
    CHECK(*new_only.Open(again, "c") == "x");
}

TEST_CASE("bad sets of keys are refused") {
    CHECK(!FieldCipher::FromKeys({}).ok());
    CHECK(!FieldCipher::FromKeys({std::string(31, 'x')}).ok());
    CHECK(!FieldCipher::FromKeys({std::string(33, 'x')}).ok());
    CHECK(!FieldCipher::FromKeys({kNew, kNew}).ok());
}

TEST_CASE("the seal is AES-256-GCM as NIST writes it") {
    // Test case 16 of the GCM specification, without its key id: key, nonce, associated data, text, ciphertext and tag.
    const std::string key = Bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    const std::string context = Bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const std::string text = Bytes(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de6"
        "57"
        "ba637b39");
    const std::string sealed_body = Bytes(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a"
        "0a"
        "bcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b");
    const FieldCipher cipher = *FieldCipher::FromKeys({key});
    rt::base::SeededRandom random(4);
    const std::string key_id = cipher.Seal("", "", random).substr(0, 4);
    const std::string sealed = key_id + Bytes("cafebabefacedbaddecaf888") + sealed_body;
    REQUIRE(cipher.Open(sealed, context).ok());
    CHECK(*cipher.Open(sealed, context) == text);
}

TEST_CASE("blind indexes find equal values of one purpose") {
    CHECK(BlindIndex(kOld, "id", "x") == BlindIndex(kOld, "id", "x"));
    CHECK(BlindIndex(kOld, "id", "x").size() == 16);
    const std::set<std::string> all{BlindIndex(kOld, "id", "x"), BlindIndex(kOld, "id", "y"),
                                    BlindIndex(kNew, "id", "x"), BlindIndex(kOld, "phone", "x"),
                                    BlindIndex(kOld, "i", "dx"), BlindIndex(kOld, "idx", "")};
    CHECK(all.size() == 6);
}

TEST_CASE("derived keys are HKDF-SHA-256") {
    // RFC 5869 test case 3 has no salt and no info; its output is longer than ours and begins with these bytes.
    CHECK(HexEncode(rt::base::AsBytes(rt::crypto::DeriveKey(std::string(22, '\x0b'), ""))) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    CHECK(rt::crypto::DeriveKey(kOld, "a") != rt::crypto::DeriveKey(kOld, "b"));
    CHECK(rt::crypto::DeriveKey(kOld, "a") != rt::crypto::DeriveKey(kNew, "a"));
}
