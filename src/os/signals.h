// Signals as something to wait for, never as a handler.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "os/fd.h"

namespace rt::os {

enum class Signal : std::uint8_t {
    kStop,    // SIGTERM, SIGINT
    kReload,  // SIGHUP
};

// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and ignores SIGPIPE: make it in main() before any thread
// starts, since threads inherit the mask. The old mask comes back with the destructor. One a process; Wait() from one
// thread at a time.
class SignalWatch {
  public:
    static Result<SignalWatch> Start();
    SignalWatch(SignalWatch&&) noexcept;
    SignalWatch& operator=(SignalWatch&&) = delete;
    ~SignalWatch();

    // The next signal, or nullopt after `timeout_ms` (-1: no limit).
    std::optional<Signal> Wait(int timeout_ms);
    // Readable when a signal waits; for epoll. Then call Wait(0).
    int fd() const { return fd_.get(); }

  private:
    explicit SignalWatch(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

}  // namespace rt::os
