#include "auth/one_time_codes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "auth/guess_limiter.h"
#include "auth/kv_tables.h"
#include "base/encoding.h"
#include "base/parse.h"
#include "crypto/hash.h"

namespace rt::auth {

namespace kv = storage::kv;

namespace {

constexpr std::uint64_t kCodes = 1'000'000;
constexpr std::size_t kCodeDigits = 6;
constexpr std::int64_t kHourSeconds = 3'600;
constexpr std::int64_t kDaySeconds = 86'400;

// "<a> <b>"
std::array<std::int64_t, 2> DecodePair(std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const auto first = base::ParseSigned(text.substr(0, space));
    const auto second = base::ParseSigned(text.substr(std::min(space + 1, text.size())));
    return {first.value_or(0), second.value_or(0)};
}

std::string SixDigits(Random& random) {
    std::string code = std::to_string(random.Below(kCodes));
    code.insert(0, kCodeDigits - code.size(), '0');
    return code;
}

}  // namespace

std::string_view Name(CodePurpose purpose) {
    constexpr std::array<std::string_view, 6> kNames{"sign-in", "register", "reset", "verify", "change", "confirm"};
    return kNames.at(static_cast<std::size_t>(purpose));
}

// How many messages within how long: a window begins with the first and is whole again after it.
struct OneTimeCodes::Window {
    std::string_view what;  // for the log
    std::string key;
    std::int64_t seconds;
    std::int64_t max;
};

std::string OneTimeCodes::KeyOf(const CodeSubject& subject) const {
    return parts_.vault.BlindIndex(
        "code." + std::string(Name(subject.purpose)) + "." + std::to_string(subject.user.value),
        subject.purpose == CodePurpose::kConfirm ? "" : subject.contact.key);
}

// Under a key that is not in the store: who reads it cannot try the million.
std::string OneTimeCodes::HashOf(const std::string& key, std::string_view code) const {
    return parts_.vault.BlindIndex("code.hash." + key, code);
}

Status OneTimeCodes::Count(kv::Batch& batch, const CodeSubject& subject, std::string_view client,
                           base::Time now) const {
    // Who is signed in confirms by a budget of his own: what strangers ask for to his address does not take it away.
    const bool own = subject.purpose == CodePurpose::kConfirm;
    const std::string target = parts_.vault.BlindIndex(
        own ? "code.target.confirm." + std::to_string(subject.user.value) : "code.target", subject.contact.key);
    std::vector<Window> windows{{"codes to one address: resend", "g:" + target, kCodeResendSeconds, 1},
                                {"codes to one address in an hour", "h:" + target, kHourSeconds, kCodesPerTargetHour},
                                {"codes to one address in a day", "d:" + target, kDaySeconds, limits_.per_target_day},
                                {"codes in an hour in all", "all", kHourSeconds, limits_.per_hour}};
    if (!client.empty()) {
        windows.push_back({"codes asked for by one client in an hour",
                           "c:" + base::HexEncode(crypto::Sha256(AddressGroup(client))), kHourSeconds,
                           limits_.per_address_hour});
    }
    std::vector<std::array<std::int64_t, 2>> counts;
    for (const Window& window : windows) {
        auto count = DecodePair(batch.Get(kCodeSentTable, window.key).value_or(""));
        const std::int64_t age_s = (now.micros - count[1]) / base::kMicrosPerSecond;
        if (count[0] == 0 || age_s >= window.seconds || age_s < 0) count = {0, now.micros};
        if (count[0] >= window.max) {
            Error error = Fail(Code::kTooManyRequests, std::string(window.what));
            error.retry_after_s = static_cast<std::uint32_t>(window.seconds - std::max<std::int64_t>(age_s, 0));
            return error;
        }
        counts.push_back({count[0] + 1, count[1]});
    }
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto& [count, began] = counts[i];
        const base::Time expires{began + windows[i].seconds * base::kMicrosPerSecond};
        RT_CHECK_OK(
            batch.Put(kCodeSentTable, windows[i].key, std::to_string(count) + ' ' + std::to_string(began), expires));
    }
    return Ok();
}

Result<OneTimeCodes::Made> OneTimeCodes::Make(const CodeSubject& subject, std::string_view client) {
    const base::Time now = parts_.clock.Now();
    const Made made{SixDigits(parts_.random), now.Plus(kCodeTtlSeconds * base::kMicrosPerSecond)};
    const std::string key = KeyOf(subject);
    const std::string value = "0 " + HashOf(key, made.code) + " " + std::to_string(made.expires.micros);
    const Status counted = parts_.kv.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        RT_CHECK_OK(Count(batch, subject, client, now));
        return batch.Put(kCodeTable, key, value, made.expires);
    });
    const std::string_view channel = subject.contact.channel == domain::Channel::kEmail ? "email" : "phone";
    const bool limited = !counted.ok() && counted.error().code == Code::kTooManyRequests;
    parts_.metrics.Get(Metric::kCodesSent, {channel, limited ? "limited" : "made"}).Add();
    if (!counted.ok()) return counted.error();
    return made;
}

Status OneTimeCodes::Take(const CodeSubject& subject, std::string_view code) {
    const std::string key = KeyOf(subject);
    const std::string hash = HashOf(key, code);
    bool right = false;
    RT_CHECK_OK(parts_.kv.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        right = false;
        const auto stored = batch.Get(kCodeTable, key);
        const std::size_t space = stored ? stored->find(' ') : std::string::npos;
        if (space == std::string::npos) return Ok();
        const std::int64_t tries = base::ParseSigned(stored->substr(0, space)).value_or(kCodeTriesMax) + 1;
        const std::string_view rest = std::string_view(*stored).substr(space + 1);
        right = crypto::EqualConstantTime(rest.substr(0, hash.size()), hash);
        if (right || tries >= kCodeTriesMax) return batch.Delete(kCodeTable, key);
        const auto expires = base::ParseSigned(rest.substr(std::min(hash.size() + 1, rest.size())));
        return batch.Put(kCodeTable, key, std::to_string(tries) + ' ' + std::string(rest),
                         base::Time{expires.value_or(0)});
    }));
    parts_.metrics.Get(Metric::kCodeTries, {right ? "ok" : "wrong"}).Add();
    return right ? Ok() : Status(Fail(Code::kBadCode));
}

}  // namespace rt::auth
