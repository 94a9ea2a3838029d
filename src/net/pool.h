// A bounded pool of threads with small stacks. Each thread owns an Engine. There is one thread at first, and one that
// waits for work after that as long as there may be more: an idle server does not pay for its busiest second.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "net/engine.h"

namespace rt::net {

class Pool {
  public:
    // kLowest yields to every other thread of the server (nice 10).
    enum class Priority : std::uint8_t { kNormal, kLowest };
    struct Options {
        std::string name;         // thread name and metric label; at most 12 characters
        std::size_t threads = 1;  // at most
        std::size_t queue_max = 1024;
        Priority priority = Priority::kNormal;
    };
    using Task = std::function<void(Engine&)>;

    Pool(Options options, Metrics& metrics);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // UNAVAILABLE if no thread could be made. One that cannot be made later is done without.
    Status Start();
    // false when the queue is full or the pool was stopped. Thread-safe; never blocks.
    bool Submit(Task task);
    // Drops what is queued, waits for what runs. Idempotent.
    void Stop();

  private:
    static void* Main(void* self);
    void Work();
    // With the mutex held.
    bool AddThread();

    const Options options_;
    base::Series& depth_;
    base::Series& rejected_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> queue_;
    bool stopping_ = false;
    std::size_t idle_ = 0;  // threads without a task, new ones among them
    std::vector<pthread_t> threads_;
};

}  // namespace rt::net
