// Rate limits: token buckets per address (IPv6: per /64), per user and per class (operations.md §10). In memory, least
// recently used buckets go first; what changed can be saved and restored.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/http.h"
#include "net/route.h"
#include "os/address.h"

namespace rt::net {

// `limit` requests a window, all of them at once if they were saved up. 0: no limit.
struct alignas(8) RateRule {  // one atomic word
    std::uint32_t limit = 0;
    std::uint32_t window_s = 900;
};

// Requests without a valid token count against the address, signed-in requests against the user only.
struct RateRules {
    RateRule address_general{100, 900};  // kRead and kWrite share a bucket
    RateRule user_general{600, 900};
    RateRule address_sign_in{100, 900};
    RateRule user_sign_in{60, 900};
    RateRule address_export{10, 900};
    RateRule user_export{30, 900};
    RateRule address_token{3'000, 900};
    RateRule user_token{600, 900};
    RateRule address_cost{600, 60};  // units, see Route::cost
    RateRule user_cost{600, 60};
    RateRule socket_messages{0, 2};  // of one socket; its buckets are its own, not saved
};

// A row for each member of RateRules, by the name it has for administrators.
struct NamedRateRule {
    std::string_view name;  // "address_general"
    RateRule RateRules::*rule;
    std::string_view classes;  // labels of Metric::kHttpLimited, comma-separated
    std::string_view scope;
};
inline constexpr std::size_t kNamedRateRules = 11;
std::span<const NamedRateRule> NamedRateRules();

// The address that limits count by: an IPv6 address stands for its /64, which is what one customer gets.
os::Address LimitedAs(const os::Address& address);

struct RateDecision {
    bool allowed = true;
    bool counted = false;  // a bucket applied; the fields below have a meaning
    bool by_user = false;
    std::uint32_t limit = 0;
    std::uint32_t remaining = 0;
    std::uint32_t reset_s = 0;        // until the bucket is full again
    std::uint32_t retry_after_s = 0;  // when refused
};

// One bucket outside the process. `key` is opaque; `full_at` is the wall time at which it is full again.
struct SavedBucket {
    std::string key;
    Time full_at;
};

// Thread-safe.
class RateLimiter {
  public:
    static constexpr std::size_t kBucketsMaxDefault = 200'000;

    RateLimiter(const RateRules& rules, const Clock& clock, std::size_t buckets_max = kBucketsMaxDefault);
    ~RateLimiter();

    // Takes one token, or says when to come again.
    RateDecision Take(RateClass rate_class, const Principal& principal, const os::Address& address);

    // Puts back what Take() took, for a request that turned out not to be what the class guards against.
    void GiveBack(RateClass rate_class, const Principal& principal, const os::Address& address);

    // Takes `units` from the cost bucket, at most a whole bucket at once.
    RateDecision TakeCost(std::uint32_t units, const Principal& principal, const os::Address& address);
    // Charges what turned out to have been used on top. The bucket goes down to empty, not below.
    void ChargeCost(std::uint32_t units, const Principal& principal, const os::Address& address);

    // Takes one command from the bucket of one socket, which is full at `full_at` (0 at first). Who is refused is told
    // so and goes on.
    bool TakeCommand(std::int64_t& full_at) const;
    // Takes one message, command or not, from the bucket beside it, which holds kSocketMargin times as much: who is
    // refused here has not listened to many refusals, and his connection ends.
    static constexpr std::uint32_t kSocketMargin = 3;
    bool TakeMessage(std::int64_t& full_at) const;

    // Limits from now on; buckets keep what was used.
    void SetRules(const RateRules& rules);
    RateRules rules() const;

    // Buckets that changed since they were last taken, at most `max`; call it once a second.
    std::vector<SavedBucket> TakeDirty(std::size_t max);
    // Buckets that are full by now, or whose key is not one of ours, are skipped.
    void Restore(std::span<const SavedBucket> saved);
    std::size_t size() const;

  private:
    struct Shard;
    struct Draw;
    RateDecision Take(const Draw& draw);
    RateRule RuleAt(std::size_t row) const { return rules_.at(row).load(std::memory_order_relaxed); }
    bool TakeOfSocket(std::int64_t& full_at, std::uint32_t margin) const;
    static constexpr std::size_t kShards = 16;

    const Clock& clock_;
    const std::size_t shard_buckets_max_;
    // By row of NamedRateRules(), each read without a lock by every request.
    std::array<std::atomic<RateRule>, kNamedRateRules> rules_;
    std::array<std::unique_ptr<Shard>, kShards> shards_;
};

}  // namespace rt::net
