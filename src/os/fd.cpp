#include "os/fd.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rt::os {
namespace {

Code CodeOf(int error) {
    switch (error) {
        case ENOENT:
            return Code::kNotFound;
        case ENOSPC:
        case EDQUOT:
            return Code::kStorageFull;
        case EROFS:
            return Code::kReadOnly;
        default:
            return Code::kInternal;
    }
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        Reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void Fd::Reset() {
    // After an error of close() the descriptor is gone all the same on Linux; trying again could close another's.
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string ErrnoText(int error) {
    const char* name = strerrorname_np(error);
    const char* text = strerrordesc_np(error);
    if (name == nullptr || text == nullptr) return "error " + std::to_string(error);
    return std::string(text) + " (" + name + ")";
}

Error OsError(std::string_view action, std::string_view path, int error) {
    std::string detail = "cannot ";
    detail.append(action);
    if (!path.empty()) detail.append(" ").append(path);
    return Fail(CodeOf(error), detail + ": " + ErrnoText(error));
}

}  // namespace rt::os
