#include <unistd.h>

#include "os/file.h"
#include "storage/kv/check.h"
#include "storage/kv/environment_internal.h"
#include "storage/kv/inspect_internal.h"
#include "storage/kv/tables.h"

namespace rt::storage::kv {

namespace {

constexpr std::size_t kMapBytes = std::size_t{64} << 30;  // address space only; larger than any Store's map

struct Opened {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    ~Opened() {
        if (txn != nullptr) mdb_txn_abort(txn);
        if (env != nullptr) mdb_env_close(env);
    }
};

Status OpenFolder(const std::string& directory, unsigned flags, Opened& out) {
    int result = mdb_env_create(&out.env);
    if (result == MDB_SUCCESS) result = mdb_env_set_mapsize(out.env, kMapBytes);
    if (result == MDB_SUCCESS) result = mdb_env_set_maxdbs(out.env, static_cast<MDB_dbi>(kTables.size() + 64));
    if (result == MDB_SUCCESS) result = mdb_env_open(out.env, directory.c_str(), flags | MDB_NOLOCK, 0600);
    if (result == MDB_SUCCESS) result = mdb_txn_begin(out.env, nullptr, flags & MDB_RDONLY, &out.txn);
    if (result == MDB_SUCCESS) return Ok();
    return ErrorOf(result, "open " + directory);
}

Result<std::int64_t> Walk(MDB_txn* txn, MDB_dbi dbi, const std::function<void(std::string_view)>& key) {
    MDB_cursor* cursor = nullptr;
    if (const int result = mdb_cursor_open(txn, dbi, &cursor); result != MDB_SUCCESS) return ErrorOf(result, "cursor");
    const std::unique_ptr<MDB_cursor, void (*)(MDB_cursor*)> owner(cursor, &mdb_cursor_close);
    std::int64_t count = 0;
    MDB_val k;
    MDB_val v;
    int result = MDB_SUCCESS;
    while ((result = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == MDB_SUCCESS) {
        key(View(k));
        ++count;
    }
    if (result != MDB_NOTFOUND) return ErrorOf(result, "walk");
    return count;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::int64_t>>> InspectFolder(const std::string& directory) {
    Opened opened;
    RT_CHECK_OK(OpenFolder(directory, MDB_RDONLY, opened));
    MDB_dbi main = 0;
    if (const int result = mdb_dbi_open(opened.txn, nullptr, 0, &main); result != MDB_SUCCESS) {
        return ErrorOf(result, "open the main table");
    }
    std::vector<std::string> names;
    RT_TRY(const std::int64_t tables, Walk(opened.txn, main, [&](std::string_view name) { names.emplace_back(name); }));
    static_cast<void>(tables);
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const std::string& name : names) {
        MDB_dbi dbi = 0;
        const int result = mdb_dbi_open(opened.txn, name.c_str(), 0, &dbi);
        if (result != MDB_SUCCESS) return ErrorOf(result, "open table " + name);
        RT_TRY(const std::int64_t keys, Walk(opened.txn, dbi, [](std::string_view) {}));
        counts.emplace_back(name, keys);
    }
    return counts;
}

Status CheckWhole(const std::string& directory) {
    for (const char* part : {"/durable", "/cache"}) {
        const std::string folder = directory + part;
        const std::string data = folder + "/data.mdb";
        if (!os::Exists(data)) continue;
        const auto read = InspectFolder(folder);
        if (read.ok()) continue;
        // What may not be read at all says nothing about the file.
        const bool readable = ::access(data.c_str(), R_OK | W_OK) == 0;
        const bool damaged = readable && read.error().code == Code::kInternal;
        return damaged ? Fail(Code::kReadOnly, read.error().detail) : read.error();
    }
    return Ok();
}

Status ClearTables(const std::string& directory, std::span<const std::string_view> names) {
    Opened opened;
    RT_CHECK_OK(OpenFolder(directory, 0, opened));
    for (const std::string_view name : names) {
        MDB_dbi dbi = 0;
        int result = mdb_dbi_open(opened.txn, std::string(name).c_str(), 0, &dbi);
        if (result == MDB_NOTFOUND) continue;
        if (result == MDB_SUCCESS) result = mdb_drop(opened.txn, dbi, 0);
        if (result != MDB_SUCCESS) return ErrorOf(result, "empty table " + std::string(name));
    }
    const int result = mdb_txn_commit(std::exchange(opened.txn, nullptr));
    if (result != MDB_SUCCESS) return ErrorOf(result, "commit");
    return os::SyncFolder(directory);
}

}  // namespace rt::storage::kv
