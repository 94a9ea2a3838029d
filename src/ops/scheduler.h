// Named jobs that run again and again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"

namespace rt::ops {

struct Job {
    std::string name;
    std::int64_t every_ms = 1'000;    // from start to start; a run that takes longer is followed at once
    std::int64_t first_after_ms = 0;  // from Start()
    std::function<Status()> run;
    std::function<bool()> holds_role;  // null: every process runs it; else only while this one holds the lease
    bool background = false;           // long and awaited by nobody: at the lowest priority, one such job at a time
};

struct JobReport {
    std::string name;
    std::int64_t every_ms = 0;
    std::int64_t runs = 0;
    std::int64_t failures = 0;
    std::int64_t skipped = 0;  // times due without the role
    base::Time last_started;   // 0: never
    std::int64_t last_micros = 0;
    std::string last_error;  // empty: the last run was good
    bool running = false;
};

// A job never overlaps itself; one that fails is logged and tried again when next due. Thread-safe.
class Scheduler {
  public:
    static constexpr int kThreads = 2;  // one may be held by a long job; background jobs have one more

    Scheduler(std::vector<Job> jobs, const base::Clock& clock, base::Log& log);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    void Start();
    // Waits for running jobs.
    void Stop();
    // Runs the job that is due first, of the background or not, on the caller's thread; false if none is due. For tests
    // and for the threads.
    bool RunOne(bool background = false);
    std::vector<JobReport> Report() const;

  private:
    struct Entry {
        Job job;
        JobReport report;
        std::int64_t due_micros = 0;
    };

    void Loop(bool background);
    std::int64_t NextDueLocked(bool background) const;
    void Finish(std::size_t index, std::int64_t began, const Status& status);

    const base::Clock& clock_;
    base::Log& log_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Entry> entries_;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace rt::ops
