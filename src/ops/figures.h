// What the dashboard shows: rates, errors and latencies of now and of the last hour by minute, from the metrics.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"

namespace rt::ops {

// Latency by quantile, in milliseconds, interpolated within a bucket of base::kBuckets; 0 without a request.
struct Latency {
    double p50_ms = 0;
    double p95_ms = 0;
    double p99_ms = 0;
};

// Counts between two samples.
struct Period {
    base::Time end;
    std::int64_t micros = 0;
    std::int64_t requests = 0;
    std::int64_t client_errors = 0;  // 4xx
    std::int64_t server_errors = 0;  // 5xx
    std::int64_t writes = 0;         // closures committed
    std::int64_t sockets = 0;        // WebSocket connections at the end
    std::int64_t connections = 0;    // at the end
    Latency latency;                 // of all requests
    Latency read_latency;            // of routes that answer GET
    Latency commit;                  // of the writer's batches
};

// Thread-safe. Fed by Sample(), which something calls once a second.
class Figures {
  public:
    static constexpr std::size_t kMinutes = 60;
    static constexpr std::size_t kRecentSamples = 10;

    Figures(const base::Metrics& metrics, const base::Clock& clock) : metrics_(metrics), clock_(clock) {}

    void Sample();
    // The last ten seconds.
    Period Recent() const;
    // Requests and server errors since the start.
    struct SinceStart {
        std::int64_t requests = 0;
        std::int64_t server_errors = 0;
    };
    SinceStart Total() const;
    // Whole minutes, oldest first, at most kMinutes; then the running one.
    std::vector<Period> History() const;

  private:
    using Buckets = std::array<std::int64_t, base::kBuckets.size() + 1>;
    struct Totals {
        base::Time at;
        std::int64_t monotonic_micros = 0;
        std::int64_t requests = 0;
        std::int64_t client_errors = 0;
        std::int64_t server_errors = 0;
        std::int64_t writes = 0;
        std::int64_t sockets = 0;
        std::int64_t connections = 0;
        Buckets all{};
        Buckets read{};
        Buckets commit{};
    };

    Totals Read() const;
    static Period Between(const Totals& from, const Totals& to);

    const base::Metrics& metrics_;
    const base::Clock& clock_;
    mutable std::mutex mutex_;
    std::deque<Totals> recent_;
    std::deque<Period> minutes_;
    Totals minute_began_;
    bool began_ = false;
};

// The value under which `quantile` (0 to 1) of the counts lie, in milliseconds.
double QuantileMillis(const std::array<std::int64_t, base::kBuckets.size() + 1>& counts, double quantile);

}  // namespace rt::ops
