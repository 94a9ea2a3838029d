// Access tokens: JWT, HS256 or EdDSA, short-lived (RFC 7519, RFC 9068 in spirit). They carry who, as what, and until
// when; nothing about them is stored. Whether a good one was revoked is asked of Revocations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/keys.h"
#include "auth/user.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/jwt.h"
#include "json/json.h"

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

// What signs and how.
struct TokenRules {
    std::string issuer{kTokenIssuer};
    std::string audience{kTokenAudience};
    crypto::JwtAlgorithm algorithm = crypto::JwtAlgorithm::kHs256;  // of the key that signs
};

// A key that is published: RFC 7517, RFC 8037.
struct PublishedKey {
    std::string id;
    std::string x;
};

// Immutable; thread-safe.
class AccessTokens {
  public:
    // The first secret signs, all verify; each at least crypto::kJwtSecretBytesMin.
    static Result<AccessTokens> Create(const std::vector<std::string>& secrets_newest_first);
    // At any moment the newest key of the algorithm that may sign does; all verify, but those that were replaced
    // kKeyOverlapMicros ago. VALIDATION_FAILED without a key of the algorithm.
    static Result<AccessTokens> Create(const std::vector<SigningKey>& keys, TokenRules rules);

    std::string Issue(const AccessClaims& claims, Random& random) const;
    // UNAUTHENTICATED for anything we did not sign for this audience, TOKEN_EXPIRED for what has lapsed, by time or by
    // its key: a token of ours in form under a key that is not there. The difference only tells a client to renew.
    Result<AccessClaims> Verify(std::string_view token, base::Time now) const;
    // Public keys of EdDSA, those that do not sign yet included.
    std::vector<PublishedKey> Published(base::Time now) const;

  private:
    AccessTokens(crypto::JwtKeys keys, std::vector<std::string> seal_keys, std::vector<base::Time> signs_from,
                 TokenRules rules)
        : keys_(std::move(keys)),
          seal_keys_(std::move(seal_keys)),
          signs_from_(std::move(signs_from)),
          rules_(std::move(rules)) {}
    // The one that signs at `now`.
    std::size_t SignerAt(base::Time now) const;
    bool RetiredAt(std::size_t key, base::Time now) const;
    bool OfReplacedKey(std::string_view token) const;
    Result<AccessClaims> ReadClaims(const json::Value& claims, std::size_t key, base::Time now) const;

    crypto::JwtKeys keys_;
    // Clients can read a token, and ids inside tell when and where an account was made: the id travels sealed.
    std::vector<std::string> seal_keys_;
    std::vector<base::Time> signs_from_;
    TokenRules rules_;
};

}  // namespace rt::auth
