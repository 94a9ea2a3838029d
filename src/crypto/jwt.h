// Signed tokens in the JWS compact form (RFC 7515, RFC 7519), as RFC 8725 advises. This module signs and checks bytes;
// the claims (JSON) and their times are auth's. The header of a token must equal, byte for byte, the header that one
// of our keys writes: `alg` and `kid` of a stranger are never interpreted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rt::crypto {

inline constexpr std::size_t kJwtBytesMax = 4096;
inline constexpr std::size_t kJwtSecretBytesMin = 32;

// HS256 keys: the first signs, all verify. Immutable; thread-safe.
class JwtKeys {
  public:
    // VALIDATION_FAILED if there is none or one is shorter than kJwtSecretBytesMin.
    static Result<JwtKeys> FromSecrets(const std::vector<std::string>& secrets_newest_first);

    // header.payload.signature of a payload that is a JSON text.
    std::string Sign(std::string_view payload) const;
    // The payload, or UNAUTHENTICATED.
    Result<std::string> Verify(std::string_view token) const;

  private:
    struct Key {
        std::string header;  // base64url of {"alg":"HS256","kid":"...","typ":"JWT"}
        std::string secret;
    };
    explicit JwtKeys(std::vector<Key> keys) : keys_(std::move(keys)) {}
    std::vector<Key> keys_;
};

}  // namespace rt::crypto
