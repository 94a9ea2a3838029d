// A file descriptor with an owner, and errors from errno.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace rt::os {

// Closes on destruction. Movable, not copyable; not thread-safe.
class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { Reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    // Gives the descriptor away.
    int Release() { return std::exchange(fd_, -1); }
    void Reset();

  private:
    int fd_ = -1;
};

// "cannot ACTION PATH: No such file or directory (ENOENT)" as an error: ENOENT is NOT_FOUND, a full disk STORAGE_FULL,
// a read-only file system READ_ONLY, all else INTERNAL. `error` is a value of errno.
Error OsError(std::string_view action, std::string_view path, int error);
// "No such file or directory (ENOENT)".
std::string ErrnoText(int error);

}  // namespace rt::os
