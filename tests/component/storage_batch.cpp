// What one closure of a batch may and may not do to the others.
#include <doctest/doctest.h>

#include "support/sql_fixture.h"

namespace rt::storage::sql {
namespace {

using testing::Gate;
using testing::Park;
using testing::RunBatchWith;
using testing::SqlFixture;

constexpr Statement kOrRollback{"t.or_rollback", "INSERT OR ROLLBACK INTO item(id, name, n) VALUES (1, 'x', 0)"};

TEST_CASE("a violated constraint in one closure fails that one alone, without a rerun") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    Code met = Code::kNotFound;
    CHECK(RunBatchWith(f, [&] { met = f.Insert(1).error().code; }) == 10);
    CHECK(met == Code::kAlreadyExists);
    CHECK(f.Get(1) == 10);
    CHECK(f.metrics.Get(Metric::kSqlReruns).Value() == 0);
}

TEST_CASE("a closure that fails after a change is undone alone: in the batch that meets it, and in those that follow") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    for (std::int64_t batch = 1; batch <= 3; ++batch) {
        Code met = Code::kNotFound;
        const int good = RunBatchWith(f, [&] {
            met =
                f.db->Write("culprit",
                            [&](Writer& w) -> Status {
                                RT_CHECK_OK(w.RunOne(testing::kInsert, {batch + 50, "left over", 0}, Code::kInternal));
                                RT_CHECK_OK(w.RunOne(testing::kAdd, {1, 100}, Code::kInternal));
                                return Fail(Code::kQuotaFull);
                            })
                    .error()
                    .code;
        });
        CHECK(met == Code::kQuotaFull);
        CHECK(good == 10);
        CHECK(f.Get(1) == 10 * batch);
        CHECK(f.Count() == 1);
    }
    CHECK(f.metrics.Get(Metric::kSqlReruns).Value() == 0);
}

TEST_CASE("OR ROLLBACK in one closure undoes the batch, and that one alone fails") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    Code met = Code::kNotFound;
    const int good = RunBatchWith(
        f, [&] { met = f.db->Write("culprit", [](Writer& w) { return w.Run(kOrRollback, {}); }).error().code; });
    CHECK(met == Code::kAlreadyExists);
    CHECK(good == 10);
    CHECK(f.Get(1) == 10);
    CHECK(f.metrics.Get(Metric::kSqlReruns).Value() == 1);
}

TEST_CASE("control: without the autocommit check the answers and the record disagree") {
    Options options;
    options.autocommit_check = false;
    SqlFixture f(options);
    REQUIRE(f.Insert(1).ok());
    const int good = RunBatchWith(
        f, [&] { static_cast<void>(f.db->Write("culprit", [](Writer& w) { return w.Run(kOrRollback, {}); })); });
    CHECK(f.Get(1) != good);
}

TEST_CASE("a deferred constraint fails the commit, and its closure alone is told") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    const auto created = f.db->Write("create", [](Writer& w) {
        return w.Run({"t.child",
                      "CREATE TABLE child(id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES item(id) "
                      "DEFERRABLE INITIALLY DEFERRED)"},
                     {});
    });
    REQUIRE(created.ok());
    Code met = Code::kNotFound;
    const int good = RunBatchWith(f, [&] {
        met = f.db->Write("culprit",
                          [](Writer& w) {
                              return w.Run({"t.orphan", "INSERT INTO child VALUES (1, 99)"}, {});
                          })
                  .error()
                  .code;
    });
    CHECK(met == Code::kInternal);
    CHECK(good == 10);
    CHECK(f.Get(1) == 10);
}

TEST_CASE("a closure cannot begin or end transactions, nor attach files") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    for (const char* text : {"BEGIN", "COMMIT", "END", "ROLLBACK", "ATTACH 'x' AS x"}) {
        const Statement statement{text, text};
        Code met = Code::kNotFound;
        const std::int64_t before = *f.Get(1);
        const int good = RunBatchWith(
            f, [&] { met = f.db->Write("culprit", [&](Writer& w) { return w.Run(statement, {}); }).error().code; });
        CHECK(met == Code::kInternal);
        CHECK(good == 10);
        CHECK(*f.Get(1) == before + 10);
    }
}

TEST_CASE("the queue is held at its cap") {
    Options options;
    options.queue_max = 3;
    SqlFixture f(options);
    Gate gate(*f.db);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.push_back(Park(*f.db, [&f, i] { CHECK(f.Insert(i).ok()); }));
    }
    const auto refused = f.Insert(99);
    CHECK(refused.error().code == Code::kUnavailable);
    CHECK(refused.error().retry_after_s == 1);
    gate.Open();
    for (auto& thread : threads) thread.join();
    CHECK(f.Count() == 3);
}

TEST_CASE("a closure that the writer does not reach in time never runs") {
    Options options;
    options.write_wait_ms = 1'000;
    SqlFixture f(options);
    Gate gate(*f.db);
    CHECK(f.Insert(1).error().code == Code::kDeadline);
    gate.Open();
    REQUIRE(f.Insert(2).ok());
    CHECK(f.Get(1) == std::nullopt);
}

}  // namespace
}  // namespace rt::storage::sql
