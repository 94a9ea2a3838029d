// Power loss: one run is recorded; from the record the disk is made as a power cut at many moments would leave it, and
// the stores are opened on it. Nothing acknowledged may be lost, nothing half done. The controls run without the syncs,
// and the same check must fail.
#include <doctest/doctest.h>

#include <functional>

#include "fault/disk.h"
#include "fault/ledger.h"

namespace rt {
namespace {

using testing::Ledger;
using testing::TempDir;
namespace disk = testing::disk;

constexpr std::array kLosses{disk::Loss::kAll, disk::Loss::kNothing, disk::Loss::kRandom, disk::Loss::kTorn};

// Opens the stores on each of `points` crash images; returns how many were wrong, with the first reason.
struct Outcome {
    int images = 0;
    int wrong = 0;
    std::string reason;
};
Outcome CheckCrashes(const disk::Record& record, std::size_t points,
                     const std::function<std::string(Ledger&, const std::vector<std::int64_t>&)>& check) {
    Outcome out;
    base::SeededRandom random(42);
    for (std::size_t point = 0; point < points; ++point) {
        const std::size_t count = point == 0 ? record.events.size() : random.Below(record.events.size() + 1);
        const disk::Loss loss = kLosses[point % kLosses.size()];
        TempDir dir;
        disk::WriteImage(disk::Crash(record, count, loss, random), dir.path());
        storage::sql::Options options;
        options.synchronous = "OFF";  // of the check, not of what is checked
        options.readers = 1;
        Ledger ledger(dir.path(), options);
        std::string wrong = ledger.error;
        if (wrong.empty()) wrong = check(ledger, disk::Marks(record, count));
        ++out.images;
        out.wrong += wrong.empty() ? 0 : 1;
        if (out.reason.empty()) out.reason = wrong;
    }
    return out;
}

std::string CheckSql(Ledger& ledger, const std::vector<std::int64_t>& acknowledged) {
    return ledger.CheckSql(acknowledged);
}

disk::Record RecordSql(const std::string& synchronous) {
    TempDir dir;
    storage::sql::Options options;
    options.synchronous = synchronous;
    options.wal_restart_bytes = 200'000;  // so that the log is copied back and begun anew many times
    {
        Ledger ledger(dir.path(), options);
        REQUIRE(ledger.error == "");
        REQUIRE(ledger.MakeTables().ok());
    }
    Ledger ledger(dir.path(), options);
    disk::Begin(dir.path());
    testing::RunWriters(6, 60, [&](std::int64_t n) {
        if (ledger.AddSql(n).ok()) disk::Mark(n);
    });
    ledger.db.reset();
    ledger.kv.reset();
    return disk::End();
}

TEST_CASE("SQLite: after a power cut every acknowledged write is there, none is half done") {
    const disk::Record record = RecordSql("FULL");
    const auto is_restart = [](const disk::Event& event) {
        return event.kind == disk::Kind::kWrite && event.path == "main.db-wal" && event.at == 0;
    };
    CHECK(std::count_if(record.events.begin(), record.events.end(), is_restart) >= 2);
    const Outcome outcome = CheckCrashes(record, testing::FaultPoints(60), CheckSql);
    CHECK_MESSAGE(outcome.wrong == 0, outcome.wrong << " of " << outcome.images << ": " << outcome.reason);
    // Every sync of the log is fdatasync; SQLite falls back to fsync when it was built without HAVE_FDATASYNC.
    int syncs = 0;
    for (const disk::Event& event : record.events) {
        if (event.path != "main.db-wal") continue;
        CHECK(event.kind != disk::Kind::kFsync);
        syncs += event.kind == disk::Kind::kFdatasync ? 1 : 0;
    }
    CHECK(syncs > 20);
}

TEST_CASE("control: SQLite with synchronous=OFF loses acknowledged writes") {
    const Outcome outcome = CheckCrashes(RecordSql("OFF"), 40, CheckSql);
    CHECK(outcome.wrong > 0);
}

disk::Record RecordKv(const storage::kv::Table& table) {
    TempDir dir;
    { Ledger ledger(dir.path()); }
    Ledger ledger(dir.path());
    disk::Begin(dir.path());
    testing::RunWriters(6, 40, [&](std::int64_t n) {
        if (ledger.AddKv(table, n).ok()) disk::Mark(n);
    });
    disk::Record record = disk::End();  // before the clean stop, which flushes
    return record;
}

TEST_CASE("LMDB: after a power cut every acknowledged update is there, none is half done") {
    const disk::Record record = RecordKv(testing::kDurableTable);
    const Outcome outcome = CheckCrashes(
        record, testing::FaultPoints(60),
        [](Ledger& ledger, const auto& acknowledged) { return ledger.CheckKv(testing::kDurableTable, acknowledged); });
    CHECK_MESSAGE(outcome.wrong == 0, outcome.wrong << " of " << outcome.images << ": " << outcome.reason);
}

TEST_CASE("control: LMDB with MDB_NOSYNC loses acknowledged updates") {
    // Whole writes only: a torn page of an unsynced environment can crash its reader, which is why it is dropped after
    // another boot.
    const disk::Record record = RecordKv(testing::kUnsyncedTable);
    base::SeededRandom random(1);
    TempDir dir;
    disk::WriteImage(disk::Crash(record, record.events.size(), disk::Loss::kAll, random), dir.path());
    Ledger ledger(dir.path());
    REQUIRE(ledger.error == "");
    CHECK(ledger.CheckKv(testing::kUnsyncedTable, disk::Marks(record, record.events.size())) != "");
}

}  // namespace
}  // namespace rt
