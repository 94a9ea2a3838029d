// Health: each component is probed on a thread of its own, and what is served is the last result with its age. A probe
// that hangs makes its result old, never a request slow.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "json/json.h"

namespace rt::ops {

// kOk green; kWarn yellow: serves, somebody should look; kFail red: part of the service does not work.
enum class HealthState : std::uint8_t { kOk, kWarn, kFail };
std::string_view Name(HealthState state);  // "ok", "warn", "fail"

struct Finding {
    HealthState state = HealthState::kOk;
    std::string summary;  // one English sentence with the remedy when it is not ok; no personal data
    json::Object figures;
};

struct Probe {
    std::string name;  // "sqlite": metric label
    std::int64_t every_ms = 1'000;
    std::function<Finding()> run;
    std::int64_t first_after_ms = 0;  // what costs time stays out of the start
};

struct ComponentHealth {
    std::string name;
    Finding finding;
    std::int64_t latency_micros = 0;
    std::int64_t age_ms = 0;
};

struct HealthReport {
    HealthState state = HealthState::kOk;  // the worst of all components
    std::vector<ComponentHealth> components;
};

class Health {
  public:
    // A result older than this is a failure in itself: the probe hangs, or its thread does.
    static constexpr std::int64_t kStaleMs = 10'000;

    Health(std::vector<Probe> probes, const base::Clock& clock, base::Log& log, base::Metrics& metrics);
    ~Health();
    Health(const Health&) = delete;
    Health& operator=(const Health&) = delete;

    // Probes everything once, then goes on from its own thread. `after_round` runs on that thread after every round
    // that finished (figures, watchdog).
    void Start(std::function<void()> after_round);
    void Stop();
    // One round of all probes that are due, on the caller's thread; for Start() and for tests.
    void RunRound();

    // Thread-safe, from memory.
    HealthReport Latest() const;

  private:
    struct Entry {
        Probe probe;
        Finding finding;
        std::int64_t latency_micros = 0;
        std::int64_t finished_micros = -1;  // monotonic; -1: never
        std::int64_t due_micros = 0;
    };

    void RunProbe(std::size_t index);
    void Loop(const std::function<void()>& after_round);

    const base::Clock& clock_;
    base::Log& log_;
    base::Metrics& metrics_;
    const std::int64_t created_micros_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Entry> entries_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace rt::ops
