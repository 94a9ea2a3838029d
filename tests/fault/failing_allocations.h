// Counts allocations down to the one that fails. One object for a test program.
#pragma once

#include <atomic>
#include <cstdint>

namespace rt::testing {

struct FailingAllocations {
    std::atomic<std::int64_t> left{0};  // until one fails; 0: never
    std::atomic<std::int64_t> failures{0};

    // Asked before every allocation. Allocates nothing itself.
    bool FailsNow() {
        if (left.load(std::memory_order_relaxed) == 0 || left.fetch_sub(1) != 1) return false;
        ++failures;
        return true;
    }
};

}  // namespace rt::testing
