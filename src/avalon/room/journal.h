// Makes the changes of all rooms durable, many in one commit: rooms hand a change in and go on with other work until
// they hear that it is on disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "avalon/room/room_store.h"

namespace rt::avalon {

// Thread-safe. With a thread of its own after Start(); without, Pump() does the work.
class Journal {
  public:
    using Done = std::function<void(const Status&)>;
    static constexpr std::size_t kBatchMax = 256;

    explicit Journal(storage::kv::Store& kv) : kv_(kv) {}
    ~Journal() { Stop(); }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    void Start();
    // Writes what is queued, then ends. Idempotent.
    void Stop();
    // `done` is called once, with the outcome, on the journal's thread: it must not wait. Changes of one room are
    // written in the order they came.
    void Append(Saved saved, Done done);
    // Writes one batch; false when there was nothing to write.
    bool Pump();

  private:
    struct Entry {
        Saved saved;
        Done done;
        Status outcome = Ok();
    };
    void Loop();
    void Write(std::vector<Entry>& batch);

    storage::kv::Store& kv_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Entry> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace rt::avalon
