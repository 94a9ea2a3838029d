// A TCP server in the test's process that does with each connection what the test says, TLS included; and a name
// server.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/tls.h"
#include "os/dial.h"
#include "os/fd.h"

namespace rt::test {

// One connection, seen from the server. Every wait ends after ten seconds.
class Peer {
  public:
    explicit Peer(os::Fd fd) : fd_(std::move(fd)) {}
    // false if the handshake failed.
    bool StartTls(crypto::TlsContext& context);
    // Up to and with `end`; what was read when the client stops sending.
    std::string ReadUntil(std::string_view end);
    // A request with its body of Content-Length bytes.
    std::string ReadRequest();
    // false when the client is gone.
    bool Write(std::string_view data);
    // Until the client closes.
    void WaitForEnd();

  private:
    std::size_t Read(char* out, std::size_t size);

    os::Fd fd_;
    std::string buffer_;
    std::unique_ptr<crypto::TlsSession> tls_;
};

class LocalServer {
  public:
    using Handler = std::function<void(Peer&)>;
    explicit LocalServer(Handler handler, const char* address = "127.0.0.1");
    ~LocalServer();
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    int port() const { return port_; }
    int connections() const { return connections_.load(); }

  private:
    void Accept();

    Handler handler_;
    os::Fd listener_;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::vector<std::thread> peers_;
    std::thread thread_;
};

// Answers A queries over UDP: for each name a list of answers, one a query, the last one again and again. An unknown
// name gets no answer at all.
class LocalNameServer {
  public:
    LocalNameServer();
    ~LocalNameServer();
    LocalNameServer(const LocalNameServer&) = delete;
    LocalNameServer& operator=(const LocalNameServer&) = delete;

    void Set(const std::string& name, std::vector<std::vector<std::string>> answers);
    std::string Address() const { return "127.0.0.1:" + std::to_string(port_); }
    // A queries for `name`.
    int Queries(const std::string& name) const;

  private:
    void Serve();
    std::string Answer(std::string_view query);

    os::Fd fd_;
    int port_ = 0;
    std::atomic<bool> stop_{false};
    mutable std::mutex mutex_;
    std::map<std::string, std::vector<std::vector<std::string>>> names_;
    std::map<std::string, int> queries_;
    std::thread thread_;
};

// "HTTP/1.1 200 OK" with a body and its length.
std::string HttpAnswer(std::string_view body, std::string_view fields = "", std::string_view status = "200 OK");

}  // namespace rt::test
