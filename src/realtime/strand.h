// Runs tasks one at a time, in the order they came, without a thread of its own: whoever brings a task while none runs,
// runs it and what comes meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rt::realtime {

// Thread-safe. Whoever gives tasks sees to it that the strand lives until they have run.
class Strand {
  public:
    // Runs `task` before it returns, unless another one is running: then that one's thread runs it afterwards.
    template <class Task>
    void Run(Task&& task) {
        {
            const std::lock_guard lock(mutex_);
            if (busy_) {
                Keep(std::forward<Task>(task));
                return;
            }
            busy_ = true;
        }
        task();
        Rest();
    }

    // Queues `task` behind the one that is running; false if none is, and the task was not taken.
    bool Queue(std::function<void()>& task) {
        const std::lock_guard lock(mutex_);
        if (busy_) waiting_.push_back(std::move(task));
        return busy_;
    }

  private:
    template <class Task>
    void Keep(Task&& task) {
        if constexpr (std::is_copy_constructible_v<std::decay_t<Task>>) {
            waiting_.emplace_back(std::forward<Task>(task));
        } else {
            auto held = std::make_shared<std::decay_t<Task>>(std::forward<Task>(task));
            waiting_.emplace_back([held] { (*held)(); });
        }
    }

    void Rest() {
        while (true) {
            std::vector<std::function<void()>> tasks;
            {
                const std::lock_guard lock(mutex_);
                if (waiting_.empty()) {
                    busy_ = false;
                    return;
                }
                tasks.swap(waiting_);
            }
            for (const auto& task : tasks) task();
        }
    }

    std::mutex mutex_;
    bool busy_ = false;
    std::vector<std::function<void()>> waiting_;
};

}  // namespace rt::realtime
