// The realtime server: sessions, namespaces, timers. app/ owns one, gives its routes to net, and namespaces to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "net/authenticator.h"
#include "net/rate_limiter.h"
#include "net/route.h"
#include "net/websocket.h"
#include "realtime/realtime.h"

namespace rt::realtime {

// Defaults of the reference implementation (avalon.md §3.1); milliseconds and bytes.
struct HubOptions {
    std::int64_t ping_interval_ms = 25'000;
    std::int64_t ping_timeout_ms = 20'000;
    std::int64_t upgrade_timeout_ms = 10'000;
    std::int64_t connect_timeout_ms = 45'000;  // until the first CONNECT
    std::size_t payload_bytes_max = 1'000'000;
    std::size_t queue_bytes_max = 1 << 20;  // of one client; a slower reader is dropped
    std::size_t sessions_max = 100'000;
    std::size_t sessions_per_address_max = 0;  // 0: no limit
    std::size_t namespaces_per_client_max = 8;
    bool eio3 = true;
    bool recovery = true;
    std::int64_t recovery_ms = 120'000;
    std::size_t recovery_messages_max = 256;           // kept for one client
    std::size_t recovery_bytes_max = 128 << 10;        // kept for one client
    std::size_t recovery_total_bytes_max = 64U << 20;  // kept for all
    bool engine_echo = false;                          // /engine.io/ echoes; conformance only
};

struct HubParts {
    Log& log;
    Metrics& metrics;
    const Clock& clock;
    Random& random;
    net::RateLimiter* limiter = nullptr;  // RateRules::socket_messages of each session; null: no limit
};

class Hub {
  public:
    Hub(HubOptions options, const HubParts& parts);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    // "/" or "/name". Before Start(); the handler outlives the hub.
    Namespace& AddNamespace(std::string name, Handler& handler);
    // Starts the thread of the timers. Call once, before the server takes connections.
    Status Start();
    // Ends every session ("server shutting down") and refuses new ones. Idempotent; call it before the server drains.
    void Stop();

    // For net's server, once all namespaces are there; the hub outlives it. Plain JSON on /ws is for "/".
    net::RouteTable Routes();
    std::vector<net::SocketRoute> Sockets();
    // Asks `inner`, and sees the heads of posts before their bodies, so that two at a time of one session are found.
    std::unique_ptr<net::Admission> Watch(net::Admission& inner);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace rt::realtime
