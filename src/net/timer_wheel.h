// Deadlines of many connections: a hashed wheel, one deadline an entry, constant time to set and to clear. Not
// thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

namespace rt::net {

class TimerWheel {
  public:
    static constexpr std::int64_t kTickMicros = 50'000;
    static constexpr std::size_t kSlots = 2'048;

    // A member of what waits; must be cleared (or destroyed) before the wheel is.
    class Entry {
      public:
        Entry() = default;
        ~Entry() { Unlink(); }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        bool armed() const { return next_ != nullptr; }
        void* owner = nullptr;

      private:
        friend class TimerWheel;
        void Unlink();
        Entry* previous_ = nullptr;
        Entry* next_ = nullptr;
        std::int64_t due_ = 0;        // when it fires
        std::int64_t linked_at_ = 0;  // the slot's time: never later than due_, unless due_ moved earlier
    };

    // Deadlines fire at most one tick late.
    explicit TimerWheel(std::int64_t now, std::int64_t tick_micros = kTickMicros);

    // A later deadline costs nothing: the entry stays in its slot and is moved when that comes round.
    void Set(Entry& entry, std::int64_t due);
    void Clear(Entry& entry) { entry.Unlink(); }
    // Calls `fire` for entries that are due; it may set or clear any entry.
    void Advance(std::int64_t now, const std::function<void(Entry&)>& fire);

  private:
    void Link(Entry& entry, std::int64_t at);

    const std::int64_t tick_micros_;
    std::int64_t tick_;
    std::array<Entry, kSlots> slots_;  // heads of circular lists
};

}  // namespace rt::net
