// I/O errors and full disks: operation N fails, for every N until a run meets no failure. What was acknowledged is
// there afterwards, nothing is half done, the files are sound.
#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "fault/disk.h"
#include "fault/ledger.h"
#include "os/file.h"
#include "storage/blob/blob.h"
#include "storage/kv/store.h"
#include "support/sql_fixture.h"

namespace rt {
namespace {

using disk_kinds = std::vector<testing::disk::Kind>;
using testing::Ledger;
using testing::TempDir;
namespace disk = testing::disk;
using disk::Kind;

struct Fault {
    const char* name;
    int error;
    disk_kinds kinds;
    bool sticky;
};
const std::vector<Fault> kFaults{
    {"EIO once", EIO, {Kind::kWrite, Kind::kFdatasync, Kind::kFsync, Kind::kTruncate, Kind::kSyncFolder}, false},
    {"EIO from there on", EIO, {Kind::kWrite, Kind::kFdatasync, Kind::kFsync, Kind::kTruncate}, true},
    {"full disk", ENOSPC, {Kind::kWrite, Kind::kTruncate}, true},
};

// Runs `work` with operation 1, 2, 3 ... failing, until none failed; `check` looks at the folder after each run.
void FailEach(const Fault& fault, int stride, const std::function<void(const std::string&)>& prepare,
              const std::function<std::vector<std::int64_t>(const std::string&)>& work,
              const std::function<std::string(Ledger&, const std::vector<std::int64_t>&)>& check) {
    bool clean = false;
    for (std::int64_t nth = 1; !clean; nth += stride) {
        REQUIRE_MESSAGE(nth < 2'000, fault.name << ": the run never gets clean");
        TempDir dir;
        prepare(dir.path());
        disk::Begin(dir.path());
        disk::FailAt(nth, fault.error, fault.kinds, fault.sticky);
        const std::vector<std::int64_t> acknowledged = work(dir.path());
        clean = disk::Failed() == 0;
        disk::FailNever();
        static_cast<void>(disk::End());
        Ledger ledger(dir.path());
        REQUIRE_MESSAGE(ledger.error == "", fault.name << " at " << nth << ": " << ledger.error);
        const std::string wrong = check(ledger, acknowledged);
        CHECK_MESSAGE(wrong == "", fault.name << " at " << nth << ": " << wrong);
        if (clean) CHECK(acknowledged.size() == 8);
    }
}

void PrepareTables(const std::string& folder) {
    Ledger ledger(folder);
    REQUIRE(ledger.MakeTables().ok());
}

TEST_CASE("SQLite: operation N fails, for every N") {
    for (const Fault& fault : kFaults) {
        FailEach(
            fault, testing::FaultPoints(3) > 3 ? 1 : 3, PrepareTables,
            [](const std::string& folder) {
                std::vector<std::int64_t> acknowledged;
                storage::sql::Options options;
                options.wal_restart_bytes = 20'000;  // the log is begun anew within the run
                Ledger ledger(folder, options);
                for (std::int64_t n = 1; ledger.db != nullptr && n <= 8; ++n) {
                    if (ledger.AddSql(n).ok()) acknowledged.push_back(n);
                }
                return acknowledged;
            },
            [](Ledger& ledger, const auto& acknowledged) { return ledger.CheckSql(acknowledged); });
    }
}

TEST_CASE("LMDB: operation N fails, for every N") {
    for (const Fault& fault : kFaults) {
        FailEach(
            fault, testing::FaultPoints(3) > 3 ? 1 : 3, [](const std::string& folder) { Ledger ledger(folder); },
            [](const std::string& folder) {
                std::vector<std::int64_t> acknowledged;
                Ledger ledger(folder);
                for (std::int64_t n = 1; ledger.kv != nullptr && n <= 8; ++n) {
                    if (ledger.AddKv(testing::kDurableTable, n).ok()) acknowledged.push_back(n);
                }
                return acknowledged;
            },
            [](Ledger& ledger, const auto& acknowledged) {
                return ledger.CheckKv(testing::kDurableTable, acknowledged);
            });
    }
}

TEST_CASE("blobs: operation N fails, for every N") {
    for (const Fault& fault : kFaults) {
        bool clean = false;
        for (std::int64_t nth = 1; !clean; ++nth) {
            REQUIRE(nth < 200);
            TempDir dir;
            const auto store = *storage::blob::Store::Open(dir / "blobs");
            disk::Begin(dir.path());
            disk::FailAt(nth, fault.error, fault.kinds, fault.sticky);
            const auto ref = store.Put("contents");
            clean = disk::Failed() == 0;
            disk::FailNever();
            static_cast<void>(disk::End());
            CHECK(ref.ok() == clean);
            if (ref.ok()) CHECK(*store.Get(ref->hash) == "contents");
            CHECK(store.FindDamaged()->empty());
        }
    }
}

// Fills a batch with ten increments and one closure that makes the disk fail while it runs alone or in company.
void FailInBatch(int error, Code expected) {
    testing::SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    const std::string big(6'000'000, 'x');  // does not fit the page cache: it is written while the closure runs
    disk::Begin(f.dir.path());
    Code met = Code::kNotFound;
    const int good = testing::RunBatchWith(f, [&] {
        const auto culprit = f.db->Write("culprit", [&](storage::sql::Writer& w) -> Status {
            disk::FailAt(1, error, {Kind::kWrite}, true);
            Status status = Ok();
            for (int i = 0; i < 4 && status.ok(); ++i) {
                const std::string name = big + std::to_string(i);
                status = w.RunOne(testing::kInsert, {1'000 + i, name, 0}, Code::kInternal);
            }
            disk::FailNever();
            return status;
        });
        met = culprit.error().code;
    });
    static_cast<void>(disk::End());
    CHECK(met == expected);
    CHECK(good == 10);
    CHECK(f.Get(1) == 10);
    CHECK(f.Count() == 1);
    CHECK(f.metrics.Get(Metric::kSqlReruns).Value() == 1);
}

TEST_CASE("a full disk in one closure of a batch fails that one alone") {
    FailInBatch(ENOSPC, Code::kStorageFull);
}

TEST_CASE("an I/O error in one closure of a batch fails that one alone") {
    FailInBatch(EIO, Code::kUnavailable);
}

TEST_CASE("while the fast side cannot be reopened its writes are refused, and it comes back") {
    constexpr storage::kv::Table kTable{storage::kv::Env::kDurable, "auth.session"};
    TempDir dir;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    auto opened = storage::kv::Store::Open({.directory = dir / "kv"}, clock, log, metrics);
    REQUIRE(opened.ok());
    storage::kv::Store& store = **opened;
    const auto put = [&](std::string_view value) { return store.Put(kTable, "a", value, {}); };
    REQUIRE(put("1").ok());
    disk::Begin(dir.path());
    disk::FailAt(1, EIO, {Kind::kWrite, Kind::kFdatasync}, true);
    // As after the disk went away.
    REQUIRE(os::RenameDurably(dir / "kv/durable", dir / "kv/gone").ok());
    CHECK(put("2").error().code == Code::kUnavailable);
    CHECK(put("3").error().code == Code::kUnavailable);
    // Several that come together.
    std::vector<std::thread> others;
    for (int i = 0; i < 8; ++i) others.emplace_back([&] { CHECK_FALSE(put("4").ok()); });
    for (std::thread& other : others) other.join();
    CHECK_FALSE(store.Get(kTable, "a").ok());
    disk::FailNever();
    static_cast<void>(disk::End());
    REQUIRE(os::RenameDurably(dir / "kv/gone", dir / "kv/durable").ok());
    CHECK(put("5").ok());
    CHECK(**store.Get(kTable, "a") == "5");
}

TEST_CASE("after a failed fsync nothing is answered with success until the log was written anew") {
    testing::SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    disk::Begin(f.dir.path());
    disk::FailAt(1, EIO, {Kind::kFdatasync}, true);
    CHECK(f.Add(1).error().code == Code::kReadOnly);
    CHECK(f.db->read_only());
    CHECK(f.metrics.Get(Metric::kSqlReadOnly).Value() == 1);
    CHECK(f.Add(1).error().code == Code::kReadOnly);
    CHECK(f.Get(1).has_value());  // reading goes on
    disk::FailNever();
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (f.db->read_only() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    REQUIRE_FALSE(f.db->read_only());
    CHECK(f.Add(1).ok());
    const disk::Record record = disk::End();
    // The log's first bytes were written again, and synced, before the store took writes.
    const auto rewritten = [](const disk::Event& event) {
        return event.kind == Kind::kWrite && event.path == "main.db-wal" && event.at == 0;
    };
    CHECK(std::any_of(record.events.begin(), record.events.end(), rewritten));
    CHECK(f.metrics.Get(Metric::kSqlReadOnly).Value() == 0);
}

}  // namespace
}  // namespace rt
