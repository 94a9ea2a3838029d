// One client of WebSocket among many on one thread and one epoll.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rt::bench {

// Monotonic nanoseconds.
std::int64_t Now();
// CPU seconds of this process.
double CpuSeconds();
[[noreturn]] void Die(const char* what);
// As many open files as the machine allows.
void AllowOpenFiles();

class SocketClient {
  public:
    // Begins to connect, from one of many addresses, and asks for `path`; its events come with `index`. The edges of
    // EPOLLIN and EPOLLOUT.
    void Open(int epoll, std::size_t index, std::uint16_t port, std::string_view path);
    // Gives each text that has come to `take`. false: the connection has ended just now.
    bool Read(const std::function<void(std::string_view text)>& take);
    // Queues a text, masked with zeros.
    void Put(std::string_view text);
    void Flush();

    bool open() const { return fd_ >= 0; }
    bool upgraded() const { return upgraded_; }
    // Gives back the memory of what has come.
    void Shrink() {
        if (in_.empty()) in_.shrink_to_fit();
    }

  private:
    void PutFrame(unsigned opcode, std::string_view payload);
    void Take(const std::function<void(std::string_view text)>& take);

    int fd_ = -1;
    bool upgraded_ = false;
    std::string in_;
    std::string out_;
};

}  // namespace rt::bench
