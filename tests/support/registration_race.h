// For the race tests, which are built twice: with the guards of src/registration/store/guard.h and without them.
#pragma once

#include <atomic>
#include <barrier>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/registration_world.h"

namespace rt::testing {

#ifdef RT_WITHOUT_GUARDS
inline constexpr bool kGuarded = false;
#else
inline constexpr bool kGuarded = true;
#endif

// Runs `fn(0..count-1)` at once; returns how many said they succeeded.
inline int Race(int count, const std::function<bool(int)>& fn) {
    std::atomic<int> good{0};
    std::barrier start(count);
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            start.arrive_and_wait();
            if (fn(i)) ++good;
        });
    }
    for (auto& thread : threads) thread.join();
    return good;
}

// All well with the guards; without them the sweep names `invariant`.
inline void CheckSweep(World& world, const std::string& invariant) {
    const std::string findings = world.Findings();
    CAPTURE(findings);
    if (kGuarded) {
        CHECK(findings.empty());
    } else {
        CHECK(findings.find(invariant + ":") != std::string::npos);
    }
}

}  // namespace rt::testing
