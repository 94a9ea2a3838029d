#include "net/pool.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

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
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    int failed = 0;
    while (failed == 0 && threads_.size() < options_.threads) {
        pthread_t thread{};
        failed = pthread_create(&thread, &attributes, &Pool::Main, this);
        if (failed == 0) {
            threads_.push_back(thread);
            pthread_setname_np(thread, options_.name.c_str());
        }
    }
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
        Stop();
        return Fail(Code::kUnavailable, "the threads of pool " + options_.name + " cannot be started");
    }
    return Ok();
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
    if (options_.priority == Priority::kLowest)
        setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNiceLowest);
    Engine engine;
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        Task task = std::move(queue_.front());
        queue_.pop_front();
        depth_.Set(static_cast<std::int64_t>(queue_.size()));
        lock.unlock();
        task(engine);
        task = nullptr;
        lock.lock();
    }
}

}  // namespace rt::net
