#include "os/process.h"

#include <grp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/parse.h"
#include "os/file.h"

namespace rt::os {
namespace {

constexpr std::size_t kProcFileMax = 64 * 1024;

// The number after `label` in a file like /proc/self/status; 0 if there is none.
std::int64_t NumberAfter(std::string_view text, std::string_view label) {
    std::size_t at = text.find(label);
    if (at == std::string_view::npos) return 0;
    at = text.find_first_of("0123456789", at + label.size());
    if (at == std::string_view::npos) return 0;
    const std::size_t end = text.find_first_not_of("0123456789", at);
    return base::ParseSigned(text.substr(at, end == std::string_view::npos ? end : end - at)).value_or(0);
}

std::int64_t Millis(const timeval& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_usec / 1000;
}

// cpu.max of the innermost cgroup ("max 100000" or "150000 100000") as cores, rounded up; 0: no quota.
unsigned QuotaCpus() {
    const auto own = ReadFile("/proc/self/cgroup", kProcFileMax);
    if (!own.ok()) return 0;
    const std::size_t at = own->find("0::");
    if (at == std::string::npos) return 0;
    const std::string path = own->substr(at + 3, own->find('\n', at) - at - 3);
    const auto text = ReadFile("/sys/fs/cgroup" + path + "/cpu.max", kProcFileMax);
    if (!text.ok()) return 0;
    const std::size_t space = text->find(' ');
    if (space == std::string::npos) return 0;
    const auto quota = base::ParseUnsigned(text->substr(0, space));
    const auto period = base::ParseUnsigned(base::TrimAscii(std::string_view(*text).substr(space + 1)));
    if (!quota.has_value() || !period.has_value() || *period == 0) return 0;
    return static_cast<unsigned>((*quota + *period - 1) / *period);
}

}  // namespace

Result<std::uint64_t> RaiseOpenFilesLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return OsError("read the limit of open files", {}, errno);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return OsError("raise the limit of open files", {}, errno);
    return static_cast<std::uint64_t>(limit.rlim_cur);
}

ProcessFigures ReadProcessFigures() {
    ProcessFigures out;
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        out.cpu_ms = Millis(usage.ru_utime) + Millis(usage.ru_stime);
        out.resident_peak_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
    }
    const auto status = ReadFile("/proc/self/status", kProcFileMax);
    if (status.ok()) {
        out.resident_bytes = NumberAfter(*status, "VmRSS:") * 1024;
        out.threads = NumberAfter(*status, "Threads:");
    }
    const auto fds = ListFolder("/proc/self/fd");
    // One of them was the folder itself.
    if (fds.ok()) out.open_fds = std::max<std::int64_t>(0, static_cast<std::int64_t>(fds->size()) - 1);
    return out;
}

unsigned UsableCpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    unsigned cpus = 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0) cpus = static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
    const unsigned quota = QuotaCpus();
    return quota == 0 ? cpus : std::min(cpus, quota);
}

Result<std::string> BootId() {
    RT_TRY(const std::string text, ReadFile("/proc/sys/kernel/random/boot_id", kProcFileMax));
    const std::string_view id = base::TrimAscii(text);
    if (id.empty()) return Fail(Code::kNotFound, "the kernel gives no boot id");
    return std::string(id);
}

void SetPrivateUmask() {
    umask(S_IRWXG | S_IRWXO);
}

Status BecomeOwnerOf(const std::string& path) {
    struct stat info {};
    if (geteuid() != 0 || stat(path.c_str(), &info) != 0 || info.st_uid == 0) return Ok();
    const bool done = setgroups(1, &info.st_gid) == 0 && setresgid(info.st_gid, info.st_gid, info.st_gid) == 0 &&
                      setresuid(info.st_uid, info.st_uid, info.st_uid) == 0;
    if (done) return Ok();
    return Fail(Code::kInvalidState, "cannot act as user " + std::to_string(info.st_uid) + ", who owns " + path + ": " +
                                         std::strerror(errno) + "; remedy: run as that user");
}

std::uint32_t EffectiveUid() {
    return geteuid();
}

std::int64_t ProcessId() {
    return getpid();
}

}  // namespace rt::os
