#include "net/rate_limiter.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace rt::net {
namespace {

constexpr unsigned kIpv6PrefixBits = 64;

// Saved keys hold these numbers: a new one goes last.
enum class Bucket : std::uint8_t { kGeneral, kSignIn, kExport, kToken, kCost };
constexpr std::uint8_t kUserFlag = 0x80;
// A bucket of which little was used need not be saved: most are, and a restart forgives no more than this of it.
constexpr std::int64_t kSavedMicrosMin = base::kMicrosPerMinute;
constexpr std::int64_t kSavedShareMin = 10;  // of the window, if that is less
// Buckets that are looked at for one that was not used lately, before one goes that was.
constexpr int kLooksMax = 16;
constexpr std::size_t kPlacesMin = 64;  // a power of two, and so are all larger tables

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
    switch (rate_class) {
        case RateClass::kSignIn:
            return Bucket::kSignIn;
        case RateClass::kExport:
            return Bucket::kExport;
        case RateClass::kToken:
            return Bucket::kToken;
        case RateClass::kExempt:
        case RateClass::kRead:
        case RateClass::kWrite:
            break;
    }
    return Bucket::kGeneral;
}

// The place of a bucket's rule in NamedRateRules(), which has two rows for each bucket: by address, by user.
std::size_t RowOf(Bucket bucket, bool by_user) {
    return 2 * static_cast<std::size_t>(bucket) + (by_user ? 1 : 0);
}
constexpr std::size_t kSocketMessagesRow = 2 * (static_cast<std::size_t>(Bucket::kCost) + 1);

Key KeyOf(Bucket bucket, const Principal& principal, const os::Address& address) {
    Key key;
    const bool by_user = !principal.anonymous();
    key.bytes[0] = static_cast<char>(static_cast<std::uint8_t>(bucket) | (by_user ? kUserFlag : 0U));
    if (by_user) {
        std::memcpy(key.bytes.data() + 1, &principal.user_id, sizeof principal.user_id);
    } else {
        const os::Address prefix = LimitedAs(address);
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
//
// Every request looks one up among very many, so a look-up shall touch little memory: the buckets lie side by side, and
// a table of their places is found by hash (linear probing, at most half full).
struct RateLimiter::Shard {
    struct Entry {
        Key key;
        bool dirty = false;
        bool used = false;  // since the hand passed
        std::int64_t full_at = 0;
    };

    std::mutex mutex;
    // A clock of second chances: which bucket goes is decided without moving anything when one is used.
    std::vector<Entry> ring;
    std::size_t hand = 0;
    std::vector<std::uint32_t> places = std::vector<std::uint32_t>(kPlacesMin);  // in `ring`, from 1; 0: free
    std::vector<Key> dirty;

    // nullptr when there is no such bucket.
    Entry* Find(const Key& key) {
        const std::uint32_t place = places[PlaceOf(key)];
        return place == 0 ? nullptr : &ring[place - 1];
    }

    Entry& FindOrAdd(const Key& key, std::int64_t now, std::size_t buckets_max) {
        if (Entry* const found = Find(key); found != nullptr) {
            found->used = true;
            return *found;
        }
        std::size_t at = ring.size();
        if (at < buckets_max) {
            ring.emplace_back();
            if (2 * ring.size() > places.size()) Grow();
        } else {
            at = MakeRoom();
        }
        ring[at] = {.key = key, .full_at = now};
        places[PlaceOf(key)] = static_cast<std::uint32_t>(at + 1);
        return ring[at];
    }

  private:
    std::size_t Next(std::size_t place) const { return (place + 1) & (places.size() - 1); }
    // The low bits of the hash choose the shard.
    std::size_t HomeOf(const Key& key) const { return (KeyHash()(key) / kShards) & (places.size() - 1); }

    // Where the bucket stands in `places`, or where it would.
    std::size_t PlaceOf(const Key& key) const {
        std::size_t place = HomeOf(key);
        while (places[place] != 0 && ring[places[place] - 1].key != key) place = Next(place);
        return place;
    }

    void Grow() {
        places.assign(2 * places.size(), 0);
        for (std::size_t at = 0; at + 1 < ring.size(); ++at) {
            places[PlaceOf(ring[at].key)] = static_cast<std::uint32_t>(at + 1);
        }
    }

    // Frees the bucket of one that was not used lately, and says where it was.
    std::size_t MakeRoom() {
        for (int look = 0; look < kLooksMax && ring[hand].used; ++look) {
            ring[hand].used = false;
            hand = (hand + 1) % ring.size();
        }
        std::size_t hole = PlaceOf(ring[hand].key);
        // Those behind the hole move up, unless they stand between their home and it.
        for (std::size_t place = Next(hole); places[place] != 0; place = Next(place)) {
            const std::size_t mask = places.size() - 1;
            const std::size_t home = HomeOf(ring[places[place] - 1].key);
            if (((place - home) & mask) < ((place - hole) & mask)) continue;
            places[hole] = places[place];
            hole = place;
        }
        places[hole] = 0;
        const std::size_t at = hand;
        hand = (hand + 1) % ring.size();
        return at;
    }
};

RateLimiter::RateLimiter(const RateRules& rules, const Clock& clock, std::size_t buckets_max)
    : clock_(clock), shard_buckets_max_(std::max<std::size_t>(1, buckets_max / kShards)) {
    SetRules(rules);
    for (auto& shard : shards_) shard = std::make_unique<Shard>();
}

RateLimiter::~RateLimiter() = default;

std::span<const NamedRateRule> NamedRateRules() {
    static constexpr std::array<NamedRateRule, kNamedRateRules> kRules{{
        {"address_general", &RateRules::address_general, "read,write", "address"},
        {"user_general", &RateRules::user_general, "read,write", "user"},
        {"address_sign_in", &RateRules::address_sign_in, "sign_in", "address"},
        {"user_sign_in", &RateRules::user_sign_in, "sign_in", "user"},
        {"address_export", &RateRules::address_export, "export", "address"},
        {"user_export", &RateRules::user_export, "export", "user"},
        {"address_token", &RateRules::address_token, "token", "address"},
        {"user_token", &RateRules::user_token, "token", "user"},
        {"address_cost", &RateRules::address_cost, "cost", "address"},
        {"user_cost", &RateRules::user_cost, "cost", "user"},
        {"socket_messages", &RateRules::socket_messages, "socket", "connection"},
    }};
    return kRules;
}

os::Address LimitedAs(const os::Address& address) {
    return address.IsIpv4() ? address : address.Prefix(kIpv6PrefixBits);
}

// One request to a bucket.
struct RateLimiter::Draw {
    Key key;
    RateRule rule;
    std::int64_t units = 1;
    bool by_user = false;
    bool forced = false;  // what was used already: taken even when there is too little
};

RateDecision RateLimiter::Take(const Draw& draw) {
    const RateRule& rule = draw.rule;
    if (rule.limit == 0 || rule.window_s == 0) return {};
    const std::int64_t window = rule.window_s * base::kMicrosPerSecond;
    const std::int64_t interval = std::max<std::int64_t>(1, window / rule.limit);
    const std::int64_t step = interval * std::clamp<std::int64_t>(draw.units, 0, rule.limit);
    const std::int64_t now = clock_.MonotonicMicros();
    Shard& shard = *shards_.at(KeyHash()(draw.key) % kShards);

    const std::lock_guard lock(shard.mutex);
    Shard::Entry& entry = shard.FindOrAdd(draw.key, now, shard_buckets_max_);
    const std::int64_t base = std::clamp(entry.full_at, now, now + window);
    RateDecision decision{
        .allowed = draw.forced || base + step <= now + window, .counted = true, .by_user = draw.by_user};
    decision.limit = rule.limit;
    if (decision.allowed) {
        entry.full_at = std::min(base + step, now + window);
        if (!entry.dirty && entry.full_at - now >= std::min(kSavedMicrosMin, window / kSavedShareMin)) {
            shard.dirty.push_back(draw.key);
            entry.dirty = true;
        }
        decision.remaining = static_cast<std::uint32_t>((now + window - entry.full_at) / interval);
        decision.reset_s = SecondsUp(entry.full_at - now);
    } else {
        decision.reset_s = SecondsUp(base - now);
        decision.retry_after_s = std::max(1U, SecondsUp(base + step - now - window));
    }
    return decision;
}

RateDecision RateLimiter::Take(RateClass rate_class, const Principal& principal, const os::Address& address) {
    if (rate_class == RateClass::kExempt) return {};
    const Bucket bucket = BucketOf(rate_class);
    const bool by_user = !principal.anonymous();
    return Take({.key = KeyOf(bucket, principal, address), .rule = RuleAt(RowOf(bucket, by_user)), .by_user = by_user});
}

void RateLimiter::GiveBack(RateClass rate_class, const Principal& principal, const os::Address& address) {
    if (rate_class == RateClass::kExempt) return;
    const Bucket bucket = BucketOf(rate_class);
    const RateRule rule = RuleAt(RowOf(bucket, !principal.anonymous()));
    if (rule.limit == 0 || rule.window_s == 0) return;
    const std::int64_t interval = std::max<std::int64_t>(1, rule.window_s * base::kMicrosPerSecond / rule.limit);
    const Key key = KeyOf(bucket, principal, address);
    Shard& shard = *shards_.at(KeyHash()(key) % kShards);
    const std::lock_guard lock(shard.mutex);
    Shard::Entry* const entry = shard.Find(key);
    if (entry == nullptr) return;  // it went meanwhile, and is full
    entry->full_at = std::max(entry->full_at - interval, clock_.MonotonicMicros());
}

RateDecision RateLimiter::TakeCost(std::uint32_t units, const Principal& principal, const os::Address& address) {
    if (units == 0) return {};
    const bool by_user = !principal.anonymous();
    return Take({.key = KeyOf(Bucket::kCost, principal, address),
                 .rule = RuleAt(RowOf(Bucket::kCost, by_user)),
                 .units = units,
                 .by_user = by_user});
}

void RateLimiter::ChargeCost(std::uint32_t units, const Principal& principal, const os::Address& address) {
    if (units == 0) return;
    const bool by_user = !principal.anonymous();
    Take({.key = KeyOf(Bucket::kCost, principal, address),
          .rule = RuleAt(RowOf(Bucket::kCost, by_user)),
          .units = units,
          .by_user = by_user,
          .forced = true});
}

bool RateLimiter::TakeCommand(std::int64_t& full_at) const {
    return TakeOfSocket(full_at, 1);
}

bool RateLimiter::TakeMessage(std::int64_t& full_at) const {
    return TakeOfSocket(full_at, kSocketMargin);
}

bool RateLimiter::TakeOfSocket(std::int64_t& full_at, std::uint32_t margin) const {
    const RateRule rule = RuleAt(kSocketMessagesRow);
    if (rule.limit == 0 || rule.window_s == 0) return true;
    const std::int64_t window = rule.window_s * base::kMicrosPerSecond;
    const std::int64_t now = clock_.MonotonicMicros();
    const std::int64_t step = window / (std::int64_t{rule.limit} * margin);
    const std::int64_t next = std::clamp(full_at, now, now + window) + step;
    if (next > now + window) return false;
    full_at = next;
    return true;
}

void RateLimiter::SetRules(const RateRules& rules) {
    const auto named = NamedRateRules();
    for (std::size_t row = 0; row < named.size(); ++row)
        rules_.at(row).store(rules.*named[row].rule, std::memory_order_relaxed);
}

RateRules RateLimiter::rules() const {
    RateRules rules;
    const auto named = NamedRateRules();
    for (std::size_t row = 0; row < named.size(); ++row) rules.*named[row].rule = RuleAt(row);
    return rules;
}

std::vector<SavedBucket> RateLimiter::TakeDirty(std::size_t max) {
    std::vector<SavedBucket> saved;
    const std::int64_t to_wall = clock_.Now().micros - clock_.MonotonicMicros();
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        while (!shard->dirty.empty() && saved.size() < max) {
            const Key key = shard->dirty.back();
            shard->dirty.pop_back();
            Shard::Entry* const found = shard->Find(key);
            if (found == nullptr) continue;
            found->dirty = false;
            saved.push_back({std::string(key.bytes.data(), key.bytes.size()), {found->full_at + to_wall}});
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
        shard.FindOrAdd(key, now, shard_buckets_max_).full_at = full_at;
    }
}

std::size_t RateLimiter::size() const {
    std::size_t total = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        total += shard->ring.size();
    }
    return total;
}

}  // namespace rt::net
