#include "auth/guess_limiter.h"

#include <algorithm>
#include <array>
#include <optional>

#include "auth/kv_tables.h"
#include "base/encoding.h"
#include "base/parse.h"
#include "crypto/hash.h"
#include "os/address.h"

namespace rt::auth {

namespace kv = storage::kv;
using domain::GuessCount;
using domain::GuessKind;

namespace {

// Addresses whose counters one unlocking takes away; the account counter, which matters most, always goes.
constexpr std::size_t kUnlockKeysMax = 1'000;
constexpr std::size_t kDigestChars = 32;

// Names and addresses are personal data: the table holds digests, and an address beside its own only while it is
// delayed, so that an administrator can tell whom that keeps out.
std::string DigestOf(std::string_view text) {
    return base::HexEncode(crypto::Sha256(text)).substr(0, kDigestChars);
}

// "a:password:<account>": what everybody did to it; "p:password:<account>:<address>": what one address did.
std::string AccountKey(domain::GuessKind kind, std::string_view subject) {
    return "a:" + std::string(Name(kind)) + ":" + DigestOf(subject);
}
std::string PairPrefix(domain::GuessKind kind, std::string_view subject) {
    return "p:" + std::string(Name(kind)) + ":" + DigestOf(subject) + ":";
}

std::string EncodeCount(const GuessCount& count) {
    return std::to_string(count.attempts) + ' ' + std::to_string(count.not_before.micros) + ' ' +
           std::to_string(count.last.micros);
}

constexpr std::string_view kAddressPrefix = "c:";

std::string EncodeShared(const domain::GuessRule& rule, const GuessCount& count, const std::string& address) {
    return EncodeCount(count) + (count.attempts > rule.free ? ' ' + address : std::string());
}

// What EncodeShared() put behind the three numbers.
std::string_view AddressOf(std::string_view value) {
    for (int number = 0; number < 3; ++number) {
        const std::size_t end = value.find(' ');
        if (end == std::string_view::npos) return {};
        value.remove_prefix(end + 1);
    }
    return value;
}

GuessCount DecodeCount(const std::optional<std::string>& text) {
    if (!text) return {};
    std::array<std::int64_t, 3> numbers{};
    std::string_view rest = *text;
    for (std::int64_t& number : numbers) {
        const auto end = std::min(rest.find(' '), rest.size());
        number = base::ParseSigned(rest.substr(0, end)).value_or(0);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {numbers[0], {numbers[1]}, {numbers[2]}};
}

}  // namespace

std::string AddressGroup(std::string_view client) {
    const auto address = os::Address::Parse(client);
    if (!address) return std::string(client);
    return address->IsIpv4() ? address->Text() : address->Prefix(64).Text();
}

std::vector<GuessLimiter::Counter> GuessLimiter::CountersOf(GuessKind kind, const Guessed& guessed,
                                                            std::string_view client) {
    const domain::GuessRule& whole = domain::AccountRule(kind);
    const bool delays = !guessed.known_device;
    std::vector<Counter> counters{{&whole, AccountKey(kind, guessed.subject), false, delays}};
    if (!guessed.account.empty()) counters.push_back({&whole, AccountKey(kind, guessed.account), false, delays});
    if (!client.empty()) {
        const std::string address = AddressGroup(client);
        const std::string group = DigestOf(address);
        counters.push_back({&domain::kGuessPair, PairPrefix(kind, guessed.subject) + group, false});
        counters.push_back({&domain::kGuessAddress, std::string(kAddressPrefix) + group, true, true, address});
    }
    return counters;
}

std::string GuessLimiter::ValueOf(const Counter& counter, const GuessCount& count) {
    return counter.shared ? EncodeShared(*counter.rule, count, counter.address) : EncodeCount(count);
}

Status GuessLimiter::Attempt(GuessKind kind, const Guessed& guessed, std::string_view client) {
    const base::Time now = clock_.Now();
    const auto counters = CountersOf(kind, guessed, client);
    const Status done = kv_.Update(kv::Env::kCache, [&](kv::Batch& batch) -> Status {
        std::int64_t wait_s = 0;
        std::vector<GuessCount> counts;
        for (const Counter& counter : counters) {
            counts.push_back(DecodeCount(batch.Get(kGuessTable, counter.key)));
            if (counter.delays) wait_s = std::max(wait_s, domain::WaitSeconds(*counter.rule, counts.back(), now));
        }
        if (wait_s > 0) {
            Error error = Fail(Code::kTooManyRequests, "sign-in attempts");
            error.retry_after_s = static_cast<std::uint32_t>(wait_s);
            return error;
        }
        for (std::size_t i = 0; i < counters.size(); ++i) {
            const auto count = domain::AfterAttempt(*counters[i].rule, counts[i], now);
            const auto expires = now.Plus(counters[i].rule->forget_s * base::kMicrosPerSecond);
            RT_CHECK_OK(batch.Put(kGuessTable, counters[i].key, ValueOf(counters[i], count), expires));
        }
        return Ok();
    });
    if (!done.ok() && done.error().code == Code::kTooManyRequests) {
        metrics_.Get(Metric::kSignInDelays, {Name(kind)}).Add();
    }
    return done;
}

Status GuessLimiter::Forgive(GuessKind kind, const Guessed& guessed, std::string_view client) {
    const base::Time now = clock_.Now();
    const auto counters = CountersOf(kind, guessed, client);
    return kv_.Update(kv::Env::kCache, [&](kv::Batch& batch) -> Status {
        for (const Counter& counter : counters) {
            if (!counter.shared) {
                RT_CHECK_OK(batch.Delete(kGuessTable, counter.key));
                continue;
            }
            const auto count = domain::AfterForgiven(*counter.rule, DecodeCount(batch.Get(kGuessTable, counter.key)));
            const auto expires = now.Plus(counter.rule->forget_s * base::kMicrosPerSecond);
            RT_CHECK_OK(batch.Put(kGuessTable, counter.key, ValueOf(counter, count), expires));
        }
        return Ok();
    });
}

Result<std::vector<GuessLimiter::Lock>> GuessLimiter::LocksOf(const std::vector<std::string>& subjects) const {
    const base::Time now = clock_.Now();
    std::vector<Lock> locks;
    for (const GuessKind kind : domain::kGuessKinds) {
        Lock lock{kind, 0, 0, {}};
        const auto take = [&](const domain::GuessRule& rule, std::string_view value) {
            const GuessCount count = DecodeCount(std::string(value));
            lock.attempts = std::max(lock.attempts, count.attempts);
            lock.wait_s = std::max(lock.wait_s, domain::WaitSeconds(rule, count, now));
            lock.last = std::max(lock.last, count.last);
        };
        for (const std::string& subject : subjects) {
            RT_TRY(const auto whole, kv_.Get(kGuessTable, AccountKey(kind, subject)));
            if (whole) take(domain::AccountRule(kind), *whole);
            RT_CHECK_OK(kv_.Scan(kGuessTable, PairPrefix(kind, subject), [&](std::string_view, std::string_view value) {
                take(domain::kGuessPair, value);
                return true;
            }));
        }
        if (lock.attempts > 0) locks.push_back(lock);
    }
    return locks;
}

Status GuessLimiter::Unlock(const std::vector<std::string>& subjects, std::span<const GuessKind> kinds) {
    return kv_.Update(kv::Env::kCache, [&](kv::Batch& batch) -> Status {
        for (const GuessKind kind : kinds) {
            for (const std::string& subject : subjects) {
                std::vector<std::string> keys{AccountKey(kind, subject)};
                RT_CHECK_OK(
                    batch.Scan(kGuessTable, PairPrefix(kind, subject), [&](std::string_view key, std::string_view) {
                        keys.emplace_back(key);
                        return keys.size() < kUnlockKeysMax;
                    }));
                for (const std::string& key : keys) RT_CHECK_OK(batch.Delete(kGuessTable, key));
            }
        }
        return Ok();
    });
}

Result<std::vector<GuessLimiter::AddressLock>> GuessLimiter::LockedAddresses() const {
    const base::Time now = clock_.Now();
    std::vector<AddressLock> locks;
    RT_CHECK_OK(kv_.Scan(kGuessTable, std::string(kAddressPrefix), [&](std::string_view key, std::string_view value) {
        const GuessCount count = DecodeCount(std::string(value));
        const std::int64_t wait_s = domain::WaitSeconds(domain::kGuessAddress, count, now);
        if (wait_s > 0) {
            locks.push_back({std::string(key.substr(kAddressPrefix.size())), std::string(AddressOf(value)),
                             count.attempts, wait_s, count.last});
        }
        return true;
    }));
    std::sort(locks.begin(), locks.end(), [](const auto& a, const auto& b) { return a.wait_s > b.wait_s; });
    if (locks.size() > kAddressLocksMax) locks.resize(kAddressLocksMax);
    return locks;
}

Result<std::string> GuessLimiter::UnlockAddress(std::string_view id) {
    if (id.size() != kDigestChars) return Fail(Code::kNotFound);  // and a key has a limit
    const std::string key = std::string(kAddressPrefix) + std::string(id);
    std::optional<std::string> address;
    RT_CHECK_OK(kv_.Update(kv::Env::kCache, [&](kv::Batch& batch) -> Status {
        address.reset();
        const auto value = batch.Get(kGuessTable, key);
        if (!value) return Ok();
        address = std::string(AddressOf(*value));
        return batch.Delete(kGuessTable, key);
    }));
    if (!address) return Fail(Code::kNotFound);
    return *std::move(address);
}

}  // namespace rt::auth
