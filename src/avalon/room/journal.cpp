#include "avalon/room/journal.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>

namespace rt::avalon {

void Journal::Start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "room journal");
        Loop();
    });
}

void Journal::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Journal::Append(Saved saved, Done done) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back({std::move(saved), std::move(done), Ok()});
    }
    wake_.notify_one();
}

void Journal::Loop() {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
        }
        Pump();
    }
}

bool Journal::Pump() {
    std::vector<Entry> batch;
    {
        const std::lock_guard lock(mutex_);
        const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kBatchMax));
        std::move(queue_.begin(), queue_.begin() + count, std::back_inserter(batch));
        queue_.erase(queue_.begin(), queue_.begin() + count);
    }
    if (batch.empty()) return false;
    Write(batch);
    for (Entry& entry : batch) entry.done(entry.outcome);
    return true;
}

// All together; if that fails, each alone, so that one that cannot be written does not take the others along.
void Journal::Write(std::vector<Entry>& batch) {
    const Status together = kv_.Update(storage::kv::Env::kDurable, [&](storage::kv::Batch& kv) -> Status {
        for (const Entry& entry : batch) RT_CHECK_OK(Save(kv, entry.saved));
        return Ok();
    });
    if (together.ok()) return;
    for (Entry& entry : batch) {
        entry.outcome =
            kv_.Update(storage::kv::Env::kDurable, [&](storage::kv::Batch& kv) { return Save(kv, entry.saved); });
    }
}

}  // namespace rt::avalon
