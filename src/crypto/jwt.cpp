#include "crypto/jwt.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/openssl_internal.h"

namespace rt::crypto {

struct JwtKey::State {
    JwtAlgorithm algorithm = JwtAlgorithm::kHs256;
    std::string id;
    std::string header;      // base64url of {"alg":"...","kid":"...","typ":"JWT"}
    std::string secret;      // HS256
    KeyPtr pair;             // EdDSA
    std::string public_key;  // EdDSA, base64url
};

namespace {

constexpr std::size_t kKeyIdBytes = 6;
constexpr std::size_t kEd25519SignatureBytes = 64;

const unsigned char* Raw(std::string_view data) {
    return base::AsBytes(data).data();
}

std::string HmacSignature(const std::string& secret, std::string_view signing_input) {
    return base::Base64UrlEncode(HmacSha256(secret, signing_input));
}

std::string EdSignature(EVP_PKEY* pair, std::string_view signing_input) {
    std::array<unsigned char, kEd25519SignatureBytes> signature{};
    std::size_t size = signature.size();
    const std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    // A key of ours signs whatever it is given; only a lack of memory fails.
    RT_CHECK(context != nullptr && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair) == 1 &&
             EVP_DigestSign(context.get(), signature.data(), &size, Raw(signing_input), signing_input.size()) == 1 &&
             size == signature.size());
    return base::Base64UrlEncode(signature);
}

bool EdSignatureFits(EVP_PKEY* pair, std::string_view signing_input, std::string_view signature) {
    const auto bytes = base::Base64UrlDecode(signature);
    if (!bytes || bytes->size() != kEd25519SignatureBytes) return false;
    const std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    const bool fits =
        context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pair) == 1 &&
        EVP_DigestVerify(context.get(), bytes->data(), bytes->size(), Raw(signing_input), signing_input.size()) == 1;
    ERR_clear_error();
    return fits;
}

}  // namespace

std::string_view Name(JwtAlgorithm algorithm) {
    return algorithm == JwtAlgorithm::kHs256 ? "HS256" : "EdDSA";
}

namespace {

std::string HeaderOf(JwtAlgorithm algorithm, const std::string& key_id) {
    return "{\"alg\":\"" + std::string(Name(algorithm)) + "\",\"kid\":\"" + key_id + "\",\"typ\":\"JWT\"}";
}

}  // namespace

Result<JwtKey> JwtKey::Make(JwtAlgorithm algorithm, std::string_view material) {
    auto state = std::make_shared<State>();
    state->algorithm = algorithm;
    if (algorithm == JwtAlgorithm::kHs256) {
        if (material.size() < kJwtSecretBytesMin)
            return Fail(Code::kInvalid, "a token secret is shorter than 32 bytes");
        state->secret = material;
        const Sha256Digest digest = HmacSha256(material, "roundtable jwt key id");
        state->id = base::Base64UrlEncode(std::span(digest).first(kKeyIdBytes));
    } else {
        if (material.size() != kEd25519SeedBytes) return Fail(Code::kInvalid, "an Ed25519 seed has 32 bytes");
        state->pair.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Raw(material), material.size()));
        std::array<unsigned char, kEd25519SeedBytes> open{};
        std::size_t size = open.size();
        if (state->pair == nullptr || EVP_PKEY_get_raw_public_key(state->pair.get(), open.data(), &size) != 1) {
            return Fail(Code::kInternal, "Ed25519: " + TakeErrorText());
        }
        state->public_key = base::Base64UrlEncode(open);
        // The thumbprint of RFC 7638.
        state->id =
            base::Base64UrlEncode(Sha256("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + state->public_key + "\"}"));
    }
    state->header = base::Base64UrlEncode(base::AsBytes(HeaderOf(algorithm, state->id)));
    return JwtKey(std::move(state));
}

JwtAlgorithm JwtKey::algorithm() const {
    return state_->algorithm;
}
const std::string& JwtKey::id() const {
    return state_->id;
}
const std::string& JwtKey::public_key() const {
    return state_->public_key;
}

std::string JwtKey::Sign(std::string_view payload) const {
    std::string token = state_->header + "." + base::Base64UrlEncode(base::AsBytes(payload));
    const std::string signature =
        state_->pair == nullptr ? HmacSignature(state_->secret, token) : EdSignature(state_->pair.get(), token);
    return token + "." + signature;
}

bool JwtKey::SignatureFits(std::string_view signing_input, std::string_view signature) const {
    if (state_->pair != nullptr) return EdSignatureFits(state_->pair.get(), signing_input, signature);
    // The text is compared, not the decoded bytes: another spelling of the right signature is refused as well.
    return EqualConstantTime(HmacSignature(state_->secret, signing_input), signature);
}

Result<JwtKeys> JwtKeys::FromKeys(std::vector<JwtKey> keys) {
    if (keys.empty()) return Fail(Code::kInvalid, "no token key");
    return JwtKeys(std::move(keys));
}

Result<JwtKeys> JwtKeys::FromSecrets(const std::vector<std::string>& secrets_newest_first) {
    std::vector<JwtKey> keys;
    for (const std::string& secret : secrets_newest_first) {
        RT_TRY(JwtKey key, JwtKey::Make(JwtAlgorithm::kHs256, secret));
        keys.push_back(std::move(key));
    }
    return FromKeys(std::move(keys));
}

Result<JwtKeys::Checked> JwtKeys::Check(std::string_view token) const {
    if (token.size() > kJwtBytesMax) return Fail(Code::kUnauthenticated, "token too long");
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return Fail(Code::kUnauthenticated, "no compact token");
    const std::string_view header = token.substr(0, first);
    const auto key =
        std::find_if(keys_.begin(), keys_.end(), [&](const JwtKey& k) { return k.state_->header == header; });
    if (key == keys_.end()) return Fail(Code::kUnauthenticated, "token header is not one of ours");
    if (!key->SignatureFits(token.substr(0, last), token.substr(last + 1))) {
        return Fail(Code::kUnauthenticated, "token signature is wrong");
    }
    const auto payload = base::Base64UrlDecode(token.substr(first + 1, last - first - 1));
    if (!payload.has_value()) return Fail(Code::kUnauthenticated, "token payload is not base64url");
    return Checked{std::string(base::AsText(*payload)), static_cast<std::size_t>(key - keys_.begin())};
}

std::optional<std::string> JwtKeys::UnderAnotherKey(std::string_view token) const {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (token.size() > kJwtBytesMax || first == std::string_view::npos || first == last) return std::nullopt;
    const auto header = base::Base64UrlDecode(token.substr(0, first));
    const auto payload = base::Base64UrlDecode(token.substr(first + 1, last - first - 1));
    if (!header || !payload) return std::nullopt;
    const std::string_view text = base::AsText(*header);
    for (const JwtAlgorithm algorithm : {JwtAlgorithm::kHs256, JwtAlgorithm::kEdDsa}) {
        const std::size_t id_bytes = algorithm == JwtAlgorithm::kHs256 ? kKeyIdBytes : std::tuple_size_v<Sha256Digest>;
        const std::size_t before = HeaderOf(algorithm, "").find("\"\"") + 1;
        const std::size_t after = HeaderOf(algorithm, "").size() - before;
        if (text.size() <= before + after) continue;
        const std::string id(text.substr(before, text.size() - before - after));
        const auto decoded = base::Base64UrlDecode(id);
        if (!decoded || decoded->size() != id_bytes || text != HeaderOf(algorithm, id)) continue;
        const bool ours = std::any_of(keys_.begin(), keys_.end(), [&](const JwtKey& key) { return key.id() == id; });
        if (!ours) return std::string(base::AsText(*payload));
    }
    return std::nullopt;
}

Result<std::string> JwtKeys::Verify(std::string_view token) const {
    RT_TRY(Checked checked, Check(token));
    return std::move(checked.payload);
}

}  // namespace rt::crypto
