#include "crypto/field_cipher.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/openssl_internal.h"

namespace rt::crypto {
namespace {

constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kBlindIndexBytes = 16;

unsigned char* Raw(char* data) {
    return reinterpret_cast<unsigned char*>(data);
}
const unsigned char* Raw(std::string_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

enum class Direction : std::uint8_t { kSeal, kOpen };

// An AES-256-GCM context with key, nonce and associated data in it.
CipherPtr Prepare(Direction direction, const std::string& key, std::string_view nonce, std::string_view context) {
    CipherPtr cipher(EVP_CIPHER_CTX_new());
    const int sealing = direction == Direction::kSeal ? 1 : 0;
    int size = 0;
    RT_CHECK(cipher != nullptr);
    RT_CHECK(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Raw(key), Raw(nonce), sealing) == 1);
    RT_CHECK(EVP_CipherUpdate(cipher.get(), nullptr, &size, Raw(context), static_cast<int>(context.size())) == 1);
    return cipher;
}

// Ciphertext and tag.
void AppendSealed(std::string& out, const CipherPtr& cipher, std::string_view plain) {
    const std::size_t head = out.size();
    out.resize(head + plain.size() + kTagBytes);
    int size = 0;
    RT_CHECK(
        EVP_CipherUpdate(cipher.get(), Raw(out.data() + head), &size, Raw(plain), static_cast<int>(plain.size())) == 1);
    RT_CHECK(static_cast<std::size_t>(size) == plain.size());
    RT_CHECK(EVP_CipherFinal_ex(cipher.get(), Raw(out.data() + head + plain.size()), &size) == 1 && size == 0);
    RT_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out.data() + head + plain.size()) == 1);
}

// `sealed` is ciphertext and tag.
Result<std::string> OpenSealed(const CipherPtr& cipher, std::string_view sealed) {
    const std::string_view body = sealed.substr(0, sealed.size() - kTagBytes);
    std::string tag(sealed.substr(body.size()));
    std::string out(body.size() + 1, '\0');
    int size = 0;
    int last = 0;
    const bool done =
        EVP_CipherUpdate(cipher.get(), Raw(out.data()), &size, Raw(body), static_cast<int>(body.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
        EVP_CipherFinal_ex(cipher.get(), Raw(out.data() + size), &last) == 1;
    ERR_clear_error();
    if (!done) return Fail(Code::kInternal, "a sealed field was changed or moved");
    out.resize(body.size());
    return out;
}

}  // namespace

Result<FieldCipher> FieldCipher::FromKeys(const std::vector<std::string>& keys_newest_first) {
    if (keys_newest_first.empty()) return Fail(Code::kInvalid, "no field key");
    std::vector<Key> keys;
    for (const std::string& bytes : keys_newest_first) {
        if (bytes.size() != kFieldKeyBytes) return Fail(Code::kInvalid, "a field key is not 32 bytes long");
        const Sha256Digest digest = HmacSha256(bytes, "roundtable field key id");
        Key key{{}, bytes};
        std::copy_n(digest.begin(), key.id.size(), key.id.begin());
        const bool taken = std::any_of(keys.begin(), keys.end(), [&](const Key& other) { return other.id == key.id; });
        if (taken) return Fail(Code::kInvalid, "two field keys have the same id");
        keys.push_back(std::move(key));
    }
    return FieldCipher(std::move(keys));
}

std::string FieldCipher::Seal(std::string_view plain, std::string_view context, Random& random) const {
    const Key& key = keys_.front();
    std::array<std::uint8_t, kNonceBytes> nonce{};
    random.Fill(nonce);
    std::string out(base::AsText(key.id));
    out += base::AsText(nonce);
    AppendSealed(out, Prepare(Direction::kSeal, key.bytes, base::AsText(nonce), context), plain);
    return out;
}

const FieldCipher::Key* FieldCipher::Find(std::string_view sealed) const {
    if (sealed.size() < kSealedOverhead) return nullptr;
    const auto key = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& k) { return base::AsText(k.id) == sealed.substr(0, kKeyIdBytes); });
    return key == keys_.end() ? nullptr : &*key;
}

Result<std::string> FieldCipher::Open(std::string_view sealed, std::string_view context) const {
    const Key* key = Find(sealed);
    if (key == nullptr) return Fail(Code::kInternal, "a sealed field names no key of ours");
    const std::string_view nonce = sealed.substr(kKeyIdBytes, kNonceBytes);
    return OpenSealed(Prepare(Direction::kOpen, key->bytes, nonce, context), sealed.substr(kKeyIdBytes + kNonceBytes));
}

bool FieldCipher::IsOld(std::string_view sealed) const {
    return Find(sealed) != &keys_.front();
}

std::string SealOnce(std::string_view key, std::string_view plain, std::string_view context) {
    RT_CHECK(key.size() == kFieldKeyBytes);
    std::string out;
    AppendSealed(out, Prepare(Direction::kSeal, std::string(key), std::string(kNonceBytes, '\0'), context), plain);
    return out;
}

Result<std::string> OpenOnce(std::string_view key, std::string_view sealed, std::string_view context) {
    if (key.size() != kFieldKeyBytes || sealed.size() < kTagBytes)
        return Fail(Code::kInternal, "a sealed value is damaged");
    return OpenSealed(Prepare(Direction::kOpen, std::string(key), std::string(kNonceBytes, '\0'), context), sealed);
}

std::string BlindIndex(std::string_view key, std::string_view purpose, std::string_view value) {
    // The size in front keeps ("ab", "c") and ("a", "bc") apart.
    std::string input = std::to_string(purpose.size()) + ":";
    input.append(purpose).append(value);
    const Sha256Digest digest = HmacSha256(key, input);
    return std::string(base::AsText(std::span(digest).first(kBlindIndexBytes)));
}

std::string DeriveKey(std::string_view master, std::string_view use) {
    const std::unique_ptr<EVP_KDF, OpenSslDeleter<EVP_KDF_free>> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
    const std::unique_ptr<EVP_KDF_CTX, OpenSslDeleter<EVP_KDF_CTX_free>> context(EVP_KDF_CTX_new(kdf.get()));
    RT_CHECK(context != nullptr);
    std::string digest = "SHA256";
    std::string key(master);
    std::string info(use);
    const std::array<OSSL_PARAM, 4> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()), OSSL_PARAM_construct_end()};
    std::string out(kFieldKeyBytes, '\0');
    RT_CHECK(EVP_KDF_derive(context.get(), Raw(out.data()), out.size(), parameters.data()) == 1);
    return out;
}

}  // namespace rt::crypto
