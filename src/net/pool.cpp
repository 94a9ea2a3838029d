#include "net/pool.h"

#include <pthread.h>
#include <signal.h>

#include <utility>

#include "os/thread.h"

namespace rt::net {
namespace {

// Handlers decode JSON of depth 32 and run SQLite; the sanitizers' frames are several times larger.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kStackBytes = 2 * 1024 * 1024;
#else
constexpr std::size_t kStackBytes = 256 * 1024;
#endif
// About a tenth of a core when everything else wants it: nice 19 would let a sign-in wait for half a minute then.
constexpr int kNiceLowest = 10;

}  // namespace

Pool::Pool(Options options, Metrics& metrics)
    : options_(std::move(options)),
      depth_(metrics.Get(Metric::kPoolQueue, {options_.name})),
      rejected_(metrics.Get(Metric::kPoolRejected, {options_.name})) {}

Pool::~Pool() {
    Stop();
}

Status Pool::Start() {
    const std::lock_guard lock(mutex_);
    if (AddThread()) return Ok();
    return Fail(Code::kUnavailable, "the threads of pool " + options_.name + " cannot be started");
}

// Called by the first thread's creator or by a thread of the pool, whose priority the new one inherits.
bool Pool::AddThread() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    pthread_t thread{};
    const bool made = pthread_create(&thread, &attributes, &Pool::Main, this) == 0;
    pthread_attr_destroy(&attributes);
    if (!made) return false;
    pthread_setname_np(thread, options_.name.c_str());
    threads_.push_back(thread);
    ++idle_;
    return true;
}

bool Pool::Submit(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= options_.queue_max) {
            rejected_.Add();
            return false;
        }
        queue_.push_back(std::move(task));
        depth_.Set(static_cast<std::int64_t>(queue_.size()));
    }
    wake_.notify_one();
    return true;
}

void Pool::Stop() {
    std::deque<Task> dropped;
    std::vector<pthread_t> threads;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
        threads.swap(threads_);
    }
    wake_.notify_all();
    for (const pthread_t thread : threads) pthread_join(thread, nullptr);
}

void* Pool::Main(void* self) {
    static_cast<Pool*>(self)->Work();
    return nullptr;
}

void Pool::Work() {
    // Signals belong to the main thread.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    if (options_.priority == Priority::kLowest) os::SetThreadNice(kNiceLowest);
    Engine engine;
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Task task = std::move(queue_.front());
        queue_.pop_front();
        if (--idle_ == 0 && !stopping_ && threads_.size() < options_.threads) AddThread();
        depth_.Set(static_cast<std::int64_t>(queue_.size()));
        lock.unlock();
        task(engine);
        task = nullptr;
        lock.lock();
        ++idle_;
    }
}

}  // namespace rt::net
