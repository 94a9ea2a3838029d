// What a service says to systemd and gets from it: sd_notify(3) and sd_listen_fds(3), without libsystemd.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace rt::os {

using Environment = std::map<std::string, std::string, std::less<>>;

// A copy of the process's environment. Call before threads start.
Environment ReadEnvironment();

// Tells the service manager about our state. Calls do nothing without a manager and give up
// after 0.5 s if its queue stays full. Thread-safe.
class ServiceNotifier {
  public:
    // Reads NOTIFY_SOCKET (a path, or an abstract name that starts with @), WATCHDOG_USEC and WATCHDOG_PID.
    explicit ServiceNotifier(const Environment& environment);

    // `status` is one line for people (systemctl status).
    void Ready(std::string_view status) const;
    // `monotonic_micros` is CLOCK_MONOTONIC at the start of the reload, as Type=notify-reload asks.
    void Reloading(std::int64_t monotonic_micros) const;
    void Stopping(std::string_view status) const;
    void Status(std::string_view status) const;
    void Watchdog() const;

    bool active() const { return !address_.empty(); }
    // How often to call Watchdog(): half of what the manager allows; nullopt if it does not watch us.
    std::optional<std::int64_t> WatchdogIntervalMicros() const { return watchdog_interval_micros_; }

  private:
    void Send(const std::string& lines) const;

    std::string address_;  // empty: no manager
    Fd socket_;
    std::optional<std::int64_t> watchdog_interval_micros_;
};

// A listening socket that the service manager opened for us.
struct ListenSocket {
    Fd fd;
    std::string name;  // of LISTEN_FDNAMES; "" if there is none
};

// Takes the sockets of LISTEN_FDS over, once, if LISTEN_PID is this process: they become close-on-exec. Empty without
// socket activation; INVALID_STATE if a promised descriptor is no listening stream socket.
Result<std::vector<ListenSocket>> TakeListenSockets(const Environment& environment);

}  // namespace rt::os
