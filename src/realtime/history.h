// What was sent to one client of late, so that it can be sent again when it recovers its connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/hub.h"
#include "realtime/message.h"

namespace rt::realtime {

// Bytes kept for all clients of a hub. Thread-safe.
class KeptBytes {
  public:
    explicit KeptBytes(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    bool Take(std::size_t bytes);
    void Give(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  private:
    const std::size_t bytes_max_;
    std::atomic<std::size_t> used_{0};
};

struct Kept {
    std::string offset;
    MessagePtr message;
    std::int64_t at = 0;
};

// The newest messages, within the caps of HubOptions; older ones go. Not thread-safe.
class History {
  public:
    History(const HubOptions& options, KeptBytes& total) : options_(options), total_(total) {}
    ~History() { Clear(); }
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    void Add(std::string offset, MessagePtr message, std::int64_t now_micros);
    // What came after `offset`, in order; nullopt if that is not here any more.
    std::optional<std::vector<Kept>> After(std::string_view offset) const;
    void Clear();
    std::size_t size() const { return size_; }

  private:
    void DropOldest();
    const Kept& At(std::size_t index) const { return ring_[(first_ + index) % ring_.size()]; }

    const HubOptions& options_;
    KeptBytes& total_;
    std::vector<Kept> ring_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace rt::realtime
