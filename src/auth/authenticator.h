// Who asks: the bearer token of a request, checked on the reactor from memory alone.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "auth/credentials.h"
#include "auth/revocations.h"
#include "auth/token_ring.h"
#include "base/clock.h"
#include "crypto/hash.h"
#include "net/authenticator.h"

namespace rt::auth {

// Only `Authorization: Bearer` grants access: no cookie and no query parameter does, so no request that a browser makes
// by itself carries a right. A verified token is remembered by its hash until it lapses; whether it was revoked
// meanwhile is asked every time. Thread-safe.
class Authenticator final : public net::Authenticator {
  public:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kTokensPerShardMax = 4'096;  // the oldest goes first

    // Without `credentials` opaque tokens are refused.
    Authenticator(const TokenRing& ring, const Revocations& revocations, const base::Clock& clock,
                  Credentials* credentials = nullptr)
        : ring_(ring), revocations_(revocations), clock_(clock), credentials_(credentials) {}

    // Anonymous without an Authorization header. UNAUTHENTICATED for one that is malformed, doubled, of another scheme
    // or not ours; TOKEN_EXPIRED for a token that lapsed or was revoked: the client may renew it.
    Result<net::Principal> Authenticate(const net::Request& head) override;
    // The same for a token that came another way (the first message of a socket).
    Result<AccessClaims> Check(std::string_view token);

  private:
    struct DigestHash {
        std::size_t operator()(const crypto::Sha256Digest& digest) const;
    };
    struct Shard {
        std::mutex mutex;
        std::uint64_t version = 0;  // of the keys that the claims below were checked with
        std::unordered_map<crypto::Sha256Digest, AccessClaims, DigestHash> claims;
        std::deque<crypto::Sha256Digest> order;
    };

    Result<AccessClaims> Verified(std::string_view token, base::Time now);

    const TokenRing& ring_;
    const Revocations& revocations_;
    const base::Clock& clock_;
    Credentials* const credentials_;
    std::array<Shard, kShards> shards_;
};

}  // namespace rt::auth
