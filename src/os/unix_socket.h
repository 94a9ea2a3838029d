// Unix stream sockets for the control channel of a running server: one line of text each way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace rt::os {

// A connected or listening socket; closes it. Movable, not copyable.
class UnixSocket {
  public:
    UnixSocket() = default;
    explicit UnixSocket(int fd) : fd_(fd) {}
    UnixSocket(UnixSocket&& other) noexcept : fd_(other.fd_), read_(std::move(other.read_)) { other.fd_ = -1; }
    UnixSocket& operator=(UnixSocket&& other) noexcept;
    ~UnixSocket();

    // Replaces a stale socket file; mode 0600. The folder must exist.
    static Result<UnixSocket> Listen(const std::string& path);
    // UNAVAILABLE when nobody listens there.
    static Result<UnixSocket> Connect(const std::string& path);

    // Waits at most timeout_ms; REQUEST_TIMEOUT when nobody came.
    Result<UnixSocket> Accept(int timeout_ms) const;
    // The user id of the peer (SO_PEERCRED).
    Result<std::uint32_t> PeerUser() const;
    // Up to the first '\n', which is dropped. REQUEST_TIMEOUT after timeout_ms in all, BODY_TOO_LARGE over bytes_max.
    // What came after it is kept for the next call.
    Result<std::string> ReadLine(std::size_t bytes_max, int timeout_ms);
    // Writes `line` and '\n' within timeout_ms.
    Status WriteLine(std::string_view line, int timeout_ms) const;

  private:
    int fd_ = -1;
    std::string read_;  // and not yet returned
};

}  // namespace rt::os
