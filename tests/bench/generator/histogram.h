// Latencies in nanoseconds, kept in buckets whose width is under 1 % of their value. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rt::bench {

class Histogram {
  public:
    Histogram();
    void Add(std::int64_t nanos);
    std::uint64_t count() const { return count_; }
    std::int64_t max_nanos() const { return max_nanos_; }
    double MeanNanos() const;
    // The upper end of the bucket that holds the `fraction` (0..1) of all values; 0 when there are none.
    std::int64_t Quantile(double fraction) const;

  private:
    static std::size_t BucketOf(std::uint64_t nanos);
    static std::int64_t UpperEnd(std::size_t bucket);

    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    std::int64_t max_nanos_ = 0;
    double sum_nanos_ = 0;
};

}  // namespace rt::bench
