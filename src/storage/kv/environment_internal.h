// One LMDB environment: its tables, its expiry index, its writer thread. Private to kv/.
//
// A value on disk is 8 bytes of expiry (microseconds, little-endian; 0: never) and the bytes given. The expiry index
// has a key of 8 bytes of expiry (big-endian, so that it sorts by time), one byte with the size of the table's name,
// the name, and the key; its values are empty.
#pragma once

#include <lmdb.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/group_queue.h"
#include "storage/kv/store.h"

namespace rt::storage::kv {

inline constexpr std::size_t kTableNameBytesMax = 20;
inline constexpr const char* kExpiryTable = "~expiry";

Error ErrorOf(int result, std::string_view what);
std::string_view View(const MDB_val& value);
MDB_val Val(std::string_view text);

struct StoredValue {
    std::int64_t expires_micros;  // 0: never
    std::string_view bytes;
    bool LiveAt(base::Time now) const { return expires_micros == 0 || now.micros < expires_micros; }
};
StoredValue ParseStored(std::string_view stored);

// The tables of an environment, opened once.
struct Tables {
    std::map<std::string_view, MDB_dbi> by_name;
    MDB_dbi expiry = 0;
    Result<MDB_dbi> Find(const Table& table) const;
};

struct UpdateTask : ParkedTask {
    const std::function<Status(Batch&)>* fn = nullptr;
    const std::function<void()>* barrier = nullptr;  // instead of fn
};

// Thread-safe.
class Environment {
  public:
    struct Setup {
        Env env;
        std::string directory;
        std::int64_t map_bytes;
        bool sync;
    };
    Environment(Setup setup, const base::Clock& clock, base::Log& log, base::Metrics& metrics);
    // Ends the writer after what is queued, flushes and closes.
    ~Environment();
    Status Open();

    Status Update(const std::function<Status(Batch&)>& fn);
    Status AtBarrier(const std::function<void()>& fn);
    // `fn` in a read transaction.
    Status Read(const std::function<Status(MDB_txn*, const Tables&)>& fn) const;
    Result<std::unique_ptr<Snapshot>> OpenSnapshot();
    void SnapshotClosed() { snapshots_.fetch_sub(1); }
    Result<std::size_t> Sweep(std::size_t keys_max);
    void DropStaleReaders();
    Status Flush();
    base::Time Now() const { return clock_.Now(); }
    const Setup& setup() const { return setup_; }

  private:
    enum class Together : std::uint8_t { kSettled, kRerun };

    Status OpenHandle();
    Status OpenTables();
    void Loop();
    Status Park(UpdateTask& task);
    void RunBatch(std::vector<UpdateTask*>& tasks);
    Together RunTogether(std::span<UpdateTask* const> tasks);
    void RunAlone(UpdateTask& task);
    Result<MDB_txn*> Begin();
    Status Commit(MDB_txn* txn);
    bool DiskIsFull() const;
    void ReopenAfterPanic();
    void Measure();

    const Setup setup_;
    const base::Clock& clock_;
    base::Log& log_;
    base::Metrics& metrics_;
    mutable std::shared_mutex gate_;  // exclusive only while the environment is reopened
    MDB_env* env_ = nullptr;
    Tables tables_;
    std::atomic<int> snapshots_{0};  // while there are any, the environment is not reopened
    bool panicked_ = false;          // writer thread only
    GroupQueue<UpdateTask> queue_;
    std::thread thread_;
};

// The changes of one closure inside a transaction.
class TxnBatch final : public Batch {
  public:
    TxnBatch(MDB_txn* txn, const Tables& tables, Env env, base::Time now)
        : txn_(txn), tables_(tables), env_(env), now_(now) {}
    std::optional<std::string> Get(const Table& table, std::string_view key) override;
    Status Put(const Table& table, std::string_view key, std::string_view value,
               std::optional<base::Time> expires) override;
    Status Delete(const Table& table, std::string_view key) override;
    Status Scan(const Table& table, std::string_view prefix,
                const std::function<bool(std::string_view key, std::string_view value)>& row) override;
    // Removes up to `keys_max` expired keys.
    Result<std::size_t> Sweep(std::size_t keys_max);
    // The first failure of the store itself, which the closure may have overlooked.
    const Status& trouble() const { return trouble_; }

  private:
    Result<MDB_dbi> Check(const Table& table, std::string_view key) const;
    Status Remove(const Table& table, MDB_dbi dbi, std::string_view key);
    Status Note(int result, std::string_view what);

    MDB_txn* txn_;
    const Tables& tables_;
    Env env_;
    base::Time now_;
    Status trouble_ = Ok();
};

// Calls `row` for the live keys with the prefix.
Status ScanIn(MDB_txn* txn, MDB_dbi dbi, base::Time now, std::string_view prefix,
              const std::function<bool(std::string_view key, std::string_view value)>& row);

}  // namespace rt::storage::kv
