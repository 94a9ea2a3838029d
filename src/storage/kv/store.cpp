#include "storage/kv/store.h"

#include "os/file.h"
#include "os/process.h"
#include "storage/kv/environment_internal.h"

namespace rt::storage::kv {

namespace {

constexpr std::string_view kOpenMark = " open";
constexpr std::string_view kCleanMark = " clean";

constexpr std::size_t kMarkBytesMax = 256;

std::string ReadLine(const std::string& path) {
    const auto text = os::ReadFile(path, kMarkBytesMax);
    return text.ok() ? text->substr(0, text->find('\n')) : std::string();
}

}  // namespace

struct Store::State {
    State(Options given, const base::Clock& clock, base::Log& log, base::Metrics& metrics)
        : options(std::move(given)),
          durable({Env::kDurable, options.directory + "/durable", options.durable_map_bytes, true}, clock, log,
                  metrics),
          cache(std::in_place,
                Environment::Setup{Env::kCache, options.directory + "/cache", options.cache_map_bytes, false}, clock,
                log, metrics) {}

    Environment& Of(Env env) { return env == Env::kDurable ? durable : *cache; }
    std::string MarkPath() const { return options.directory + "/cache/boot"; }
    Status PrepareCache(base::Log& log);

    Options options;
    Environment durable;
    std::optional<Environment> cache;
};

// LMDB has no checksums: after a power loss an unsynced environment may be damaged without a sign of it. Within one
// boot the page cache holds every write, so a killed process loses nothing.
Status Store::State::PrepareCache(base::Log& log) {
    if (options.boot_id.empty()) {
        if (auto id = os::BootId(); id.ok()) options.boot_id = *std::move(id);
    }
    const std::string mark = ReadLine(MarkPath());
    const bool same_boot = !options.boot_id.empty() && mark.starts_with(options.boot_id + " ");
    const bool clean = mark.ends_with(kCleanMark);
    const std::string data = options.directory + "/cache/data.mdb";
    if (!same_boot && !clean && os::Exists(data)) {
        log.Warn("the cache is dropped: the machine went down without a clean stop");
        RT_CHECK_OK(os::RemoveFile(data));
    }
    return os::WriteFileAtomic(MarkPath(), options.boot_id + std::string(kOpenMark));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}

Store::~Store() {
    state_->cache.reset();  // flushes
    static_cast<void>(os::WriteFileAtomic(state_->MarkPath(), state_->options.boot_id + std::string(kCleanMark)));
}

Result<std::unique_ptr<Store>> Store::Open(Options options, const base::Clock& clock, base::Log& log,
                                           base::Metrics& metrics) {
    for (const char* part : {"/durable", "/cache"}) RT_CHECK_OK(os::MakeFolders(options.directory + part));
    auto state = std::make_unique<State>(std::move(options), clock, log, metrics);
    RT_CHECK_OK(state->PrepareCache(log));
    RT_CHECK_OK(state->durable.Open());
    RT_CHECK_OK(state->cache->Open());
    return std::unique_ptr<Store>(new Store(std::move(state)));
}

Result<std::optional<std::string>> Store::Get(const Table& table, std::string_view key) const {
    Environment& environment = state_->Of(table.env);
    std::optional<std::string> out;
    RT_CHECK_OK(environment.Read([&](MDB_txn* txn, const Tables& tables) -> Status {
        RT_TRY(const MDB_dbi dbi, tables.Find(table));
        MDB_val k = Val(key);
        MDB_val v;
        const int result = key.empty() || key.size() > kKeyBytesMax ? MDB_NOTFOUND : mdb_get(txn, dbi, &k, &v);
        if (result == MDB_NOTFOUND) return Ok();
        if (result != MDB_SUCCESS) return ErrorOf(result, "get");
        const StoredValue stored = ParseStored(View(v));
        if (stored.LiveAt(environment.Now())) out = std::string(stored.bytes);
        return Ok();
    }));
    return out;
}

Status Store::Scan(const Table& table, std::string_view prefix,
                   const std::function<bool(std::string_view key, std::string_view value)>& row) const {
    Environment& environment = state_->Of(table.env);
    return environment.Read([&](MDB_txn* txn, const Tables& tables) -> Status {
        RT_TRY(const MDB_dbi dbi, tables.Find(table));
        return ScanIn(txn, dbi, environment.Now(), prefix, row);
    });
}

Status Store::Update(Env env, const std::function<Status(Batch&)>& fn) {
    return state_->Of(env).Update(fn);
}

Status Store::Put(const Table& table, std::string_view key, std::string_view value, std::optional<base::Time> expires) {
    return Update(table.env, [&](Batch& batch) { return batch.Put(table, key, value, expires); });
}

Status Store::Delete(const Table& table, std::string_view key) {
    return Update(table.env, [&](Batch& batch) { return batch.Delete(table, key); });
}

Result<std::size_t> Store::Sweep(Env env, std::size_t keys_max) {
    return state_->Of(env).Sweep(keys_max);
}

void Store::DropStaleReaders() {
    state_->durable.DropStaleReaders();
    state_->cache->DropStaleReaders();
}

Status Store::AtBarrier(const std::function<void()>& fn) {
    return state_->durable.AtBarrier(fn);
}

Result<std::unique_ptr<Snapshot>> Store::OpenSnapshot() const {
    return state_->durable.OpenSnapshot();
}

Status Store::CopyTo(const std::string& directory) const {
    RT_TRY(const auto snapshot, OpenSnapshot());
    RT_TRY(const auto counts, snapshot->CopyTo(directory));
    static_cast<void>(counts);
    return Ok();
}

}  // namespace rt::storage::kv
