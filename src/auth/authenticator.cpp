#include "auth/authenticator.h"

#include <cstring>
#include <optional>

#include "base/parse.h"

namespace rt::auth {

namespace {

// The one Authorization header; an error if there are several.
Result<std::optional<std::string_view>> AuthorizationOf(const net::Request& head) {
    std::optional<std::string_view> found;
    for (const net::Header& header : head.headers) {
        if (!base::EqualsIgnoreAsciiCase(header.name, "authorization")) continue;
        if (found) return Fail(Code::kUnauthenticated, "more than one Authorization header");
        found = header.value;
    }
    return found;
}

Result<std::string_view> BearerToken(std::string_view value) {
    constexpr std::string_view kScheme = "bearer ";
    if (value.size() <= kScheme.size() || !base::EqualsIgnoreAsciiCase(value.substr(0, kScheme.size()), kScheme)) {
        return Fail(Code::kUnauthenticated, "Authorization is not Bearer");
    }
    return value.substr(kScheme.size());
}

}  // namespace

std::size_t Authenticator::DigestHash::operator()(const crypto::Sha256Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data() + 8, sizeof hash);
    return hash;
}

Result<net::Principal> Authenticator::Authenticate(const net::Request& head) {
    RT_TRY(const auto value, AuthorizationOf(head));
    if (!value) return net::Principal{};
    RT_TRY(const std::string_view token, BearerToken(*value));
    if (OpaqueToken::KindOf(token)) {
        return credentials_ != nullptr ? credentials_->Find(token) : Fail(Code::kUnauthenticated, "opaque token");
    }
    RT_TRY(const AccessClaims claims, Check(token));
    return net::Principal{claims.user.value, claims.public_id, claims.role, claims.session, false};
}

Result<AccessClaims> Authenticator::Check(std::string_view token) {
    if (token.size() > crypto::kJwtBytesMax) return Fail(Code::kUnauthenticated, "access token: too long");
    RT_TRY(AccessClaims claims, Verified(token, clock_.Now()));
    if (revocations_.Voids(claims)) return Fail(Code::kTokenExpired, "access token: revoked");
    return claims;
}

Result<AccessClaims> Authenticator::Verified(std::string_view token, base::Time now) {
    const crypto::Sha256Digest digest = crypto::Sha256(token);
    Shard& shard = shards_[digest[0] % kShards];
    const std::uint64_t version = ring_.version();
    {
        const std::scoped_lock lock(shard.mutex);
        if (shard.version != version) {
            shard.claims.clear();
            shard.order.clear();
            shard.version = version;
        }
        if (const auto found = shard.claims.find(digest); found != shard.claims.end()) {
            if (now >= found->second.expires) return Fail(Code::kTokenExpired);
            return found->second;
        }
    }
    RT_TRY(AccessClaims claims, ring_.Current()->Verify(token, now));
    const std::scoped_lock lock(shard.mutex);
    // Checked with keys that were replaced meanwhile: good this once.
    if (shard.version != version) return claims;
    if (shard.claims.emplace(digest, claims).second) shard.order.push_back(digest);
    if (shard.order.size() > kTokensPerShardMax) {
        shard.claims.erase(shard.order.front());
        shard.order.pop_front();
    }
    return claims;
}

}  // namespace rt::auth
