// The HTTP server: reactors, pools, routes. Built from explicit values by app/ and by tests; see architecture.md §3.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "net/authenticator.h"
#include "net/rate_limiter.h"
#include "net/route.h"
#include "net/websocket.h"
#include "os/address.h"

namespace rt::crypto {
class TlsContext;
}

namespace rt::net {

enum class ListenKind : std::uint8_t {
    kPlain,
    kTls,
    kRedirect,  // answers with 308 to the same address on https, but for routes with `on_redirect`
};

enum class Serves : std::uint8_t {
    kAll,
    kSockets,  // routes with `on_sockets` only
};

struct ListenOptions {
    os::Endpoint endpoint;  // port 0: any free port
    ListenKind kind = ListenKind::kPlain;
    // A listening socket from systemd or from the process before us, taken over; `endpoint` is then ignored. -1: none.
    int inherited = -1;
    Serves serves = Serves::kAll;
};

// Milliseconds. A connection that passes one is ended; only a late head, body or handler is answered first.
struct Deadlines {
    std::int64_t handshake_ms = 10'000;
    std::int64_t head_ms = 10'000;            // from the first byte of a request to the end of its head
    std::int64_t idle_ms = 75'000;            // between requests
    std::int64_t transfer_grace_ms = 10'000;  // after it, bodies and answers must keep transfer_bytes_per_second
    std::int64_t transfer_bytes_per_second = 1'024;
    std::int64_t stall_ms = 30'000;           // no byte moved at all
    std::int64_t handler_ms = 60'000;         // answered 504; the handler's result is dropped
    std::int64_t linger_ms = 2'000;           // after the last answer, for the client to read it
    std::int64_t close_handshake_ms = 5'000;  // WebSocket
};

struct PoolSizes {
    std::size_t store_threads = 128;
    std::size_t store_queue_max = 4'096;
    std::size_t hash_threads = 0;  // 0: half the cores
    std::size_t hash_queue_max = 64;
    std::size_t outgoing_threads = 8;
    std::size_t outgoing_queue_max = 256;
    std::size_t body_threads = 4;  // read answers that are larger than memory
};

struct Caps {
    std::size_t connections_max = 0;                 // 0: what RLIMIT_NOFILE allows
    std::size_t connections_per_address_max = 0;     // 0: half of connections_max; trusted proxies are exempt
    std::size_t body_memory_bytes_max = 256U << 20;  // request bodies in memory, all together
    std::size_t body_memory_per_address_bytes_max = 64U << 20;  // of one client's
    std::uint64_t upload_bytes_max = std::uint64_t{2} << 30;    // temporary files, all together
    std::size_t uploads_per_address_max = 4;
};

struct GuardedPath {
    std::string path;  // "/admin": itself and "/admin/..."
    std::vector<os::Cidr> allowed;
};

// Who may come from where; can change while the server runs.
struct AccessLists {
    // Origins (NormaliseOrigin) that may read answers across origins and open sockets, beside our own; "*" is any.
    std::vector<std::string> allowed_origins;
    // Paths, with what lies below them, that exist for some addresses only; for others they are NOT_FOUND.
    std::vector<GuardedPath> guarded;
    // For these addresses alone there are routes of the platform's staff, wherever their paths lie
    // (RouteMatch::for_staff); empty: for everybody.
    std::vector<os::Cidr> staff;
};

struct ServerOptions {
    std::vector<ListenOptions> listeners;
    std::size_t reactors = 0;  // 0: one a core
    Deadlines deadlines;
    PoolSizes pools;
    Caps caps;
    std::string api_prefix = "/api";
    std::vector<os::Cidr> trusted_proxies;
    AccessLists access;
    std::string upload_folder = "/tmp";
    std::shared_ptr<crypto::TlsContext> tls;  // for ListenKind::kTls
    // The value of Strict-Transport-Security for answers over TLS with a certificate that somebody vouches for (or
    // through a trusted proxy that says https); empty: none.
    std::string hsts;
    // "host" or "host:port" of the server on https. Requests on a redirect listener for a host that no certificate
    // covers are sent there; empty: to the host they named.
    std::string public_host;
    // Connections from trusted proxies begin with a PROXY header (proxy_protocol.h); one without it is closed.
    bool proxy_protocol = false;
};

// Everything the server works with; all must outlive it.
struct ServerParts {
    RouteTable routes;
    std::vector<SocketRoute> sockets;
    Authenticator& authenticator;
    Admission& admission;
    RateLimiter& limiter;
    Log& log;
    Metrics& metrics;
    const Clock& clock;
    Random& random;
    Authorizer* authorizer = nullptr;  // needed by tables that have a permission
};

struct ServerFigures {
    std::size_t connections = 0;
    std::size_t sockets = 0;  // WebSocket connections among them
    std::size_t requests_in_flight = 0;
    std::uint64_t requests_total = 0;
};

struct Core;
class Reactor;

class Server {
  public:
    Server(ServerOptions options, ServerParts parts);
    ~Server();  // stops at once if Drain() was not called
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Checks the tables, binds every address, starts threads and takes connections. Call once.
    Status Start();

    // One a listener, in order.
    std::vector<os::Endpoint> endpoints() const;
    // Listening descriptors, for handing them to the next process; they stay open until the server is destroyed.
    std::vector<int> listening_descriptors() const;

    // Stops taking connections, answers what is under way with `Connection: close`, says 1001 to WebSockets, waits at
    // most `deadline_ms`, then stops all threads. true if nothing had to be cut off.
    bool Drain(std::int64_t deadline_ms);

    // Milliseconds since the slowest reactor last turned; for /livez and the watchdog. A turn comes at least every
    // second.
    std::int64_t OldestTurnMillis() const;

    // Runs `task` on a pool (not kInline). false if its queue is full or the server stopped.
    bool Submit(Run pool, std::function<void()> task);

    ServerFigures figures() const;

    // The caps from now on (0: the default, as in Caps); connections that are open stay. Thread-safe.
    void SetConnectionCaps(std::size_t connections_max, std::size_t per_address_max);
    // For requests whose head comes after it, on each reactor within its turn. Thread-safe.
    void SetAccessLists(AccessLists lists);
    std::size_t connections_max() const;
    std::size_t connections_per_address_max() const;

  private:
    void Stop();

    std::unique_ptr<Core> core_;
    std::vector<std::unique_ptr<Reactor>> reactors_;
};

}  // namespace rt::net
