#include "realtime/history.h"

#include <algorithm>
#include <utility>

namespace rt::realtime {
namespace {

constexpr std::size_t kRingMin = 8;

}  // namespace

bool KeptBytes::Take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_max_) return true;
    Give(bytes);
    return false;
}

void History::Add(std::string offset, MessagePtr message, std::int64_t now_micros) {
    const std::size_t bytes = message->bytes();
    const std::int64_t oldest = now_micros - options_.recovery_ms * base::kMicrosPerMilli;
    while (size_ > 0 && (size_ >= options_.recovery_messages_max || bytes_ + bytes > options_.recovery_bytes_max ||
                         At(0).at < oldest)) {
        DropOldest();
    }
    if (options_.recovery_messages_max == 0 || bytes > options_.recovery_bytes_max || !total_.Take(bytes)) {
        // A gap: whoever has not seen what was before it cannot recover.
        Clear();
        return;
    }
    if (size_ == ring_.size()) {
        std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(first_), ring_.end());
        first_ = 0;
        ring_.resize(std::min(std::max(kRingMin, ring_.size() * 2), options_.recovery_messages_max));
    }
    ring_[(first_ + size_) % ring_.size()] = {std::move(offset), std::move(message), now_micros};
    ++size_;
    bytes_ += bytes;
}

std::optional<std::vector<Kept>> History::After(std::string_view offset) const {
    std::size_t index = size_;
    while (index > 0 && At(index - 1).offset != offset) --index;
    if (index == 0) return std::nullopt;
    std::vector<Kept> later;
    for (; index < size_; ++index) later.push_back(At(index));
    return later;
}

void History::DropOldest() {
    Kept& oldest = ring_[first_];
    const std::size_t bytes = oldest.message->bytes();
    bytes_ -= bytes;
    total_.Give(bytes);
    oldest = {};
    first_ = (first_ + 1) % ring_.size();
    --size_;
}

void History::Clear() {
    while (size_ > 0) DropOldest();
    ring_ = {};
    first_ = 0;
}

}  // namespace rt::realtime
