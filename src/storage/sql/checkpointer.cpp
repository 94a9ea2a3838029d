#include <pthread.h>

#include "storage/sql/checkpointer_internal.h"

namespace rt::storage::sql {

namespace {

constexpr std::chrono::milliseconds kRound{100};
constexpr std::int64_t kPassiveFrames = 1'000;  // new frames that are worth a checkpoint

}  // namespace

Checkpointer::Checkpointer(const Context& context, WalState& wal, GroupWriter& writer, ReaderPool& readers)
    : context_(context), wal_(wal), writer_(writer), readers_(readers) {}

Checkpointer::~Checkpointer() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    stop_changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Status Checkpointer::Open() {
    RT_TRY(connection_, Connection::Open(context_, Connection::Role::kWriter));
    Measure();
    wal_.frames.store(wal_bytes() / kFrameBytes, std::memory_order_relaxed);  // left by an earlier process
    return Ok();
}

void Checkpointer::Start() {
    thread_ = std::thread([this] { Loop(); });
    pthread_setname_np(thread_.native_handle(), "checkpointer");
}

void Checkpointer::Guard(std::function<bool()> holds) {
    const std::lock_guard lock(mutex_);
    holds_role_ = std::move(holds);
}

void Checkpointer::Loop() {
    std::unique_lock lock(mutex_);
    while (!stop_changed_.wait_for(lock, kRound, [&] { return stop_; })) {
        const std::function<bool()> holds_role = holds_role_;
        lock.unlock();
        readers_.InterruptOld();
        const std::int64_t frames = wal_.frames.load(std::memory_order_relaxed);
        if (frames < frames_done_) frames_done_ = 0;  // the log began anew
        const bool due = frames - frames_done_ >= kPassiveFrames && !writer_.read_only();
        if (due && (!holds_role || holds_role())) RunPassive();
        Measure();
        lock.lock();
    }
}

void Checkpointer::RunPassive() {
    const std::unique_lock lock(wal_.checkpoint, std::try_to_lock);
    if (!lock.owns_lock()) return;
    int done = 0;
    const int result =
        sqlite3_wal_checkpoint_v2(connection_->handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, &done);
    if (result == SQLITE_OK) {
        frames_done_ = done;
        context_.metrics.Get(Metric::kSqlCheckpoints, {"passive"}).Add();
    } else if (const Trouble trouble = TroubleOf(result); trouble >= Trouble::kDisk) {
        writer_.ReportTrouble(trouble);
    } else if ((result & 0xFF) != SQLITE_BUSY) {
        context_.log.Warn("checkpoint failed", {{"result", result}, {"detail", sqlite3_errstr(result)}});
    }
}

void Checkpointer::Measure() {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    sqlite3_int64 bytes = 0;
    if (file == nullptr || file->pMethods == nullptr || file->pMethods->xFileSize(file, &bytes) != SQLITE_OK) return;
    wal_bytes_.store(bytes, std::memory_order_relaxed);
    context_.metrics.Get(Metric::kSqlWal).Set(bytes);
}

}  // namespace rt::storage::sql
