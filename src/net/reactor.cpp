#include "net/reactor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <limits>

#include "crypto/tls.h"
#include "net/connection.h"

namespace rt::net {
namespace {

constexpr std::size_t kEventsMax = 256;
constexpr int kTurnMillisMax = 1'000;
constexpr int kBusyTurnMillis = static_cast<int>(TimerWheel::kTickMicros / base::kMicrosPerMilli);
// A few at a time: the other reactors take the rest.
constexpr int kAcceptsPerTurn = 8;
// A connection goes to a sibling that has this many fewer.
constexpr std::size_t kImbalanceMax = 4;
constexpr std::int64_t kAcceptPauseMicros = 100'000;
// Connections over the cap that are being told so.
constexpr std::size_t kRefusedMax = 64;
constexpr std::uint64_t kWakeTag = ~std::uint64_t{0};
constexpr std::uint64_t kListenerBit = std::uint64_t{1} << 63;

void Watch(int epoll, int descriptor, std::uint32_t events, std::uint64_t tag) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = tag;
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

Reactor::Reactor(Core& core, std::size_t index, const std::vector<Listener>& listeners,
                 const std::vector<std::unique_ptr<Reactor>>& siblings)
    : core_(core),
      index_(index),
      listeners_(listeners),
      siblings_(siblings),
      access_lists_(std::make_shared<const AccessLists>(core.options.access)),
      now_(core.parts.clock.MonotonicMicros()),
      wheel_(now_),
      request_id_state_(core.parts.random.Next64()) {
    last_turn_.store(now_);
}

Reactor::~Reactor() {
    Stop();
    if (epoll_ >= 0) close(epoll_);
    if (wake_ >= 0) close(wake_);
}

Status Reactor::Start() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (epoll_ < 0 || wake_ < 0) return Fail(Code::kUnavailable, "no descriptors for a reactor");
    Watch(epoll_, wake_, EPOLLIN, kWakeTag);
    Listen();
    thread_ = std::thread([this] { Loop(); });
    pthread_setname_np(thread_.native_handle(), ("reactor-" + std::to_string(index_)).c_str());
    return Ok();
}

void Reactor::Stop() {
    stopping_.store(true);
    if (thread_.joinable()) {
        Post([] {});
        thread_.join();
    }
}

void Reactor::Drain() {
    Post([this] {
        StopListening();
        std::vector<std::uint64_t> ids;
        for (const auto& [id, connection] : connections_) ids.push_back(id);
        for (const std::uint64_t id : ids) {
            if (Connection* connection = Find(id)) connection->OnDrain();
        }
    });
}

void Reactor::Listen() {
    listening_ = true;
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        Watch(epoll_, listeners_[i].descriptor, EPOLLIN | EPOLLEXCLUSIVE, kListenerBit | i);
    }
}

void Reactor::PauseListening() {
    StopListening();
    core_.parts.metrics.Get(Metric::kHttpConnectionsRefused, {"descriptors"}).Add();
    listen_again_at_ = now_ + kAcceptPauseMicros;
}

void Reactor::StopListening() {
    listen_again_at_ = 0;
    if (!listening_) return;
    listening_ = false;
    for (const Listener& listener : listeners_) epoll_ctl(epoll_, EPOLL_CTL_DEL, listener.descriptor, nullptr);
}

void Reactor::UseAccessLists(std::shared_ptr<const AccessLists> lists) {
    Post([this, lists = std::move(lists)] { access_lists_ = lists; });
}

void Reactor::Post(std::function<void()> task) {
    {
        const std::lock_guard lock(posted_mutex_);
        posted_.push_back(std::move(task));
    }
    WakeUp();
}

void Reactor::PostFlush(std::function<void()> task) {
    {
        const std::lock_guard lock(posted_mutex_);
        posted_flushes_.push_back(std::move(task));
    }
    WakeUp();
}

void Reactor::WakeUp() {
    if (asleep_.exchange(false)) {
        const std::uint64_t one = 1;
        // Fails only when the counter is at its limit, and then the reactor is awake.
        static_cast<void>(!write(wake_, &one, sizeof one));
    }
}

void Reactor::Loop() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    while (!stopping_.load(std::memory_order_relaxed)) Turn();
    // Connections that a sibling handed over a moment ago are among the tasks.
    RunPosted();
    RunFlushes(std::numeric_limits<std::int64_t>::max());
    std::vector<std::uint64_t> ids;
    for (const auto& [id, connection] : connections_) ids.push_back(id);
    for (const std::uint64_t id : ids) {
        if (Connection* connection = Find(id)) connection->Close();
    }
    retired_.clear();
}

void Reactor::Turn() {
    std::array<epoll_event, kEventsMax> events;
    int wait = connections_.empty() && listen_again_at_ == 0 ? kTurnMillisMax : kBusyTurnMillis;
    // Asleep before the look at the tasks: whoever brings one after the look sees it, and wakes the reactor.
    asleep_.store(true);
    if (!ready_.empty() || !flushes_.empty() || HasPosted()) wait = 0;
    const int count = epoll_wait(epoll_, events.data(), kEventsMax, wait);
    asleep_.store(false);
    now_ = core_.parts.clock.MonotonicMicros();
    last_turn_.store(now_, std::memory_order_relaxed);
    for (int i = 0; i < count; ++i)
        OnEvent(events.at(static_cast<std::size_t>(i)).data.u64, events.at(static_cast<std::size_t>(i)).events);
    RunPosted();
    RunFlushes(kFlushMicrosPerTurn);
    RunReady();
    if (listen_again_at_ != 0 && now_ >= listen_again_at_) {
        listen_again_at_ = 0;
        Listen();
    }
    wheel_.Advance(now_, [](TimerWheel::Entry& entry) { static_cast<Connection*>(entry.owner)->OnDeadline(); });
    retired_.clear();
}

void Reactor::OnEvent(std::uint64_t tag, std::uint32_t events) {
    if (tag == kWakeTag) {
        std::uint64_t count = 0;
        static_cast<void>(!read(wake_, &count, sizeof count));
        return;
    }
    if ((tag & kListenerBit) != 0) {
        if (listening_) Accept(listeners_.at(static_cast<std::size_t>(tag & ~kListenerBit)));
        return;
    }
    if (Connection* connection = Find(tag)) connection->OnEvent(events);
}

bool Reactor::HasPosted() {
    const std::lock_guard lock(posted_mutex_);
    return !posted_.empty() || !posted_flushes_.empty();
}

void Reactor::RunPosted() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(posted_mutex_);
        tasks.swap(posted_);
        std::move(posted_flushes_.begin(), posted_flushes_.end(), std::back_inserter(flushes_));
        posted_flushes_.clear();
    }
    for (const auto& task : tasks) task();
}

void Reactor::RunFlushes(std::int64_t micros_max) {
    if (flushes_.empty()) return;
    const std::int64_t began = core_.parts.clock.MonotonicMicros();
    while (!flushes_.empty()) {
        const auto task = std::move(flushes_.front());
        flushes_.pop_front();
        task();
        if (core_.parts.clock.MonotonicMicros() - began >= micros_max) return;
    }
}

void Reactor::RunReady() {
    std::vector<std::uint64_t> ready;
    ready.swap(ready_);
    for (const std::uint64_t id : ready) {
        if (Connection* connection = Find(id)) connection->Pump();
    }
}

void Reactor::Accept(const Listener& listener) {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        auto* address = reinterpret_cast<sockaddr*>(&storage);
        const int descriptor = accept4(listener.descriptor, address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            // Out of descriptors or memory: the socket stays ready, and asking again at once would be a busy loop.
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) PauseListening();
            return;
        }
        Place(descriptor, os::Address::FromSockaddr(*address).value_or(os::Address()), listener);
    }
}

void Reactor::Place(int descriptor, const os::Address& address, const Listener& listener) {
    const auto least = std::min_element(siblings_.begin(), siblings_.end(),
                                        [](const auto& a, const auto& b) { return a->load() < b->load(); });
    Reactor* const target = (*least)->load() + kImbalanceMax < load() ? least->get() : this;
    target->load_.fetch_add(1, std::memory_order_relaxed);
    if (target == this) {
        Adopt(descriptor, address, listener);
    } else {
        target->Post([target, descriptor, address, from = &listener] { target->Adopt(descriptor, address, *from); });
    }
}

void Reactor::Adopt(int descriptor, const os::Address& address, const Listener& listener) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const bool is_proxy = os::AnyContains(core_.options.trusted_proxies, address);
    const std::string_view refused = Count(address, is_proxy);
    if (!refused.empty()) {
        core_.parts.metrics.Get(Metric::kHttpConnectionsRefused, {refused}).Add();
        // An answer needs a connection that lingers until the client has read it; there are only so many of these.
        if (refused_ >= kRefusedMax) {
            load_.fetch_sub(1, std::memory_order_relaxed);
            close(descriptor);
            return;
        }
        ++refused_;
    }
    std::unique_ptr<crypto::TlsSession> session;
    const bool tls = listener.kind == ListenKind::kTls;
    if (tls && refused.empty()) session = crypto::NewTlsServerSession(*core_.options.tls, descriptor);
    const std::uint64_t id = next_id_++;
    auto connection =
        std::make_unique<Connection>(*this, id, std::make_unique<Transport>(descriptor, std::move(session)),
                                     Peer{address, address.Text(), is_proxy, tls, listener.serves}, listener.kind);
    Connection& added = *connection;
    connections_.emplace(id, std::move(connection));
    Watch(epoll_, descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id);
    if (refused.empty()) {
        added.Begin();
    } else {
        added.BeginRefused();
    }
}

std::string_view Reactor::Count(const os::Address& address, bool is_proxy) {
    if (core_.connections.fetch_add(1) >= core_.connections_max) {
        core_.connections.fetch_sub(1);
        return "total";
    }
    const std::size_t max = is_proxy ? core_.connections_max : core_.connections_per_address_max;
    if (!core_.connections_by_address.Enter(address, max)) {
        core_.connections.fetch_sub(1);
        return "address";
    }
    core_.connections_gauge.Add(1);
    return {};
}

bool Reactor::Rename(Connection& connection, const os::Address& client) {
    const bool is_proxy = os::AnyContains(core_.options.trusted_proxies, client);
    const std::size_t max = is_proxy ? core_.connections_max : core_.connections_per_address_max;
    if (!core_.connections_by_address.Enter(client, max)) {
        core_.parts.metrics.Get(Metric::kHttpConnectionsRefused, {"address"}).Add();
        return false;
    }
    core_.connections_by_address.Leave(connection.peer().address);
    Peer peer = connection.peer();  // what the listener said of it stays
    peer.address = client;
    peer.text = client.Text();
    peer.is_proxy = is_proxy;
    connection.set_peer(std::move(peer));
    return true;
}

Connection* Reactor::Find(std::uint64_t connection_id) {
    const auto found = connections_.find(connection_id);
    return found == connections_.end() ? nullptr : found->second.get();
}

void Reactor::Retire(Connection& connection) {
    const auto found = connections_.find(connection.id());
    if (found == connections_.end()) return;
    retired_.push_back(std::move(found->second));
    connections_.erase(found);
    load_.fetch_sub(1, std::memory_order_relaxed);
    if (connection.is_refused()) {
        --refused_;
        return;
    }
    core_.connections_gauge.Add(-1);
    core_.connections_by_address.Leave(connection.peer().address);
    if (core_.connections.fetch_sub(1) == 1 && core_.draining) {
        const std::lock_guard lock(core_.idle_mutex);
        core_.idle.notify_all();
    }
}

void Reactor::Again(const Connection& connection) {
    ready_.push_back(connection.id());
}

const std::string& Reactor::date() {
    const Time now = core_.parts.clock.Now();
    const std::int64_t second = now.micros / base::kMicrosPerSecond;
    if (second != date_second_) {
        date_second_ = second;
        date_ = base::FormatHttpDate(now);
    }
    return date_;
}

std::string Reactor::NewRequestId() {
    // splitmix64 over a random start: unique and unguessable enough for a log, without a system call a request.
    std::uint64_t value = request_id_state_ += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    value ^= value >> 31;
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string id(16, '0');
    for (char& c : id) {
        c = kDigits[value & 15];
        value >>= 4;
    }
    return id;
}

void Reactor::CountExchange(const Exchange& exchange, std::int64_t duration_micros) {
    core_.requests_total.fetch_add(1, std::memory_order_relaxed);
    RouteSeries& series = series_[exchange.RouteName()];
    if (series.duration == nullptr) {
        series.duration = &core_.parts.metrics.Get(Metric::kHttpDuration, {exchange.RouteName()});
    }
    series.duration->ObserveMicros(duration_micros);
    const Method method = exchange.request.method;
    base::Series*& count =
        series.by_method_and_status[exchange.status * static_cast<int>(kMethodCount) + static_cast<int>(method)];
    if (count == nullptr) {
        count = &core_.parts.metrics.Get(Metric::kHttpRequests,
                                         {Name(method), exchange.RouteName(), std::to_string(exchange.status)});
    }
    count->Add();
}

}  // namespace rt::net
