#include "realtime/timers.h"

#include <pthread.h>

#include <chrono>
#include <system_error>
#include <utility>

namespace rt::realtime {

Timers::Timers(const Clock& clock, std::int64_t tick_micros)
    : clock_(clock), tick_(tick_micros), wheel_(clock.MonotonicMicros(), tick_micros) {}

Timers::~Timers() {
    Stop();
}

Status Timers::Start() {
    try {
        thread_ = std::thread([this] { Loop(); });
    } catch (const std::system_error& error) {
        return Fail(Code::kUnavailable, std::string("thread of the realtime timers: ") + error.what());
    }
    pthread_setname_np(thread_.native_handle(), "realtime");
    return Ok();
}

void Timers::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Timers::Post(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        posted_.push_back(std::move(task));
    }
    wake_.notify_one();
}

void Timers::Set(net::TimerWheel::Entry& entry, std::int64_t due) {
    const std::lock_guard lock(mutex_);
    if (entry.armed()) {
        wheel_.Set(entry, due);
        return;
    }
    if (armed_++ == 0) {
        // The wheel stood still while nothing waited.
        wheel_.Advance(now(), [](net::TimerWheel::Entry&) {});
        wake_.notify_one();
    }
    wheel_.Set(entry, due);
}

void Timers::Clear(net::TimerWheel::Entry& entry) {
    const std::lock_guard lock(mutex_);
    if (!entry.armed()) return;
    wheel_.Clear(entry);
    --armed_;
}

std::vector<std::shared_ptr<Timed>> Timers::TakeDue() {
    std::vector<std::shared_ptr<Timed>> due;
    wheel_.Advance(now(), [&](net::TimerWheel::Entry& entry) {
        --armed_;
        // The owner cannot go while its entry's destructor waits for our mutex, but nobody may hold it any more.
        if (auto owner = static_cast<Timed*>(entry.owner)->weak_from_this().lock()) due.push_back(std::move(owner));
    });
    return due;
}

void Timers::Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
        if (posted_.empty() && !stopping_) {
            if (armed_ == 0) {
                wake_.wait(lock);
            } else {
                wake_.wait_for(lock, tick_);
            }
        }
        std::vector<std::function<void()>> tasks = std::exchange(posted_, {});
        if (tasks.empty() && stopping_) return;
        auto due = TakeDue();
        lock.unlock();
        for (const auto& task : tasks) task();
        for (const auto& owner : due) owner->OnTimer();
        // Without the lock: whoever goes with them clears his entry.
        tasks.clear();
        due.clear();
        lock.lock();
    }
}

}  // namespace rt::realtime
