// Out of memory: LMDB's allocation N fails, for every N until a run meets no failure. The linker turns the calls of
// malloc, calloc and realloc in the C libraries of this program to the functions below (tests/CMakeLists.txt).
#include <doctest/doctest.h>

#include <cstddef>

#include "fault/failing_allocations.h"
#include "fault/ledger.h"

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the names are the linker's.
extern "C" {
void* __real_malloc(std::size_t bytes);
void* __real_calloc(std::size_t count, std::size_t bytes);
void* __real_realloc(void* old, std::size_t bytes);
void* __wrap_malloc(std::size_t bytes);
void* __wrap_calloc(std::size_t count, std::size_t bytes);
void* __wrap_realloc(void* old, std::size_t bytes);
}

namespace rt {
namespace {

using testing::Ledger;
using testing::TempDir;

testing::FailingAllocations allocations;

Status Add(storage::kv::Store& store, const storage::kv::Table& table, std::int64_t n) {
    const std::string pad(5'000, 'p');  // more than a page
    const std::string key = std::to_string(n);
    return store.Update(table.env, [&](storage::kv::Batch& batch) -> Status {
        RT_CHECK_OK(batch.Put(table, "left/" + key, pad, base::Time{1'900'000'000'000'000 + n}));
        return batch.Put(table, "right/" + key, pad, {});
    });
}

// What a store does in its life; returns the writes that were answered with success.
std::vector<std::int64_t> Work(const std::string& folder, const storage::kv::Table& table) {
    std::vector<std::int64_t> acknowledged;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    storage::kv::Options options;
    options.directory = folder;
    options.durable_map_bytes = 64 << 20;
    options.cache_map_bytes = 64 << 20;
    options.boot_id = "one boot";
    const auto store = storage::kv::Store::Open(options, clock, log, metrics);
    if (!store.ok()) return acknowledged;
    for (std::int64_t n = 1; n <= 4; ++n) {
        if (Add(**store, table, n).ok()) acknowledged.push_back(n);
        static_cast<void>((*store)->Get(table, "left/" + std::to_string(n)));
        static_cast<void>((*store)->Scan(table, "", [](std::string_view, std::string_view) { return true; }));
    }
    testing::RunWriters(3, 3, [&](std::int64_t n) { static_cast<void>(Add(**store, table, 100 + n)); });
    static_cast<void>((*store)->Sweep(table.env, 10));
    return acknowledged;
}

TEST_CASE("LMDB: allocation N fails, for every N") {
    const int stride = testing::FaultPoints(1) > 1 ? 1 : 3;
    bool clean = false;
    int runs = 0;
    for (std::int64_t nth = 1; !clean; nth += stride, ++runs) {
        REQUIRE(nth < 1'000'000);
        CAPTURE(nth);
        TempDir dir;
        { REQUIRE(Ledger(dir.path()).AddKv(testing::kDurableTable, 900).ok()); }
        allocations.failures = 0;
        allocations.left = nth;
        auto acknowledged = Work(dir / "kv", testing::kDurableTable);
        allocations.left = 0;
        clean = allocations.failures == 0;
        if (clean) CHECK(acknowledged.size() == 4);
        acknowledged.push_back(900);
        Ledger ledger(dir.path());
        REQUIRE(ledger.error == "");
        CHECK(ledger.CheckKv(testing::kDurableTable, acknowledged) == "");
        CHECK(ledger.AddKv(testing::kDurableTable, 901).ok());
    }
    CHECK(runs > 5);
    MESSAGE("runs with a failed allocation: " << runs - 1);
}

}  // namespace
}  // namespace rt

void* __wrap_malloc(std::size_t bytes) {
    return rt::allocations.FailsNow() ? nullptr : __real_malloc(bytes);
}

void* __wrap_calloc(std::size_t count, std::size_t bytes) {
    return rt::allocations.FailsNow() ? nullptr : __real_calloc(count, bytes);
}

void* __wrap_realloc(void* old, std::size_t bytes) {
    return rt::allocations.FailsNow() ? nullptr : __real_realloc(old, bytes);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
