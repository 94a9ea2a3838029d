#include "net/rate_limiter.h"

#include <algorithm>
#include <cstring>
#include <list>
#include <unordered_map>

namespace rt::net {
namespace {

constexpr unsigned kIpv6PrefixBits = 64;

enum class Bucket : std::uint8_t { kGeneral, kSignIn, kExport };
constexpr std::uint8_t kUserFlag = 0x80;

// kind, then 16 bytes of address prefix or 8 bytes of user id.
struct Key {
    std::array<char, 17> bytes{};
    bool operator==(const Key&) const = default;
};

struct KeyHash {
    std::size_t operator()(const Key& key) const {
        return std::hash<std::string_view>()(std::string_view(key.bytes.data(), key.bytes.size()));
    }
};

Bucket BucketOf(RateClass rate_class) {
    if (rate_class == RateClass::kSignIn) return Bucket::kSignIn;
    return rate_class == RateClass::kExport ? Bucket::kExport : Bucket::kGeneral;
}

RateRule RuleOf(const RateRules& rules, Bucket bucket, bool by_user) {
    switch (bucket) {
        case Bucket::kSignIn:
            return by_user ? rules.user_sign_in : rules.address_sign_in;
        case Bucket::kExport:
            return by_user ? rules.user_export : rules.address_export;
        case Bucket::kGeneral:
            break;
    }
    return by_user ? rules.user_general : rules.address_general;
}

Key KeyOf(Bucket bucket, const Principal& principal, const os::Address& address) {
    Key key;
    const bool by_user = !principal.anonymous();
    key.bytes[0] = static_cast<char>(static_cast<std::uint8_t>(bucket) | (by_user ? kUserFlag : 0U));
    if (by_user) {
        std::memcpy(key.bytes.data() + 1, &principal.user_id, sizeof principal.user_id);
    } else {
        const os::Address prefix = address.IsIpv4() ? address : address.Prefix(kIpv6PrefixBits);
        std::memcpy(key.bytes.data() + 1, prefix.bytes().data(), prefix.bytes().size());
    }
    return key;
}

std::uint32_t SecondsUp(std::int64_t micros) {
    return static_cast<std::uint32_t>(
        std::max<std::int64_t>(0, (micros + base::kMicrosPerSecond - 1) / base::kMicrosPerSecond));
}

}  // namespace

// A bucket is one number, the monotonic time at which it is full again (the generic cell rate algorithm): every request
// moves it one interval on, and it may lie at most one window ahead.
struct RateLimiter::Shard {
    struct Entry {
        Key key;
        std::int64_t full_at = 0;
        bool dirty = false;
    };

    std::mutex mutex;
    std::list<Entry> recent;  // most recently used first
    std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> index;
    std::vector<Key> dirty;

    Entry& Find(const Key& key, std::int64_t now, std::size_t buckets_max) {
        if (const auto found = index.find(key); found != index.end()) {
            recent.splice(recent.begin(), recent, found->second);
            return recent.front();
        }
        if (recent.size() >= buckets_max) {
            index.erase(recent.back().key);
            recent.pop_back();
        }
        recent.push_front({key, now, false});
        index.emplace(key, recent.begin());
        return recent.front();
    }
};

RateLimiter::RateLimiter(const RateRules& rules, const Clock& clock, std::size_t buckets_max)
    : clock_(clock),
      shard_buckets_max_(std::max<std::size_t>(1, buckets_max / kShards)),
      rules_(std::make_shared<const RateRules>(rules)) {
    for (auto& shard : shards_) shard = std::make_unique<Shard>();
}

RateLimiter::~RateLimiter() = default;

RateDecision RateLimiter::Take(RateClass rate_class, const Principal& principal, const os::Address& address) {
    if (rate_class == RateClass::kExempt) return {};
    std::shared_ptr<const RateRules> rules;
    {
        const std::lock_guard lock(rules_mutex_);
        rules = rules_;
    }
    const Bucket bucket = BucketOf(rate_class);
    const RateRule rule = RuleOf(*rules, bucket, !principal.anonymous());
    if (rule.limit == 0 || rule.window_s == 0) return {};

    const std::int64_t window = rule.window_s * base::kMicrosPerSecond;
    const std::int64_t interval = window / rule.limit;
    const std::int64_t now = clock_.MonotonicMicros();
    const Key key = KeyOf(bucket, principal, address);
    Shard& shard = *shards_.at(KeyHash()(key) % kShards);

    const std::lock_guard lock(shard.mutex);
    Shard::Entry& entry = shard.Find(key, now, shard_buckets_max_);
    const std::int64_t base = std::clamp(entry.full_at, now, now + window);
    RateDecision decision{
        .allowed = base + interval <= now + window, .counted = true, .by_user = !principal.anonymous()};
    decision.limit = rule.limit;
    if (decision.allowed) {
        entry.full_at = base + interval;
        if (!entry.dirty) shard.dirty.push_back(key);
        entry.dirty = true;
        decision.remaining = static_cast<std::uint32_t>((now + window - entry.full_at) / interval);
        decision.reset_s = SecondsUp(entry.full_at - now);
    } else {
        decision.reset_s = SecondsUp(base - now);
        decision.retry_after_s = std::max(1U, SecondsUp(base + interval - now - window));
    }
    return decision;
}

void RateLimiter::SetRules(const RateRules& rules) {
    const std::lock_guard lock(rules_mutex_);
    rules_ = std::make_shared<const RateRules>(rules);
}

RateRules RateLimiter::rules() const {
    const std::lock_guard lock(rules_mutex_);
    return *rules_;
}

std::vector<SavedBucket> RateLimiter::TakeDirty(std::size_t max) {
    std::vector<SavedBucket> saved;
    const std::int64_t to_wall = clock_.Now().micros - clock_.MonotonicMicros();
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        while (!shard->dirty.empty() && saved.size() < max) {
            const Key key = shard->dirty.back();
            shard->dirty.pop_back();
            const auto found = shard->index.find(key);
            if (found == shard->index.end()) continue;
            found->second->dirty = false;
            saved.push_back({std::string(key.bytes.data(), key.bytes.size()), {found->second->full_at + to_wall}});
        }
    }
    return saved;
}

void RateLimiter::Restore(std::span<const SavedBucket> saved) {
    const std::int64_t now = clock_.MonotonicMicros();
    const std::int64_t to_monotonic = now - clock_.Now().micros;
    for (const SavedBucket& bucket : saved) {
        Key key;
        const std::int64_t full_at = bucket.full_at.micros + to_monotonic;
        if (bucket.key.size() != key.bytes.size() || full_at <= now) continue;
        std::copy(bucket.key.begin(), bucket.key.end(), key.bytes.begin());
        Shard& shard = *shards_.at(KeyHash()(key) % kShards);
        const std::lock_guard lock(shard.mutex);
        shard.Find(key, now, shard_buckets_max_).full_at = full_at;
    }
}

std::size_t RateLimiter::size() const {
    std::size_t total = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        total += shard->recent.size();
    }
    return total;
}

}  // namespace rt::net
