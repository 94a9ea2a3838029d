#include "auth/guess_limiter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "auth/kv_tables.h"
#include "base/encoding.h"
#include "base/parse.h"
#include "crypto/hash.h"
#include "os/address.h"

namespace rt::auth {

namespace kv = storage::kv;
using domain::GuessCount;

namespace {

// Names and addresses are personal data: the table holds digests.
std::string KeyOf(std::string_view scope, std::string_view a, std::string_view b) {
    std::string text(scope);
    text.append(1, '\0').append(a).append(1, '\0').append(b);
    return base::HexEncode(crypto::Sha256(text));
}

std::string EncodeCount(const GuessCount& count) {
    return std::to_string(count.attempts) + ' ' + std::to_string(count.not_before.micros) + ' ' +
           std::to_string(count.last.micros);
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

// An IPv6 host has at least a /64 to itself.
std::string AddressGroup(std::string_view client) {
    const auto address = os::Address::Parse(client);
    if (!address) return std::string(client);
    return address->IsIpv4() ? address->Text() : address->Prefix(64).Text();
}

}  // namespace

std::vector<GuessLimiter::Counter> GuessLimiter::CountersOf(std::string_view login_name, std::string_view client) {
    std::vector<Counter> counters{{&domain::kGuessAccount, KeyOf("account", login_name, ""), false}};
    if (!client.empty()) {
        const std::string group = AddressGroup(client);
        counters.push_back({&domain::kGuessPair, KeyOf("pair", login_name, group), false});
        counters.push_back({&domain::kGuessAddress, KeyOf("address", group, ""), true});
    }
    return counters;
}

Status GuessLimiter::Attempt(std::string_view login_name, std::string_view client) {
    const base::Time now = clock_.Now();
    const auto counters = CountersOf(login_name, client);
    return kv_.Update(kv::Env::kCache, [&](kv::Batch& batch) -> Status {
        std::int64_t wait_s = 0;
        std::vector<GuessCount> counts;
        for (const Counter& counter : counters) {
            counts.push_back(DecodeCount(batch.Get(kGuessTable, counter.key)));
            wait_s = std::max(wait_s, domain::WaitSeconds(*counter.rule, counts.back(), now));
        }
        if (wait_s > 0) {
            Error error = Fail(Code::kTooManyRequests, "sign-in attempts");
            error.retry_after_s = static_cast<std::uint32_t>(wait_s);
            return error;
        }
        for (std::size_t i = 0; i < counters.size(); ++i) {
            const auto count = domain::AfterAttempt(*counters[i].rule, counts[i], now);
            const auto expires = now.Plus(counters[i].rule->forget_s * base::kMicrosPerSecond);
            RT_CHECK_OK(batch.Put(kGuessTable, counters[i].key, EncodeCount(count), expires));
        }
        return Ok();
    });
}

Status GuessLimiter::Forgive(std::string_view login_name, std::string_view client) {
    const base::Time now = clock_.Now();
    const auto counters = CountersOf(login_name, client);
    return kv_.Update(kv::Env::kCache, [&](kv::Batch& batch) -> Status {
        for (const Counter& counter : counters) {
            if (!counter.shared) {
                RT_CHECK_OK(batch.Delete(kGuessTable, counter.key));
                continue;
            }
            const auto count = domain::AfterForgiven(*counter.rule, DecodeCount(batch.Get(kGuessTable, counter.key)));
            const auto expires = now.Plus(counter.rule->forget_s * base::kMicrosPerSecond);
            RT_CHECK_OK(batch.Put(kGuessTable, counter.key, EncodeCount(count), expires));
        }
        return Ok();
    });
}

}  // namespace rt::auth
