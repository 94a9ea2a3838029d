#include "net/core.h"

#include <algorithm>

#include "os/process.h"

namespace rt::net {

bool AddressCounts::Enter(const os::Address& address, std::size_t max) {
    const std::lock_guard lock(mutex_);
    const os::Address counted = LimitedAs(address);
    std::size_t& count = counts_[counted];
    if (count >= max) {
        if (count == 0) counts_.erase(counted);
        return false;
    }
    ++count;
    return true;
}

void AddressCounts::Leave(const os::Address& address) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(LimitedAs(address));
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

bool ByteBudget::Take(std::uint64_t bytes) {
    std::uint64_t used = used_.load(std::memory_order_relaxed);
    do {
        if (bytes > bytes_max_ || used > bytes_max_ - bytes) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
}

bool AddressBytes::Take(const os::Address& address, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto [entry, fresh] = used_.try_emplace(LimitedAs(address), 0);
    if (bytes > bytes_max_ || entry->second > bytes_max_ - bytes) {
        if (fresh) used_.erase(entry);
        return false;
    }
    entry->second += bytes;
    return true;
}

void AddressBytes::Give(const os::Address& address, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto found = used_.find(LimitedAs(address));
    if (found == used_.end()) return;
    found->second -= std::min(bytes, found->second);
    if (found->second == 0) used_.erase(found);
}

Core::Core(ServerOptions server_options, ServerParts server_parts)
    : options(std::move(server_options)),
      parts(std::move(server_parts)),
      store({"store", options.pools.store_threads, options.pools.store_queue_max, Pool::Priority::kNormal},
            parts.metrics),
      hash({"hash", options.pools.hash_threads > 0 ? options.pools.hash_threads : std::max(1U, os::UsableCpus() / 2),
            options.pools.hash_queue_max, Pool::Priority::kLowest},
           parts.metrics),
      outgoing({"outgoing", options.pools.outgoing_threads, options.pools.outgoing_queue_max, Pool::Priority::kNormal},
               parts.metrics),
      // At most one read of each connection waits here, so the connection cap bounds the queue.
      bodies({"bodies", options.pools.body_threads, std::size_t{1} << 20, Pool::Priority::kNormal}, parts.metrics),
      body_memory(options.caps.body_memory_bytes_max),
      body_memory_by_address(options.caps.body_memory_per_address_bytes_max),
      upload_caps(std::make_shared<UploadCaps>(options.caps.upload_bytes_max)),
      connections_gauge(parts.metrics.Get(Metric::kHttpConnections)),
      in_flight_gauge(parts.metrics.Get(Metric::kHttpInFlight)),
      sockets_gauge(parts.metrics.Get(Metric::kSocketConnections)),
      socket_messages_in(parts.metrics.Get(Metric::kSocketMessages, {"in"})),
      socket_messages_out(parts.metrics.Get(Metric::kSocketMessages, {"out"})),
      bytes_in(parts.metrics.Get(Metric::kHttpBytesIn)),
      bytes_out(parts.metrics.Get(Metric::kHttpBytesOut)) {}

Pool& Core::PoolOf(Run run) {
    if (run == Run::kHash) return hash;
    return run == Run::kOutgoing ? outgoing : store;
}

}  // namespace rt::net
