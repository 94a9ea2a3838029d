#include "registration/domain/queue_order.h"

#include <array>

namespace rt::registration {
namespace {

// The finaliser of SplitMix64.
std::uint64_t Mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::uint64_t KeyOf(std::string_view seed, std::uint64_t round) {
    std::uint64_t out = Mix(round + 0x9e3779b97f4a7c15ULL);
    for (const char c : seed) out = Mix(out ^ static_cast<unsigned char>(c));
    return out;
}

constexpr int kRounds = 6;

// A permutation of [0, 2^(2 * half_bits)): a Feistel network over two halves.
std::uint64_t Permute(std::uint64_t value, int half_bits, const std::array<std::uint64_t, kRounds>& keys) {
    const std::uint64_t mask = (std::uint64_t{1} << half_bits) - 1;
    std::uint64_t left = value >> half_bits;
    std::uint64_t right = value & mask;
    for (const std::uint64_t key : keys) {
        const std::uint64_t next = left ^ (Mix(right ^ key) & mask);
        left = right;
        right = next;
    }
    return (left << half_bits) | right;
}

}  // namespace

std::int64_t QueueNumber(std::string_view seed, std::int64_t position, std::int64_t early) {
    if (position >= early) return position;
    int half_bits = 1;
    while ((std::int64_t{1} << (2 * half_bits)) < early) ++half_bits;
    std::array<std::uint64_t, kRounds> keys{};
    for (std::size_t i = 0; i < keys.size(); ++i) keys.at(i) = KeyOf(seed, i);
    // Walks the cycle until it is back among the early ones: at most four steps on average.
    auto value = static_cast<std::uint64_t>(position);
    do {
        value = Permute(value, half_bits, keys);
    } while (value >= static_cast<std::uint64_t>(early));
    return static_cast<std::int64_t>(value);
}

}  // namespace rt::registration
