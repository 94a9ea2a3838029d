#include "acme/domain/schedule.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/parse.h"

namespace rt::acme {
namespace {

using base::kMicrosPerDay;
using base::kMicrosPerHour;
using base::kMicrosPerMinute;
using base::kMicrosPerSecond;

constexpr std::int64_t kRenewPart = 3;
constexpr std::int64_t kSpreadPart = 50;
constexpr std::int64_t kRetryAfterSecondsMax = 7 * 24 * 3600;
constexpr int kDoublingsMax = 12;

std::int64_t Part(std::int64_t whole, double chance) {
    return static_cast<std::int64_t>(static_cast<double>(whole) * chance);
}

// "Sun, 22 Nov 2026 14:24:37 GMT".
std::optional<base::Time> ParseHttpDate(std::string_view text) {
    static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    const auto* month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
    if (month == kMonths.end()) return std::nullopt;
    const auto number = static_cast<int>(month - kMonths.begin()) + 1;
    std::string rfc3339(text.substr(12, 4));
    rfc3339.append(number < 10 ? "-0" : "-").append(std::to_string(number)).append("-");
    rfc3339.append(text.substr(5, 2)).append("T").append(text.substr(17, 8)).append("Z");
    const auto time = base::ParseRfc3339(rfc3339);
    return time.ok() ? std::optional(*time) : std::nullopt;
}

}  // namespace

std::int64_t RetryAfterSeconds(std::string_view field, base::Time now) {
    if (const auto seconds = base::ParseUnsigned(field))
        return static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds, kRetryAfterSecondsMax));
    const auto date = ParseHttpDate(field);
    if (!date) return 0;
    return std::clamp<std::int64_t>((date->micros - now.micros) / kMicrosPerSecond, 0, kRetryAfterSecondsMax);
}

base::Time RenewAt(base::Time not_before, base::Time not_after, double chance) {
    const std::int64_t lifetime = std::max<std::int64_t>(0, not_after.micros - not_before.micros);
    return not_after.Plus(-lifetime / kRenewPart - Part(lifetime / kSpreadPart, chance));
}

std::int64_t RetryDelayMicros(FailureKind kind, int failures, std::int64_t retry_after_s, double chance) {
    const bool refused = kind == FailureKind::kRefused;
    const std::int64_t first = refused ? 2 * kMicrosPerMinute : 30 * kMicrosPerSecond;
    const std::int64_t most = refused ? kMicrosPerDay : kMicrosPerHour;
    const int doublings = std::clamp(failures - 1, 0, kDoublingsMax);
    const std::int64_t delay = std::min(first << doublings, most);
    const std::int64_t asked = std::clamp<std::int64_t>(retry_after_s, 0, kRetryAfterSecondsMax) * kMicrosPerSecond;
    return std::max(delay - Part(delay / 3, chance), asked);
}

std::int64_t PollDelayMicros(std::int64_t age_micros, std::int64_t retry_after_s) {
    const std::int64_t asked = std::clamp<std::int64_t>(retry_after_s, 0, 3600) * kMicrosPerSecond;
    return std::max(std::clamp(age_micros / 4, kMicrosPerSecond, 15 * kMicrosPerSecond), asked);
}

}  // namespace rt::acme
