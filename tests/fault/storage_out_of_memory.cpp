// Out of memory: SQLite's allocation N fails, for every N until a run meets no failure.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include "fault/failing_allocations.h"
#include "fault/ledger.h"

namespace rt {
namespace {

using testing::Ledger;
using testing::TempDir;

sqlite3_mem_methods real_methods;
testing::FailingAllocations allocations;

void* FailingMalloc(int bytes) {
    return allocations.FailsNow() ? nullptr : real_methods.xMalloc(bytes);
}

void* FailingRealloc(void* old, int bytes) {
    return allocations.FailsNow() ? nullptr : real_methods.xRealloc(old, bytes);
}

// SQLite's memory functions can be changed only before it is initialised.
void UseMethods(const sqlite3_mem_methods& methods) {
    REQUIRE(sqlite3_shutdown() == SQLITE_OK);
    REQUIRE(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
}

TEST_CASE("SQLite: allocation N fails, for every N") {
    REQUIRE(sqlite3_shutdown() == SQLITE_OK);
    REQUIRE(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods) == SQLITE_OK);
    sqlite3_mem_methods failing = real_methods;
    failing.xMalloc = FailingMalloc;
    failing.xRealloc = FailingRealloc;
    UseMethods(failing);
    const int stride = testing::FaultPoints(1) > 1 ? 3 : 31;
    bool clean = false;
    int runs = 0;
    for (std::int64_t nth = 1; !clean; nth += stride, ++runs) {
        REQUIRE(nth < 1'000'000);
        TempDir dir;
        {
            Ledger ledger(dir.path());
            REQUIRE(ledger.MakeTables().ok());
        }
        std::vector<std::int64_t> acknowledged;
        allocations.failures = 0;
        allocations.left = nth;
        {
            storage::sql::Options options;
            options.wal_restart_bytes = 20'000;
            Ledger ledger(dir.path(), options);
            for (std::int64_t n = 1; ledger.db != nullptr && n <= 4; ++n) {
                if (ledger.AddSql(n).ok()) acknowledged.push_back(n);
                static_cast<void>(
                    ledger.db->Read([&](storage::sql::Reader& r) { return r.FindInt(testing::kHas, {n}); }));
            }
        }
        allocations.left = 0;
        clean = allocations.failures == 0;
        Ledger ledger(dir.path());
        REQUIRE_MESSAGE(ledger.error == "", nth << ": " << ledger.error);
        CHECK_MESSAGE(ledger.CheckSql(acknowledged) == "", nth);
        if (clean) CHECK(acknowledged.size() == 4);
    }
    CHECK(runs > 5);
    UseMethods(real_methods);
}

}  // namespace
}  // namespace rt
