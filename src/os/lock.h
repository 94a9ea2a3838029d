// Locks between processes (flock): gone with the process that holds them, also after kill -9.
#pragma once

#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace rt::os {

enum class LockMode : std::uint8_t { kShared, kExclusive };

// Held as long as the object lives. Not for network file systems.
class FileLock {
  public:
    // Creates the file if need be and does not wait. CONFLICT if another process holds it; the detail says which one.
    static Result<FileLock> Acquire(const std::string& path, LockMode mode = LockMode::kExclusive);

  private:
    explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

// "process 123 (roundtable)" that last wrote its number into the lock file, "another process" if that cannot be told.
std::string LockHolder(const std::string& path);

}  // namespace rt::os
