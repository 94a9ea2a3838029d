#include "bench/generator/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rt::bench {
namespace {

constexpr int kSubBits = 7;  // 128 buckets a power of two
constexpr std::size_t kSub = std::size_t{1} << kSubBits;
constexpr std::size_t kBuckets = (64 - kSubBits) * kSub + kSub;

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

std::size_t Histogram::BucketOf(std::uint64_t nanos) {
    if (nanos < 2 * kSub) return nanos;
    const int shift = static_cast<int>(std::bit_width(nanos)) - kSubBits - 1;
    return static_cast<std::size_t>(shift) * kSub + (nanos >> shift);
}

std::int64_t Histogram::UpperEnd(std::size_t bucket) {
    if (bucket < 2 * kSub) return static_cast<std::int64_t>(bucket);
    const std::size_t shift = bucket / kSub - 1;
    return static_cast<std::int64_t>(((bucket - shift * kSub + 1) << shift) - 1);
}

void Histogram::Add(std::int64_t nanos) {
    nanos = std::max<std::int64_t>(nanos, 0);
    ++buckets_[BucketOf(static_cast<std::uint64_t>(nanos))];
    ++count_;
    sum_nanos_ += static_cast<double>(nanos);
    max_nanos_ = std::max(max_nanos_, nanos);
}

double Histogram::MeanNanos() const {
    return count_ == 0 ? 0 : sum_nanos_ / static_cast<double>(count_);
}

std::int64_t Histogram::Quantile(double fraction) const {
    if (count_ == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= std::max<std::uint64_t>(wanted, 1)) return std::min(UpperEnd(bucket), max_nanos_);
    }
    return max_nanos_;
}

}  // namespace rt::bench
