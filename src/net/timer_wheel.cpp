#include "net/timer_wheel.h"

#include <algorithm>

namespace rt::net {

void TimerWheel::Entry::Unlink() {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
}

TimerWheel::TimerWheel(std::int64_t now, std::int64_t tick_micros)
    : tick_micros_(tick_micros), tick_(now / tick_micros) {
    for (Entry& slot : slots_) slot.next_ = slot.previous_ = &slot;
}

void TimerWheel::Link(Entry& entry, std::int64_t at) {
    // Rounded up, so that an entry never fires early; beyond one turn of the wheel it waits at the far end.
    std::int64_t tick =
        std::clamp((at + tick_micros_ - 1) / tick_micros_, tick_ + 1, tick_ + static_cast<std::int64_t>(kSlots) - 1);
    Entry& slot = slots_.at(static_cast<std::size_t>(tick) % kSlots);
    entry.Unlink();
    entry.linked_at_ = tick * tick_micros_;
    entry.next_ = slot.next_;
    entry.previous_ = &slot;
    slot.next_->previous_ = &entry;
    slot.next_ = &entry;
}

void TimerWheel::Set(Entry& entry, std::int64_t due) {
    entry.due_ = due;
    if (!entry.armed() || due < entry.linked_at_) Link(entry, due);
}

void TimerWheel::Advance(std::int64_t now, const std::function<void(Entry&)>& fire) {
    const std::int64_t last = now / tick_micros_;
    while (tick_ < last) {
        ++tick_;
        Entry& slot = slots_.at(static_cast<std::size_t>(tick_) % kSlots);
        // Taken out as a whole: an entry that is linked again lands in another slot, and `fire` may clear any of them.
        Entry due;
        if (slot.next_ == &slot) continue;
        due.next_ = slot.next_;
        due.previous_ = slot.previous_;
        due.next_->previous_ = due.previous_->next_ = &due;
        slot.next_ = slot.previous_ = &slot;
        while (due.next_ != &due) {
            Entry& entry = *due.next_;
            entry.Unlink();
            if (entry.due_ > tick_ * tick_micros_) {
                Link(entry, entry.due_);
            } else {
                fire(entry);
            }
        }
        due.next_ = due.previous_ = nullptr;
    }
}

}  // namespace rt::net
