#include <doctest/doctest.h>

#include <span>
#include <vector>

#include "base/embedded.h"
#include "storage/outbox/outbox.h"
#include "storage/sql/migrator.h"
#include "support/temp_dir.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> StorageMigrations();
}  // namespace rt::embedded

namespace rt::storage::outbox {
namespace {

constexpr sql::Statement kState{"t.state", "SELECT state FROM outbox WHERE id = $1"};

struct Fixture {
    Fixture() {
        sql::Options options;
        options.path = dir / "main.db";
        const auto migrations = embedded::StorageMigrations();
        REQUIRE(sql::MigrateUp(options, {&migrations, 1}, clock, log, metrics).ok());
        db = std::move(*sql::Database::Open(options, clock, log, metrics));
    }
    Status AddOne(std::int64_t id, std::string_view topic = "mail") {
        return db->Write("add", [&](sql::Writer& w) { return Add(w, id, topic, R"({"n":1})", clock.Now()); });
    }
    Dispatcher Make() {
        return Dispatcher(*db, clock, log, metrics, {{"mail", [this](const Message& message) -> Status {
                                                          seen.push_back(message.id);
                                                          if (failing) return Fail(Code::kUpstream, "no route");
                                                          return Ok();
                                                      }}});
    }
    std::string State(std::int64_t id) {
        const auto state = *db->Read([&](sql::Reader& r) {
            return r.Find<std::string>(kState, {id}, [](const sql::Row& row) { return row.Text(0); });
        });
        return state.value_or("");
    }

    testing::TempDir dir;
    base::ManualClock clock{base::Time{1'000'000}};
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<sql::Database> db;
    std::vector<std::int64_t> seen;
    bool failing = false;
};

TEST_CASE("a message is handed on once when that succeeds") {
    Fixture f;
    auto dispatcher = f.Make();
    REQUIRE(f.AddOne(1).ok());
    REQUIRE(f.AddOne(2).ok());
    CHECK(*dispatcher.RunOnce(10) == 2);
    CHECK(*dispatcher.RunOnce(10) == 0);
    CHECK(f.seen == std::vector<std::int64_t>{1, 2});
    CHECK(f.State(1) == "DONE");
    CHECK(f.metrics.Get(Metric::kOutboxPending).Value() == 0);
}

TEST_CASE("a try whose lease lapsed takes nothing back that another one handed on") {
    Fixture f;
    auto other = f.Make();
    Dispatcher late(*f.db, f.clock, f.log, f.metrics, {{"mail", [&](const Message&) -> Status {
                                                            f.clock.Advance(kLeaseMicros + 1);
                                                            CHECK(*other.RunOnce(1) == 1);
                                                            return Fail(Code::kUpstream, "late");
                                                        }}});
    REQUIRE(f.AddOne(1).ok());
    CHECK(*late.RunOnce(1) == 1);
    CHECK(f.State(1) == "DONE");
    f.clock.Advance(base::kMicrosPerHour);
    CHECK(*other.RunOnce(10) == 0);
}

TEST_CASE("what somebody waits for goes before all that was there") {
    Fixture f;
    auto dispatcher = f.Make();
    for (std::int64_t id = 1; id <= 5; ++id) REQUIRE(f.AddOne(id).ok());
    f.clock.Advance(base::kMicrosPerHour);
    const auto awaited = [&](std::int64_t id) {
        return f.db->Write(
            "add", [&](sql::Writer& w) { return Add(w, id, "mail", R"({"n":1})", f.clock.Now(), Urgency::kAwaited); });
    };
    REQUIRE(awaited(8).ok());
    f.clock.Advance(1);
    REQUIRE(awaited(7).ok());
    CHECK(*dispatcher.RunOnce(3) == 3);
    CHECK(f.seen == std::vector<std::int64_t>{8, 7, 1});
}

TEST_CASE("a message goes with its cause: a closure that fails leaves none") {
    Fixture f;
    auto dispatcher = f.Make();
    const auto failed = f.db->Write("cause", [&](sql::Writer& w) -> Status {
        RT_CHECK_OK(Add(w, 1, "mail", "{}", f.clock.Now()));
        return Fail(Code::kConflict);
    });
    CHECK_FALSE(failed.ok());
    CHECK(*dispatcher.RunOnce(10) == 0);
}

TEST_CASE("a message that cannot be handed on is tried again, later and later, and then given up") {
    Fixture f;
    auto dispatcher = f.Make();
    f.failing = true;
    REQUIRE(f.AddOne(1).ok());
    CHECK(*dispatcher.RunOnce(10) == 1);
    CHECK(*dispatcher.RunOnce(10) == 0);  // not before its time
    f.clock.Advance(kBackoffMicrosMin - 1);
    CHECK(*dispatcher.RunOnce(10) == 0);
    f.clock.Advance(1);
    CHECK(*dispatcher.RunOnce(10) == 1);
    for (std::int64_t attempt = 2; attempt < kAttemptsMax; ++attempt) {
        CHECK(f.State(1) == "PENDING");
        f.clock.Advance(kBackoffMicrosMax);
        CHECK(*dispatcher.RunOnce(10) == 1);
    }
    CHECK(f.State(1) == "DEAD");
    f.clock.Advance(kBackoffMicrosMax);
    CHECK(*dispatcher.RunOnce(10) == 0);
    CHECK(std::ssize(f.seen) == kAttemptsMax);
}

TEST_CASE("a final error gives the message up at once; other errors do not") {
    for (const auto& [code, state] : {std::pair{Code::kInvalid, "DEAD"},
                                      {Code::kForbidden, "DEAD"},
                                      {Code::kTooManyRequests, "PENDING"},
                                      {Code::kUpstream, "PENDING"},
                                      {Code::kDeadline, "PENDING"},
                                      {Code::kUnavailable, "PENDING"}}) {
        CAPTURE(base::Info(code).wire);
        Fixture f;
        REQUIRE(f.AddOne(1).ok());
        Dispatcher dispatcher(*f.db, f.clock, f.log, f.metrics,
                              {{"mail", [code = code](const Message&) -> Status { return Fail(code); }}});
        CHECK(*dispatcher.RunOnce(10) == 1);
        CHECK(f.State(1) == state);
        CHECK(f.metrics.Get(Metric::kOutboxDead).Value() == (f.State(1) == "DEAD" ? 1 : 0));
    }
}

TEST_CASE("a message that was handed on leaves no text behind, and a dead one goes after its time") {
    constexpr sql::Statement kPayload{"t.payload", "SELECT payload FROM outbox WHERE id = $1"};
    Fixture f;
    auto dispatcher = f.Make();
    REQUIRE(f.AddOne(1).ok());
    CHECK(*dispatcher.RunOnce(10) == 1);
    const auto payload = *f.db->Read([&](sql::Reader& r) {
        return r.Find<std::string>(kPayload, {std::int64_t{1}}, [](const sql::Row& row) { return row.Text(0); });
    });
    CHECK(payload.value_or("") == "{}");
    Dispatcher refusing(*f.db, f.clock, f.log, f.metrics,
                        {{"mail", [](const Message&) -> Status { return Fail(Code::kInvalid); }}});
    REQUIRE(f.AddOne(2).ok());
    CHECK(*refusing.RunOnce(10) == 1);
    f.clock.Advance(kKeepDeadMicros);
    CHECK(*refusing.RunOnce(10) == 0);
    CHECK(f.State(2) == "DEAD");
    f.clock.Advance(kBackoffMicrosMin);
    CHECK(*refusing.RunOnce(10) == 0);
    CHECK(f.State(2).empty());
}

TEST_CASE("a run ends after its time although more is due") {
    Fixture f;
    for (int i = 1; i <= 3; ++i) REQUIRE(f.AddOne(i).ok());
    Dispatcher slow(*f.db, f.clock, f.log, f.metrics, {{"mail", [&](const Message&) -> Status {
                                                            f.clock.Advance(kRunMicrosMax / 2);
                                                            return Ok();
                                                        }}});
    CHECK(*slow.RunOnce(10) == 2);
    CHECK(*slow.RunOnce(10) == 1);
}

TEST_CASE("a message whose dispatcher died while it was handed on comes again after its lease") {
    Fixture f;
    REQUIRE(f.AddOne(1).ok());
    auto dispatcher = f.Make();
    // A handler that looks for work itself stands for a second dispatcher during a hand-over.
    std::size_t meanwhile = 99;
    Dispatcher first(*f.db, f.clock, f.log, f.metrics, {{"mail", [&](const Message&) -> Status {
                                                             meanwhile = *dispatcher.RunOnce(10);
                                                             f.clock.Advance(kLeaseMicros);
                                                             static_cast<void>(dispatcher.RunOnce(10));
                                                             return Ok();
                                                         }}});
    CHECK(*first.RunOnce(10) == 1);
    CHECK(meanwhile == 0);                          // leased: nobody else takes it
    CHECK(f.seen == std::vector<std::int64_t>{1});  // after the lease it is taken again: at least once
}

TEST_CASE("a topic nobody listens to is done at once, and done rows go after their time") {
    Fixture f;
    auto dispatcher = f.Make();
    REQUIRE(f.AddOne(1, "nobody").ok());
    CHECK(*dispatcher.RunOnce(10) == 1);
    CHECK(f.State(1) == "DONE");
    f.clock.Advance(kKeepDoneMicros + kLeaseMicros);
    CHECK(*dispatcher.RunOnce(10) == 0);
    CHECK(f.State(1).empty());
}

TEST_CASE("no more is claimed at once than asked for") {
    Fixture f;
    auto dispatcher = f.Make();
    for (int i = 1; i <= 5; ++i) REQUIRE(f.AddOne(i).ok());
    CHECK(*dispatcher.RunOnce(2) == 2);
    CHECK(*dispatcher.RunOnce(2) == 2);
    CHECK(*dispatcher.RunOnce(2) == 1);
}

}  // namespace
}  // namespace rt::storage::outbox
