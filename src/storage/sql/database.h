// SQLite as the record: many readers, one writer that commits queued closures in batches.
//
//   constexpr sql::Statement kTeamById{"team.by_id", "SELECT name, rev FROM team WHERE id = $1"};
//   auto team = db.Read([&](sql::Reader& r) { return r.One<TeamRow>(kTeamById, id, ReadTeam); });
//   auto done = db.Write("team.found", [&](sql::Writer& w) -> Result<TeamId> { ... });
//
// Write() returns after the commit is on disk: success means durable. A closure that returns an error is rolled back
// alone. A closure may be run more than once: no I/O, no randomness, no clock inside; capture values by copy or by
// reference to things that outlive the call.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "storage/sql/row.h"
#include "storage/sql/value.h"

namespace rt::storage::sql {

class Connection;

// Reads of one consistent snapshot. Not thread-safe; lives inside Database::Read or ::Write.
class Reader {
  public:
    explicit Reader(Connection& connection) : connection_(connection) {}

    // Calls `row` for each row; it may return false to stop early (or void).
    template <class RowFn>
    Status Each(const Statement& statement, std::initializer_list<Param> params, RowFn&& row) {
        return EachRow(statement, {params.begin(), params.size()}, [&](const Row& r) -> bool {
            if constexpr (std::is_same_v<std::invoke_result_t<RowFn, const Row&>, bool>) {
                return row(r);
            } else {
                row(r);
                return true;
            }
        });
    }
    template <class T, class RowFn>
    Result<std::vector<T>> All(const Statement& statement, std::initializer_list<Param> params, RowFn&& row) {
        std::vector<T> out;
        RT_CHECK_OK(Each(statement, params, [&](const Row& r) { out.push_back(row(r)); }));
        return out;
    }
    // nullopt when there is no row.
    template <class T, class RowFn>
    Result<std::optional<T>> Find(const Statement& statement, std::initializer_list<Param> params, RowFn&& row) {
        std::optional<T> out;
        RT_CHECK_OK(Each(statement, params, [&](const Row& r) {
            out.emplace(row(r));
            return false;
        }));
        return out;
    }
    // The first column of the first row as an integer; nullopt when there is no row or it is NULL.
    Result<std::optional<std::int64_t>> FindInt(const Statement& statement, std::initializer_list<Param> params);
    Status EachRow(const Statement& statement, std::span<const Param> params,
                   const std::function<bool(const Row&)>& row);

  protected:
    Connection& connection_;
};

// What a closure of Database::Write gets. Statements that violate a constraint return ALREADY_EXISTS (unique) or
// INTERNAL with the constraint's name in `detail`; return the error to roll this closure back.
class Writer : public Reader {
  public:
    using Reader::Reader;
    // Rows changed: test it after every conditional write.
    Result<std::int64_t> Run(const Statement& statement, std::initializer_list<Param> params);
    // Run() that must change exactly one row; else `otherwise`.
    Status RunOne(const Statement& statement, std::initializer_list<Param> params, Code otherwise);
};

struct Options {
    std::string path{};            // the database file
    int readers = 8;               // connections for reading
    std::size_t queue_max = 4096;  // closures waiting; one more is refused with UNAVAILABLE
    std::size_t batch_max = 256;   // closures in one commit
    std::int64_t wal_restart_bytes = 32LL << 20;
    std::int64_t slow_statement_micros = 100'000;
    std::int64_t closure_cpu_micros_max = 20'000;  // CPU time of one closure's statements; then DEADLINE_EXCEEDED
    std::int64_t closure_rows_max = 10'000;        // rows one closure may change; bulk work goes in chunks
    std::int64_t write_wait_ms = 10'000;           // in the queue; then DEADLINE_EXCEEDED and the closure never runs
    std::int64_t read_wait_ms = 5'000;             // for a free reader
    std::int64_t read_age_micros_max = 5'000'000;  // an older reader is interrupted
    std::string synchronous = "FULL";              // "OFF" only in the control of the power-loss test
    bool autocommit_check = true;                  // off only in the control of the batch test
    std::string vfs{};                             // empty: the default; tests name their own
};

// One fixed view for a long copy; not interrupted, so the log grows until it is gone. Not thread-safe.
class Snapshot {
  public:
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    Reader& reader() { return reader_; }
    // The view as of now instead.
    Status Renew();
    // Writes the database, as of this view, to a new file and to disk.
    Status CopyTo(const std::string& path);

  private:
    friend class Database;
    // `counted`: how many are open; it outlives this one. nullptr: nobody counts.
    Snapshot(std::unique_ptr<Connection> connection, std::atomic<int>* counted);

    std::unique_ptr<Connection> connection_;
    Reader reader_;
    std::atomic<int>* const counted_;
};

// Thread-safe. Owns all connections and the writer thread.
class Database {
  public:
    // Compares returned pragmas with the ones asked for. INTERNAL with a remedy in `detail` when it cannot serve.
    static Result<std::unique_ptr<Database>> Open(Options options, const base::Clock& clock, base::Log& log,
                                                  base::Metrics& metrics);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Runs `fn(Reader&) -> Result<T>` in a read transaction on a free connection (waits at most 5 s for one).
    template <class Fn>
    std::invoke_result_t<Fn, Reader&> Read(Fn&& fn) {
        std::optional<std::invoke_result_t<Fn, Reader&>> out;
        const Status status = ReadErased([&](Reader& reader) { out.emplace(fn(reader)); });
        if (!status.ok()) return status.error();
        return std::move(*out);
    }

    // Runs `fn(Writer&) -> Result<T>` in the writer's next batch and waits for the commit.
    template <class Fn>
    std::invoke_result_t<Fn, Writer&> Write(std::string_view name, Fn&& fn) {
        std::optional<std::invoke_result_t<Fn, Writer&>> out;
        const Status status = WriteErased(name, [&](Writer& writer) -> Status {
            out.emplace(fn(writer));
            return out->ok() ? Ok() : Status(out->error());
        });
        if (!status.ok()) return status.error();
        return std::move(*out);
    }

    // Changes with every commit, of this process and of others; the same number as before means that nothing was
    // committed since (architecture.md §4). What a cache holds is good for the number taken before it was read.
    Result<std::int64_t> DataVersion();
    // From now on the checkpoint thread works only while `holds` says that this process has the role. Called on that
    // thread, when there is something to do.
    void GuardCheckpoints(std::function<bool()> holds);

    // Set after damage or a failed fsync; writes then answer READ_ONLY or STORAGE_FULL until it recovers.
    bool read_only() const;
    std::int64_t wal_bytes() const;
    std::size_t queue_depth() const;
    const Options& options() const;
    // A consistent view as of now; writes go on.
    Result<std::unique_ptr<Snapshot>> OpenSnapshot();
    // A consistent copy into a new file, while writes go on.
    Status CopyTo(const std::string& path);
    // The same from a file that this process has not opened, perhaps another: nothing but a reader is started.
    static Status CopyFile(const Options& options, const std::string& path, const base::Clock& clock, base::Log& log,
                           base::Metrics& metrics);
    // Runs `fn` on the writer's thread between two commits, so that no write is under way meanwhile. Keep it short.
    Status AtBarrier(const std::function<void()>& fn);

  private:
    struct State;
    explicit Database(std::unique_ptr<State> state);
    Status ReadErased(const std::function<void(Reader&)>& fn);
    Status WriteErased(std::string_view name, const std::function<Status(Writer&)>& fn);

    std::unique_ptr<State> state_;
};

}  // namespace rt::storage::sql
