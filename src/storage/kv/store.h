// LMDB as the fast side: sessions, refresh tokens, codes, saved rate buckets. Two environments:
// kDurable (fsync before the answer, group commit) and kCache (no sync; dropped unread after an unclean boot).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"

namespace rt::storage::kv {

enum class Env : std::uint8_t { kDurable, kCache };

// A named table. All tables of a process are in one list (kv/tables.h), which is also the documentation.
struct Table {
    Env env;
    std::string_view name;  // static storage
};

inline constexpr std::size_t kKeyBytesMax = 480;
inline constexpr std::size_t kValueBytesMax = 1 << 20;

// The changes of one atomic update, given to the closure of Store::Update. A closure may be run again.
class Batch {
  public:
    virtual ~Batch() = default;
    // Expired keys are absent.
    virtual std::optional<std::string> Get(const Table& table, std::string_view key) = 0;
    // expires: nullopt for never.
    virtual Status Put(const Table& table, std::string_view key, std::string_view value,
                       std::optional<base::Time> expires) = 0;
    virtual Status Delete(const Table& table, std::string_view key) = 0;
    virtual Status Scan(const Table& table, std::string_view prefix,
                        const std::function<bool(std::string_view key, std::string_view value)>& row) = 0;
};

struct Options {
    std::string directory{};                     // holds durable/ and cache/
    std::int64_t durable_map_bytes = 4LL << 30;  // address space, not disk; STORAGE_FULL beyond it
    std::int64_t cache_map_bytes = 2LL << 30;
    std::string boot_id{};  // empty: the kernel's
};

// Not thread-safe; must end before its Store.
class Snapshot {
  public:
    virtual ~Snapshot() = default;
    // Writes a compact environment to a new folder, and to disk. Returns the keys of each table.
    virtual Result<std::vector<std::pair<std::string, std::int64_t>>> CopyTo(const std::string& directory) = 0;
};

// Thread-safe; one writer thread an environment, commits grouped.
class Store {
  public:
    static Result<std::unique_ptr<Store>> Open(Options options, const base::Clock& clock, base::Log& log,
                                               base::Metrics& metrics);
    ~Store();  // leaves the clean mark
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    Result<std::optional<std::string>> Get(const Table& table, std::string_view key) const;
    // Keys in order, expired ones skipped; `row` returns false to stop. The read transaction ends with the call:
    // do not wait inside.
    Status Scan(const Table& table, std::string_view prefix,
                const std::function<bool(std::string_view key, std::string_view value)>& row) const;
    // Read-modify-write in one commit; an error returned by `fn` undoes it alone. All tables of one update belong to
    // `env`. With kDurable, success means on disk.
    Status Update(Env env, const std::function<Status(Batch&)>& fn);
    // Convenience over Update().
    Status Put(const Table& table, std::string_view key, std::string_view value, std::optional<base::Time> expires);
    Status Delete(const Table& table, std::string_view key);
    // Removes expired keys, at most `keys_max`; returns how many. Called by the scheduler.
    Result<std::size_t> Sweep(Env env, std::size_t keys_max);
    // Frees the read slots of processes that died. Called at start and hourly.
    void DropStaleReaders();
    // A fixed view of the durable environment; writes go on (its pages are not reused until it is gone).
    Result<std::unique_ptr<Snapshot>> OpenSnapshot() const;
    // A consistent copy of the durable environment into a new folder, while writes go on.
    Status CopyTo(const std::string& directory) const;
    // Runs `fn` on the durable writer's thread between two commits. Keep it short.
    Status AtBarrier(const std::function<void()>& fn);

  private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace rt::storage::kv
