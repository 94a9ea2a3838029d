// Access tokens: JWT, HS256, short-lived (RFC 7519, RFC 9068 in spirit). They carry who, as what, and until when;
// nothing about them is stored. Whether a good one was revoked is asked of Revocations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/jwt.h"

namespace rt::auth {

inline constexpr std::string_view kTokenIssuer = "roundtable";
inline constexpr std::string_view kTokenAudience = "roundtable-api";

struct AccessClaims {
    UserId user;
    std::string public_id;
    Role role = Role::kUser;
    std::int64_t epoch = 0;
    std::int64_t generation = 0;
    std::string session;  // public id of the session
    base::Time issued;    // whole seconds
    base::Time expires;   // whole seconds
};

// Immutable; thread-safe.
class AccessTokens {
  public:
    // The first secret signs, all verify; each at least crypto::kJwtSecretBytesMin.
    static Result<AccessTokens> Create(const std::vector<std::string>& secrets_newest_first);

    std::string Issue(const AccessClaims& claims, Random& random) const;
    // UNAUTHENTICATED for anything we did not sign for this audience, TOKEN_EXPIRED for what has lapsed.
    Result<AccessClaims> Verify(std::string_view token, base::Time now) const;

  private:
    AccessTokens(crypto::JwtKeys keys, std::vector<std::string> seal_keys)
        : keys_(std::move(keys)), seal_keys_(std::move(seal_keys)) {}

    crypto::JwtKeys keys_;
    // Clients can read a token, and ids inside tell when and where an account was made: the id travels sealed.
    std::vector<std::string> seal_keys_;
};

}  // namespace rt::auth
