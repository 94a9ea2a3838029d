#include "os/service.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/parse.h"

namespace rt::os {
namespace {

constexpr int kFirstListenFd = 3;
constexpr std::uint64_t kListenSocketsMax = 64;
// A manager whose queue is full for a moment must still hear READY=1.
constexpr int kSendTimeoutMicros = 500'000;

std::string_view Find(const Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

bool IsOurPid(std::string_view text) {
    const auto pid = base::ParseUnsigned(text);
    return pid.has_value() && *pid == static_cast<std::uint64_t>(getpid());
}

// A line break in a value would start another assignment.
std::string OneLine(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    return out;
}

std::vector<std::string> SplitNames(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        names.emplace_back(text.substr(0, colon));
        text = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    }
    return names;
}

bool IsListening(int fd) {
    int listening = 0;
    int type = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0) return false;
    size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return false;
    return listening == 1 && type == SOCK_STREAM;
}

}  // namespace

Environment ReadEnvironment() {
    Environment out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

ServiceNotifier::ServiceNotifier(const Environment& environment) {
    const std::string_view path = Find(environment, "NOTIFY_SOCKET");
    // sockaddr_un holds 107 bytes and a NUL; other forms (vsock) are not ours.
    const bool usable = (path.starts_with('/') || path.starts_with('@')) && path.size() < sizeof(sockaddr_un::sun_path);
    if (!usable) return;
    socket_ = Fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const timeval patience{.tv_sec = 0, .tv_usec = kSendTimeoutMicros};
    if (!socket_ || setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) return;
    address_ = path;

    const std::string_view watched_pid = Find(environment, "WATCHDOG_PID");
    const auto micros = base::ParseUnsigned(Find(environment, "WATCHDOG_USEC"));
    if (micros.has_value() && *micros > 1 && (watched_pid.empty() || IsOurPid(watched_pid))) {
        watchdog_interval_micros_ = static_cast<std::int64_t>(*micros / 2);
    }
}

void ServiceNotifier::Send(const std::string& lines) const {
    if (!active()) return;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address_.data(), address_.size());
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    // A manager that is gone or slow must not hold us up; there is nobody to tell.
    [[maybe_unused]] const ssize_t sent =
        sendto(socket_.get(), lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
}

void ServiceNotifier::Ready(std::string_view status) const {
    Send("READY=1\nSTATUS=" + OneLine(status));
}

void ServiceNotifier::Reloading(std::int64_t monotonic_micros) const {
    Send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_micros));
}

void ServiceNotifier::Stopping(std::string_view status) const {
    Send("STOPPING=1\nSTATUS=" + OneLine(status));
}

void ServiceNotifier::Status(std::string_view status) const {
    Send("STATUS=" + OneLine(status));
}

void ServiceNotifier::Watchdog() const {
    Send("WATCHDOG=1");
}

Result<std::vector<ListenSocket>> TakeListenSockets(const Environment& environment) {
    std::vector<ListenSocket> sockets;
    const auto count = base::ParseUnsigned(Find(environment, "LISTEN_FDS"));
    if (!count.has_value() || !IsOurPid(Find(environment, "LISTEN_PID"))) return sockets;
    if (*count > kListenSocketsMax) return Fail(Code::kInvalidState, "LISTEN_FDS names more than 64 sockets");
    const std::vector<std::string> names = SplitNames(Find(environment, "LISTEN_FDNAMES"));
    for (std::size_t i = 0; i < *count; ++i) {
        const int fd = kFirstListenFd + static_cast<int>(i);
        if (!IsListening(fd)) {
            return Fail(Code::kInvalidState,
                        "descriptor " + std::to_string(fd) +
                            " of LISTEN_FDS is no listening stream socket; check the .socket unit");
        }
        if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return OsError("take over a listening socket", {}, errno);
        sockets.push_back({Fd(fd), i < names.size() ? names[i] : std::string()});
    }
    return sockets;
}

}  // namespace rt::os
