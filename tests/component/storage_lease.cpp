#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include "base/embedded.h"
#include "storage/lease/lease.h"
#include "storage/sql/migrator.h"
#include "support/temp_dir.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> StorageMigrations();
}  // namespace rt::embedded

namespace rt::storage::lease {
namespace {

constexpr std::int64_t kTtl = 10 * base::kMicrosPerSecond;

struct Fixture {
    Fixture() {
        sql::Options options;
        options.path = dir / "main.db";
        const auto migrations = embedded::StorageMigrations();
        REQUIRE(sql::MigrateUp(options, {&migrations, 1}, clock, log, metrics).ok());
        db = std::move(*sql::Database::Open(options, clock, log, metrics));
    }
    bool Take(Role role, std::string_view holder) { return *Hold(*db, role, holder, clock.Now(), kTtl); }

    testing::TempDir dir;
    base::ManualClock clock{base::Time{1'000'000}};
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<sql::Database> db;
};

TEST_CASE("a process that is alone ends the leases of the dead") {
    Fixture f;
    CHECK(f.Take(Role::kScheduler, "dead"));
    CHECK(f.Take(Role::kOutbox, "dead"));
    REQUIRE(EndAll(*f.db).ok());
    CHECK(f.Take(Role::kScheduler, "a"));
    CHECK(f.Take(Role::kOutbox, "a"));
}

TEST_CASE("a role has one holder until its time is over, to the microsecond") {
    Fixture f;
    CHECK(f.Take(Role::kScheduler, "a"));
    CHECK_FALSE(f.Take(Role::kScheduler, "b"));
    CHECK(f.Take(Role::kOutbox, "b"));  // another role
    f.clock.Advance(kTtl - 1);
    CHECK_FALSE(f.Take(Role::kScheduler, "b"));
    f.clock.Advance(1);
    CHECK(f.Take(Role::kScheduler, "b"));
    CHECK_FALSE(f.Take(Role::kScheduler, "a"));
}

TEST_CASE("a holder that renews keeps its role, and one that gives it up does not") {
    Fixture f;
    CHECK(f.Take(Role::kRooms, "a"));
    for (int i = 0; i < 5; ++i) {
        f.clock.Advance(kTtl - 1);
        CHECK(f.Take(Role::kRooms, "a"));
        CHECK_FALSE(f.Take(Role::kRooms, "b"));
    }
    REQUIRE(Release(*f.db, Role::kRooms, "b").ok());  // not its own
    CHECK_FALSE(f.Take(Role::kRooms, "b"));
    REQUIRE(Release(*f.db, Role::kRooms, "a").ok());
    CHECK(f.Take(Role::kRooms, "b"));
}

TEST_CASE("of many that reach for a role at once, one gets it") {
    Fixture f;
    std::atomic<int> holders{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&, i] { holders += f.Take(Role::kAcme, "process " + std::to_string(i)) ? 1 : 0; });
    }
    for (auto& thread : threads) thread.join();
    CHECK(holders == 1);
}

constexpr sql::Statement kExpires{"t.expires", "SELECT expires FROM lease WHERE role = 'scheduler'"};

TEST_CASE("a keeper writes only when half its time is over") {
    Fixture f;
    Keeper mine(*f.db, f.clock, "a");
    Keeper theirs(*f.db, f.clock, "b");
    const auto expires = [&] { return **f.db->Read([](sql::Reader& r) { return r.FindInt(kExpires, {}); }); };
    CHECK(mine.Holds(Role::kScheduler));
    const std::int64_t first = expires();
    CHECK(first == f.clock.Now().micros + Keeper::kTtlMicros);
    for (const std::int64_t off : {-1, 0}) {
        f.clock.Set({first - Keeper::kTtlMicros / 2 + off});
        CHECK(mine.Holds(Role::kScheduler));
        CHECK_FALSE(theirs.Holds(Role::kScheduler));
        CHECK((expires() > first) == (off == 0));
    }
    // A process that slept past its time must not think it still holds what another took.
    f.clock.Advance(Keeper::kTtlMicros);
    CHECK(theirs.Holds(Role::kScheduler));
    CHECK_FALSE(mine.Holds(Role::kScheduler));
    CHECK(mine.Holds(Role::kOutbox));
}

TEST_CASE("what is released is free at once, and not taken again by who ended") {
    Fixture f;
    Keeper mine(*f.db, f.clock, "a");
    Keeper theirs(*f.db, f.clock, "b");
    CHECK(mine.Holds(Role::kCheckpoint));
    CHECK_FALSE(theirs.Holds(Role::kCheckpoint));
    mine.ReleaseAll();
    CHECK_FALSE(mine.Holds(Role::kCheckpoint));
    CHECK(theirs.Holds(Role::kCheckpoint));
}

TEST_CASE("a clock that was set back renews instead of trusting the past") {
    Fixture f;
    Keeper mine(*f.db, f.clock, "a");
    f.clock.Set({1'000 * base::kMicrosPerSecond});
    CHECK(mine.Holds(Role::kScheduler));
    f.clock.Set({10 * base::kMicrosPerSecond});
    CHECK(mine.Holds(Role::kScheduler));
    CHECK(**f.db->Read([](sql::Reader& r) { return r.FindInt(kExpires, {}); }) == 40 * base::kMicrosPerSecond);
}

TEST_CASE("roles have names of their own") {
    std::set<std::string_view> names;
    for (const Role role : {Role::kCheckpoint, Role::kScheduler, Role::kOutbox, Role::kTokens, Role::kAcme,
                            Role::kRooms, Role::kLogFiles}) {
        CHECK(names.insert(Name(role)).second);
    }
}

}  // namespace
}  // namespace rt::storage::lease
