// Seats of the table and sets of them. Seat 0 is the first; the order of play is by rising number, round the table.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace rt::avalon {

using Seat = std::int8_t;
inline constexpr Seat kNobody = -1;
inline constexpr int kSeatsMin = 5;
inline constexpr int kSeatsMax = 10;

class SeatSet {
  public:
    constexpr SeatSet() = default;
    constexpr SeatSet(std::initializer_list<Seat> seats) {
        for (const Seat seat : seats) Add(seat);
    }
    // The seats 0 .. count-1.
    static constexpr SeatSet First(int count) { return FromBits(static_cast<std::uint16_t>((1U << count) - 1U)); }
    static constexpr SeatSet FromBits(std::uint16_t bits) {
        SeatSet out;
        out.bits_ = bits;
        return out;
    }

    constexpr bool Has(Seat seat) const { return seat >= 0 && ((bits_ >> static_cast<unsigned>(seat)) & 1U) != 0; }
    constexpr int size() const { return std::popcount(bits_); }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::uint16_t bits() const { return bits_; }
    // The lowest; kNobody of an empty set.
    constexpr Seat First() const { return bits_ == 0 ? kNobody : static_cast<Seat>(std::countr_zero(bits_)); }
    // In rising order.
    std::vector<Seat> List() const {
        std::vector<Seat> out;
        for (const Seat seat : *this) out.push_back(seat);
        return out;
    }

    // kNobody is nobody: nothing happens.
    constexpr void Add(Seat seat) {
        if (seat >= 0) bits_ = static_cast<std::uint16_t>(bits_ | (1U << static_cast<unsigned>(seat)));
    }
    constexpr SeatSet With(Seat seat) const {
        SeatSet out = *this;
        out.Add(seat);
        return out;
    }
    constexpr SeatSet Without(Seat seat) const {
        SeatSet out;
        out.Add(seat);
        return *this - out;
    }

    constexpr SeatSet operator&(SeatSet other) const { return FromBits(bits_ & other.bits_); }
    constexpr SeatSet operator|(SeatSet other) const { return FromBits(bits_ | other.bits_); }
    // Those of this set that are not in the other.
    constexpr SeatSet operator-(SeatSet other) const {
        return FromBits(static_cast<std::uint16_t>(bits_ & ~static_cast<unsigned>(other.bits_)));
    }
    constexpr bool operator==(const SeatSet&) const = default;

    class Iterator {
      public:
        constexpr explicit Iterator(std::uint16_t bits) : bits_(bits) {}
        constexpr Seat operator*() const { return static_cast<Seat>(std::countr_zero(bits_)); }
        constexpr Iterator& operator++() {
            bits_ = static_cast<std::uint16_t>(bits_ & (bits_ - 1U));
            return *this;
        }
        constexpr bool operator==(const Iterator&) const = default;

      private:
        std::uint16_t bits_;
    };
    constexpr Iterator begin() const { return Iterator(bits_); }
    constexpr Iterator end() const { return Iterator(0); }

  private:
    std::uint16_t bits_ = 0;
};

// The seat `steps` places further round a table of `count`; steps may be negative.
constexpr Seat SeatAfter(Seat seat, int steps, int count) {
    return static_cast<Seat>(((seat + steps) % count + count) % count);
}

}  // namespace rt::avalon
