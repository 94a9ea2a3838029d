// A cap on what is under way to one origin, and a circuit breaker: an origin that fails again and again is left alone
// for a while, so that its time-outs do not hold all threads of the outgoing pool.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"

namespace rt::net {

// Thread-safe.
class HostGuard {
  public:
    struct Options {
        std::size_t under_way_max = 8;
        int failures_max = 5;  // in a row
        std::int64_t open_ms = 10'000;
    };
    static constexpr std::int64_t kOpenMillisMax = 300'000;
    static constexpr std::size_t kHostsMax = 1'024;  // remembered; beyond it the one that is due first is forgotten

    enum class Outcome : std::uint8_t { kGood, kFailed };

    // `open`: a gauge of origins that are left alone.
    HostGuard(Options options, const base::Clock& clock, base::Series& open)
        : options_(options), clock_(clock), open_(open) {}

    // UNAVAILABLE with retry_after_s when the cap is reached or the breaker is open; after its time one request is let
    // through as a trial. Every Ok must be followed by Leave().
    Status Enter(const std::string& origin);
    void Leave(const std::string& origin, Outcome outcome);

  private:
    struct Host {
        std::size_t under_way = 0;
        int failures = 0;  // in a row
        std::int64_t open_ms = 0;
        std::int64_t open_until_micros = 0;  // monotonic; 0: closed
        bool on_trial = false;
    };
    void ForgetOneLocked();

    const Options options_;
    const base::Clock& clock_;
    base::Series& open_;
    std::mutex mutex_;
    std::map<std::string, Host, std::less<>> hosts_;  // only those with something under way or failures
};

}  // namespace rt::net
