#include "base/random.h"

#include <cstring>
#include <limits>

#include "base/check.h"

namespace rt::base {

std::uint64_t Random::Next64() {
    std::uint64_t value = 0;
    std::uint8_t bytes[sizeof value];
    Fill(bytes);
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

std::uint64_t Random::Below(std::uint64_t bound) {
    RT_CHECK(bound > 0);
    // Values from the incomplete last interval are drawn again, so every result is equally likely.
    const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / bound * bound;
    std::uint64_t value = Next64();
    while (value >= limit) value = Next64();
    return value % bound;
}

void SeededRandom::Fill(std::span<std::uint8_t> out) {
    const std::lock_guard lock(mutex_);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (i % 8 == 0) {
            state_ += 0x9e3779b97f4a7c15U;
            word = state_;
            word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
            word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
            word ^= word >> 31U;
        }
        out[i] = static_cast<std::uint8_t>(word >> (8U * (i % 8)));
    }
}

}  // namespace rt::base
