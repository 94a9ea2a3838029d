#include <algorithm>
#include <cerrno>

#include "os/file.h"
#include "storage/kv/environment_internal.h"
#include "storage/kv/snapshot_internal.h"
#include "storage/kv/tables.h"

namespace rt::storage::kv {

namespace {

constexpr unsigned kReadersMax = 512;
constexpr std::size_t kQueueMax = 4096;
constexpr std::size_t kBatchMax = 256;
constexpr std::chrono::milliseconds kQueueWait{10'000};
constexpr std::chrono::milliseconds kIdleRound{1'000};
constexpr std::uint64_t kFreeBytesMin = 1 << 20;  // with less, a write that fails was cut short for want of room

static_assert(std::all_of(kTables.begin(), kTables.end(), [](const Table& table) {
    return !table.name.empty() && table.name.size() <= kTableNameBytesMax && table.name[0] != '~';
}));
static_assert(8 + 1 + kTableNameBytesMax + kKeyBytesMax <= 511, "a key of the expiry index must fit LMDB's limit");

std::string_view Label(Env env) {
    return env == Env::kDurable ? "durable" : "cache";
}

}  // namespace

Environment::Environment(Setup setup, const base::Clock& clock, base::Log& log, base::Metrics& metrics)
    : setup_(std::move(setup)), clock_(clock), log_(log), metrics_(metrics), queue_(kQueueMax) {}

Environment::~Environment() {
    queue_.Stop();
    if (thread_.joinable()) thread_.join();
    if (env_ == nullptr) return;
    if (!setup_.sync) mdb_env_sync(env_, 1);
    mdb_env_close(env_);
}

Status Environment::Open() {
    RT_CHECK_OK(OpenHandle());
    DropStaleReaders();
    thread_ = std::thread([this] { Loop(); });
    pthread_setname_np(thread_.native_handle(), "kv-writer");
    return Ok();
}

Status Environment::OpenHandle() {
    int result = mdb_env_create(&env_);
    if (result == MDB_SUCCESS) result = mdb_env_set_mapsize(env_, static_cast<std::size_t>(setup_.map_bytes));
    if (result == MDB_SUCCESS) result = mdb_env_set_maxdbs(env_, static_cast<MDB_dbi>(kTables.size() + 8));
    if (result == MDB_SUCCESS) result = mdb_env_set_maxreaders(env_, kReadersMax);
    // MDB_NORDAHEAD is not set: the stores are small and read whole at start.
    const unsigned flags = MDB_NOTLS | (setup_.sync ? 0 : MDB_NOSYNC);
    if (result == MDB_SUCCESS) result = mdb_env_open(env_, setup_.directory.c_str(), flags, 0600);
    if (result == MDB_SUCCESS) {
        RT_CHECK_OK(OpenTables());
        return os::SyncFolder(setup_.directory);  // LMDB does not, and a new file's name could be lost
    }
    mdb_env_close(env_);
    env_ = nullptr;
    return ErrorOf(result, "open " + setup_.directory);
}

Status Environment::OpenTables() {
    MDB_txn* txn = nullptr;
    int result = mdb_txn_begin(env_, nullptr, 0, &txn);
    if (result != MDB_SUCCESS) return ErrorOf(result, "begin");
    tables_ = {};
    result = mdb_dbi_open(txn, kExpiryTable, MDB_CREATE, &tables_.expiry);
    for (const Table& table : kTables) {
        if (table.env != setup_.env || result != MDB_SUCCESS) continue;
        result = mdb_dbi_open(txn, std::string(table.name).c_str(), MDB_CREATE, &tables_.by_name[table.name]);
    }
    if (result != MDB_SUCCESS) {
        mdb_txn_abort(txn);
        return ErrorOf(result, "open a table");
    }
    return Commit(txn);
}

// UNAVAILABLE while the environment could not be reopened.
Result<MDB_txn*> Environment::Begin() {
    if (env_ == nullptr) return Fail(Code::kUnavailable, "the environment is being reopened");
    MDB_txn* txn = nullptr;
    const int result = mdb_txn_begin(env_, nullptr, 0, &txn);
    if (result == MDB_SUCCESS) return txn;
    if (result == MDB_PANIC) panicked_ = true;
    return ErrorOf(result, "begin");
}

bool Environment::DiskIsFull() const {
    const auto space = os::FindDiskSpace(setup_.directory);
    return space.ok() && space->free_bytes < kFreeBytesMin;
}

Status Environment::Commit(MDB_txn* txn) {
    const int result = mdb_txn_commit(txn);
    if (result == MDB_SUCCESS) return Ok();
    // A write that a full disk cut short is EIO to LMDB; nothing of the transaction counts then, and nothing is broken.
    if (result == EIO && DiskIsFull()) return ErrorOf(ENOSPC, "commit");
    if (result == MDB_PANIC || result == EIO) panicked_ = true;
    return ErrorOf(result, "commit");
}

Status Environment::Park(UpdateTask& task) {
    if (std::this_thread::get_id() == thread_.get_id()) {
        return Fail(Code::kInternal, "an update inside a closure of the writer");
    }
    return queue_.Submit(task, kQueueWait);
}

Status Environment::Update(const std::function<Status(Batch&)>& fn) {
    UpdateTask task;
    task.fn = &fn;
    return Park(task);
}

Status Environment::AtBarrier(const std::function<void()>& fn) {
    UpdateTask task;
    task.barrier = &fn;
    return Park(task);
}

void Environment::Loop() {
    while (!queue_.Drained()) {
        std::vector<UpdateTask*> tasks = queue_.Take(kBatchMax, kIdleRound);
        if (tasks.empty()) {
            if (panicked_) ReopenAfterPanic();
            continue;
        }
        RunBatch(tasks);
        Measure();
    }
}

void Environment::RunBatch(std::vector<UpdateTask*>& tasks) {
    if (panicked_) ReopenAfterPanic();
    const auto writes_end =
        std::stable_partition(tasks.begin(), tasks.end(), [](const UpdateTask* task) { return task->fn != nullptr; });
    const std::span<UpdateTask* const> writes(tasks.begin(), writes_end);
    if (!writes.empty() && RunTogether(writes) == Together::kRerun) {
        for (UpdateTask* task : writes) RunAlone(*task);
    }
    if (panicked_) ReopenAfterPanic();
    for (auto at = writes_end; at != tasks.end(); ++at) (*(*at)->barrier)();
    for (UpdateTask* task : tasks) GroupQueue<UpdateTask>::Settle(*task);
}

// Each closure in a nested transaction, which alone is dropped when it fails.
Environment::Together Environment::RunTogether(std::span<UpdateTask* const> tasks) {
    if (tasks.size() == 1) {
        RunAlone(*tasks[0]);
        return Together::kSettled;
    }
    const base::Time now = clock_.Now();
    const auto begun = Begin();
    if (!begun.ok()) {
        for (UpdateTask* task : tasks) task->outcome = begun.error();
        return Together::kSettled;
    }
    MDB_txn* const txn = *begun;
    bool any = false;
    for (UpdateTask* task : tasks) {
        MDB_txn* nested = nullptr;
        int result = mdb_txn_begin(env_, txn, 0, &nested);
        if (result == MDB_SUCCESS) {
            TxnBatch batch(nested, tables_, setup_.env, now);
            task->outcome = (*task->fn)(batch);
            if (task->outcome.ok() && !batch.trouble().ok()) task->outcome = batch.trouble();
            if (!task->outcome.ok()) {
                mdb_txn_abort(nested);
                continue;
            }
            result = mdb_txn_commit(nested);
        }
        if (result != MDB_SUCCESS) {
            mdb_txn_abort(txn);
            return Together::kRerun;
        }
        any = true;
    }
    if (!any) {
        mdb_txn_abort(txn);
        return Together::kSettled;
    }
    const Status committed = Commit(txn);
    if (committed.ok()) {
        metrics_.Get(Metric::kKvCommits, {Label(setup_.env)}).Add();
        return Together::kSettled;
    }
    if (committed.error().code == Code::kStorageFull) return Together::kRerun;
    for (UpdateTask* task : tasks) {
        if (task->outcome.ok()) task->outcome = committed;
    }
    return Together::kSettled;
}

void Environment::RunAlone(UpdateTask& task) {
    const auto begun = Begin();
    if (!begun.ok()) {
        task.outcome = begun.error();
        return;
    }
    MDB_txn* const txn = *begun;
    TxnBatch batch(txn, tables_, setup_.env, clock_.Now());
    task.outcome = (*task.fn)(batch);
    if (task.outcome.ok() && !batch.trouble().ok()) task.outcome = batch.trouble();
    if (!task.outcome.ok()) {
        mdb_txn_abort(txn);
        return;
    }
    task.outcome = Commit(txn);
    if (task.outcome.ok()) metrics_.Get(Metric::kKvCommits, {Label(setup_.env)}).Add();
}

// LMDB refuses everything after a failed write of its meta page. Pages of the failed commit are referred to by
// nothing on disk, so a fresh start from the last good meta page is sound.
void Environment::ReopenAfterPanic() {
    const std::unique_lock lock(gate_);
    if (snapshots_.load() > 0) return;
    if (env_ != nullptr) mdb_env_close(env_);
    env_ = nullptr;
    const Status opened = OpenHandle();
    panicked_ = !opened.ok();
    if (opened.ok()) {
        log_.Warn("the environment was reopened after an I/O error", {{"env", Label(setup_.env)}});
    } else {
        log_.Error("the environment cannot be reopened",
                   {{"env", Label(setup_.env)}, {"detail", opened.error().detail}});
    }
}

Status Environment::Read(const std::function<Status(MDB_txn*, const Tables&)>& fn) const {
    const std::shared_lock lock(gate_);
    if (env_ == nullptr) return Fail(Code::kUnavailable, "the environment is being reopened");
    MDB_txn* txn = nullptr;
    const int result = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
    if (result != MDB_SUCCESS) return ErrorOf(result, "begin a read");
    const std::unique_ptr<MDB_txn, void (*)(MDB_txn*)> owner(txn, &mdb_txn_abort);
    return fn(txn, tables_);
}

Result<std::unique_ptr<Snapshot>> Environment::OpenSnapshot() {
    const std::shared_lock lock(gate_);
    if (env_ == nullptr) return Fail(Code::kUnavailable, "the environment is being reopened");
    MDB_txn* txn = nullptr;
    const int result = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
    if (result != MDB_SUCCESS) return ErrorOf(result, "begin a snapshot");
    snapshots_.fetch_add(1);
    return MakeSnapshot(*this, txn, tables_);
}

Result<std::size_t> Environment::Sweep(std::size_t keys_max) {
    std::size_t removed = 0;
    RT_CHECK_OK(Update([&](Batch& batch) -> Status {
        RT_TRY(removed, static_cast<TxnBatch&>(batch).Sweep(keys_max));
        return Ok();
    }));
    metrics_.Get(Metric::kKvExpired, {Label(setup_.env)}).Add(static_cast<std::int64_t>(removed));
    return removed;
}

void Environment::DropStaleReaders() {
    const std::shared_lock lock(gate_);
    int dead = 0;
    if (env_ == nullptr || mdb_reader_check(env_, &dead) != MDB_SUCCESS || dead == 0) return;
    log_.Warn("dropped read slots of dead processes", {{"env", Label(setup_.env)}, {"count", dead}});
}

Status Environment::Flush() {
    const std::shared_lock lock(gate_);
    if (env_ == nullptr) return Fail(Code::kUnavailable, "the environment is being reopened");
    const int result = mdb_env_sync(env_, 1);
    if (result == MDB_SUCCESS) return Ok();
    return ErrorOf(result, "sync");
}

void Environment::Measure() {
    if (env_ == nullptr) return;
    MDB_envinfo info;
    MDB_stat stat;
    if (mdb_env_info(env_, &info) != MDB_SUCCESS || mdb_env_stat(env_, &stat) != MDB_SUCCESS) return;
    const auto used = static_cast<std::int64_t>((info.me_last_pgno + 1) * stat.ms_psize);
    metrics_.Get(Metric::kKvPages, {Label(setup_.env)}).Set(used);
}

}  // namespace rt::storage::kv
