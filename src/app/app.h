// The server as a whole: builds every component by name, owns it, starts and stops it in order.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/realtime.h"
#include "app/startup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "config/config.h"
#include "os/service.h"

namespace rt::app {

struct ServeOptions {
    config::Config config;
    // Reads the configuration again, whole.
    std::function<Result<config::Config>()> read_config;
    // Applies what belongs to the log.
    std::function<void(const config::Config&)> apply_to_log;
    std::vector<os::ListenSocket> inherited;  // from systemd; named "https" or "http"
    bool demo = false;
    Conformance conformance = Conformance::kOff;
};

class App {
  public:
    // Everything up to `ready`: checks, stores, services, warm-up, listeners. `startup` tells how each step went.
    static Result<std::unique_ptr<App>> Start(ServeOptions options, Startup& startup, const base::Clock& clock,
                                              base::Log& log, base::Metrics& metrics,
                                              const os::ServiceNotifier& notifier);
    // Stops at once if Stop() was not called.
    ~App();

    // "http://127.0.0.1:3000", one a listener.
    std::vector<std::string> urls() const;
    // What a person must be told once: the set-up link, the demo's administrator. No log gets it.
    const std::vector<std::string>& announcements() const;
    // Reads the configuration again and applies what can be applied live, or nothing at all. The keys that need a
    // restart. Thread-safe.
    Result<std::vector<std::string_view>> Reload();
    // Drains and stops in order; true if nothing was cut off.
    bool Stop();

  private:
    struct Parts;
    explicit App(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace rt::app
