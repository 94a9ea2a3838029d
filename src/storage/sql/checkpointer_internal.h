// The checkpoint thread: PASSIVE checkpoints beside the writer, the age limit of readers, the log's metrics. Private to
// sql/.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "storage/sql/group_writer_internal.h"
#include "storage/sql/reader_pool_internal.h"

namespace rt::storage::sql {

class Checkpointer {
  public:
    Checkpointer(const Context& context, WalState& wal, GroupWriter& writer, ReaderPool& readers);
    ~Checkpointer();
    Status Open();
    void Start();
    // Thread-safe; see Database::GuardCheckpoints.
    void Guard(std::function<bool()> holds);
    std::int64_t wal_bytes() const { return wal_bytes_.load(std::memory_order_relaxed); }

  private:
    void Loop();
    void RunPassive();
    void Measure();

    Context context_;
    WalState& wal_;
    GroupWriter& writer_;
    ReaderPool& readers_;
    std::unique_ptr<Connection> connection_;
    std::atomic<std::int64_t> wal_bytes_{0};
    std::int64_t frames_done_ = 0;  // of the log, copied back by the last checkpoint
    std::mutex mutex_;
    std::condition_variable stop_changed_;
    bool stop_ = false;
    std::function<bool()> holds_role_;  // under mutex_; empty: yes
    std::thread thread_;
};

}  // namespace rt::storage::sql
