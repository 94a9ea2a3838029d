// The one thread that watches deadlines of sessions, and runs what must not run on its caller's stack.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/timer_wheel.h"

namespace rt::realtime {

// Something with a deadline; always held by a shared_ptr.
class Timed : public std::enable_shared_from_this<Timed> {
  public:
    virtual ~Timed() = default;
    // On the thread of the timers, at most one tick late. It may find that the deadline has moved.
    virtual void OnTimer() = 0;
};

// Thread-safe. Always held by a shared_ptr: an entry keeps it, so that its owner may outlive the hub.
class Timers : public std::enable_shared_from_this<Timers> {
  public:
    // One deadline of `owner`, of which it is a member.
    class Entry {
      public:
        Entry(Timers& timers, Timed& owner) : timers_(timers.shared_from_this()) { entry_.owner = &owner; }
        ~Entry() { Clear(); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        // Monotonic microseconds. A later deadline than the one before is cheap.
        void Set(std::int64_t due) { timers_->Set(entry_, due); }
        void Clear() { timers_->Clear(entry_); }

      private:
        const std::shared_ptr<Timers> timers_;
        net::TimerWheel::Entry entry_;
    };

    Timers(const Clock& clock, std::int64_t tick_micros);
    ~Timers();
    Timers(const Timers&) = delete;
    Timers& operator=(const Timers&) = delete;

    // UNAVAILABLE if the thread could not be made.
    Status Start();
    // Runs what was posted, then ends the thread; what is posted later is dropped. Idempotent.
    void Stop();

    // Runs `task` on the thread, soon, in order.
    void Post(std::function<void()> task);
    std::int64_t now() const { return clock_.MonotonicMicros(); }

  private:
    void Set(net::TimerWheel::Entry& entry, std::int64_t due);
    void Clear(net::TimerWheel::Entry& entry);
    void Loop();
    std::vector<std::shared_ptr<Timed>> TakeDue();

    const Clock& clock_;
    const std::chrono::microseconds tick_;
    std::mutex mutex_;
    std::condition_variable wake_;
    net::TimerWheel wheel_;
    std::size_t armed_ = 0;
    std::vector<std::function<void()>> posted_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace rt::realtime
