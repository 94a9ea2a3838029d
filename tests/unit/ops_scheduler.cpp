#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

#include "ops/scheduler.h"

using rt::Code;
using rt::Fail;
using rt::Ok;
using rt::Status;
using rt::base::kMicrosPerMilli;
using rt::ops::Job;
using rt::ops::Scheduler;

namespace {

struct Bench {
    rt::base::ManualClock clock{{1'000'000}};
    rt::base::NullLog log;
    std::vector<std::string> ran;

    Job Named(std::string name, std::int64_t every_ms, std::int64_t first_after_ms = 0) {
        Job job;
        job.name = name;
        job.every_ms = every_ms;
        job.first_after_ms = first_after_ms;
        job.run = [this, name] {
            ran.push_back(name);
            return Ok();
        };
        return job;
    }
    void RunAll(Scheduler& scheduler) {
        while (scheduler.RunOne()) {
        }
    }
};

}  // namespace

TEST_CASE("jobs run when due, the longest overdue first") {
    Bench bench;
    Scheduler scheduler({bench.Named("slow", 3'000, 500), bench.Named("quick", 1'000)}, bench.clock, bench.log);
    bench.RunAll(scheduler);
    CHECK(bench.ran == std::vector<std::string>{"quick"});
    bench.clock.Advance(1'000 * kMicrosPerMilli);
    bench.RunAll(scheduler);
    CHECK(bench.ran == std::vector<std::string>{"quick", "slow", "quick"});
    bench.clock.Advance(1'000 * kMicrosPerMilli);
    bench.RunAll(scheduler);
    CHECK(bench.ran.size() == 4);
}

TEST_CASE("a job that failed is counted and runs again") {
    Bench bench;
    Job job = bench.Named("backup", 1'000);
    bool fail = true;
    job.run = [&] { return fail ? Status(Fail(Code::kStorageFull)) : Ok(); };
    Scheduler scheduler({job}, bench.clock, bench.log);
    bench.RunAll(scheduler);
    CHECK(scheduler.Report()[0].failures == 1);
    CHECK(scheduler.Report()[0].last_error == "STORAGE_FULL");
    fail = false;
    bench.clock.Advance(1'000 * kMicrosPerMilli);
    bench.RunAll(scheduler);
    CHECK(scheduler.Report()[0].runs == 2);
    CHECK(scheduler.Report()[0].failures == 1);
    CHECK(scheduler.Report()[0].last_error.empty());
}

TEST_CASE("a job with a role runs only while this process holds it") {
    Bench bench;
    Job job = bench.Named("sweep", 1'000);
    bool holds = false;
    job.holds_role = [&] { return holds; };
    Scheduler scheduler({job}, bench.clock, bench.log);
    bench.RunAll(scheduler);
    CHECK(bench.ran.empty());
    CHECK(scheduler.Report()[0].skipped == 1);
    holds = true;
    bench.clock.Advance(1'000 * kMicrosPerMilli);
    bench.RunAll(scheduler);
    CHECK(bench.ran.size() == 1);
}

TEST_CASE("a job never overlaps itself") {
    Bench bench;
    Scheduler* self = nullptr;
    int depth = 0;
    Job job = bench.Named("long", 1);
    job.run = [&] {
        ++depth;
        CHECK(depth == 1);
        bench.clock.Advance(1'000 * kMicrosPerMilli);
        CHECK_FALSE(self->RunOne());
        --depth;
        return Ok();
    };
    Scheduler scheduler({job}, bench.clock, bench.log);
    self = &scheduler;
    CHECK(scheduler.RunOne());
}

TEST_CASE("threads run what is due and stop") {
    rt::base::SystemClock clock;
    rt::base::NullLog log;
    std::atomic<int> runs{0};
    Job job;
    job.name = "tick";
    job.every_ms = 1;
    job.run = [&] {
        if (++runs == 3) runs.notify_all();
        return Ok();
    };
    Scheduler scheduler({job}, clock, log);
    scheduler.Start();
    for (int seen = runs; seen < 3; seen = runs) runs.wait(seen);
    scheduler.Stop();
    CHECK(scheduler.Report()[0].runs >= 3);
}

TEST_CASE("a job of the background has a thread of its own, at the lowest priority") {
    rt::base::SystemClock clock;
    rt::base::NullLog log;
    std::atomic<int> nice_of_background{-100};
    std::atomic<int> nice_of_others{-100};
    const auto tell = [](std::atomic<int>& nice) {
        return [&nice] {
            nice = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
            nice.notify_all();
            return Ok();
        };
    };
    Job background;
    background.name = "export";
    background.background = true;
    background.run = tell(nice_of_background);
    Job other;
    other.name = "tick";
    other.run = tell(nice_of_others);
    Scheduler scheduler({background, other}, clock, log);
    scheduler.Start();
    nice_of_background.wait(-100);
    nice_of_others.wait(-100);
    scheduler.Stop();
    CHECK(nice_of_background == 19);
    CHECK(nice_of_others == getpriority(PRIO_PROCESS, 0));
}

TEST_CASE("jobs of the background hold up no other") {
    Bench bench;
    Job background = bench.Named("export", 1'000);
    background.background = true;
    Scheduler scheduler({background, bench.Named("tick", 1'000)}, bench.clock, bench.log);
    bench.RunAll(scheduler);
    CHECK(bench.ran == std::vector<std::string>{"tick"});
    CHECK(scheduler.RunOne(true));
    CHECK_FALSE(scheduler.RunOne(true));
    CHECK(bench.ran == std::vector<std::string>{"tick", "export"});
}
