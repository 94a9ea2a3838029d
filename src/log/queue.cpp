#include "log/queue.h"

#include <utility>

namespace rt::log {
namespace {

// Long enough to gather the lines of many requests, short enough for a person who watches.
constexpr std::chrono::milliseconds kGather{5};

}  // namespace

void Batch::Add(const Entry& entry) {
    marks_.push_back({entry.time, entry.level, entry.request, entry.tail.size()});
    text_ += entry.tail;
}

void Batch::Clear() {
    marks_.clear();
    text_.clear();
}

bool Queue::Accepts(const Entry& entry) const {
    // In tenths of the queue.
    const std::size_t share = entry.level == base::Level::Debug ? 5 : entry.level == base::Level::Info ? 9 : 10;
    return lines_.size() * 10 < lines_max_ * share && (lines_.bytes() + entry.tail.size()) * 10 <= bytes_max_ * share;
}

bool Queue::Push(const Entry& entry) {
    const std::lock_guard lock(mutex_);
    if (closed_ || !Accepts(entry)) {
        ++drops_.at(static_cast<std::size_t>(entry.level));
        return false;
    }
    lines_.Add(entry);
    ++pushed_;
    // Half full also ends the gathering.
    if (idle_ || lines_.size() == lines_max_ / 2) filled_.notify_one();
    return true;
}

bool Queue::Pop(Batch& out, Drops& drops, std::chrono::milliseconds timeout) {
    out.Clear();
    std::unique_lock lock(mutex_);
    idle_ = true;
    filled_.wait_for(lock, timeout, [&] { return !lines_.empty() || closed_; });
    idle_ = false;
    const auto urgent = [&] { return closed_ || flushes_ > 0 || lines_.size() >= lines_max_ / 2; };
    if (!lines_.empty()) filled_.wait_for(lock, kGather, urgent);
    std::swap(out, lines_);
    popped_ = pushed_;
    drops = std::exchange(drops_, {});
    return !out.empty() || !closed_;
}

void Queue::Written() {
    const std::lock_guard lock(mutex_);
    written_count_ = popped_;
    written_.notify_all();
}

bool Queue::Flush(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = pushed_;
    ++flushes_;
    filled_.notify_one();
    const bool done = written_.wait_for(lock, timeout, [&] { return written_count_ >= wanted; });
    --flushes_;
    return done;
}

void Queue::Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_one();
}

}  // namespace rt::log
