// How the writer keeps the write-ahead log short, and how it comes back after a failed fsync.
#include "storage/sql/group_writer_internal.h"

namespace rt::storage::sql {

namespace {

constexpr std::int64_t kRetryBytes = 2 << 20;         // growth between two tries of a restart
constexpr std::int64_t kIdleTruncateBytes = 1 << 20;  // a shorter log is left alone
constexpr int kBusyTimeoutMs = 5'000;
constexpr std::int64_t kRecoverPauseFactor = 10;
constexpr Statement kProbeBegin{"sql.probe_begin", "BEGIN IMMEDIATE"};
constexpr Statement kProbeRead{"sql.probe_read", "PRAGMA user_version"};
constexpr Statement kProbeCommit{"sql.probe_commit", "COMMIT"};
constexpr Statement kCheck{"sql.quick_check", "PRAGMA quick_check(1)"};

}  // namespace

int GroupWriter::OnCommit(void* self, sqlite3* /*handle*/, const char* /*database*/, int frames) {
    static_cast<GroupWriter*>(self)->wal_.frames.store(frames, std::memory_order_relaxed);
    return SQLITE_OK;
}

std::int64_t GroupWriter::WalBytes() const {
    return wal_.frames.load(std::memory_order_relaxed) * kFrameBytes;
}

int GroupWriter::Checkpoint(int mode, int patience_ms) {
    sqlite3_busy_timeout(connection_->handle(), patience_ms);
    const int result = sqlite3_wal_checkpoint_v2(connection_->handle(), "main", mode, nullptr, nullptr);
    sqlite3_busy_timeout(connection_->handle(), kBusyTimeoutMs);
    const char* label = mode == SQLITE_CHECKPOINT_RESTART ? "restart" : "truncate";
    if (result == SQLITE_OK) context_.metrics.Get(Metric::kSqlCheckpoints, {label}).Add();
    if (const Trouble trouble = TroubleOf(result); result != SQLITE_OK && trouble >= Trouble::kDisk) {
        EnterReadOnly(trouble);
    }
    return result;
}

// Only the writer can restart the log, between two batches. It is patient with readers in proportion to the need.
void GroupWriter::LimitLog() {
    const std::int64_t bytes = WalBytes();
    if (bytes < restart_bytes_) return;
    // To wait for a reader that stays for a whole backup would stop every write for nothing.
    if (wal_.snapshots.load(std::memory_order_relaxed) > 0) {
        restart_bytes_ = bytes + kRetryBytes;
        return;
    }
    const std::int64_t limit = context_.options.wal_restart_bytes;
    std::unique_lock lock(wal_.checkpoint, std::defer_lock);
    if (bytes < limit + limit / 2) {
        if (!lock.try_lock()) return;
    } else {
        lock.lock();
    }
    const int patience_ms = bytes < limit + limit / 4 ? 5 : bytes < limit + limit / 2 ? 50 : 500;
    if (Checkpoint(SQLITE_CHECKPOINT_RESTART, patience_ms) == SQLITE_OK) {
        wal_.frames.store(0, std::memory_order_relaxed);
        restart_bytes_ = limit;
    } else {
        restart_bytes_ = bytes + kRetryBytes;
    }
}

void GroupWriter::TruncateWhenIdle() {
    if (read_only() || connection_ == nullptr || WalBytes() < kIdleTruncateBytes) return;
    const std::unique_lock lock(wal_.checkpoint, std::try_to_lock);
    if (!lock.owns_lock() || Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, 0) != SQLITE_OK) return;
    wal_.frames.store(0, std::memory_order_relaxed);
    restart_bytes_ = context_.options.wal_restart_bytes;
}

void GroupWriter::EnterReadOnly(Trouble trouble) {
    trouble_ = trouble;
    read_only_.store(true);
    read_only_gauge_.Set(1);
    context_.log.Error("the store is read-only", {{"cause", trouble == Trouble::kDisk ? "fsync failed" : "damage"}});
}

// After a failed fsync the kernel counts the pages as clean although they are not on disk, so a second fsync proves
// nothing: the log is written again, byte for byte, and synced. Frames behind the last commit are not valid and stay
// so.
Status GroupWriter::RewriteLog() {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (file == nullptr || file->pMethods == nullptr) return Ok();
    sqlite3_int64 size = 0;
    int result = file->pMethods->xFileSize(file, &size);
    std::vector<char> piece(1 << 20);
    for (sqlite3_int64 at = 0; result == SQLITE_OK && at < size;) {
        const auto count = static_cast<int>(std::min<sqlite3_int64>(size - at, std::ssize(piece)));
        result = file->pMethods->xRead(file, piece.data(), count, at);
        if (result == SQLITE_OK) result = file->pMethods->xWrite(file, piece.data(), count, at);
        at += count;
    }
    if (result == SQLITE_OK) result = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    if (result == SQLITE_OK) return Ok();
    return ErrorOf(result, sqlite3_errstr(result), "rewrite of the log");
}

void GroupWriter::TryRecover() {
    const std::lock_guard lock(wal_.checkpoint);
    connection_.reset();
    if (const Status opened = Open(); !opened.ok()) {
        context_.log.Error("the store cannot be reopened", {{"detail", opened.error().detail}});
        return;
    }
    const auto recover = [&]() -> Status {
        if (trouble_ == Trouble::kDamage) {
            Writer reader(*connection_);
            std::string answer;
            RT_CHECK_OK(reader.Each(kCheck, {}, [&](const Row& row) { answer = row.Text(0); }));
            if (answer != "ok") return Fail(Code::kReadOnly, "quick_check: " + answer);
        }
        std::int64_t version = 0;
        Writer writer(*connection_);
        RT_CHECK_OK(writer.Each(kProbeRead, {}, [&](const Row& row) { version = row.Int(0); }));
        RT_CHECK_OK(RewriteLog());
        // Setting the same number writes page 1: a real commit, with its fsync.
        RT_CHECK_OK(connection_->Execute(kProbeBegin));
        const std::string set = "PRAGMA user_version=" + std::to_string(version);
        const int result = sqlite3_exec(connection_->handle(), set.c_str(), nullptr, nullptr, nullptr);
        if (result != SQLITE_OK) return ErrorOf(result, sqlite3_errstr(result), "sql.probe");
        return connection_->Execute(kProbeCommit);
    };
    const std::int64_t began = context_.clock.MonotonicMicros();
    if (const Status status = recover(); !status.ok()) {
        Rollback();
        // A check of a damaged file reads all of it: the next one comes when ten times its time is over.
        const std::int64_t now = context_.clock.MonotonicMicros();
        if (trouble_ == Trouble::kDamage) recover_at_ = now + kRecoverPauseFactor * (now - began);
        context_.log.Error("the store stays read-only", {{"detail", status.error().detail}});
        return;
    }
    trouble_ = Trouble::kNone;
    read_only_gauge_.Set(0);
    read_only_.store(false);
    context_.log.Info("the store accepts writes again");
}

}  // namespace rt::storage::sql
