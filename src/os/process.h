// This process and its machine. Works in an empty chroot: without /proc the figures that need it are 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace rt::os {

// Raises the soft limit of open descriptors to the hard one; returns the limit that holds now.
Result<std::uint64_t> RaiseOpenFilesLimit();

struct ProcessFigures {
    std::int64_t cpu_ms = 0;  // user and system
    std::int64_t resident_bytes = 0;
    std::int64_t resident_peak_bytes = 0;
    std::int64_t threads = 0;
    std::int64_t open_fds = 0;
};
ProcessFigures ReadProcessFigures();

// Cores this process may use: its affinity mask, cut to the CPU quota of its cgroup (rounded up). At least 1.
unsigned UsableCpus();

// Random for every boot of the kernel (a UUID); NOT_FOUND without /proc.
Result<std::string> BootId();

// Files that we create are not readable by others, whatever the shell said.
void SetPrivateUmask();

std::uint32_t EffectiveUid();
// Root acts as the owner of `path` from here on, for good, so that nothing it makes there belongs to root. Nothing
// happens for other users, if root is the owner, or if there is no such file. Before any thread is started.
Status BecomeOwnerOf(const std::string& path);
std::int64_t ProcessId();

}  // namespace rt::os
