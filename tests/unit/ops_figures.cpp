#include <doctest/doctest.h>

#include <array>

#include "ops/figures.h"

using rt::Metric;
using rt::base::kMicrosPerSecond;
using rt::ops::Figures;
using rt::ops::QuantileMillis;

namespace {

using Counts = std::array<std::int64_t, rt::base::kBuckets.size() + 1>;

struct Bench {
    rt::base::ManualClock clock{{1'700'000'000 * kMicrosPerSecond}};
    rt::base::Metrics metrics;
    Figures figures{metrics, clock};

    void Requests(std::string_view status, std::int64_t count, std::int64_t micros) {
        metrics.Get(Metric::kHttpRequests, {"GET", "event.list", status}).Add(count);
        for (std::int64_t i = 0; i < count; ++i)
            metrics.Get(Metric::kHttpDuration, {"event.list"}).ObserveMicros(micros);
    }
    void Second() {
        clock.Advance(kMicrosPerSecond);
        figures.Sample();
    }
};

}  // namespace

TEST_CASE("a quantile lies within its bucket") {
    Counts counts{};
    CHECK(QuantileMillis(counts, 0.5) == 0);
    counts[1] = 100;  // 0.5 to 1 ms
    CHECK(QuantileMillis(counts, 0.5) == doctest::Approx(0.75));
    CHECK(QuantileMillis(counts, 1.0) == doctest::Approx(1.0));
    counts[4] = 100;  // 5 to 10 ms
    CHECK(QuantileMillis(counts, 0.5) == doctest::Approx(1.0));
    CHECK(QuantileMillis(counts, 0.75) == doctest::Approx(7.5));
    Counts slow{};
    slow.back() = 1;  // beyond every bound
    CHECK(QuantileMillis(slow, 0.5) == doctest::Approx(10'000));
}

TEST_CASE("figures of the last ten seconds count what came within them") {
    Bench bench;
    bench.Requests("200", 1'000, 900);
    bench.figures.Sample();
    CHECK(bench.figures.Recent().requests == 0);
    for (int second = 0; second < 5; ++second) {
        bench.Requests("200", 8, 20'000);
        bench.Requests("404", 1, 20'000);
        bench.Requests("503", 1, 20'000);
        bench.Second();
    }
    auto recent = bench.figures.Recent();
    CHECK(recent.requests == 50);
    CHECK(recent.client_errors == 5);
    CHECK(recent.server_errors == 5);
    CHECK(recent.micros == 5 * kMicrosPerSecond);
    CHECK(recent.latency.p50_ms > 10);
    CHECK(recent.latency.p50_ms <= 25);
    for (int second = 0; second < 10; ++second) bench.Second();
    CHECK(bench.figures.Recent().requests == 0);
    CHECK(bench.figures.Recent().micros == 10 * kMicrosPerSecond);
}

TEST_CASE("history holds the last sixty minutes and the running one") {
    Bench bench;
    bench.figures.Sample();
    for (int second = 0; second < 90; ++second) {
        bench.Requests("200", 1, 900);
        bench.Second();
    }
    auto history = bench.figures.History();
    REQUIRE(history.size() == 2);
    CHECK(history[0].requests == 60);
    CHECK(history[1].requests == 30);
    for (int second = 0; second < 90 * 60; ++second) bench.Second();
    history = bench.figures.History();
    CHECK(history.size() == Figures::kMinutes + 1);
    CHECK(history.front().requests == 0);
}
