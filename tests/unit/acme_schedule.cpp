#include <doctest/doctest.h>

#include "acme/domain/schedule.h"

namespace {

using namespace rt::acme;
using rt::base::kMicrosPerDay;
using rt::base::kMicrosPerHour;
using rt::base::kMicrosPerMinute;
using rt::base::kMicrosPerSecond;
using rt::base::Time;

constexpr Time kNow{1'780'000'000'000'000};

}  // namespace

TEST_CASE("renewal comes with a third of the lifetime left, a little earlier by chance") {
    const Time end = kNow.Plus(90 * kMicrosPerDay);
    CHECK(RenewAt(kNow, end, 0.0) == kNow.Plus(60 * kMicrosPerDay));
    CHECK(RenewAt(kNow, end, 0.999) < kNow.Plus(60 * kMicrosPerDay));
    CHECK(RenewAt(kNow, end, 0.999) > kNow.Plus(58 * kMicrosPerDay));
    CHECK(RenewAt(kNow, kNow.Plus(30 * kMicrosPerSecond), 0.0) == kNow.Plus(20 * kMicrosPerSecond));
    CHECK(RenewAt(kNow, kNow.Plus(-1), 0.5) == kNow.Plus(-1));
}

TEST_CASE("failures are repeated ever later, never before the authority allows it") {
    std::int64_t before = 0;
    for (int failures = 1; failures < 100; ++failures) {
        const std::int64_t delay = RetryDelayMicros(FailureKind::kTransient, failures, 0, 0.0);
        CHECK(delay >= before);
        CHECK(delay <= kMicrosPerHour);
        before = delay;
    }
    CHECK(before == kMicrosPerHour);
    CHECK(RetryDelayMicros(FailureKind::kTransient, 1, 0, 0.0) == 30 * kMicrosPerSecond);
    CHECK(RetryDelayMicros(FailureKind::kTransient, 1, 0, 0.99) >= 20 * kMicrosPerSecond);
    CHECK(RetryDelayMicros(FailureKind::kRefused, 1, 0, 0.0) == 2 * kMicrosPerMinute);
    CHECK(RetryDelayMicros(FailureKind::kRefused, 99, 0, 0.0) == kMicrosPerDay);
    CHECK(RetryDelayMicros(FailureKind::kTransient, 1, 7200, 0.9) == 2 * kMicrosPerHour);
    CHECK(RetryDelayMicros(FailureKind::kRefused, 1, 5, 0.0) == 2 * kMicrosPerMinute);
    CHECK(RetryDelayMicros(FailureKind::kRefused, 1, 1'000'000'000, 0.0) == 7 * kMicrosPerDay);
    CHECK(RetryDelayMicros(FailureKind::kRefused, 1, -5, 0.0) == 2 * kMicrosPerMinute);
}

TEST_CASE("orders are polled each second at first, then less often") {
    CHECK(PollDelayMicros(0, 0) == kMicrosPerSecond);
    CHECK(PollDelayMicros(20 * kMicrosPerSecond, 0) == 5 * kMicrosPerSecond);
    CHECK(PollDelayMicros(kMicrosPerHour, 0) == 15 * kMicrosPerSecond);
    CHECK(PollDelayMicros(0, 30) == 30 * kMicrosPerSecond);
    CHECK(PollDelayMicros(0, 1'000'000) == kMicrosPerHour);
}

TEST_CASE("Retry-After is a number or a date") {
    const Time now = *rt::base::ParseRfc3339("2026-11-22T14:24:37Z");
    CHECK(RetryAfterSeconds("120", now) == 120);
    CHECK(RetryAfterSeconds("Sun, 22 Nov 2026 14:25:37 GMT", now) == 60);
    CHECK(RetryAfterSeconds("Sun, 22 Nov 2026 14:23:37 GMT", now) == 0);
    CHECK(RetryAfterSeconds("99999999999", now) == 7 * 24 * 3600);
    for (const char* bad : {"", "soon", "-5", "1.5", "Sun, 22 Xyz 2026 14:25:37 GMT", "Sun, 99 Nov 2026 14:25:37 GMT",
                            "Sun, 22 Nov 2026 14:25:37 CET"}) {
        CHECK(RetryAfterSeconds(bad, now) == 0);
    }
}
