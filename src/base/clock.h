// Time as values. Wall time is int64 microseconds UTC; intervals come from the monotonic clock.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rt::base {

constexpr std::int64_t kMicrosPerMilli = 1'000;
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

// A point in wall time, microseconds since 1970-01-01T00:00:00Z.
struct Time {
    std::int64_t micros = 0;
    auto operator<=>(const Time&) const = default;
    Time Plus(std::int64_t delta_micros) const { return {micros + delta_micros}; }
};

// Thread-safe. Everything that needs the time gets a Clock from app/.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time Now() const = 0;
    virtual std::int64_t MonotonicMicros() const = 0;
};

class SystemClock final : public Clock {
  public:
    Time Now() const override;
    std::int64_t MonotonicMicros() const override;
};

// CPU time used by the calling thread, for budgets that waiting must not consume.
std::int64_t ThreadCpuMicros();

// For tests: stands still until told otherwise.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start) : now_(start.micros) {}
    Time Now() const override { return {now_.load()}; }
    std::int64_t MonotonicMicros() const override { return now_.load(); }
    void Advance(std::int64_t delta_micros) { now_.fetch_add(delta_micros); }
    void Set(Time time) { now_.store(time.micros); }

  private:
    std::atomic<std::int64_t> now_;
};

// "2026-11-22T14:24:37.123Z" (RFC 3339, UTC, milliseconds).
std::string FormatRfc3339(Time time);
// Accepts RFC 3339 with Z or an offset, up to microseconds; years 1970 to 9999.
Result<Time> ParseRfc3339(std::string_view text);
// "Sun, 22 Nov 2026 14:24:37 GMT" (RFC 9110 IMF-fixdate).
std::string FormatHttpDate(Time time);
// "2026-11-22" of the day in Asia/Shanghai (UTC+8, no daylight saving).
std::string ShanghaiDay(Time time);

}  // namespace rt::base

namespace rt {
using base::Clock;
using base::Time;
}  // namespace rt
