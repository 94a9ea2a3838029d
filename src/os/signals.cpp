#include "os/signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace rt::os {
namespace {

sigset_t Watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
    return set;
}

}  // namespace

Result<SignalWatch> SignalWatch::Start() {
    const sigset_t set = Watched();
    const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr);
    if (error != 0) return OsError("block signals", {}, error);
    Fd fd(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!fd) return OsError("watch signals", {}, errno);
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return OsError("ignore SIGPIPE", {}, errno);
    return SignalWatch(std::move(fd));
}

SignalWatch::SignalWatch(SignalWatch&&) noexcept = default;

SignalWatch::~SignalWatch() {
    if (!fd_) return;
    const sigset_t set = Watched();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<Signal> SignalWatch::Wait(int timeout_ms) {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, timeout_ms) <= 0) return std::nullopt;
    signalfd_siginfo info{};
    if (read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
    return info.ssi_signo == static_cast<std::uint32_t>(SIGHUP) ? Signal::kReload : Signal::kStop;
}

}  // namespace rt::os
