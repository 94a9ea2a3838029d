#include "os/dial.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "os/socket_address.h"

namespace rt::os {
namespace {

using std::chrono::steady_clock;

Error Refused(const Endpoint& to, int error) {
    return Fail(Code::kUpstream, "cannot connect to " + to.Text() + ": " + ErrnoText(error));
}

}  // namespace

Deadline Deadline::After(std::int64_t milliseconds) {
    Deadline deadline;
    deadline.end_ = steady_clock::now() + std::chrono::milliseconds(milliseconds);
    return deadline;
}

std::int64_t Deadline::LeftMillis() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - steady_clock::now()).count();
    return std::max<std::int64_t>(left, 0);
}

Deadline Deadline::AtMost(std::int64_t milliseconds) const {
    Deadline other = After(milliseconds);
    other.end_ = std::min(other.end_, end_);
    return other;
}

Status WaitFor(int fd, Ready ready, const Deadline& deadline) {
    pollfd entry{.fd = fd, .events = static_cast<short>(ready == Ready::kRead ? POLLIN : POLLOUT), .revents = 0};
    while (true) {
        const auto left = std::min<std::int64_t>(deadline.LeftMillis(), std::numeric_limits<int>::max());
        const int found = poll(&entry, 1, static_cast<int>(left));
        if (found > 0) return Ok();
        if (found == 0 && deadline.Passed()) return Fail(Code::kDeadline, "no answer in time");
        if (found < 0 && errno != EINTR) return OsError("wait for a socket", {}, errno);
    }
}

Result<Fd> ConnectTcp(const Endpoint& to, const Deadline& deadline) {
    const SocketAddress address = ToSocketAddress(to);
    Fd fd(socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return Refused(to, errno);
    const int on = 1;
    static_cast<void>(setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    if (connect(fd.get(), address.get(), address.size) == 0) return fd;
    if (errno != EINPROGRESS && errno != EINTR) return Refused(to, errno);
    RT_CHECK_OK(WaitFor(fd.get(), Ready::kWrite, deadline));
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return Refused(to, error);
    return fd;
}

}  // namespace rt::os
