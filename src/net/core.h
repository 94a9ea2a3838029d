// What all reactors of a server share. Internal to net.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

#include "net/pool.h"
#include "net/router.h"
#include "net/server.h"

namespace rt::net {

// Open connections (or uploads) by client address (IPv6: its /64). Thread-safe.
class AddressCounts {
  public:
    // false if `max` are open already.
    bool Enter(const os::Address& address, std::size_t max);
    void Leave(const os::Address& address);

  private:
    std::mutex mutex_;
    std::map<os::Address, std::size_t> counts_;
};

// A cap on a sum of bytes. Thread-safe.
class ByteBudget {
  public:
    explicit ByteBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
    bool Take(std::uint64_t bytes);
    void Give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  private:
    const std::uint64_t bytes_max_;
    std::atomic<std::uint64_t> used_{0};
};

// A cap on a sum of bytes for each address (IPv6 by /64). Thread-safe.
class AddressBytes {
  public:
    explicit AddressBytes(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
    bool Take(const os::Address& address, std::uint64_t bytes);
    void Give(const os::Address& address, std::uint64_t bytes);

  private:
    const std::uint64_t bytes_max_;
    std::mutex mutex_;
    std::map<os::Address, std::uint64_t> used_;
};

// Outlives the server when a handler keeps a file.
struct UploadCaps {
    explicit UploadCaps(std::uint64_t bytes_max) : bytes(bytes_max) {}
    ByteBudget bytes;
    AddressCounts by_address;
};

// A bound listening socket; shared by all reactors, closed with the server.
struct Listener {
    int descriptor = -1;
    ListenKind kind = ListenKind::kPlain;
    os::Endpoint endpoint;
    Serves serves = Serves::kAll;
    bool inherited = false;  // another process has it too
};

struct Core {
    Core(ServerOptions server_options, ServerParts server_parts);

    const ServerOptions options;
    const ServerParts parts;
    std::unique_ptr<Router> router;  // after Start()
    std::vector<Listener> listeners;
    std::atomic<std::size_t> connections_max{0};
    std::atomic<std::size_t> connections_per_address_max{0};

    Pool store;
    Pool hash;
    Pool outgoing;
    Pool bodies;

    AddressCounts connections_by_address;
    ByteBudget body_memory;
    AddressBytes body_memory_by_address;
    std::shared_ptr<UploadCaps> upload_caps;
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> sockets{0};
    std::atomic<std::int64_t> in_flight{0};
    std::atomic<std::uint64_t> requests_total{0};
    std::atomic<std::uint64_t> next_socket_id{0};
    std::atomic<bool> draining{false};
    std::mutex idle_mutex;
    std::condition_variable idle;  // connections reached 0 while draining

    base::Series& connections_gauge;
    base::Series& in_flight_gauge;
    base::Series& sockets_gauge;
    base::Series& socket_messages_in;
    base::Series& socket_messages_out;
    base::Series& bytes_in;
    base::Series& bytes_out;

    // Not for kInline.
    Pool& PoolOf(Run run);
};

}  // namespace rt::net
