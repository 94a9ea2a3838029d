#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <new>
#include <thread>
#include <vector>

#include "support/sql_fixture.h"

namespace rt::storage::sql {
namespace {

using testing::SqlFixture;
using namespace std::string_view_literals;

constexpr Statement kAll{"t.all", "SELECT id, name FROM item ORDER BY id"};
constexpr Statement kEndless{"t.endless",
                             "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"};

TEST_CASE("a write that succeeded is read at once, and its file is private") {
    SqlFixture f;
    REQUIRE(f.Insert(1, 7).ok());
    CHECK(f.Get(1) == 7);
    CHECK(f.Get(2) == std::nullopt);
    for (const char* name : {"main.db", "main.db-wal", "main.db-shm"}) {
        struct stat info {};
        REQUIRE(::stat((f.dir / name).c_str(), &info) == 0);
        CHECK_MESSAGE((info.st_mode & 0777) == 0600, name);
    }
}

TEST_CASE("parameters are bound by their name, not by their first appearance") {
    static constexpr Statement kSwapped{"t.swapped", "SELECT $3 || '|' || $1 || '|' || $2 || '|' || $3"};
    SqlFixture f;
    const auto text = f.db->Read([](Reader& r) {
        return r.Find<std::string>(kSwapped, {"first", "second", "third"}, [](const Row& row) { return row.Text(0); });
    });
    REQUIRE(text.ok());
    CHECK(**text == "third|first|second|third");
}

TEST_CASE("statements and parameters that do not fit each other are refused") {
    SqlFixture f;
    const auto refused = [&](Statement statement, std::initializer_list<Param> params) {
        const auto got = f.db->Read([&](Reader& r) { return r.FindInt(statement, params); });
        return !got.ok() && got.error().code == Code::kInternal;
    };
    CHECK(refused({"t.gap", "SELECT $1, $3"}, {1, 2}));
    CHECK(refused(testing::kGet, {}));
    CHECK(refused(testing::kGet, {1, 2}));
    CHECK(refused({"t.other_style", "SELECT ?1"}, {1}));
    CHECK(refused({"t.two", "SELECT 1; SELECT 2"}, {}));
    CHECK(refused({"t.nothing", " -- nothing"}, {}));
    CHECK_FALSE(refused(testing::kGet, {1}));
    CHECK(f.Get(1) == std::nullopt);
    // One reader met the name already: another text under it is a mistake.
    CHECK(refused({testing::kGet.name, "SELECT $1 + 1"}, {1}));
}

TEST_CASE("every kind of value goes in and comes out") {
    SqlFixture f;
    const auto read = f.db->Read([&](Reader& r) {
        return r.Each({"t.echo", "SELECT $1, $2, $3, $4, $5, $6, $7, $8"},
                      {nullptr, std::int64_t{-5}, 1.5, "a\0b"sv, Blob{"\0\1"sv}, true, base::Time{99}, ""},
                      [](const Row& row) {
                          CHECK(row.IsNull(0));
                          CHECK(row.OptionalInt(0) == std::nullopt);
                          CHECK(row.OptionalText(0) == std::nullopt);
                          CHECK(row.Int(1) == -5);
                          CHECK(row.Real(2) == 1.5);
                          CHECK(row.Text(3) == "a\0b"sv);
                          CHECK(row.Text(4) == "\0\1"sv);
                          CHECK(row.Flag(5));
                          CHECK(row.Time(6) == base::Time{99});
                          CHECK_FALSE(row.IsNull(7));
                          CHECK(row.Text(7).empty());
                      });
    });
    CHECK(read.ok());
}

TEST_CASE("a statement may run inside its own row callback") {
    SqlFixture f;
    for (int i = 1; i <= 3; ++i) REQUIRE(f.Insert(i).ok());
    int inner = 0;
    const auto read = f.db->Read([&](Reader& r) {
        return r.Each(kAll, {}, [&](const Row&) { r.Each(kAll, {}, [&](const Row&) { ++inner; }).value(); });
    });
    CHECK(read.ok());
    CHECK(inner == 9);
}

TEST_CASE("violated constraints have their codes") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    CHECK(f.Insert(1).error().code == Code::kAlreadyExists);
    const auto check = f.Insert(2, -1);
    CHECK(check.error().code == Code::kInternal);
    CHECK(check.error().detail.find("CHECK constraint failed") != std::string::npos);
    CHECK(f.Count() == 1);
}

TEST_CASE("a closure that fails is undone alone") {
    SqlFixture f;
    const auto failed = f.db->Write("fails", [](Writer& w) -> Status {
        RT_CHECK_OK(w.Run(testing::kInsert, {1, "one", 1}));
        return Fail(Code::kConflict);
    });
    CHECK(failed.error().code == Code::kConflict);
    CHECK(f.Count() == 0);
}

TEST_CASE("a closure may live with a violated constraint, not with another failed statement") {
    SqlFixture f;
    const auto careless = f.db->Write("careless", [](Writer& w) -> Status {
        static_cast<void>(w.Run({"t.nonsense", "INSERT INTO nowhere VALUES (1)"}, {}));
        return w.RunOne(testing::kInsert, {1, "one", 1}, Code::kInternal);
    });
    CHECK(careless.error().code == Code::kInternal);
    CHECK(f.Count() == 0);
    const auto careful = f.db->Write("careful", [](Writer& w) -> Status {
        RT_CHECK_OK(w.Run(testing::kInsert, {1, "one", 1}));
        CHECK(w.Run(testing::kInsert, {1, "one", 1}).error().code == Code::kAlreadyExists);
        return Ok();
    });
    CHECK(careful.ok());
    CHECK(f.Count() == 1);
}

TEST_CASE("RunOne tells a conditional write that met nothing") {
    SqlFixture f;
    const auto none = f.db->Write("cas", [](Writer& w) { return w.RunOne(testing::kAdd, {5, 1}, Code::kConflict); });
    CHECK(none.error().code == Code::kConflict);
}

TEST_CASE("the row budget of a closure is held at its edge") {
    Options options;
    options.closure_rows_max = 10;
    SqlFixture f(options);
    const auto insert = [&](int first, int count) {
        return f.db->Write("many", [&](Writer& w) -> Status {
            for (int i = first; i < first + count; ++i) {
                RT_CHECK_OK(w.Run(testing::kInsert, {i, std::to_string(i), 0}));
            }
            return Ok();
        });
    };
    CHECK(insert(100, 9).ok());
    CHECK(insert(200, 10).ok());
    CHECK(insert(300, 11).error().code == Code::kInternal);
    CHECK(f.Count() == 19);
}

TEST_CASE("a closure that computes without end is stopped by its budget, alone") {
    SqlFixture f;
    std::thread other([&] {
        for (int i = 0; i < 50; ++i) CHECK(f.Insert(i).ok());
    });
    const auto endless = f.db->Write("endless", [](Writer& w) -> Status {
        RT_CHECK_OK(w.Run(testing::kInsert, {1'000, "gone", 0}));
        return w.Each(kEndless, {}, [](const Row&) {});
    });
    other.join();
    CHECK(endless.error().code == Code::kDeadline);
    CHECK(f.Count() == 50);
}

TEST_CASE("an old reader is interrupted and the next one is served") {
    Options options;
    options.readers = 1;
    options.read_age_micros_max = 50'000;
    SqlFixture f(options);
    const auto endless = f.db->Read([](Reader& r) { return r.FindInt(kEndless, {}); });
    CHECK(endless.error().code == Code::kDeadline);
    CHECK(f.Count() == 0);
}

TEST_CASE("a read that throws gives its connection back, and its view does not keep the log") {
    Options options;
    options.readers = 1;
    options.read_wait_ms = 100;
    SqlFixture f(options);
    const auto throwing = [&] {
        static_cast<void>(f.db->Read([](Reader& r) -> Result<std::int64_t> {
            RT_TRY([[maybe_unused]] const auto seen, r.FindInt(testing::kCount, {}));
            throw std::bad_alloc();
        }));
    };
    CHECK_THROWS_AS(throwing(), std::bad_alloc);
    REQUIRE(f.Insert(1).ok());
    CHECK(f.Count() == 1);
}

TEST_CASE("readers cannot write") {
    SqlFixture f;
    const auto tried = f.db->Read([](Reader& r) { return r.FindInt({"t.sneak", "DELETE FROM item RETURNING 1"}, {}); });
    CHECK(tried.error().code == Code::kReadOnly);
}

TEST_CASE("a write inside a closure is refused instead of waiting for itself") {
    SqlFixture f;
    const auto nested = f.db->Write("outer", [&](Writer&) -> Status {
        if (f.Insert(1).ok()) return Ok();
        return Fail(Code::kConflict);
    });
    CHECK(nested.error().code == Code::kConflict);
}

TEST_CASE("a read sees one view while writes go on") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    const auto read = f.db->Read([&](Reader& r) -> Status {
        CHECK(**r.FindInt(testing::kCount, {}) == 1);
        CHECK(f.Insert(2).ok());
        CHECK(**r.FindInt(testing::kCount, {}) == 1);
        return Ok();
    });
    CHECK(read.ok());
    CHECK(f.Count() == 2);
}

TEST_CASE("concurrent increments are all counted") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) CHECK(f.Add(1).ok());
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(f.Get(1) == 800);
    CHECK(f.metrics.Get(Metric::kSqlBatchSize).Value() == 802);
    CHECK(f.metrics.Get(Metric::kSqlCommits).Value() <= 802);
    CHECK(f.metrics.Get(Metric::kSqlStatement, {"t.add"}).Buckets().sum_micros > 0);
}

TEST_CASE("a file that cannot keep a log is refused") {
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    Options options;
    options.path = ":memory:";
    options.vfs = "unix";
    const auto opened = Database::Open(options, clock, log, metrics);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().detail.find("journal_mode") != std::string::npos);
}

TEST_CASE("a snapshot is a whole database as of its moment") {
    SqlFixture f;
    for (int i = 0; i < 100; ++i) REQUIRE(f.Insert(i).ok());
    auto snapshot = std::move(*f.db->OpenSnapshot());
    for (int i = 100; i < 200; ++i) REQUIRE(f.Insert(i).ok());
    REQUIRE(snapshot->CopyTo(f.dir / "copy.db").ok());
    CHECK_FALSE(snapshot->CopyTo(f.dir / "copy.db").ok());
    Options options;
    options.path = f.dir / "copy.db";
    auto copy = std::move(*Database::Open(options, f.clock, f.log, f.metrics));
    CHECK(**copy->Read([](Reader& r) { return r.FindInt(testing::kCount, {}); }) == 100);
}

TEST_CASE("the log is empty after a clean stop") {
    SqlFixture f;
    const std::string big(8'000, 'x');
    for (int i = 0; i < 300; ++i) {
        const std::string name = std::to_string(i) + big;
        REQUIRE(f.db->Write("insert", [&](Writer& w) { return w.Run(testing::kInsert, {i, name, 0}); }).ok());
    }
    CHECK(std::filesystem::file_size(f.dir / "main.db-wal") > (1 << 20));
    f.db.reset();
    CHECK(std::filesystem::file_size(f.dir / "main.db-wal") == 0);
}

}  // namespace
}  // namespace rt::storage::sql
