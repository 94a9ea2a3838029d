#include <doctest/doctest.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/encoding.h"
#include "crypto/ec_key.h"

namespace {

using rt::crypto::EcKey;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key PrivateKeyOf(const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                            BIO_free_all);
    return {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

// Verifies r || s with OpenSSL, which wants it in DER.
bool Verifies(EVP_PKEY* key, std::string_view data, std::string_view signature) {
    if (signature.size() != 64) return false;
    const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts(ECDSA_SIG_new(), ECDSA_SIG_free);
    ECDSA_SIG_set0(parts.get(), BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &der);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key);
    const int good = EVP_DigestVerify(digest.get(), der, static_cast<std::size_t>(size),
                                      reinterpret_cast<const unsigned char*>(data.data()), data.size());
    OPENSSL_free(der);
    return good == 1;
}

}  // namespace

TEST_CASE("signatures are 64 bytes that verify, for many values of r and s") {
    const auto key = EcKey::Generate();
    REQUIRE(key.ok());
    const Key verifier = PrivateKeyOf(*key->Pem());
    REQUIRE(verifier != nullptr);
    // Leading zeros of r or s come once in 128 signatures.
    for (int i = 0; i < 600; ++i) {
        const std::string text = "text " + std::to_string(i);
        const auto signature = key->Sign(text);
        REQUIRE(signature.ok());
        REQUIRE(Verifies(verifier.get(), text, *signature));
        REQUIRE(!Verifies(verifier.get(), text + "x", *signature));
    }
}

TEST_CASE("a key goes through its text and keeps its public point") {
    const auto key = EcKey::Generate();
    const auto again = EcKey::FromPem(*key->Pem());
    REQUIRE(again.ok());
    CHECK(again->PublicPoint()->x == key->PublicPoint()->x);
    CHECK(again->PublicPoint()->y == key->PublicPoint()->y);
    CHECK(rt::base::Base64UrlDecode(key->PublicPoint()->x)->size() == 32);
    CHECK(EcKey::Generate()->PublicPoint()->x != key->PublicPoint()->x);

    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> wrong_curve(EVP_EC_gen("P-384"), EVP_PKEY_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    PEM_write_bio_PKCS8PrivateKey(bio.get(), wrong_curve.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    CHECK(EcKey::FromPem({text, static_cast<std::size_t>(size)}).error().code == rt::Code::kInvalid);
    CHECK(!EcKey::FromPem("").ok());
    CHECK(!EcKey::FromPem("garbage").ok());
}

TEST_CASE("a certificate request names what it is for and is signed by its key") {
    const auto key = EcKey::Generate();
    const auto der = key->CertificateRequest({"a.example", "b.example"});
    REQUIRE(der.ok());
    const auto* at = reinterpret_cast<const unsigned char*>(der->data());
    const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(
        d2i_X509_REQ(nullptr, &at, static_cast<long>(der->size())), X509_REQ_free);
    REQUIRE(request != nullptr);
    CHECK(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) == 1);
    STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(request.get());
    auto* names = static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr));
    CHECK(sk_GENERAL_NAME_num(names) == 2);
    GENERAL_NAMES_free(names);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    for (const std::string& bad : {std::string(), std::string("a,DNS:b"), std::string("a b"), std::string(254, 'a')}) {
        CHECK(key->CertificateRequest({bad}).error().code == rt::Code::kInvalid);
    }
    CHECK(!key->CertificateRequest({}).ok());
}
