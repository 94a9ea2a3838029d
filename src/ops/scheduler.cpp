#include "ops/scheduler.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "os/thread.h"

namespace rt::ops {

namespace {

constexpr std::int64_t kIdleMicros = base::kMicrosPerSecond;
constexpr int kNiceLowest = 19;

}  // namespace

Scheduler::Scheduler(std::vector<Job> jobs, const base::Clock& clock, base::Log& log) : clock_(clock), log_(log) {
    const std::int64_t now = clock.MonotonicMicros();
    for (Job& job : jobs) {
        Entry entry;
        entry.report.name = job.name;
        entry.report.every_ms = job.every_ms;
        entry.due_micros = now + job.first_after_ms * base::kMicrosPerMilli;
        entry.job = std::move(job);
        entries_.push_back(std::move(entry));
    }
}

Scheduler::~Scheduler() {
    Stop();
}

void Scheduler::Start() {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Loop(false); });
    const bool background =
        std::any_of(entries_.begin(), entries_.end(), [](const Entry& one) { return one.job.background; });
    if (background) threads_.emplace_back([this] { Loop(true); });
}

void Scheduler::Stop() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

std::int64_t Scheduler::NextDueLocked(bool background) const {
    std::int64_t next = clock_.MonotonicMicros() + kIdleMicros;
    for (const Entry& entry : entries_) {
        if (entry.job.background == background && !entry.report.running) next = std::min(next, entry.due_micros);
    }
    return next;
}

void Scheduler::Loop(bool background) {
    pthread_setname_np(pthread_self(), background ? "background" : "scheduler");
    if (background) os::SetThreadNice(kNiceLowest);
    while (true) {
        {
            std::unique_lock lock(mutex_);
            const std::int64_t wait = NextDueLocked(background) - clock_.MonotonicMicros();
            if (wait > 0) wake_.wait_for(lock, std::chrono::microseconds(wait), [&] { return stop_; });
            if (stop_) return;
        }
        RunOne(background);
    }
}

bool Scheduler::RunOne(bool background) {
    const std::int64_t began = clock_.MonotonicMicros();
    std::optional<std::size_t> chosen;
    {
        const std::scoped_lock lock(mutex_);
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const Entry& entry = entries_[i];
            if (entry.job.background != background || entry.report.running || entry.due_micros > began) continue;
            if (!chosen || entry.due_micros < entries_[*chosen].due_micros) chosen = i;
        }
        if (!chosen) return false;
        entries_[*chosen].report.running = true;
    }
    const Job& job = entries_[*chosen].job;  // never changes
    if (job.holds_role && !job.holds_role()) {
        const std::scoped_lock lock(mutex_);
        Entry& entry = entries_[*chosen];
        entry.report.running = false;
        ++entry.report.skipped;
        entry.due_micros = began + job.every_ms * base::kMicrosPerMilli;
        return true;
    }
    {
        const std::scoped_lock lock(mutex_);
        entries_[*chosen].report.last_started = clock_.Now();
    }
    Finish(*chosen, began, job.run());
    return true;
}

void Scheduler::Finish(std::size_t index, std::int64_t began, const Status& status) {
    const std::int64_t now = clock_.MonotonicMicros();
    if (!status.ok()) {
        log_.Warn("job failed", {{"job", entries_[index].job.name},
                                 {"code", base::Info(status.error().code).wire},
                                 {"detail", status.error().detail}});
    }
    {
        const std::scoped_lock lock(mutex_);
        Entry& entry = entries_[index];
        entry.report.running = false;
        ++entry.report.runs;
        entry.report.last_micros = now - began;
        entry.report.last_error = status.ok() ? std::string() : std::string(base::Info(status.error().code).wire);
        if (!status.ok()) ++entry.report.failures;
        entry.due_micros = std::max(began + entry.job.every_ms * base::kMicrosPerMilli, now);
    }
    wake_.notify_one();
}

std::vector<JobReport> Scheduler::Report() const {
    const std::scoped_lock lock(mutex_);
    std::vector<JobReport> reports;
    for (const Entry& entry : entries_) reports.push_back(entry.report);
    return reports;
}

}  // namespace rt::ops
