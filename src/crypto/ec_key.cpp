#include "crypto/ec_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "crypto/openssl_internal.h"

namespace rt::crypto {
namespace {

constexpr std::size_t kCoordinateBytes = 32;
constexpr std::size_t kNameCharsMax = 253;

using DigestPtr = std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<EVP_MD_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, OpenSslDeleter<BN_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, OpenSslDeleter<X509_REQ_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, OpenSslDeleter<ECDSA_SIG_free>>;

void FreeExtensions(STACK_OF(X509_EXTENSION) * list) {
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
}
using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), OpenSslDeleter<FreeExtensions>>;

Error Failed(const char* what) {
    return Fail(Code::kInternal, std::string(what) + ": " + TakeErrorText());
}

Result<std::string> Coordinate(const EVP_PKEY& key, const char* name) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(&key, name, &raw) != 1) return Failed("public key");
    const NumberPtr number(raw);
    std::array<std::uint8_t, kCoordinateBytes> bytes{};
    if (BN_bn2binpad(number.get(), bytes.data(), bytes.size()) != static_cast<int>(bytes.size()))
        return Failed("public key");
    return base::Base64UrlEncode(bytes);
}

bool IsDnsName(std::string_view name) {
    if (name.empty() || name.size() > kNameCharsMax) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '*';
    });
}

Status AddNames(X509_REQ& request, const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        if (!IsDnsName(name)) return Fail(Code::kInvalid, "'" + name + "' is no name for a certificate");
        text.append(text.empty() ? "DNS:" : ",DNS:").append(name);
    }
    if (text.empty()) return Fail(Code::kInvalid, "a certificate needs a name");
    const ExtensionsPtr list(sk_X509_EXTENSION_new_null());
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, text.c_str());
    if (list == nullptr || extension == nullptr || sk_X509_EXTENSION_push(list.get(), extension) == 0) {
        X509_EXTENSION_free(extension);
        return Failed("certificate request");
    }
    return X509_REQ_add_extensions(&request, list.get()) == 1 ? Ok() : Status(Failed("certificate request"));
}

}  // namespace

struct EcKey::State {
    KeyPtr key;
};

Result<EcKey> EcKey::Generate() {
    KeyPtr key(EVP_EC_gen("P-256"));
    if (key == nullptr) return Failed("make a key");
    return EcKey(std::make_shared<const State>(State{std::move(key)}));
}

Result<EcKey> EcKey::FromPem(std::string_view pem) {
    const BioPtr bio = ReadBio(pem);
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
    if (key == nullptr) return Fail(Code::kInvalid, "no unencrypted private key in PEM form: " + TakeErrorText());
    std::array<char, 32> group{};
    std::size_t size = 0;
    const bool right = EVP_PKEY_is_a(key.get(), "EC") == 1 &&
                       EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &size) == 1 &&
                       std::string_view(group.data(), size) == SN_X9_62_prime256v1;
    if (!right) return Fail(Code::kInvalid, "not a key on the curve P-256");
    return EcKey(std::make_shared<const State>(State{std::move(key)}));
}

Result<std::string> EcKey::Pem() const {
    const BioPtr bio(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), state_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return Failed("write the key");
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
}

Result<EcKey::Point> EcKey::PublicPoint() const {
    Point point;
    RT_TRY(point.x, Coordinate(*state_->key, OSSL_PKEY_PARAM_EC_PUB_X));
    RT_TRY(point.y, Coordinate(*state_->key, OSSL_PKEY_PARAM_EC_PUB_Y));
    return point;
}

Result<std::string> EcKey::Sign(std::string_view data) const {
    const DigestPtr digest(EVP_MD_CTX_new());
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    if (digest == nullptr || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) != 1 ||
        EVP_DigestSign(digest.get(), nullptr, &size, bytes, data.size()) != 1) {
        return Failed("sign");
    }
    std::vector<unsigned char> der(size);
    if (EVP_DigestSign(digest.get(), der.data(), &size, bytes, data.size()) != 1) return Failed("sign");
    const unsigned char* at = der.data();
    const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
    if (signature == nullptr) return Failed("sign");
    std::array<std::uint8_t, 2 * kCoordinateBytes> out{};
    const int half = kCoordinateBytes;
    if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), half) != half ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + half, half) != half) {
        return Failed("sign");
    }
    return std::string(base::AsText(out));
}

Result<std::string> EcKey::CertificateRequest(const std::vector<std::string>& names) const {
    const RequestPtr request(X509_REQ_new());
    if (request == nullptr || X509_REQ_set_version(request.get(), 0) != 1 ||
        X509_REQ_set_pubkey(request.get(), state_->key.get()) != 1) {
        return Failed("certificate request");
    }
    RT_CHECK_OK(AddNames(*request, names));
    if (X509_REQ_sign(request.get(), state_->key.get(), EVP_sha256()) == 0) return Failed("certificate request");
    unsigned char* der = nullptr;
    const int size = i2d_X509_REQ(request.get(), &der);
    if (size < 0) return Failed("certificate request");
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

}  // namespace rt::crypto
