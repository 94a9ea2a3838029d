#include "ops/health.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace rt::ops {

namespace {

constexpr std::int64_t kRoundMs = 1'000;

}  // namespace

std::string_view Name(HealthState state) {
    switch (state) {
        case HealthState::kOk:
            return "ok";
        case HealthState::kWarn:
            return "warn";
        case HealthState::kFail:
            return "fail";
    }
    return "fail";
}

Health::Health(std::vector<Probe> probes, const base::Clock& clock, base::Log& log, base::Metrics& metrics)
    : clock_(clock), log_(log), metrics_(metrics), created_micros_(clock.MonotonicMicros()) {
    for (Probe& probe : probes) {
        const std::int64_t due = created_micros_ + probe.first_after_ms * base::kMicrosPerMilli;
        entries_.push_back({std::move(probe), {}, 0, -1, due});
    }
}

Health::~Health() {
    Stop();
}

void Health::Start(std::function<void()> after_round) {
    RunRound();
    after_round();
    thread_ = std::thread([this, after_round = std::move(after_round)] { Loop(after_round); });
    pthread_setname_np(thread_.native_handle(), "health");
}

void Health::Stop() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Health::Loop(const std::function<void()>& after_round) {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            if (wake_.wait_for(lock, std::chrono::milliseconds(kRoundMs), [&] { return stop_; })) return;
        }
        RunRound();
        after_round();
    }
}

void Health::RunRound() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        std::int64_t due = 0;
        {
            const std::scoped_lock lock(mutex_);
            if (stop_) return;
            due = entries_[i].due_micros;
        }
        if (clock_.MonotonicMicros() >= due) RunProbe(i);
    }
}

void Health::RunProbe(std::size_t index) {
    const std::int64_t began = clock_.MonotonicMicros();
    const Probe& probe = entries_[index].probe;  // the vector and its probes never change
    Finding finding = probe.run();
    const std::int64_t ended = clock_.MonotonicMicros();
    metrics_.Get(Metric::kHealth, {probe.name}).Set(finding.state == HealthState::kFail ? 0 : 1);

    const std::scoped_lock lock(mutex_);
    Entry& entry = entries_[index];
    const bool first = entry.finished_micros < 0;
    const HealthState before = entry.finding.state;
    if (before != finding.state && !(first && finding.state == HealthState::kOk)) {
        const auto level = finding.state == HealthState::kOk ? base::Level::Info : base::Level::Warn;
        log_.Write(level, "health changed",
                   {{"component", probe.name}, {"state", Name(finding.state)}, {"summary", finding.summary}});
    }
    entry.finding = std::move(finding);
    entry.latency_micros = ended - began;
    entry.finished_micros = ended;
    // Due a little early: the round's own second is never missed by its rounding.
    entry.due_micros = began + (probe.every_ms - kRoundMs / 10) * base::kMicrosPerMilli;
}

HealthReport Health::Latest() const {
    const std::int64_t now = clock_.MonotonicMicros();
    HealthReport report;
    const std::scoped_lock lock(mutex_);
    for (const Entry& entry : entries_) {
        const std::int64_t since = entry.finished_micros < 0 ? created_micros_ : entry.finished_micros;
        ComponentHealth component{entry.probe.name, entry.finding, entry.latency_micros,
                                  (now - since) / base::kMicrosPerMilli};
        if (component.age_ms > entry.probe.every_ms + kStaleMs) {
            component.finding.state = HealthState::kFail;
            component.finding.summary =
                "no answer from the probe for " + std::to_string(component.age_ms / 1'000) + " s";
        }
        report.state = std::max(report.state, component.finding.state);
        report.components.push_back(std::move(component));
    }
    return report;
}

}  // namespace rt::ops
