// Identifiers. Inside: time-ordered int64 (41 bits of ms since 2024, 8 node bits, 14 bits of sequence).
// Outside: 16 characters of Crockford base32 (80 random bits), which tell nothing and cannot be guessed.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace rt::base {

// A strong id: `using EventId = Id<struct EventTag>;`. 0 is never given out and means "none".
template <class Tag>
struct Id {
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
    explicit operator bool() const { return value != 0; }
};

constexpr std::size_t kPublicIdLength = 16;

// 16 lower-case Crockford base32 characters.
std::string NewPublicId(Random& random);
// Lower-cases and maps i, l to 1 and o to 0; nullopt unless 16 valid characters.
std::optional<std::string> ParsePublicId(std::string_view text);

// Thread-safe. Ids of one generator strictly increase, also when the clock steps back.
class IdGenerator {
  public:
    static constexpr int kNodeBits = 8;
    static constexpr int kSequenceBits = 14;
    static constexpr unsigned kNodeMax = (1U << kNodeBits) - 1;

    // node <= kNodeMax, unique among the processes that share a store.
    IdGenerator(const Clock& clock, unsigned node);
    std::int64_t Next();
    template <class TypedId>
    TypedId Next() {
        return TypedId{Next()};
    }

  private:
    const Clock& clock_;
    const std::int64_t node_;
    std::atomic<std::int64_t> last_{0};  // ms << kSequenceBits | sequence
};

// The wall time (ms resolution) an id was made at.
Time TimeOfId(std::int64_t id);

}  // namespace rt::base

template <class Tag>
struct std::hash<rt::base::Id<Tag>> {
    std::size_t operator()(const rt::base::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>()(id.value); }
};

namespace rt {
using base::Id;
using base::IdGenerator;
}  // namespace rt
