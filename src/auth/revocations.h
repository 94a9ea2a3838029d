// What makes a good access token void before it lapses, in memory: users whose epoch moved, sessions that ended, and
// the store's generation. An entry is kept as long as a token from before it can live; it is rebuilt from the stores at
// start.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/access_token.h"
#include "base/clock.h"

namespace rt::auth {

// Thread-safe; Voids() is called for every signed-in request.
class Revocations {
  public:
    // More entries than this in the life of a token: all tokens issued so far become void instead, so the memory is
    // bounded and nothing revoked comes back. Clients renew.
    static constexpr std::size_t kEntriesMax = 200'000;

    explicit Revocations(std::int64_t access_ttl_micros) : keep_micros_(access_ttl_micros + base::kMicrosPerMinute) {}

    // Tokens of `user` with a lower epoch are void from now on.
    void MoveEpoch(UserId user, std::int64_t epoch, base::Time now);
    void EndSession(std::string_view session, base::Time now);
    void SetGeneration(std::int64_t generation);
    bool Voids(const AccessClaims& claims) const;
    // Forgets what can no longer matter. Called once a second.
    void Sweep(base::Time now);
    std::size_t size() const;

  private:
    struct Moved {
        std::int64_t epoch;
        base::Time forget;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    void BoundLocked(base::Time now);

    const std::int64_t keep_micros_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::int64_t, Moved> users_;
    std::unordered_map<std::string, base::Time, TextHash, std::equal_to<>> sessions_;
    std::atomic<std::int64_t> generation_{0};
    std::atomic<std::int64_t> issued_floor_micros_{0};
};

}  // namespace rt::auth
