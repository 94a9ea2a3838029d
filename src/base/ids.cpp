#include "base/ids.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/encoding.h"

namespace rt::base {
namespace {

constexpr std::int64_t kEpochMillis = 1'704'067'200'000;  // 2024-01-01T00:00:00Z

}  // namespace

std::string NewPublicId(Random& random) {
    std::array<std::uint8_t, kPublicIdLength * 5 / 8> bytes{};
    random.Fill(bytes);
    return Base32Encode(bytes);
}

std::optional<std::string> ParsePublicId(std::string_view text) {
    if (text.size() != kPublicIdLength) return std::nullopt;
    return Base32Normalise(text);
}

IdGenerator::IdGenerator(const Clock& clock, unsigned node) : clock_(clock), node_(node) {
    RT_CHECK(node <= kNodeMax);
}

std::int64_t IdGenerator::Next() {
    const std::int64_t now = clock_.Now().micros / kMicrosPerMilli - kEpochMillis;
    const std::int64_t floor = std::max<std::int64_t>(now, 1) << kSequenceBits;
    std::int64_t last = last_.load(std::memory_order_relaxed);
    std::int64_t next = 0;
    do {
        // A full sequence or a clock that stepped back runs into the next millisecond.
        next = std::max(floor, last + 1);
    } while (!last_.compare_exchange_weak(last, next, std::memory_order_relaxed));
    const std::int64_t sequence = next & ((1 << kSequenceBits) - 1);
    return ((next >> kSequenceBits) << (kNodeBits + kSequenceBits)) | (node_ << kSequenceBits) | sequence;
}

Time TimeOfId(std::int64_t id) {
    return {((id >> (IdGenerator::kNodeBits + IdGenerator::kSequenceBits)) + kEpochMillis) * kMicrosPerMilli};
}

}  // namespace rt::base
