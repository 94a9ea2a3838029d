#include <doctest/doctest.h>

#include <string>

#include "ops/health.h"

using rt::Metric;
using rt::base::kMicrosPerMilli;
using rt::ops::Finding;
using rt::ops::Health;
using rt::ops::HealthState;
using rt::ops::Probe;

namespace {

struct Bench {
    rt::base::ManualClock clock{{1'000'000}};
    rt::base::NullLog log;
    rt::base::Metrics metrics;
};

}  // namespace

TEST_CASE("the worst component decides, and each shows in the metrics") {
    Bench bench;
    HealthState disk = HealthState::kOk;
    Health health({{"sqlite", 1'000, [] { return Finding{}; }},
                   {"disk", 1'000,
                    [&] {
                        return Finding{disk, "nearly full", {}};
                    }}},
                  bench.clock, bench.log, bench.metrics);
    health.RunRound();
    CHECK(health.Latest().state == HealthState::kOk);
    for (const auto& [state, metric] : {std::pair(HealthState::kWarn, 1), std::pair(HealthState::kFail, 0)}) {
        disk = state;
        bench.clock.Advance(1'000 * kMicrosPerMilli);
        health.RunRound();
        CHECK(health.Latest().state == state);
        CHECK(health.Latest().components[1].finding.summary == "nearly full");
        CHECK(bench.metrics.Get(Metric::kHealth, {"disk"}).Value() == metric);
        CHECK(bench.metrics.Get(Metric::kHealth, {"sqlite"}).Value() == 1);
    }
}

TEST_CASE("a probe runs no more often than it asks for; its result carries latency and age") {
    Bench bench;
    int runs = 0;
    Health health({{"write", 5'000,
                    [&] {
                        ++runs;
                        bench.clock.Advance(30 * kMicrosPerMilli);
                        return Finding{};
                    }}},
                  bench.clock, bench.log, bench.metrics);
    for (int second = 0; second < 5; ++second) {
        health.RunRound();
        bench.clock.Advance(1'000 * kMicrosPerMilli);
    }
    CHECK(runs == 1);
    const auto component = health.Latest().components[0];
    CHECK(component.latency_micros == 30 * kMicrosPerMilli);
    CHECK(component.age_ms == 5'000);
    health.RunRound();
    CHECK(runs == 2);
}

TEST_CASE("a probe that does not answer turns red by its age") {
    Bench bench;
    Health health({{"sqlite", 1'000, [] { return Finding{}; }}}, bench.clock, bench.log, bench.metrics);
    health.RunRound();
    bench.clock.Advance((1'000 + Health::kStaleMs) * kMicrosPerMilli);
    CHECK(health.Latest().state == HealthState::kOk);
    bench.clock.Advance(kMicrosPerMilli);
    CHECK(health.Latest().state == HealthState::kFail);
    health.RunRound();
    CHECK(health.Latest().state == HealthState::kOk);
}

TEST_CASE("the thread starts with a whole round and stops") {
    Bench bench;
    int rounds = 0;
    Health health({{"sqlite", 1'000, [] { return Finding{}; }}}, bench.clock, bench.log, bench.metrics);
    health.Start([&] { ++rounds; });
    CHECK(health.Latest().components[0].age_ms == 0);
    health.Stop();
    CHECK(rounds >= 1);
}
