#include "os/thread.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace rt::os {
namespace {

constexpr std::int64_t kRestTimes = 16;
constexpr std::int64_t kRestMicrosMax = 100'000;

struct Use {
    std::int64_t cpu_micros = 0;
    std::int64_t taken_away = 0;
};

Use OfThread() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    const auto micros = [](const timeval& t) { return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_usec; };
    return {micros(usage.ru_utime) + micros(usage.ru_stime), usage.ru_nivcsw};
}

}  // namespace

void SetThreadNice(int nice) {
    // Of Linux: what POSIX has for a process is for one thread here (setpriority(2)).
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nice);
}

GiveWay::GiveWay() {
    const Use use = OfThread();
    cpu_micros_ = use.cpu_micros;
    taken_away_ = use.taken_away;
}

std::int64_t GiveWay::RestMicros() {
    const Use use = OfThread();
    const std::int64_t piece = use.cpu_micros - std::exchange(cpu_micros_, use.cpu_micros);
    const bool wanted = use.taken_away > std::exchange(taken_away_, use.taken_away);
    return wanted ? std::min(kRestTimes * piece, kRestMicrosMax) : 0;
}

}  // namespace rt::os
