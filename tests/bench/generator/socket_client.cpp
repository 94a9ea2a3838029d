#include "bench/generator/socket_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace rt::bench {
namespace {

constexpr unsigned kText = 1;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 10;

}  // namespace

std::int64_t Now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double CpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void Die(const char* what) {
    std::perror(what);
    std::exit(1);
}

void AllowOpenFiles() {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

void SocketClient::Open(int epoll, std::size_t index, std::uint16_t port, std::string_view path) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) Die("socket");
    const int yes = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7F020001U + static_cast<std::uint32_t>(index % 200));
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("bind");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS)
        Die("connect");
    out_.append("GET ").append(path).append(
        " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n\r\n");
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = index;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd_, &event);
}

bool SocketClient::Read(const std::function<void(std::string_view text)>& take) {
    std::array<char, 16384> buffer;
    while (open()) {
        const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            in_.append(buffer.data(), static_cast<std::size_t>(got));
            Take(take);
            continue;
        }
        if (got < 0 && (errno == EAGAIN || errno == ENOTCONN)) return true;
        close(fd_);
        fd_ = -1;
        return false;
    }
    return true;
}

void SocketClient::Take(const std::function<void(std::string_view text)>& take) {
    std::size_t at = 0;
    if (!upgraded_) {
        const std::size_t end = in_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        if (!in_.starts_with("HTTP/1.1 101")) {
            std::fprintf(stderr, "refused: %.60s\n", in_.c_str());
            std::exit(1);
        }
        upgraded_ = true;
        at = end + 4;
    }
    while (in_.size() - at >= 2) {
        std::size_t head = 2;
        std::size_t size = static_cast<unsigned char>(in_[at + 1]);
        if (size >= 126) {
            const std::size_t digits = size == 126 ? 2 : 8;
            head += digits;
            if (in_.size() - at < head) break;
            size = 0;
            for (std::size_t i = 2; i < head; ++i) size = size << 8 | static_cast<unsigned char>(in_[at + i]);
        }
        if (in_.size() - at < head + size) break;
        const unsigned opcode = static_cast<unsigned char>(in_[at]) & 15U;
        const std::string_view payload = std::string_view(in_).substr(at + head, size);
        if (opcode == kText) take(payload);
        if (opcode == kPing) PutFrame(kPong, payload);
        at += head + size;
    }
    in_.erase(0, at);
}

void SocketClient::Put(std::string_view text) {
    PutFrame(kText, text);
}

void SocketClient::PutFrame(unsigned opcode, std::string_view text) {
    out_ += static_cast<char>(0x80U | opcode);
    if (text.size() < 126) {
        out_ += static_cast<char>(0x80 | text.size());
    } else {
        out_ += '\xFE';
        out_ += static_cast<char>(text.size() >> 8);
        out_ += static_cast<char>(text.size() & 0xFF);
    }
    out_.append(4, '\0').append(text);
}

void SocketClient::Flush() {
    while (open() && !out_.empty()) {
        const ssize_t put = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (put <= 0) return;
        out_.erase(0, static_cast<std::size_t>(put));
    }
}

}  // namespace rt::bench
