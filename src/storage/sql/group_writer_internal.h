// The one writer: runs queued closures in batches, one commit and one fsync a batch. Private to sql/.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/group_queue.h"
#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

inline constexpr std::int64_t kFrameBytes = 4096 + 24;  // a page and its frame header

// What the writer and the checkpoint thread share.
struct WalState {
    std::atomic<std::int64_t> frames{0};  // in the log since its last restart
    std::mutex checkpoint;                // held by whoever runs a checkpoint
    std::atomic<int> snapshots{0};        // open ones: each holds the log for as long as it lives
};

struct WriteTask : ParkedTask {
    std::string_view name;
    const std::function<Status(Writer&)>* fn = nullptr;
    const std::function<void()>* barrier = nullptr;  // instead of fn
};

class GroupWriter {
  public:
    GroupWriter(const Context& context, WalState& wal);
    // Runs what is queued, then ends. Callers must be gone by then.
    ~GroupWriter();
    Status Open();
    void Start();

    Status Submit(std::string_view name, const std::function<Status(Writer&)>& fn);
    Status AtBarrier(const std::function<void()>& fn);
    bool read_only() const { return read_only_.load(std::memory_order_relaxed); }
    std::size_t queue_depth() const { return queue_.size(); }
    // The checkpoint thread met a failed fsync or damage.
    void ReportTrouble(Trouble trouble);

  private:
    using Tasks = std::span<WriteTask* const>;
    // kRerun: one closure at a time; kSavepoints: together, each in a savepoint.
    enum class Together : std::uint8_t { kSettled, kRerun, kSavepoints };

    void Loop();
    Status Park(WriteTask& task);
    void RunBatch(std::vector<WriteTask*>& tasks);
    Together RunTogether(Tasks tasks);
    Together RunAll(Tasks tasks, Together (GroupWriter::*run)(WriteTask&));
    Together RunPlain(WriteTask& task);
    Together RunInSavepoint(WriteTask& task);
    Together CommitAll(Tasks tasks);
    void RunAlone(WriteTask& task);
    void RunClosure(WriteTask& task);
    bool Rehearse(WriteTask& task);
    void RunOnce(WriteTask& task);
    void FailAll(Tasks tasks, const Error& error);
    void Rollback();
    void EnterReadOnly(Trouble trouble);
    void TryRecover();
    Status RewriteLog();
    void LimitLog();
    void TruncateWhenIdle();
    int Checkpoint(int mode, int patience_ms);
    static int OnCommit(void* self, sqlite3* handle, const char* database, int frames);
    std::int64_t WalBytes() const;

    Context context_;
    WalState& wal_;
    GroupQueue<WriteTask> queue_;
    std::unique_ptr<Connection> connection_;
    std::atomic<bool> read_only_{false};
    std::atomic<Trouble> reported_{Trouble::kNone};
    Trouble trouble_ = Trouble::kNone;  // why the store is read-only
    Trouble met_ = Trouble::kNone;      // the worst that a closure of this batch met
    std::int64_t restart_bytes_;        // the log's size at which the next restart is tried
    std::int64_t recover_at_ = 0;       // monotonic micros; not before, after damage
    int idle_rounds_ = 0;
    int savepoint_batches_ = 0;  // so many of the next batches run in savepoints
    base::Series& batch_seconds_;
    base::Series& batched_;
    base::Series& commits_;
    base::Series& reruns_;
    base::Series& depth_;
    base::Series& read_only_gauge_;
    std::thread thread_;
};

}  // namespace rt::storage::sql
