#include <pthread.h>

#include "storage/sql/group_writer_internal.h"

namespace rt::storage::sql {

namespace {

constexpr Statement kBegin{"sql.write_begin", "BEGIN IMMEDIATE"};
constexpr Statement kCommit{"sql.write_commit", "COMMIT"};
constexpr Statement kRollbackAll{"sql.write_rollback", "ROLLBACK"};
constexpr Statement kSavepoint{"sql.savepoint", "SAVEPOINT closure"};
constexpr Statement kRelease{"sql.savepoint_release", "RELEASE closure"};
constexpr Statement kUndo{"sql.savepoint_undo", "ROLLBACK TO closure"};

constexpr std::chrono::milliseconds kIdleRound{1'000};
constexpr std::chrono::microseconds kGatherMax{1'000};  // about an fsync
constexpr int kSavepointBatches = 32;  // after a closure failed with changes; others like it may follow

// Sanitized builds run every closure twice and take the first time back, since a rerun in production is rare: a closure
// that cannot be repeated fails the tests.
#ifdef RT_REHEARSE_CLOSURES
constexpr bool kRehearse = true;
#else
constexpr bool kRehearse = false;
#endif
constexpr Statement kRehearsal{"sql.rehearsal", "SAVEPOINT rehearsal"};
constexpr Statement kRehearsalUndo{"sql.rehearsal_undo", "ROLLBACK TO rehearsal"};
constexpr Statement kRehearsalEnd{"sql.rehearsal_end", "RELEASE rehearsal"};

Error ReadOnlyError() {
    Error error = Fail(Code::kReadOnly, "the store is read-only after a failed fsync or damage");
    error.retry_after_s = 5;
    return error;
}

}  // namespace

GroupWriter::GroupWriter(const Context& context, WalState& wal)
    : context_(context),
      wal_(wal),
      queue_(context.options.queue_max, kGatherMax),
      restart_bytes_(context.options.wal_restart_bytes),
      batch_seconds_(context.metrics.Get(Metric::kSqlBatch)),
      batched_(context.metrics.Get(Metric::kSqlBatchSize)),
      commits_(context.metrics.Get(Metric::kSqlCommits)),
      reruns_(context.metrics.Get(Metric::kSqlReruns)),
      depth_(context.metrics.Get(Metric::kSqlQueue)),
      read_only_gauge_(context.metrics.Get(Metric::kSqlReadOnly)) {}

GroupWriter::~GroupWriter() {
    queue_.Stop();
    if (thread_.joinable()) thread_.join();
}

Status GroupWriter::Open() {
    RT_TRY(connection_, Connection::Open(context_, Connection::Role::kWriter));
    sqlite3_wal_hook(connection_->handle(), &GroupWriter::OnCommit, this);
    return Ok();
}

void GroupWriter::Start() {
    thread_ = std::thread([this] { Loop(); });
    pthread_setname_np(thread_.native_handle(), "sql-writer");
}

Status GroupWriter::Park(WriteTask& task) {
    if (std::this_thread::get_id() == thread_.get_id()) {
        return Fail(Code::kInternal, "a write inside a closure of the writer: " + std::string(task.name));
    }
    return queue_.Submit(task, std::chrono::milliseconds(context_.options.write_wait_ms));
}

Status GroupWriter::Submit(std::string_view name, const std::function<Status(Writer&)>& fn) {
    if (read_only()) return ReadOnlyError();
    WriteTask task;
    task.name = name;
    task.fn = &fn;
    return Park(task);
}

Status GroupWriter::AtBarrier(const std::function<void()>& fn) {
    WriteTask task;
    task.name = "barrier";
    task.barrier = &fn;
    return Park(task);
}

void GroupWriter::ReportTrouble(Trouble trouble) {
    reported_.store(trouble);
    read_only_.store(true);
}

void GroupWriter::Loop() {
    while (!queue_.Drained()) {
        std::vector<WriteTask*> tasks = queue_.Take(context_.options.batch_max, kIdleRound);
        depth_.Set(static_cast<std::int64_t>(queue_.size()));
        if (const Trouble reported = reported_.exchange(Trouble::kNone); reported != Trouble::kNone) {
            EnterReadOnly(reported);
        }
        if (read_only() && context_.clock.MonotonicMicros() >= recover_at_) TryRecover();
        if (tasks.empty()) {
            if (++idle_rounds_ == 2) TruncateWhenIdle();
            continue;
        }
        idle_rounds_ = 0;
        RunBatch(tasks);
        if (!read_only()) LimitLog();
    }
    TruncateWhenIdle();
    connection_.reset();
}

void GroupWriter::RunBatch(std::vector<WriteTask*>& tasks) {
    const std::int64_t began = context_.clock.MonotonicMicros();
    const auto writes_end =
        std::stable_partition(tasks.begin(), tasks.end(), [](const WriteTask* task) { return task->fn != nullptr; });
    const Tasks writes(tasks.begin(), writes_end);
    if (read_only()) {
        FailAll(writes, ReadOnlyError());
    } else if (!writes.empty() && RunTogether(writes) == Together::kRerun) {
        reruns_.Add();
        for (WriteTask* task : writes) RunAlone(*task);
    }
    for (auto at = writes_end; at != tasks.end(); ++at) (*(*at)->barrier)();
    if (met_ >= Trouble::kDisk && !read_only()) EnterReadOnly(met_);
    met_ = Trouble::kNone;
    batch_seconds_.ObserveMicros(context_.clock.MonotonicMicros() - began);
    for (WriteTask* task : tasks) GroupQueue<WriteTask>::Settle(*task);
}

// Nobody is settled here: outcomes count only after the commit. A savepoint for each closure costs a copy of every page
// that the closure changes, so a batch does without them as long as no closure fails with changes to take back.
GroupWriter::Together GroupWriter::RunTogether(Tasks tasks) {
    if (savepoint_batches_ > 0) {
        --savepoint_batches_;
    } else {
        const Together together = RunAll(tasks, &GroupWriter::RunPlain);
        if (together != Together::kSavepoints) return together;
        if (tasks.size() == 1) return Together::kSettled;  // the rollback took back its changes and no others
        savepoint_batches_ = kSavepointBatches;
    }
    return RunAll(tasks, &GroupWriter::RunInSavepoint);
}

GroupWriter::Together GroupWriter::RunAll(Tasks tasks, Together (GroupWriter::*run)(WriteTask&)) {
    connection_->ClearTrouble();
    if (const Status begun = connection_->Execute(kBegin); !begun.ok()) {
        FailAll(tasks, begun.error());
        if (connection_->trouble() >= Trouble::kDisk) EnterReadOnly(connection_->trouble());
        return Together::kSettled;
    }
    for (WriteTask* task : tasks) {
        const Together together = (this->*run)(*task);
        if (together == Together::kSettled) continue;
        Rollback();
        return together;
    }
    return CommitAll(tasks);
}

// kRerun when the whole transaction is lost, and with it what earlier closures of the batch did; kSavepoints when the
// closure failed with changes that only a savepoint takes back alone.
GroupWriter::Together GroupWriter::RunPlain(WriteTask& task) {
    const std::int64_t rows_before = sqlite3_total_changes64(connection_->handle());
    RunClosure(task);
    if (context_.options.autocommit_check && !connection_->InTransaction()) return Together::kRerun;
    const bool left_over = !task.outcome.ok() && sqlite3_total_changes64(connection_->handle()) != rows_before;
    return left_over ? Together::kSavepoints : Together::kSettled;
}

GroupWriter::Together GroupWriter::RunInSavepoint(WriteTask& task) {
    if (!connection_->Execute(kSavepoint).ok()) return Together::kRerun;
    RunClosure(task);
    if (context_.options.autocommit_check && !connection_->InTransaction()) return Together::kRerun;
    bool done = task.outcome.ok() || connection_->Execute(kUndo).ok();
    done = connection_->Execute(kRelease).ok() && done;
    return done || !context_.options.autocommit_check ? Together::kSettled : Together::kRerun;
}

void GroupWriter::RunClosure(WriteTask& task) {
    if (kRehearse && !Rehearse(task)) return;
    RunOnce(task);
}

// false when the closure ended the transaction.
bool GroupWriter::Rehearse(WriteTask& task) {
    if (!connection_->Execute(kRehearsal).ok()) return true;
    RunOnce(task);
    if (!connection_->InTransaction()) return false;
    static_cast<void>(connection_->Execute(kRehearsalUndo));
    static_cast<void>(connection_->Execute(kRehearsalEnd));
    return true;
}

void GroupWriter::RunOnce(WriteTask& task) {
    connection_->ClearTrouble();
    connection_->SetBudget(context_.options.closure_cpu_micros_max);
    const std::int64_t rows_before = sqlite3_total_changes64(connection_->handle());
    const std::int64_t began = context_.clock.MonotonicMicros();
    Writer writer(*connection_);
    task.outcome = (*task.fn)(writer);
    connection_->SetBudget(0);
    met_ = std::max(met_, connection_->trouble());
    const std::int64_t micros = context_.clock.MonotonicMicros() - began;
    if (micros >= context_.options.slow_statement_micros) {
        context_.log.Warn("slow write", {{"write", task.name}, {"micros", micros}});
    }
    if (!task.outcome.ok()) return;
    if (connection_->trouble() != Trouble::kNone) {
        task.outcome = Fail(Code::kInternal, std::string(task.name) + " went on after a statement failed");
    } else if (sqlite3_total_changes64(connection_->handle()) - rows_before > context_.options.closure_rows_max) {
        task.outcome = Fail(Code::kInternal, std::string(task.name) + " changed more rows than one closure may");
    }
}

GroupWriter::Together GroupWriter::CommitAll(Tasks tasks) {
    const bool any = std::any_of(tasks.begin(), tasks.end(), [](const WriteTask* task) { return task->outcome.ok(); });
    if (!any) {
        Rollback();
        return Together::kSettled;
    }
    connection_->ClearTrouble();
    const Status committed = connection_->Execute(kCommit);
    if (committed.ok()) {
        commits_.Add();
        batched_.Add(static_cast<std::int64_t>(tasks.size()));
        return Together::kSettled;
    }
    const Trouble trouble = connection_->trouble();
    Rollback();
    if (trouble < Trouble::kDisk) return Together::kRerun;
    EnterReadOnly(trouble);
    FailAll(tasks, ReadOnlyError());
    return Together::kSettled;
}

void GroupWriter::RunAlone(WriteTask& task) {
    task.outcome = Ok();
    if (read_only()) {
        task.outcome = ReadOnlyError();
        return;
    }
    connection_->ClearTrouble();
    if (Status begun = connection_->Execute(kBegin); !begun.ok()) {
        task.outcome = std::move(begun);
        return;
    }
    RunClosure(task);
    if (task.outcome.ok() && !connection_->InTransaction()) {
        task.outcome = Fail(Code::kInternal, std::string(task.name) + " ended the transaction");
    }
    Trouble trouble = connection_->trouble();
    if (task.outcome.ok()) {
        connection_->ClearTrouble();
        Status committed = connection_->Execute(kCommit);
        trouble = connection_->trouble();
        if (committed.ok()) {
            commits_.Add();
            batched_.Add();
        } else {
            task.outcome = std::move(committed);
        }
    }
    Rollback();
    if (trouble < Trouble::kDisk) return;
    EnterReadOnly(trouble);
    task.outcome = ReadOnlyError();
}

void GroupWriter::FailAll(Tasks tasks, const Error& error) {
    for (WriteTask* task : tasks) task->outcome = error;
}

void GroupWriter::Rollback() {
    if (connection_->InTransaction()) static_cast<void>(connection_->Execute(kRollbackAll));
}

}  // namespace rt::storage::sql
