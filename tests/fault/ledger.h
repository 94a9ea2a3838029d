// Concurrent writers whose every acknowledged write can be checked afterwards: a write is two rows (or two keys) that
// must both be there or both be absent.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/parse.h"
#include "storage/kv/store.h"
#include "storage/sql/database.h"
#include "support/temp_dir.h"

namespace rt::testing {

inline constexpr storage::sql::Statement kLedgerLeft{
    "l.left", "CREATE TABLE IF NOT EXISTS left_row(n INTEGER PRIMARY KEY, pad TEXT)"};
inline constexpr storage::sql::Statement kLedgerRight{
    "l.right", "CREATE TABLE IF NOT EXISTS right_row(n INTEGER PRIMARY KEY, pad TEXT)"};
inline constexpr storage::sql::Statement kAddLeft{"l.add_left", "INSERT INTO left_row(n, pad) VALUES ($1, $2)"};
inline constexpr storage::sql::Statement kAddRight{"l.add_right", "INSERT INTO right_row(n, pad) VALUES ($1, $2)"};
inline constexpr storage::sql::Statement kHalf{"l.half",
                                               "SELECT count(*) FROM (SELECT n FROM left_row EXCEPT SELECT n FROM "
                                               "right_row UNION ALL SELECT n FROM right_row EXCEPT "
                                               "SELECT n FROM left_row)"};
inline constexpr storage::sql::Statement kHas{"l.has", "SELECT count(*) FROM left_row WHERE n = $1"};
inline constexpr storage::sql::Statement kIntegrity{"l.integrity", "PRAGMA integrity_check"};
inline constexpr storage::kv::Table kDurableTable{storage::kv::Env::kDurable, "auth.session"};
inline constexpr storage::kv::Table kUnsyncedTable{storage::kv::Env::kCache, "net.rate_bucket"};

// Points of a fault test: a sample by default, all that matter with RT_FAULT_POINTS (./dev check --long).
inline std::size_t FaultPoints(std::size_t sample) {
    const char* given = std::getenv("RT_FAULT_POINTS");
    if (given == nullptr) return sample;
    return static_cast<std::size_t>(base::ParseUnsigned(given).value_or(sample));
}

struct Ledger {
    explicit Ledger(const std::string& folder, storage::sql::Options given = {}) {
        given.path = folder + "/main.db";
        auto opened = storage::sql::Database::Open(given, clock, log, metrics);
        error = opened.ok() ? "" : opened.error().detail;
        if (opened.ok()) db = std::move(*opened);
        storage::kv::Options kv_options;
        kv_options.directory = folder + "/kv";
        kv_options.durable_map_bytes = 64 << 20;
        kv_options.cache_map_bytes = 64 << 20;
        kv_options.boot_id = "one boot";
        auto store = storage::kv::Store::Open(kv_options, clock, log, metrics);
        if (!store.ok()) error += store.error().detail;
        if (store.ok()) kv = std::move(*store);
    }
    Status MakeTables() {
        return db->Write("tables", [](storage::sql::Writer& w) -> Status {
            RT_CHECK_OK(w.Run(kLedgerLeft, {}));
            RT_CHECK_OK(w.Run(kLedgerRight, {}));
            return Ok();
        });
    }
    Status AddSql(std::int64_t n) {
        const std::string pad(static_cast<std::size_t>(50 + n % 700), 'p');
        return db->Write("add", [&](storage::sql::Writer& w) -> Status {
            RT_CHECK_OK(w.RunOne(kAddLeft, {n, pad}, Code::kInternal));
            return w.RunOne(kAddRight, {n, pad}, Code::kInternal);
        });
    }
    Status AddKv(const storage::kv::Table& table, std::int64_t n) {
        const std::string pad(static_cast<std::size_t>(50 + n % 700), 'p');
        const std::string key = std::to_string(n);
        return kv->Update(table.env, [&](storage::kv::Batch& b) -> Status {
            RT_CHECK_OK(b.Put(table, "left/" + key, pad, {}));
            return b.Put(table, "right/" + key, pad, {});
        });
    }
    // Empty when every number in `acknowledged` is there and nothing is half there; else what is wrong.
    std::string CheckSql(const std::vector<std::int64_t>& acknowledged) {
        std::string wrong;
        const auto read = db->Read([&](storage::sql::Reader& r) -> Status {
            RT_CHECK_OK(r.Each(kIntegrity, {}, [&](const storage::sql::Row& row) {
                if (row.TextView(0) != "ok") wrong += row.Text(0) + "; ";
            }));
            RT_TRY(const auto half, r.FindInt(kHalf, {}));
            if (*half != 0) wrong += std::to_string(*half) + " half done; ";
            for (const std::int64_t n : acknowledged) {
                RT_TRY(const auto has, r.FindInt(kHas, {n}));
                if (*has != 1) wrong += std::to_string(n) + " lost; ";
            }
            return Ok();
        });
        return read.ok() ? wrong : wrong + read.error().detail;
    }
    std::string CheckKv(const storage::kv::Table& table, const std::vector<std::int64_t>& acknowledged) {
        std::set<std::string> left;
        std::set<std::string> right;
        const auto scanned = kv->Scan(table, "", [&](std::string_view key, std::string_view) {
            (key.starts_with("left/") ? left : right).insert(std::string(key.substr(key.find('/') + 1)));
            return true;
        });
        std::string wrong = scanned.ok() ? "" : scanned.error().detail;
        if (left != right) wrong += "half done; ";
        for (const std::int64_t n : acknowledged) {
            if (!left.contains(std::to_string(n))) wrong += std::to_string(n) + " lost; ";
        }
        return wrong;
    }

    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::string error;  // of opening
    std::unique_ptr<storage::sql::Database> db;
    std::unique_ptr<storage::kv::Store> kv;
};

// Runs `write(n)` with n = thread * 1000 + 1, 2, ... in `threads` threads.
inline void RunWriters(int threads, int writes, const std::function<void(std::int64_t)>& write) {
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t) {
        running.emplace_back([=, &write] {
            for (int i = 1; i <= writes; ++i) write(t * 1'000 + i);
        });
    }
    for (auto& thread : running) thread.join();
}

}  // namespace rt::testing
