#include "ops/figures.h"

#include <numeric>
#include <set>
#include <string>

namespace rt::ops {

double QuantileMillis(const std::array<std::int64_t, base::kBuckets.size() + 1>& counts, double quantile) {
    const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
    if (total <= 0) return 0;
    const double wanted = total * quantile;
    double below = 0;
    for (std::size_t i = 0; i < base::kBuckets.size(); ++i) {
        const auto here = static_cast<double>(counts[i]);
        if (here > 0 && below + here >= wanted) {
            const double from = i == 0 ? 0 : base::kBuckets[i - 1];
            return (from + (base::kBuckets[i] - from) * (wanted - below) / here) * 1'000;
        }
        below += here;
    }
    return base::kBuckets.back() * 1'000;  // beyond the last bound nothing is known but that
}

namespace {

using Counts = std::array<std::int64_t, base::kBuckets.size() + 1>;

void AddCounts(Counts& into, const base::Series& series) {
    const auto snapshot = series.Buckets();
    for (std::size_t i = 0; i < into.size(); ++i) into[i] += snapshot.buckets[i];
}

Latency LatencyBetween(const Counts& from, const Counts& to) {
    Counts counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = to[i] - from[i];
    return {QuantileMillis(counts, 0.5), QuantileMillis(counts, 0.95), QuantileMillis(counts, 0.99)};
}

}  // namespace

Figures::Totals Figures::Read() const {
    Totals totals;
    totals.at = clock_.Now();
    totals.monotonic_micros = clock_.MonotonicMicros();
    std::set<std::string> read_routes;
    metrics_.Each(Metric::kHttpRequests, [&](const std::vector<std::string>& labels, const base::Series& series) {
        const std::string& method = labels[0];
        const std::string& status = labels[2];
        if (method == "GET") read_routes.insert(labels[1]);
        totals.requests += series.Value();
        if (status.starts_with('4')) totals.client_errors += series.Value();
        if (status.starts_with('5')) totals.server_errors += series.Value();
    });
    metrics_.Each(Metric::kHttpDuration, [&](const std::vector<std::string>& labels, const base::Series& series) {
        AddCounts(totals.all, series);
        if (read_routes.contains(labels[0])) AddCounts(totals.read, series);
    });
    metrics_.Each(Metric::kSqlBatch, [&](const std::vector<std::string>&, const base::Series& series) {
        AddCounts(totals.commit, series);
    });
    const auto sum = [&](Metric metric, std::int64_t& into) {
        metrics_.Each(metric, [&](const std::vector<std::string>&, const base::Series& s) { into += s.Value(); });
    };
    sum(Metric::kSqlBatchSize, totals.writes);
    sum(Metric::kSocketConnections, totals.sockets);
    sum(Metric::kHttpConnections, totals.connections);
    return totals;
}

Period Figures::Between(const Totals& from, const Totals& to) {
    return {.end = to.at,
            .micros = to.monotonic_micros - from.monotonic_micros,
            .requests = to.requests - from.requests,
            .client_errors = to.client_errors - from.client_errors,
            .server_errors = to.server_errors - from.server_errors,
            .writes = to.writes - from.writes,
            .sockets = to.sockets,
            .connections = to.connections,
            .latency = LatencyBetween(from.all, to.all),
            .read_latency = LatencyBetween(from.read, to.read),
            .commit = LatencyBetween(from.commit, to.commit)};
}

void Figures::Sample() {
    const Totals now = Read();
    const std::scoped_lock lock(mutex_);
    recent_.push_back(now);
    if (recent_.size() > kRecentSamples + 1) recent_.pop_front();
    if (!began_) {
        minute_began_ = now;
        began_ = true;
    }
    if (now.monotonic_micros - minute_began_.monotonic_micros < base::kMicrosPerMinute) return;
    minutes_.push_back(Between(minute_began_, now));
    if (minutes_.size() > kMinutes) minutes_.pop_front();
    minute_began_ = now;
}

Period Figures::Recent() const {
    const std::scoped_lock lock(mutex_);
    if (recent_.empty()) return {};
    return Between(recent_.front(), recent_.back());
}

Figures::SinceStart Figures::Total() const {
    const std::scoped_lock lock(mutex_);
    if (recent_.empty()) return {};
    return {recent_.back().requests, recent_.back().server_errors};
}

std::vector<Period> Figures::History() const {
    const std::scoped_lock lock(mutex_);
    std::vector<Period> history(minutes_.begin(), minutes_.end());
    if (!recent_.empty()) history.push_back(Between(minute_began_, recent_.back()));
    return history;
}

}  // namespace rt::ops
