// A net::Server on a loopback port inside the test, and a client that sends what it is told, byte for byte.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "net/server.h"
#include "support/test_route.h"

struct ssl_ctx_st;
struct ssl_st;

namespace rt::test {

// "Authorization: Bearer user|organiser|admin" is that role with user id 1, 2 or 3; "Bearer expired" is TOKEN_EXPIRED.
class RoleAuthenticator final : public net::Authenticator {
  public:
    Result<net::Principal> Authenticate(const net::Request& head) override;
};

// Admits everything until told otherwise.
class SwitchAdmission final : public net::Admission {
  public:
    Status Admit(const net::Route& route, const net::Request& head) override;
    std::atomic<bool> maintenance{false};
};

struct NetHarness {
    explicit NetHarness(net::RouteTable route_table, std::vector<net::SocketRoute> socket_table = {});
    ~NetHarness();

    // Change before Start().
    net::ServerOptions options;
    net::RateRules rules;
    net::RouteTable routes;
    std::vector<net::SocketRoute> sockets;

    // Every listener speaks TLS, with a certificate of its own.
    void UseTls();
    // Fails the test if the server does not start.
    void Start();
    std::uint16_t port() const { return server->endpoints().front().port; }

    base::SystemClock clock;
    base::Metrics metrics;
    base::NullLog null_log;
    Log* log = &null_log;
    base::SeededRandom random{1};
    RoleAuthenticator authenticator;
    SwitchAdmission admission;
    std::unique_ptr<net::RateLimiter> limiter;
    std::unique_ptr<net::Server> server;
};

struct RawAnswer {
    int status = 0;  // 0: no whole head came
    std::string head;
    std::string body;
    bool complete = false;  // the body came whole
    // First value of a field, any case; empty if absent.
    std::string Field(std::string_view name) const;
    bool Has(std::string_view name) const;
};

// kTls takes any certificate.
enum class Over : std::uint8_t { kPlain, kTls };

// One connection. Every wait ends after `kPatienceMillis`, and the test sees what came until then.
class RawClient {
  public:
    static constexpr int kPatienceMillis = 5'000;

    explicit RawClient(std::uint16_t port, Over over = Over::kPlain);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return descriptor_ >= 0; }
    // false if the server reset the connection.
    bool Send(std::string_view bytes);
    // Reads one answer, past 100 Continue; `head_request`: it has no body whatever its head says.
    RawAnswer Read(bool head_request = false);
    // Reads one interim or final head without its body.
    std::string ReadHead();
    // Whatever comes first, at most `bytes_max`; empty at the end.
    std::string ReadSome(std::size_t bytes_max = 65'536);
    // Exactly `bytes`, or less if the connection ends.
    std::string ReadBytes(std::size_t bytes);
    // true if the server ends the connection (end or reset) in time, whatever else it sends.
    bool ServerCloses();
    // true if an answer to a further request comes on this connection.
    bool StillServes();
    void ShutdownWrite();
    void SetReceiveBuffer(int bytes);
    void SetNoDelay();
    int descriptor() const { return descriptor_; }
    // Over TLS 1.3: new keys from here on, and asks the server for its own (RFC 8446 §4.6.3).
    bool RequestKeyUpdate();
    // Key updates that the server sent.
    int key_updates() const { return key_updates_; }

  private:
    bool Fill();
    ssize_t Receive(char* buffer, std::size_t size);

    int descriptor_ = -1;
    ssl_ctx_st* context_ = nullptr;
    ssl_st* session_ = nullptr;
    std::string pending_;
    bool ended_ = false;
    int key_updates_ = 0;
};

// Waits until `condition` holds, at most RawClient::kPatienceMillis; returns whether it does.
bool Eventually(const std::function<bool()>& condition);

}  // namespace rt::test
