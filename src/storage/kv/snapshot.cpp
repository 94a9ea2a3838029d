// A copy of the durable environment, table by table in one read transaction, into a compact new one.
#include "os/file.h"
#include "storage/kv/environment_internal.h"
#include "storage/kv/snapshot_internal.h"
#include "storage/kv/tables.h"

namespace rt::storage::kv {

namespace {

constexpr std::size_t kKeysInTxn = 10'000;  // of the target; keeps its list of dirty pages short

// Closes the target whatever happens.
struct Target {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    ~Target() {
        if (txn != nullptr) mdb_txn_abort(txn);
        if (env != nullptr) mdb_env_close(env);
    }
    int Renew() {
        int result = MDB_SUCCESS;
        if (txn != nullptr) result = mdb_txn_commit(std::exchange(txn, nullptr));
        return result == MDB_SUCCESS ? mdb_txn_begin(env, nullptr, 0, &txn) : result;
    }
};

Result<std::int64_t> CopyTable(MDB_txn* from, MDB_dbi from_dbi, Target& target, const char* name) {
    MDB_dbi dbi = 0;
    int result = mdb_dbi_open(target.txn, name, MDB_CREATE, &dbi);
    if (result == MDB_SUCCESS) result = target.Renew();
    MDB_cursor* cursor = nullptr;
    if (result == MDB_SUCCESS) result = mdb_cursor_open(from, from_dbi, &cursor);
    if (result != MDB_SUCCESS) return ErrorOf(result, "copy a table");
    const std::unique_ptr<MDB_cursor, void (*)(MDB_cursor*)> owner(cursor, &mdb_cursor_close);
    std::int64_t keys = 0;
    MDB_val k;
    MDB_val v;
    while ((result = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == MDB_SUCCESS) {
        result = mdb_put(target.txn, dbi, &k, &v, MDB_APPEND);
        if (result == MDB_SUCCESS && ++keys % kKeysInTxn == 0) result = target.Renew();
        if (result != MDB_SUCCESS) return ErrorOf(result, "copy a key");
    }
    if (result != MDB_NOTFOUND) return ErrorOf(result, "copy a table");
    result = target.Renew();
    if (result != MDB_SUCCESS) return ErrorOf(result, "copy a table");
    return keys;
}

class TxnSnapshot final : public Snapshot {
  public:
    TxnSnapshot(Environment& environment, MDB_txn* txn, Tables tables)
        : environment_(environment), txn_(txn), tables_(std::move(tables)) {}
    ~TxnSnapshot() override {
        mdb_txn_abort(txn_);
        environment_.SnapshotClosed();
    }
    TxnSnapshot(const TxnSnapshot&) = delete;
    TxnSnapshot& operator=(const TxnSnapshot&) = delete;

    Result<std::vector<std::pair<std::string, std::int64_t>>> CopyTo(const std::string& directory) override {
        if (os::Exists(directory)) return Fail(Code::kInternal, directory + " is already there");
        RT_CHECK_OK(os::MakeFolders(directory));
        Target target;
        int result = mdb_env_create(&target.env);
        const auto map_bytes = static_cast<std::size_t>(environment_.setup().map_bytes);
        if (result == MDB_SUCCESS) result = mdb_env_set_mapsize(target.env, map_bytes);
        if (result == MDB_SUCCESS) result = mdb_env_set_maxdbs(target.env, static_cast<MDB_dbi>(kTables.size() + 8));
        if (result == MDB_SUCCESS) result = mdb_env_open(target.env, directory.c_str(), MDB_NOSYNC | MDB_NOLOCK, 0600);
        if (result == MDB_SUCCESS) result = target.Renew();
        if (result != MDB_SUCCESS) return ErrorOf(result, "open " + directory);
        std::vector<std::pair<std::string, std::int64_t>> counts;
        for (const auto& [name, dbi] : tables_.by_name) {
            RT_TRY(const std::int64_t keys, CopyTable(txn_, dbi, target, std::string(name).c_str()));
            counts.emplace_back(name, keys);
        }
        RT_TRY(const std::int64_t keys, CopyTable(txn_, tables_.expiry, target, kExpiryTable));
        counts.emplace_back(kExpiryTable, keys);
        result = mdb_txn_commit(std::exchange(target.txn, nullptr));
        if (result == MDB_SUCCESS) result = mdb_env_sync(target.env, 1);
        if (result != MDB_SUCCESS) return ErrorOf(result, "finish " + directory);
        RT_CHECK_OK(os::SyncFolder(directory));
        return counts;
    }

  private:
    Environment& environment_;
    MDB_txn* txn_;
    Tables tables_;
};

}  // namespace

std::unique_ptr<Snapshot> MakeSnapshot(Environment& environment, MDB_txn* txn, const Tables& tables) {
    return std::make_unique<TxnSnapshot>(environment, txn, tables);
}

}  // namespace rt::storage::kv
