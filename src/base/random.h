// Randomness as a dependency. The secure source lives in crypto/; the seeded one is for tests and simulators only.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

namespace rt::base {

// Thread-safe.
class Random {
  public:
    virtual ~Random() = default;
    virtual void Fill(std::span<std::uint8_t> out) = 0;

    std::uint64_t Next64();
    // Uniform in [0, bound), without bias; bound must not be 0.
    std::uint64_t Below(std::uint64_t bound);
};

// Repeatable (splitmix64). Not for secrets.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void Fill(std::span<std::uint8_t> out) override;

  private:
    std::mutex mutex_;
    std::uint64_t state_;
};

}  // namespace rt::base

namespace rt {
using base::Random;
}
