#include "crypto/jwt.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace rt::crypto {
namespace {

constexpr std::size_t kKeyIdBytes = 6;

// A key is named by a digest of itself, so every process that holds the secret writes the same header.
std::string HeaderOf(const std::string& secret) {
    const Sha256Digest digest = HmacSha256(secret, "roundtable jwt key id");
    const std::string kid = base::Base64UrlEncode(std::span(digest).first(kKeyIdBytes));
    return base::Base64UrlEncode(base::AsBytes("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}"));
}

std::string Signature(const std::string& secret, std::string_view signing_input) {
    return base::Base64UrlEncode(HmacSha256(secret, signing_input));
}

}  // namespace

Result<JwtKeys> JwtKeys::FromSecrets(const std::vector<std::string>& secrets_newest_first) {
    if (secrets_newest_first.empty()) return Fail(Code::kInvalid, "no token secret");
    std::vector<Key> keys;
    for (const std::string& secret : secrets_newest_first) {
        if (secret.size() < kJwtSecretBytesMin) return Fail(Code::kInvalid, "a token secret is shorter than 32 bytes");
        keys.push_back({HeaderOf(secret), secret});
    }
    return JwtKeys(std::move(keys));
}

std::string JwtKeys::Sign(std::string_view payload) const {
    const Key& key = keys_.front();
    std::string token = key.header + "." + base::Base64UrlEncode(base::AsBytes(payload));
    const std::string signature = Signature(key.secret, token);
    return token + "." + signature;
}

Result<std::string> JwtKeys::Verify(std::string_view token) const {
    if (token.size() > kJwtBytesMax) return Fail(Code::kUnauthenticated, "token too long");
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return Fail(Code::kUnauthenticated, "no compact token");
    const std::string_view header = token.substr(0, first);
    const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const Key& k) { return k.header == header; });
    if (key == keys_.end()) return Fail(Code::kUnauthenticated, "token header is not one of ours");
    // The text is compared, not the decoded bytes: another spelling of the right signature is refused as well.
    if (!EqualConstantTime(Signature(key->secret, token.substr(0, last)), token.substr(last + 1))) {
        return Fail(Code::kUnauthenticated, "token signature is wrong");
    }
    const auto payload = base::Base64UrlDecode(token.substr(first + 1, last - first - 1));
    if (!payload.has_value()) return Fail(Code::kUnauthenticated, "token payload is not base64url");
    return std::string(base::AsText(*payload));
}

}  // namespace rt::crypto
