#include <doctest/doctest.h>
#include <sched.h>

#include <atomic>
#include <thread>

#include "os/thread.h"

using rt::os::GiveWay;

namespace {

constexpr std::int64_t kRestMicrosMax = 100'000;

void StayOn(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    REQUIRE(sched_setaffinity(0, sizeof set, &set) == 0);
}

}  // namespace

TEST_CASE("after a piece during which others wanted the core there is a rest, never a long one") {
    const int core = sched_getcpu();
    std::atomic<bool> over{false};
    std::thread other([&] {
        StayOn(core);
        while (!over) {
        }
    });
    std::int64_t rest = 0;
    std::thread worker([&] {
        StayOn(core);
        GiveWay way;
        for (std::int64_t i = 1; rest == 0; ++i) {
            if (i % 100'000 == 0) rest = way.RestMicros();
        }
    });
    worker.join();
    over = true;
    other.join();
    CHECK(rest > 0);
    CHECK(rest <= kRestMicrosMax);
}
