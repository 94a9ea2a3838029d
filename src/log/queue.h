// The bounded queue between callers and the log's thread.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace rt::log {

struct Entry {
    base::Time time;
    base::Level level = base::Level::Info;
    std::string_view tail;  // LineTail()
    bool request = false;   // one of the lines that every request leaves
};

// Lines one behind the other in one text, so that a line costs no allocation and none is freed by another thread.
class Batch {
  public:
    std::size_t size() const { return marks_.size(); }
    bool empty() const { return marks_.empty(); }
    std::size_t bytes() const { return text_.size(); }
    void Add(const Entry& entry);
    // Forgets the lines and keeps their room.
    void Clear();
    // Calls `fn(const Entry&)` for each line, in order.
    template <class Fn>
    void Each(Fn&& fn) const {
        std::string_view rest = text_;
        for (const Mark& mark : marks_) {
            fn(Entry{mark.time, mark.level, rest.substr(0, mark.bytes), mark.request});
            rest.remove_prefix(mark.bytes);
        }
    }

  private:
    struct Mark {
        base::Time time;
        base::Level level;
        bool request;
        std::size_t bytes;
    };
    std::vector<Mark> marks_;
    std::string text_;
};

// Thread-safe: many producers, one consumer.
class Queue {
  public:
    using Drops = std::array<std::int64_t, 4>;  // by level

    Queue(std::size_t lines_max, std::size_t bytes_max) : lines_max_(lines_max), bytes_max_(bytes_max) {}

    // false if it was dropped: debug when half full, info when nine tenths full, the rest when full.
    bool Push(const Entry& entry);
    // Waits for lines, a Flush() or Close(), at most `timeout`, and gathers for a moment so that one wake-up serves
    // many lines. Fills `out` (emptied before) and the drops since the last call; false when closed and empty.
    bool Pop(Batch& out, Drops& drops, std::chrono::milliseconds timeout);
    // The consumer has written everything it popped.
    void Written();
    // true once everything pushed before is written.
    bool Flush(std::chrono::milliseconds timeout);
    void Close();

  private:
    bool Accepts(const Entry& entry) const;

    const std::size_t lines_max_;
    const std::size_t bytes_max_;
    std::mutex mutex_;
    std::condition_variable filled_;
    std::condition_variable written_;
    Batch lines_;
    Drops drops_{};
    std::uint64_t pushed_ = 0;
    std::uint64_t popped_ = 0;
    std::uint64_t written_count_ = 0;
    int flushes_ = 0;  // callers that wait in Flush()
    bool idle_ = false;
    bool closed_ = false;
};

}  // namespace rt::log
