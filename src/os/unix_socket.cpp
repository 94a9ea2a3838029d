#include "os/unix_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace rt::os {
namespace {

constexpr int kBacklog = 16;

Error Failed(std::string_view what, const std::string& path) {
    return Fail(Code::kInternal, std::string(what) + " " + path + ": " + std::strerror(errno));
}

Result<sockaddr_un> Address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return Fail(Code::kInternal, "the path of the control socket is too long (107 bytes at most): " + path);
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

class Deadline {
  public:
    explicit Deadline(int timeout_ms)
        : end_(std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms)) {}
    int LeftMs() const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
        return left > 0 ? static_cast<int>(left) : 0;
    }

  private:
    std::chrono::steady_clock::time_point end_;
};

// Waits until `fd` is ready for `events`.
Status Wait(int fd, short events, const Deadline& deadline) {
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    int ready = 0;
    do {
        ready = poll(&entry, 1, deadline.LeftMs());
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) return Fail(Code::kTimeout);
    if (ready < 0) return Failed("poll", "control socket");
    return Ok();
}

}  // namespace

UnixSocket& UnixSocket::operator=(UnixSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(read_, other.read_);
    return *this;
}

UnixSocket::~UnixSocket() {
    if (fd_ >= 0) close(fd_);
}

Result<UnixSocket> UnixSocket::Listen(const std::string& path) {
    RT_TRY(const sockaddr_un address, Address(path));
    UnixSocket opened(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (opened.fd_ < 0) return Failed("socket", path);
    // The data folder's lock is held, so a file that is there belongs to a process that is gone.
    if (unlink(path.c_str()) != 0 && errno != ENOENT) return Failed("unlink", path);
    if (fchmod(opened.fd_, S_IRUSR | S_IWUSR) != 0) return Failed("chmod", path);
    if (bind(opened.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return Failed("bind", path);
    if (listen(opened.fd_, kBacklog) != 0) return Failed("listen", path);
    return opened;
}

Result<UnixSocket> UnixSocket::Connect(const std::string& path) {
    RT_TRY(const sockaddr_un address, Address(path));
    UnixSocket opened(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (opened.fd_ < 0) return Failed("socket", path);
    if (connect(opened.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return Fail(Code::kUnavailable, "connect " + path + ": " + std::strerror(errno));
    }
    return opened;
}

Result<UnixSocket> UnixSocket::Accept(int timeout_ms) const {
    RT_CHECK_OK(Wait(fd_, POLLIN, Deadline(timeout_ms)));
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) return UnixSocket(fd);
    if (errno == EAGAIN || errno == ECONNABORTED) return Fail(Code::kTimeout);
    Error failed = Failed("accept", "control socket");
    // Out of descriptors, say: the peer stays in the queue, and who asks again at once would do so without a pause.
    static_cast<void>(poll(nullptr, 0, timeout_ms));
    return failed;
}

Result<std::uint32_t> UnixSocket::PeerUser() const {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return Failed("SO_PEERCRED", "control socket");
    return static_cast<std::uint32_t>(credentials.uid);
}

Result<std::string> UnixSocket::ReadLine(std::size_t bytes_max, int timeout_ms) {
    const Deadline deadline(timeout_ms);
    char buffer[4096];
    std::size_t looked = 0;
    while (true) {
        const auto end = read_.find('\n', looked);
        if (end != std::string::npos) {
            std::string line = read_.substr(0, end);
            read_.erase(0, end + 1);
            return line;
        }
        if (read_.size() > bytes_max) return Fail(Code::kBodyTooLarge, "control request");
        looked = read_.size();
        RT_CHECK_OK(Wait(fd_, POLLIN, deadline));
        const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (size < 0) return Failed("read", "control socket");
        if (size == 0) return Fail(Code::kUnavailable, "the peer closed the control socket");
        read_.append(buffer, static_cast<std::size_t>(size));
    }
}

Status UnixSocket::WriteLine(std::string_view line, int timeout_ms) const {
    const Deadline deadline(timeout_ms);
    std::string whole(line);
    whole += '\n';
    std::string_view rest = whole;
    while (!rest.empty()) {
        const ssize_t size = send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (size < 0 && errno == EAGAIN) {
            RT_CHECK_OK(Wait(fd_, POLLOUT, deadline));
        } else if (size < 0 && errno != EINTR) {
            return Failed("write", "control socket");
        } else if (size > 0) {
            rest.remove_prefix(static_cast<std::size_t>(size));
        }
    }
    return Ok();
}

}  // namespace rt::os
