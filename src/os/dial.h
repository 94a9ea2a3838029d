// TCP connections that we open, with an absolute deadline.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "os/address.h"
#include "os/fd.h"

namespace rt::os {

// A point on the monotonic clock by which something must be done. A value.
class Deadline {
  public:
    static Deadline After(std::int64_t milliseconds);
    // Rounded up; 0 when it has passed.
    std::int64_t LeftMillis() const;
    bool Passed() const { return LeftMillis() == 0; }
    // The earlier of this one and `milliseconds` from now.
    Deadline AtMost(std::int64_t milliseconds) const;

  private:
    std::chrono::steady_clock::time_point end_;
};

enum class Ready : std::uint8_t { kRead, kWrite };

// Until `fd` is ready, or in an error state that the next call will tell. DEADLINE_EXCEEDED.
Status WaitFor(int fd, Ready ready, const Deadline& deadline);

// A connected, non-blocking socket without delay. DEADLINE_EXCEEDED, or UPSTREAM_FAILED with the reason.
Result<Fd> ConnectTcp(const Endpoint& to, const Deadline& deadline);

}  // namespace rt::os
