#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"

namespace {

using rt::base::Info;
using rt::base::Metric;
using rt::base::Metrics;

bool Has(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("counters and gauges appear as Prometheus text") {
    Metrics metrics;
    metrics.Get(Metric::kHttpRequests, {"GET", "/x", "200"}).Add(3);
    metrics.Get(Metric::kHttpRequests, {"GET", "/x", "200"}).Add();
    metrics.Get(Metric::kHttpInFlight).Set(-2);
    metrics.Get(Metric::kLogDropped, {"a\"b\\c\nd"}).Add();
    const std::string text = metrics.PrometheusText();
    CHECK(Has(text, "http_requests_total{method=\"GET\",route=\"/x\",status=\"200\"} 4"));
    CHECK(Has(text, "# TYPE http_requests_total counter"));
    CHECK(Has(text, "http_requests_in_flight -2"));
    CHECK(Has(text, "log_dropped_total{level=\"a\\\"b\\\\c\\nd\"} 1"));
    CHECK(metrics.Get(Metric::kHttpInFlight).Value() == -2);
}

TEST_CASE("histograms count into their buckets, bounds included") {
    Metrics metrics;
    auto& series = metrics.Get(Metric::kHttpDuration, {"/x"});
    for (const std::int64_t micros : {0, 500, 501, 1'000, 10'000'000, 10'000'001}) series.ObserveMicros(micros);
    const auto snapshot = series.Buckets();
    CHECK(snapshot.buckets.front() == 2);
    CHECK(snapshot.buckets.at(1) == 2);
    CHECK(snapshot.buckets.back() == 1);
    CHECK(snapshot.sum_micros == 20'002'002);
    const std::string text = metrics.PrometheusText();
    CHECK(Has(text, "http_request_duration_seconds_bucket{route=\"/x\",le=\"0.0005\"} 2"));
    CHECK(Has(text, "http_request_duration_seconds_bucket{route=\"/x\",le=\"10\"} 5"));
    CHECK(Has(text, "http_request_duration_seconds_bucket{route=\"/x\",le=\"+Inf\"} 6"));
    CHECK(Has(text, "http_request_duration_seconds_count{route=\"/x\"} 6"));
    CHECK(Has(text, "http_request_duration_seconds_sum{route=\"/x\"} 20.002002"));
}

TEST_CASE("a metric cannot have more series than its cap") {
    Metrics metrics;
    for (std::size_t i = 0; i < Metrics::kSeriesMax + 500; ++i)
        metrics.Get(Metric::kHttpErrors, {std::to_string(i)}).Add();
    CHECK(metrics.Get(Metric::kHttpErrors, {"0"}).Value() == 1);
    CHECK(metrics.Get(Metric::kHttpErrors, {"999"}).Value() == 1);
    CHECK(metrics.Get(Metric::kHttpErrors, {"1000"}).Value() == 500);
    CHECK(&metrics.Get(Metric::kHttpErrors, {"1000"}) == &metrics.Get(Metric::kHttpErrors, {"other"}));
}

TEST_CASE("the table names every metric once, in the words of Prometheus") {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Metric::kProcessFds); ++i) {
        const auto& info = Info(static_cast<Metric>(i));
        CAPTURE(info.name);
        CHECK(names.insert(info.name).second);
        CHECK(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK(!info.help.empty());
        if (info.kind == rt::base::MetricKind::Counter) CHECK(info.name.ends_with("_total"));
    }
}

TEST_CASE("series are counted from many threads without loss") {
    Metrics metrics;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 10'000; ++i) metrics.Get(Metric::kHttpErrors, {std::to_string((i + t) % 7)}).Add();
            });
        }
    }
    std::int64_t total = 0;
    for (int i = 0; i < 7; ++i) total += metrics.Get(Metric::kHttpErrors, {std::to_string(i)}).Value();
    CHECK(total == 40'000);
}
