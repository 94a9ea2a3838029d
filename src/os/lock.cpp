#include "os/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/parse.h"
#include "os/file.h"

namespace rt::os {

std::string LockHolder(const std::string& path) {
    const auto text = ReadFile(path, 64);
    if (!text.ok()) return "another process";
    const auto pid = base::ParseUnsigned(base::TrimAscii(*text));
    if (!pid.has_value()) return "another process";
    const auto name = ReadFile("/proc/" + std::to_string(*pid) + "/comm", 64);
    std::string holder = "process " + std::to_string(*pid);
    if (name.ok()) holder.append(" (").append(base::TrimAscii(*name)).append(")");
    return holder;
}

Result<FileLock> FileLock::Acquire(const std::string& path, LockMode mode) {
    Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivateFile));
    if (!fd) return OsError("open the lock", path, errno);
    const int operation = (mode == LockMode::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB;
    int result = 0;
    do {
        result = flock(fd.get(), operation);
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EWOULDBLOCK) return Fail(Code::kConflict, path + " is held by " + LockHolder(path));
    if (result != 0) return OsError("lock", path, errno);
    // Only for people and for LockHolder(): the lock itself is the kernel's, and holds on a full disk as well.
    const std::string pid = std::to_string(getpid()) + "\n";
    if (ftruncate(fd.get(), 0) == 0) static_cast<void>(WriteAll(fd.get(), pid, path));
    return FileLock(std::move(fd));
}

}  // namespace rt::os
