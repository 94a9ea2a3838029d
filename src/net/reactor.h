// One event loop (epoll) on one thread: its connections, their deadlines, tasks from other threads. Internal to net.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/core.h"
#include "net/timer_wheel.h"
#include "net/ws_deflate.h"

namespace rt::net {

class Connection;
struct Exchange;

class Reactor {
  public:
    static constexpr std::size_t kScratchBytes = 64 * 1024;
    static constexpr std::int64_t kFlushMicrosPerTurn = 1'000;

    // `siblings` is the server's list, complete before Start().
    Reactor(Core& core, std::size_t index, const std::vector<Listener>& listeners,
            const std::vector<std::unique_ptr<Reactor>>& siblings);
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    Status Start();
    // Closes every connection at once and joins the thread. Idempotent.
    void Stop();
    // Stops accepting; connections are told.
    void Drain();

    // Thread-safe. Runs `task` on the reactor's thread soon; tasks posted after Stop() are dropped.
    void Post(std::function<void()> task);
    // The same for a write to one of many sockets: a turn gives such tasks kFlushMicrosPerTurn at most, in their order,
    // so that requests wait a moment and not until 10 000 sockets were told something.
    void PostFlush(std::function<void()> task);
    // Thread-safe. For the heads that it checks from its next turn on.
    void UseAccessLists(std::shared_ptr<const AccessLists> lists);
    // Thread-safe.
    std::int64_t last_turn_micros() const { return last_turn_.load(std::memory_order_relaxed); }
    std::size_t load() const { return load_.load(std::memory_order_relaxed); }

    // The rest is for the reactor's own thread.
    Connection* Find(std::uint64_t connection_id);
    // The connection counts for `client` from now on; false if that address has too many.
    bool Rename(Connection& connection, const os::Address& client);
    void Retire(Connection& connection);
    // Runs the connection again after the others had their turn.
    void Again(const Connection& connection);
    TimerWheel& wheel() { return wheel_; }
    Engine& engine() { return engine_; }
    SharedDeflate& deflate() { return deflate_; }
    Core& core() { return core_; }
    const AccessLists& access_lists() const { return *access_lists_; }
    std::span<char> scratch() { return scratch_; }
    std::int64_t now() const { return now_; }  // monotonic, microseconds, of this turn
    const std::string& date();                 // IMF-fixdate
    std::string NewRequestId();
    void CountExchange(const Exchange& exchange, std::int64_t duration_micros);

  private:
    struct RouteSeries {
        base::Series* duration = nullptr;
        std::unordered_map<int, base::Series*> by_method_and_status;
    };

    void Loop();
    void Turn();
    void OnEvent(std::uint64_t tag, std::uint32_t events);
    void Accept(const Listener& listener);
    void Place(int descriptor, const os::Address& address, const Listener& listener);
    void Adopt(int descriptor, const os::Address& address, const Listener& listener);
    // Empty if the connection may stay, else which cap it is over.
    std::string_view Count(const os::Address& address, bool is_proxy);
    bool HasPosted();
    void RunPosted();
    void RunFlushes(std::int64_t micros_max);
    void WakeUp();
    void RunReady();
    void Listen();
    void PauseListening();
    void StopListening();

    Core& core_;
    const std::size_t index_;
    const std::vector<Listener>& listeners_;
    const std::vector<std::unique_ptr<Reactor>>& siblings_;
    std::shared_ptr<const AccessLists> access_lists_;
    int epoll_ = -1;
    int wake_ = -1;
    std::thread thread_;

    std::mutex posted_mutex_;
    std::vector<std::function<void()>> posted_;
    std::vector<std::function<void()>> posted_flushes_;
    std::deque<std::function<void()>> flushes_;  // taken, not yet run
    // In epoll_wait, or about to be: only then does a task need the eventfd, which costs a write, a read and a turn.
    std::atomic<bool> asleep_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<std::int64_t> last_turn_{0};
    std::atomic<std::size_t> load_{0};

    std::int64_t now_ = 0;
    TimerWheel wheel_;
    Engine engine_;
    SharedDeflate deflate_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<Connection>> retired_;
    std::vector<std::uint64_t> ready_;
    std::uint64_t next_id_ = 0;
    std::size_t refused_ = 0;
    bool listening_ = false;
    std::int64_t listen_again_at_ = 0;  // 0: not paused
    std::uint64_t request_id_state_ = 0;
    std::int64_t date_second_ = -1;
    std::string date_;
    std::unordered_map<std::string_view, RouteSeries> series_;
    std::array<char, kScratchBytes> scratch_{};
};

}  // namespace rt::net
