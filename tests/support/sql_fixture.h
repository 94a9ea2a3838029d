// A database in a folder of its own with one table, and ways to fill a batch of its writer.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "storage/sql/database.h"
#include "support/temp_dir.h"

namespace rt::testing {

using storage::sql::Database;
using storage::sql::Reader;
using storage::sql::Statement;
using storage::sql::Writer;

inline constexpr Statement kCreate{
    "t.create",
    "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER NOT NULL CHECK(n >= 0)) STRICT"};
inline constexpr Statement kInsert{"t.insert", "INSERT INTO item(id, name, n) VALUES ($1, $2, $3)"};
inline constexpr Statement kAdd{"t.add", "UPDATE item SET n = n + $2 WHERE id = $1"};
inline constexpr Statement kGet{"t.get", "SELECT n FROM item WHERE id = $1"};
inline constexpr Statement kCount{"t.count", "SELECT count(*) FROM item"};

struct SqlFixture {
    explicit SqlFixture(storage::sql::Options given = {}) {
        given.path = dir / "main.db";
        auto opened = Database::Open(given, clock, log, metrics);
        REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().detail));
        db = std::move(*opened);
        REQUIRE(db->Write("create", [](Writer& w) { return w.Run(kCreate, {}); }).ok());
    }
    std::int64_t Count() {
        return **db->Read([](Reader& r) { return r.FindInt(kCount, {}); });
    }
    std::optional<std::int64_t> Get(std::int64_t id) {
        return *db->Read([&](Reader& r) { return r.FindInt(kGet, {id}); });
    }
    Status Insert(std::int64_t id, std::int64_t n = 0) {
        const std::string name = "item " + std::to_string(id);
        return db->Write("insert", [&](Writer& w) { return w.RunOne(kInsert, {id, name, n}, Code::kInternal); });
    }
    Status Add(std::int64_t id) {
        return db->Write("add", [&](Writer& w) { return w.RunOne(kAdd, {id, 1}, Code::kConflict); });
    }

    TempDir dir;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<Database> db;
};

// Holds the writer between two batches, so that the closures parked behind it form one batch.
class Gate {
  public:
    explicit Gate(Database& db)
        : thread_([&db, this] {
              CHECK(db.AtBarrier([this] {
                          entered_.store(true);
                          entered_.notify_all();
                          open_.wait(false);
                      }).ok());
          }) {
        entered_.wait(false);
    }
    void Open() {
        open_.store(true);
        open_.notify_all();
        thread_.join();
    }

  private:
    std::atomic<bool> entered_{false};
    std::atomic<bool> open_{false};
    std::thread thread_;
};

// Runs `fn` in a thread that is parked in the writer's queue when this returns.
template <class Fn>
std::thread Park(Database& db, Fn fn) {
    const std::size_t before = db.queue_depth();
    std::thread thread(std::move(fn));
    while (db.queue_depth() == before) std::this_thread::yield();
    return thread;
}

// Ten increments of item 1 and, in the middle, `culprit`, in one batch; returns the increments answered with success.
template <class Culprit>
int RunBatchWith(SqlFixture& f, Culprit culprit) {
    Gate gate(*f.db);
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    const auto add = [&] {
        if (f.Add(1).ok()) ++good;
    };
    for (int i = 0; i < 5; ++i) threads.push_back(Park(*f.db, add));
    threads.push_back(Park(*f.db, culprit));
    for (int i = 0; i < 5; ++i) threads.push_back(Park(*f.db, add));
    gate.Open();
    for (auto& thread : threads) thread.join();
    return good;
}

}  // namespace rt::testing
