#include "bench/generator/load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <random>

#include "bench/generator/answer_parser.h"

namespace rt::bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kSweepNanos = 50'000'000;
constexpr std::uint64_t kFailedConnectsMax = 1000;

std::int64_t NowNanos() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double CpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Due {
    std::size_t request = 0;
    std::int64_t at = 0;
};

struct Connection {
    int fd = -1;
    bool open = false;  // connected
    bool busy = false;  // a request is in flight
    Due due;
    std::size_t sent_bytes = 0;
    std::int64_t deadline = 0;
    std::string in;
};

class Load {
  public:
    Load(const LoadOptions& options, const std::vector<std::string_view>& requests);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    LoadResult Run();

  private:
    void Open(std::size_t index);
    void Close(std::size_t index);
    void OpenAll();
    void Poll(std::int64_t wait_nanos);
    void OnEvent(std::size_t index, std::uint32_t events);
    void OnConnected(std::size_t index);
    void Start(std::size_t index, Due due);
    void SendMore(std::size_t index);
    void ReceiveMore(std::size_t index, std::uint32_t events);
    void Complete(std::size_t index, int status, std::string_view body, bool closes);
    void Break(std::size_t index, std::uint64_t& counter);
    void FailConnect(std::size_t index);
    void Sweep();
    bool TakeNext(Due& out);
    void ScheduleDue();
    void FeedIdle();
    bool Finished() const;
    std::int64_t WaitNanos() const;

    const LoadOptions& options_;
    const std::vector<std::string_view>& requests_;
    LoadResult result_;
    int epoll_fd_;
    std::vector<Connection> connections_;
    std::deque<std::size_t> idle_;  // the longest idle first, so that all are used
    std::deque<Due> backlog_;
    std::size_t next_request_ = 0;
    std::size_t in_flight_ = 0;
    bool started_ = false;  // the first request may be sent
    bool gone_ = false;     // the server was there and is no more
    std::int64_t start_ = 0;
    std::int64_t end_ = 0;
    std::int64_t last_answer_ = 0;
    std::int64_t next_due_ = 0;
    std::int64_t next_sweep_ = 0;
    std::mt19937_64 random_{20260101};
};

Load::Load(const LoadOptions& options, const std::vector<std::string_view>& requests)
    : options_(options), requests_(requests), epoll_fd_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_fd_ < 0) Fail("epoll_create1 failed");
    connections_.resize(static_cast<std::size_t>(options.connections));
    if (options.keep_answers) result_.answers.resize(requests.size());
}

Load::~Load() {
    for (Connection& connection : connections_) {
        if (connection.fd >= 0) close(connection.fd);
    }
    close(epoll_fd_);
}

void Load::Open(std::size_t index) {
    Connection& connection = connections_[index];
    connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection.fd < 0) Fail("no more sockets: raise the limit of open files");
    const int on = 1;
    setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (options_.sources > 1) {
        const auto source = static_cast<std::uint32_t>(index) % static_cast<std::uint32_t>(options_.sources);
        address.sin_addr.s_addr = htonl(0x7F010001U + source);
        setsockopt(connection.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Fail("bind failed");
    }
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(options_.port);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = index;
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, connection.fd, &event);
    connection.deadline = NowNanos() + static_cast<std::int64_t>(options_.timeout_seconds * kSecond);
    const int status = connect(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    if (status != 0 && errno != EINPROGRESS) FailConnect(index);
}

void Load::Close(std::size_t index) {
    Connection& connection = connections_[index];
    if (connection.fd >= 0) close(connection.fd);
    std::erase(idle_, index);
    connection = Connection{};
}

void Load::OpenAll() {
    // In groups that fit any listen backlog.
    const std::int64_t give_up = NowNanos() + 10 * kSecond;
    for (std::size_t index = 0; index < connections_.size(); ++index) {
        Open(index);
        while (idle_.size() + 64 < index + 1 && NowNanos() < give_up) Poll(kSweepNanos);
    }
    while (idle_.size() < connections_.size() && NowNanos() < give_up) Poll(kSweepNanos);
}

void Load::Break(std::size_t index, std::uint64_t& counter) {
    ++counter;
    if (connections_[index].busy) --in_flight_;
    Close(index);
}

void Load::FailConnect(std::size_t index) {
    Break(index, result_.failed_connects);
    if (started_ && options_.until_gone) {
        gone_ = std::none_of(connections_.begin(), connections_.end(), [](const Connection& one) { return one.open; });
    } else if (result_.failed_connects > kFailedConnectsMax) {
        Fail("the server does not accept connections");
    }
}

void Load::OnConnected(std::size_t index) {
    Connection& connection = connections_[index];
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        FailConnect(index);
        return;
    }
    connection.open = true;
    idle_.push_back(index);
}

void Load::OnEvent(std::size_t index, std::uint32_t events) {
    Connection& connection = connections_[index];
    if (connection.fd < 0) return;
    if (!connection.open && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) OnConnected(index);
    if (!connection.open) return;
    if (connection.busy && (events & EPOLLOUT) != 0) SendMore(index);
    if (connection.fd >= 0 && (events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0) ReceiveMore(index, events);
}

void Load::Start(std::size_t index, Due due) {
    Connection& connection = connections_[index];
    connection.busy = true;
    connection.due = due;
    connection.sent_bytes = 0;
    connection.deadline = NowNanos() + static_cast<std::int64_t>(options_.timeout_seconds * kSecond);
    connection.in.clear();
    ++in_flight_;
    ++result_.sent;
    SendMore(index);
}

void Load::SendMore(std::size_t index) {
    Connection& connection = connections_[index];
    const std::string_view request = requests_[connection.due.request];
    while (connection.sent_bytes < request.size()) {
        const ssize_t sent = send(connection.fd, request.data() + connection.sent_bytes,
                                  request.size() - connection.sent_bytes, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) return;
        if (sent <= 0) {
            Break(index, result_.broken);
            return;
        }
        connection.sent_bytes += static_cast<std::size_t>(sent);
    }
}

void Load::ReceiveMore(std::size_t index, std::uint32_t events) {
    Connection& connection = connections_[index];
    // A short read means that nothing more is there now, unless the end of the stream is.
    const bool ends = (events & ~static_cast<std::uint32_t>(EPOLLIN | EPOLLOUT)) != 0;
    std::array<char, 65536> buffer;
    bool closed = false;
    while (true) {
        const ssize_t got = recv(connection.fd, buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EAGAIN) break;
        if (got <= 0) {
            closed = true;
            break;
        }
        connection.in.append(buffer.data(), static_cast<std::size_t>(got));
        if (!ends && static_cast<std::size_t>(got) < buffer.size()) break;
    }
    std::uint64_t idle_closes = 0;  // a server may close an idle connection; that fails nothing
    if (!connection.busy) {
        if (closed) Break(index, idle_closes);
        return;
    }
    const ParsedAnswer parsed = ParseAnswer(connection.in);
    const bool whole = parsed.state == ParsedAnswer::State::kComplete;
    if (parsed.state == ParsedAnswer::State::kBad || (closed && !whole)) {
        Break(index, result_.broken);
    } else if (whole) {
        Complete(index, parsed.status, std::string_view(connection.in).substr(parsed.head_bytes, parsed.body_bytes),
                 parsed.closes || closed);
    }
}

void Load::Complete(std::size_t index, int status, std::string_view body, bool closes) {
    Connection& connection = connections_[index];
    const std::int64_t now = NowNanos();
    last_answer_ = now;
    result_.latency.Add(now - connection.due.at);
    StatusFigures& figures = result_.by_status[status];
    const double since_start = static_cast<double>(now - start_) / kSecond;
    if (figures.count == 0) figures.first_seconds = since_start;
    figures.last_seconds = since_start;
    ++figures.count;
    figures.latency.Add(now - connection.due.at);
    if (options_.keep_answers) result_.answers[connection.due.request] = {status, std::string(body)};
    connection.busy = false;
    --in_flight_;
    if (closes) {
        Close(index);
        return;
    }
    idle_.push_back(index);
}

// Late answers fail, closed connections are opened again.
void Load::Sweep() {
    const std::int64_t now = NowNanos();
    if (now < next_sweep_) return;
    next_sweep_ = now + kSweepNanos;
    for (std::size_t index = 0; index < connections_.size(); ++index) {
        const Connection& connection = connections_[index];
        if (connection.busy && now > connection.deadline) Break(index, result_.timeouts);
        if (connection.fd >= 0 && !connection.open && now > connection.deadline) FailConnect(index);
        if (connections_[index].fd < 0) Open(index);
    }
}

bool Load::TakeNext(Due& out) {
    if (next_request_ == requests_.size() && options_.repeat) next_request_ = 0;
    if (next_request_ == requests_.size()) return false;
    out.request = next_request_++;
    return true;
}

void Load::ScheduleDue() {
    const std::int64_t now = NowNanos();
    if (options_.rate <= 0) return;
    std::exponential_distribution<double> gap(options_.rate);
    while (next_due_ <= now && next_due_ < end_) {
        Due due{0, next_due_};
        if (!TakeNext(due)) return;
        backlog_.push_back(due);
        next_due_ += static_cast<std::int64_t>(gap(random_) * kSecond);
    }
    const std::size_t waiting = backlog_.size() - std::min(backlog_.size(), idle_.size());
    result_.backlog_max = std::max<std::uint64_t>(result_.backlog_max, waiting);
}

void Load::FeedIdle() {
    while (!idle_.empty()) {
        Due due;
        if (options_.rate > 0) {
            if (backlog_.empty()) return;
            due = backlog_.front();
            backlog_.pop_front();
        } else {
            due.at = NowNanos();
            if (due.at >= end_ || !TakeNext(due)) return;
        }
        const std::size_t index = idle_.front();
        idle_.pop_front();
        Start(index, due);
    }
}

bool Load::Finished() const {
    if (gone_) return true;
    const bool none_left = !options_.repeat && next_request_ == requests_.size();
    const std::int64_t now = NowNanos();
    if (now >= end_ + static_cast<std::int64_t>(options_.timeout_seconds * kSecond)) return true;
    return in_flight_ == 0 && backlog_.empty() && (none_left || now >= end_);
}

std::int64_t Load::WaitNanos() const {
    if (options_.rate <= 0 || next_due_ >= end_) return kSweepNanos;
    return std::clamp<std::int64_t>(next_due_ - NowNanos(), 0, kSweepNanos);
}

void Load::Poll(std::int64_t wait_nanos) {
    std::array<epoll_event, 256> events;
    const timespec timeout{0, wait_nanos};
    const int count = epoll_pwait2(epoll_fd_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) OnEvent(events[static_cast<std::size_t>(i)].data.u64, events[i].events);
}

LoadResult Load::Run() {
    OpenAll();
    const double cpu_before = CpuSeconds();
    started_ = true;
    start_ = NowNanos();
    end_ = start_ + static_cast<std::int64_t>(options_.seconds_max * kSecond);
    last_answer_ = start_;
    next_due_ = start_;
    while (!Finished()) {
        ScheduleDue();
        FeedIdle();
        Poll(WaitNanos());
        Sweep();
    }
    result_.unserved = backlog_.size();
    result_.seconds = static_cast<double>(last_answer_ - start_) / kSecond;
    result_.cpu_seconds = CpuSeconds() - cpu_before;
    return std::move(result_);
}

}  // namespace

LoadResult RunLoad(const LoadOptions& options, const std::vector<std::string_view>& requests) {
    return Load(options, requests).Run();
}

}  // namespace rt::bench
