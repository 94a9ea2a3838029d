#include "net/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "net/core.h"
#include "net/reactor.h"
#include "os/process.h"
#include "os/socket_address.h"

namespace rt::net {
namespace {

// Descriptors kept for stores, logs, uploads and outgoing calls.
constexpr std::size_t kReservedDescriptors = 256;
constexpr std::size_t kConnectionsMaxAtMost = 1'000'000;

os::Endpoint EndpointOf(int descriptor) {
    os::SocketAddress address;
    address.size = sizeof address.storage;
    if (getsockname(descriptor, address.get(), &address.size) != 0) return {};
    os::Endpoint endpoint;
    endpoint.address = os::Address::FromSockaddr(*address.get()).value_or(os::Address());
    // The port lies at the same place in both families.
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    endpoint.port = ntohs(v4.sin_port);
    return endpoint;
}

Result<int> Bind(const os::Endpoint& endpoint) {
    const int family = endpoint.address.IsIpv4() ? AF_INET : AF_INET6;
    const int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0 && errno == EAFNOSUPPORT && endpoint.address == os::Address()) {
        // "Every address" on a machine without IPv6.
        return Bind({*os::Address::Parse("0.0.0.0"), endpoint.port});
    }
    if (descriptor < 0) return Fail(Code::kUnavailable, std::string("socket: ") + std::strerror(errno));
    const int on = 1;
    const int off = 0;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    os::SocketAddress address = os::ToSocketAddress(endpoint);
    if (bind(descriptor, address.get(), address.size) != 0 || listen(descriptor, SOMAXCONN) != 0) {
        const std::string why = std::strerror(errno);
        close(descriptor);
        return Fail(Code::kUnavailable, "cannot listen on " + endpoint.Text() + ": " + why);
    }
    return descriptor;
}

std::size_t ConnectionsAllowed() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kReservedDescriptors;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
    if (descriptors <= 2 * kReservedDescriptors) return std::max<std::size_t>(1, descriptors / 2);
    return std::min(descriptors - kReservedDescriptors, kConnectionsMaxAtMost);
}

}  // namespace

Server::Server(ServerOptions options, ServerParts parts)
    : core_(std::make_unique<Core>(std::move(options), std::move(parts))) {}

Server::~Server() {
    Stop();
    for (const Listener& listener : core_->listeners) close(listener.descriptor);
}

Status Server::Start() {
    Core& core = *core_;
    RT_TRY(Router router, Router::Make(core.parts.routes, core.parts.sockets, core.options.api_prefix));
    core.router = std::make_unique<Router>(std::move(router));
    SetConnectionCaps(core.options.caps.connections_max, core.options.caps.connections_per_address_max);
    const bool asks = std::any_of(core.parts.routes.begin(), core.parts.routes.end(),
                                  [](const Route& route) { return route.permission != Permission::kNone; });
    if (asks && core.parts.authorizer == nullptr) return Fail(Code::kInvalid, "permissions without an authorizer");
    for (const ListenOptions& listener : core.options.listeners) {
        if (listener.kind == ListenKind::kTls && !core.options.tls)
            return Fail(Code::kInvalid, "a TLS listener without a certificate");
        int descriptor = listener.inherited;
        if (descriptor < 0) {
            RT_TRY(descriptor, Bind(listener.endpoint));
        } else {
            // systemd hands sockets over blocking, and a reactor must never wait in accept.
            fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
            fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        }
        core.listeners.push_back(
            {descriptor, listener.kind, EndpointOf(descriptor), listener.serves, listener.inherited >= 0});
    }
    for (Pool* pool : {&core.store, &core.hash, &core.outgoing, &core.bodies}) RT_CHECK_OK(pool->Start());
    const std::size_t count = core.options.reactors > 0 ? core.options.reactors : os::UsableCpus();
    for (std::size_t i = 0; i < count; ++i) {
        reactors_.push_back(std::make_unique<Reactor>(core, i, core.listeners, reactors_));
    }
    for (const auto& reactor : reactors_) RT_CHECK_OK(reactor->Start());
    return Ok();
}

std::vector<os::Endpoint> Server::endpoints() const {
    std::vector<os::Endpoint> endpoints;
    for (const Listener& listener : core_->listeners) endpoints.push_back(listener.endpoint);
    return endpoints;
}

std::vector<int> Server::listening_descriptors() const {
    std::vector<int> descriptors;
    for (const Listener& listener : core_->listeners) descriptors.push_back(listener.descriptor);
    return descriptors;
}

bool Server::Drain(std::int64_t deadline_ms) {
    core_->draining = true;
    for (const auto& reactor : reactors_) reactor->Drain();
    // Refused at once is better than left in the kernel's queue. What systemd gave us goes on for the next process.
    for (const Listener& listener : core_->listeners) {
        if (!listener.inherited) shutdown(listener.descriptor, SHUT_RDWR);
    }
    bool clean = false;
    {
        std::unique_lock lock(core_->idle_mutex);
        clean = core_->idle.wait_for(lock, std::chrono::milliseconds(deadline_ms),
                                     [this] { return core_->connections == 0; });
    }
    Stop();
    return clean;
}

void Server::Stop() {
    // Workers post to reactors, so the reactors' objects stay until the pools have stopped.
    for (const auto& reactor : reactors_) reactor->Stop();
    for (Pool* pool : {&core_->store, &core_->hash, &core_->outgoing, &core_->bodies}) pool->Stop();
}

std::int64_t Server::OldestTurnMillis() const {
    const std::int64_t now = core_->parts.clock.MonotonicMicros();
    std::int64_t oldest = 0;
    for (const auto& reactor : reactors_) oldest = std::max(oldest, now - reactor->last_turn_micros());
    return oldest / base::kMicrosPerMilli;
}

bool Server::Submit(Run pool, std::function<void()> task) {
    RT_CHECK(pool != Run::kInline);
    return core_->PoolOf(pool).Submit([task = std::move(task)](Engine&) { task(); });
}

void Server::SetConnectionCaps(std::size_t connections_max, std::size_t per_address_max) {
    const std::size_t total = connections_max > 0 ? connections_max : ConnectionsAllowed();
    core_->connections_max = total;
    core_->connections_per_address_max = per_address_max > 0 ? per_address_max : std::max<std::size_t>(1, total / 2);
}

void Server::SetAccessLists(AccessLists lists) {
    const auto shared = std::make_shared<const AccessLists>(std::move(lists));
    for (const auto& reactor : reactors_) reactor->UseAccessLists(shared);
}

std::size_t Server::connections_max() const {
    return core_->connections_max;
}

std::size_t Server::connections_per_address_max() const {
    return core_->connections_per_address_max;
}

ServerFigures Server::figures() const {
    return {core_->connections, core_->sockets, static_cast<std::size_t>(std::max<std::int64_t>(0, core_->in_flight)),
            core_->requests_total};
}

}  // namespace rt::net
