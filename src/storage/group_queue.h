// Where callers park while one worker thread settles their tasks in groups (the group commit of sql/ and kv/).
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rt::storage {

// Base of a task; lives on the parked caller's stack. `outcome` belongs to the worker until Settle().
struct ParkedTask {
    Status outcome = Ok();
    bool settled = false;  // guarded by `mutex`
    std::mutex mutex;
    std::condition_variable changed;
};

// Thread-safe; one worker. `Task` derives from ParkedTask.
template <class Task>
class GroupQueue {
  public:
    // After a large group the worker waits up to `gather_max` for one of like size: its callers come back one after the
    // other, and where each group costs an fsync, few large groups do more than many small ones. 0: it does not wait.
    explicit GroupQueue(std::size_t size_max, std::chrono::microseconds gather_max = {})
        : size_max_(size_max), gather_max_(gather_max) {}

    // Parks the caller until its task is settled. UNAVAILABLE when the queue is full or stopped; DEADLINE_EXCEEDED when
    // the worker did not take the task within `wait_max` (it then never runs). A taken task is waited for.
    Status Submit(Task& task, std::chrono::milliseconds wait_max) {
        {
            std::lock_guard lock(mutex_);
            if (stopped_) return Fail(Code::kUnavailable, "the store is stopping");
            if (waiting_.size() >= size_max_) return Refused("the writer's queue is full");
            waiting_.push_back(&task);
            if (wanted_ > 0 && waiting_.size() >= wanted_) arrived_.notify_one();
        }
        std::unique_lock lock(task.mutex);
        if (!task.changed.wait_for(lock, wait_max, [&] { return task.settled; })) {
            lock.unlock();
            if (Withdraw(task)) return Fail(Code::kDeadline, "the writer did not take the task in time");
            lock.lock();
            task.changed.wait(lock, [&] { return task.settled; });
        }
        return std::move(task.outcome);
    }

    // Worker: waits up to `idle_max` for tasks; empty on a timeout, or when stopped and drained.
    std::vector<Task*> Take(std::size_t count_max, std::chrono::milliseconds idle_max) {
        std::unique_lock lock(mutex_);
        Await(lock, 1, idle_max);
        if (taken_ >= kGatherFrom && gather_max_.count() > 0) Await(lock, taken_ * 3 / 4, gather_max_);
        const auto count = std::min(count_max, waiting_.size());
        taken_ = count;
        std::vector<Task*> taken(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        return taken;
    }

    // Worker: releases the caller, whose stack holds the task: it is gone after this call.
    static void Settle(Task& task) {
        std::lock_guard lock(task.mutex);
        task.settled = true;
        task.changed.notify_one();
    }

    // New tasks are refused; those that wait are still taken.
    void Stop() {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        arrived_.notify_all();
    }
    bool Drained() const {
        std::lock_guard lock(mutex_);
        return stopped_ && waiting_.empty();
    }
    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return waiting_.size();
    }

  private:
    static constexpr std::size_t kGatherFrom = 16;  // tasks of the group before

    void Await(std::unique_lock<std::mutex>& lock, std::size_t count, std::chrono::microseconds wait_max) {
        wanted_ = count;
        arrived_.wait_for(lock, wait_max, [&] { return stopped_ || waiting_.size() >= count; });
        wanted_ = 0;
    }
    static Error Refused(const char* detail) {
        Error error = Fail(Code::kUnavailable, detail);
        error.retry_after_s = 1;
        return error;
    }
    bool Withdraw(Task& task) {
        std::lock_guard lock(mutex_);
        const auto at = std::find(waiting_.begin(), waiting_.end(), &task);
        if (at == waiting_.end()) return false;
        waiting_.erase(at);
        return true;
    }

    const std::size_t size_max_;
    const std::chrono::microseconds gather_max_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Task*> waiting_;
    std::size_t wanted_ = 0;  // so many tasks does the worker wait for; 0: it does not
    std::size_t taken_ = 0;   // by the last Take()
    bool stopped_ = false;
};

}  // namespace rt::storage
