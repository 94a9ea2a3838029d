#include <doctest/doctest.h>

#include <string>

#include "base/clock.h"

namespace {

using rt::base::FormatHttpDate;
using rt::base::FormatRfc3339;
using rt::base::ParseRfc3339;
using rt::base::ShanghaiDay;
using rt::base::Time;

std::string Round(std::string_view text) {
    const auto time = ParseRfc3339(text);
    return time.ok() ? FormatRfc3339(*time) : "refused";
}

}  // namespace

TEST_CASE("RFC 3339 times are read strictly and written in UTC") {
    struct Case {
        std::string_view text;
        std::string_view out;
    };
    const Case cases[] = {
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
        {"2026-11-22T14:24:37.123Z", "2026-11-22T14:24:37.123Z"},
        {"2026-11-22t14:24:37z", "2026-11-22T14:24:37.000Z"},
        {"2026-11-22T14:24:37.1Z", "2026-11-22T14:24:37.100Z"},
        {"2026-11-22T14:24:37.999999999Z", "2026-11-22T14:24:37.999Z"},
        {"2026-11-22T22:24:37+08:00", "2026-11-22T14:24:37.000Z"},
        {"2026-11-22T00:00:00+14:00", "2026-11-21T10:00:00.000Z"},
        {"2026-11-22T23:30:00-23:59", "2026-11-23T23:29:00.000Z"},
        {"2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00.000Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
        {"2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z"},
        {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"},
        {"2025-02-29T00:00:00Z", "refused"},
        {"2100-02-29T00:00:00Z", "refused"},
        {"1969-12-31T23:59:59Z", "refused"},
        {"2026-00-10T00:00:00Z", "refused"},
        {"2026-13-10T00:00:00Z", "refused"},
        {"2026-04-31T00:00:00Z", "refused"},
        {"2026-04-00T00:00:00Z", "refused"},
        {"2026-04-01T24:00:00Z", "refused"},
        {"2026-04-01T00:60:00Z", "refused"},
        {"2026-04-01T00:00:60Z", "refused"},
        {"2026-04-01T00:00:00", "refused"},
        {"2026-04-01T00:00:00.Z", "refused"},
        {"2026-04-01T00:00:00.1234567890Z", "refused"},
        {"2026-04-01T00:00:00,5Z", "refused"},
        {"2026-04-01 00:00:00Z", "refused"},
        {"2026-04-01T00:00:00+8:00", "refused"},
        {"2026-04-01T00:00:00+0800", "refused"},
        {"2026-04-01T00:00:00+24:00", "refused"},
        {"2026-04-01T00:00:00+08:60", "refused"},
        {"2026-04-01T00:00:00ZZ", "refused"},
        {"2026-04-01T00:00:00Z ", "refused"},
        {" 2026-04-01T00:00:00Z", "refused"},
        {"2026-4-1T00:00:00Z00", "refused"},
        {"+026-04-01T00:00:00Z", "refused"},
        {"2026-04-01T-1:00:00Z", "refused"},
        {"20260401T000000Z0000", "refused"},
        {"10000-01-01T00:00:00Z", "refused"},
        {"", "refused"},
        {"Z", "refused"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(Round(c.text) == c.out);
    }
    CHECK(ParseRfc3339("2026-11-22T14:24:37.123456Z")->micros % 1'000'000 == 123'456);
    CHECK(ParseRfc3339("nonsense").error().code == rt::Code::kInvalid);
}

TEST_CASE("times before 1970 are written right") {
    CHECK(FormatRfc3339({-1}) == "1969-12-31T23:59:59.999Z");
    CHECK(FormatRfc3339({-rt::base::kMicrosPerDay}) == "1969-12-31T00:00:00.000Z");
}

TEST_CASE("dates of HTTP") {
    CHECK(FormatHttpDate({784'111'777'000'000}) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(FormatHttpDate({0}) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(FormatHttpDate(*ParseRfc3339("2024-02-29T23:59:59Z")) == "Thu, 29 Feb 2024 23:59:59 GMT");
    CHECK(FormatHttpDate(*ParseRfc3339("2026-12-31T00:00:00Z")) == "Thu, 31 Dec 2026 00:00:00 GMT");
}

TEST_CASE("the day in Shanghai begins at 16:00 UTC") {
    CHECK(ShanghaiDay(*ParseRfc3339("2026-11-22T15:59:59.999999Z")) == "2026-11-22");
    CHECK(ShanghaiDay(*ParseRfc3339("2026-11-22T16:00:00Z")) == "2026-11-23");
    CHECK(ShanghaiDay(*ParseRfc3339("2026-12-31T16:00:00Z")) == "2027-01-01");
}

TEST_CASE("a manual clock stands still, the system's goes on") {
    rt::base::ManualClock manual({100});
    CHECK(manual.Now() == Time{100});
    manual.Advance(5);
    CHECK(manual.Now() == Time{105});
    CHECK(manual.MonotonicMicros() == 105);
    manual.Set({7});
    CHECK(manual.Now() == Time{7});
    CHECK(Time{1} < Time{2});
    CHECK(Time{1}.Plus(2) == Time{3});
    const rt::base::SystemClock system;
    const std::int64_t before = system.MonotonicMicros();
    CHECK(system.MonotonicMicros() >= before);
    CHECK(system.Now() > *ParseRfc3339("2025-01-01T00:00:00Z"));
}
