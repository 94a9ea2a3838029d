// Counters, gauges and histograms, written by every module and shown by ops/ as Prometheus text.
// The table of all of them is metrics.def; a metric that is not there cannot be made.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rt::base {

enum class MetricKind : std::uint8_t { Counter, Gauge, Histogram };

enum class Metric : std::uint16_t {
#define RT_METRIC(name, kind, prometheus_name, labels, help) name,
#include "base/metrics.def"
#undef RT_METRIC
};

struct MetricInfo {
    MetricKind kind;
    std::string_view name;
    std::string_view labels;  // comma-separated label names, may be empty
    std::string_view help;
};

const MetricInfo& Info(Metric metric);

// Upper bounds of the histogram buckets in seconds (or plain units where the name says so).
inline constexpr std::array kBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};

// One time series. Thread-safe and lock-free; hold a reference rather than look it up per event.
class Series {
  public:
    void Add(std::int64_t delta = 1) { value_.fetch_add(delta, std::memory_order_relaxed); }
    void Set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    std::int64_t Value() const { return value_.load(std::memory_order_relaxed); }
    // Histograms only; micros: duration in microseconds (shown in seconds).
    void ObserveMicros(std::int64_t micros);

    struct Snapshot {
        std::array<std::int64_t, kBuckets.size() + 1> buckets;  // not cumulative; the last is +Inf
        std::int64_t sum_micros;
    };
    Snapshot Buckets() const;

  private:
    std::atomic<std::int64_t> value_{0};
    std::array<std::atomic<std::int64_t>, kBuckets.size() + 1> buckets_{};
    std::atomic<std::int64_t> sum_micros_{0};
};

// Owns all series of a process; thread-safe. At most kSeriesMax label sets a metric: the rest share one with "other".
class Metrics {
  public:
    static constexpr std::size_t kSeriesMax = 1'000;

    // `labels` in the order of the table; the reference stays valid as long as this object.
    Series& Get(Metric metric, std::initializer_list<std::string_view> labels = {});

    // Every series of one metric with its label values, for dashboards. `fn` must not call back into this object.
    void Each(Metric metric, const std::function<void(const std::vector<std::string>&, const Series&)>& fn) const;

    // Prometheus text format 0.0.4 of everything.
    std::string PrometheusText() const;

  private:
    using LabelValues = std::vector<std::string>;
    mutable std::mutex mutex_;
    std::map<Metric, std::map<LabelValues, std::unique_ptr<Series>>> families_;
};

}  // namespace rt::base

namespace rt {
using base::Metric;
using base::Metrics;
}  // namespace rt
