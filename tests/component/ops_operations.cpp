// ops on real stores: probes, life cycle, backups.
#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ops/backups.h"
#include "ops/life_cycle.h"
#include "ops/probes.h"
#include "os/file.h"
#include "storage/kv/store.h"
#include "support/schema.h"
#include "support/temp_dir.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> OpsMigrations();
}

using rt::Code;
using rt::base::kMicrosPerSecond;
using rt::base::Time;
using rt::ops::Backups;
using rt::ops::BackupState;
using rt::ops::Health;
using rt::ops::HealthState;
using rt::ops::LifeCycle;
using rt::ops::Notice;
using rt::ops::Phase;
using rt::ops::Restriction;

namespace {

struct Bench {
    Bench() { Open(); }
    void Open() {
        rt::storage::sql::Options sql;
        sql.path = dir / "roundtable.db";
        db = rt::testing::OpenMigrated(sql, {rt::embedded::StorageMigrations(), rt::embedded::OpsMigrations()}, clock,
                                       log, metrics);
        rt::storage::kv::Options kv_options;
        kv_options.directory = dir / "kv";
        kv_options.durable_map_bytes = 16 << 20;
        kv_options.cache_map_bytes = 16 << 20;
        kv = std::move(*rt::storage::kv::Store::Open(kv_options, clock, log, metrics));
    }
    void Restart() {
        kv.reset();
        db.reset();
        Open();
    }
    std::vector<rt::ops::Probe> Probes(const rt::ops::ProbeLimits& limits) {
        return rt::ops::StandardProbes({.db = *db,
                                        .kv = *kv,
                                        .data_dir = dir.path(),
                                        .clock = clock,
                                        .metrics = metrics,
                                        .disk_free_bytes_min = [this] { return disk_free_bytes_min; },
                                        .oldest_turn_ms = [this] { return turn_ms; },
                                        .newest_good_backup = [this] { return newest; },
                                        .schema_version = [] { return std::string("19"); }},
                                       limits);
    }
    HealthState StateOf(Health& health, std::string_view name) {
        clock.Advance(10 * kMicrosPerSecond);
        health.RunRound();
        for (const auto& component : health.Latest().components) {
            if (component.name == name) return component.finding.state;
        }
        FAIL("no such component");
        return HealthState::kFail;
    }
    Backups::Parts BackupParts() {
        return {.environment = {.folder = dir / "backups", .clock = clock, .log = log, .metrics = metrics},
                .sources = [this]() -> rt::Result<rt::storage::backup::Sources> {
                    return rt::storage::backup::Sources{.db = *db, .kv = *kv, .blob_folder = {}, .files = {}};
                },
                .settings = {}};
    }
    // Made, and damaged afterwards.
    std::string MakeAndDamage(Backups& backups) {
        REQUIRE(backups.CreateNow("schedule").ok());
        const std::string id = backups.List()->front().id;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(dir / ("backups/" + id))) {
            if (entry.path().extension() == ".zst") std::filesystem::resize_file(entry.path(), 10);
        }
        return id;
    }

    rt::testing::TempDir dir;
    rt::base::ManualClock clock{{1'790'000'000 * kMicrosPerSecond}};
    rt::base::NullLog log;
    rt::base::Metrics metrics;
    std::int64_t turn_ms = 0;
    std::uint64_t disk_free_bytes_min = 1;
    std::optional<Time> newest;
    std::unique_ptr<rt::storage::sql::Database> db;
    std::unique_ptr<rt::storage::kv::Store> kv;
};

rt::net::Route RouteNamed(std::string name, rt::net::RateClass rate_class = rt::net::RateClass::kRead) {
    rt::net::Route route;
    route.name = std::move(name);
    route.rate_class = rate_class;
    return route;
}

rt::net::Request From(std::string client, rt::net::Method method = rt::net::Method::kGet) {
    rt::net::Request request;
    request.client = std::move(client);
    request.method = method;
    return request;
}

rt::net::Request Admin(rt::net::Method method) {
    rt::net::Request request = From("203.0.113.1", method);
    request.principal = {7, "u", rt::net::Role::kAdmin, {}, false};
    return request;
}

}  // namespace

TEST_CASE("probes of sound stores are green; each turns with its own cause") {
    Bench bench;
    bench.newest = bench.clock.Now();
    rt::ops::ProbeLimits limits;
    Health health(bench.Probes(limits), bench.clock, bench.log, bench.metrics);
    for (const char* name :
         {"reactors", "sqlite_read", "sqlite_write", "lmdb", "disk", "wal", "queues", "backup", "schema"}) {
        CAPTURE(name);
        CHECK(bench.StateOf(health, name) == HealthState::kOk);
    }
    bench.turn_ms = limits.turn_warn_ms + 1;
    CHECK(bench.StateOf(health, "reactors") == HealthState::kWarn);
    bench.turn_ms = limits.turn_fail_ms + 1;
    CHECK(bench.StateOf(health, "reactors") == HealthState::kFail);
    bench.newest = bench.clock.Now().Plus(-limits.backup_age_warn_s * kMicrosPerSecond);
    CHECK(bench.StateOf(health, "backup") == HealthState::kWarn);
    bench.newest.reset();
    CHECK(bench.StateOf(health, "backup") == HealthState::kWarn);
    CHECK(bench.metrics.Get(rt::Metric::kBackupAge).Value() == -1);

    rt::ops::ProbeLimits greedy;
    greedy.wal_bytes_warn = -1;
    bench.disk_free_bytes_min = std::uint64_t{1} << 60;  // changes while probes run, as a reload does
    Health strict(bench.Probes(greedy), bench.clock, bench.log, bench.metrics);
    CHECK(bench.StateOf(strict, "disk") == HealthState::kFail);
    CHECK(bench.StateOf(strict, "wal") == HealthState::kWarn);
    CHECK(bench.metrics.Get(rt::Metric::kDiskFree).Value() > 0);
}

TEST_CASE("what costs a write stays out of the first round") {
    Bench bench;
    Health health(bench.Probes({}), bench.clock, bench.log, bench.metrics);
    const std::int64_t commits = bench.metrics.Get(rt::Metric::kSqlCommits).Value();
    health.RunRound();
    CHECK(bench.metrics.Get(rt::Metric::kSqlCommits).Value() == commits);
    CHECK(bench.StateOf(health, "sqlite_write") == HealthState::kOk);
    CHECK(bench.metrics.Get(rt::Metric::kSqlCommits).Value() > commits);
}

TEST_CASE("of notices that are set at once the one in force is the one that was saved") {
    Bench bench;
    LifeCycle life(bench.clock, {});
    for (int round = 0; round < 50; ++round) {
        std::vector<std::thread> administrators;
        for (int i = 0; i < 8; ++i) {
            administrators.emplace_back([&, i] {
                CHECK(life.Set(*bench.db, {Restriction::kReadOnly, std::to_string(i), {}}).ok());
            });
        }
        for (std::thread& one : administrators) one.join();
        LifeCycle restarted(bench.clock, {});
        REQUIRE(restarted.Load(*bench.db).ok());
        REQUIRE(restarted.notice().message == life.notice().message);
    }
}

TEST_CASE("admission: starting, then open; health and assets always") {
    Bench bench;
    LifeCycle life(bench.clock, {});
    const auto refused = life.Admit(RouteNamed("event.list"), From("203.0.113.1"));
    CHECK(refused.error().code == Code::kUnavailable);
    CHECK(refused.error().retry_after_s == 1);
    CHECK_FALSE(life.Ready());
    CHECK(life.Admit(RouteNamed("ops.livez", rt::net::RateClass::kExempt), From("203.0.113.1")).ok());
    life.SetPhase(Phase::kReady);
    CHECK(life.Ready());
    CHECK(life.Admit(RouteNamed("event.list"), From("203.0.113.1")).ok());
    life.SetPhase(Phase::kDraining);
    CHECK_FALSE(life.Ready());
    CHECK(life.Admit(RouteNamed("event.list"), From("203.0.113.1")).ok());
}

TEST_CASE("maintenance shuts out all but administrators, sign-in and allowed addresses, and outlives a restart") {
    Bench bench;
    const std::vector<rt::os::Cidr> allowed{*rt::os::Cidr::Parse("192.0.2.0/24")};
    {
        LifeCycle life(bench.clock, allowed);
        life.SetPhase(Phase::kReady);
        REQUIRE(life.Set(*bench.db,
                         {Restriction::kMaintenance, "Back at four", bench.clock.Now().Plus(90 * kMicrosPerSecond)})
                    .ok());
        CHECK_FALSE(life.Ready());
    }
    bench.Restart();
    LifeCycle life(bench.clock, allowed);
    REQUIRE(life.Load(*bench.db).ok());
    life.SetPhase(Phase::kReady);
    const auto refused = life.Admit(RouteNamed("event.list"), From("203.0.113.1"));
    CHECK(refused.error().code == Code::kMaintenance);
    CHECK(refused.error().message.en == "Back at four");
    CHECK(refused.error().retry_after_s == 91);
    CHECK(life.Admit(RouteNamed("event.list"), From("192.0.2.200")).ok());
    CHECK(life.Admit(RouteNamed("event.create"), Admin(rt::net::Method::kPost)).ok());
    CHECK(life.Admit(RouteNamed("auth.login"), From("203.0.113.1", rt::net::Method::kPost)).ok());
    bench.clock.Advance(100 * kMicrosPerSecond);
    CHECK(life.Admit(RouteNamed("event.list"), From("203.0.113.1")).error().retry_after_s == 60);
    REQUIRE(life.Set(*bench.db, {}).ok());
    CHECK(life.Admit(RouteNamed("event.list"), From("203.0.113.1")).ok());
}

TEST_CASE("read-only refuses what changes something") {
    Bench bench;
    LifeCycle life(bench.clock, {});
    life.SetPhase(Phase::kReady);
    REQUIRE(life.Set(*bench.db, {Restriction::kReadOnly, "", std::nullopt}).ok());
    CHECK(life.Ready());
    CHECK(life.Admit(RouteNamed("team.found"), From("203.0.113.1", rt::net::Method::kPost)).error().code ==
          Code::kReadOnly);
    CHECK(life.Admit(RouteNamed("event.list"), From("203.0.113.1")).ok());
    CHECK(life.Admit(RouteNamed("team.found"), Admin(rt::net::Method::kPost)).ok());
}

TEST_CASE("a notice has at most 200 characters") {
    Bench bench;
    LifeCycle life(bench.clock, {});
    CHECK(life.Set(*bench.db, {Restriction::kNone, std::string(200, 'a'), std::nullopt}).ok());
    CHECK(life.Set(*bench.db, {Restriction::kNone, std::string(201, 'a'), std::nullopt}).error().code ==
          Code::kInvalid);
    CHECK(life.Set(*bench.db, {Restriction::kNone, "two\nlines", std::nullopt}).error().code == Code::kInvalid);
}

TEST_CASE("backups: one at a time, listed, verified, remembered") {
    Bench bench;
    Backups backups(bench.BackupParts());
    REQUIRE(backups.Load().ok());
    CHECK_FALSE(backups.NewestGood());
    REQUIRE(backups.BeginCreate("by hand").ok());
    const auto second = backups.BeginCreate("by hand");
    const auto ended = backups.Wait(30'000);
    REQUIRE(ended);
    REQUIRE_MESSAGE(ended->ok(), (ended->ok() ? "" : ended->error().detail));
    if (!second.ok()) CHECK(second.error().code == Code::kConflict);
    const auto rows = backups.List();
    REQUIRE(rows->size() >= 1);
    CHECK(rows->front().state == BackupState::kOk);
    CHECK(rows->front().reason == "by hand");
    CHECK(rows->front().verified == bench.clock.Now());
    CHECK(backups.NewestGood() == bench.clock.Now());
    CHECK(backups.BeginVerify("nonsense").error().code != Code::kInternal);
    REQUIRE(backups.BeginVerify(rows->front().id).ok());
    CHECK(backups.Wait(30'000)->ok());

    Backups after(bench.BackupParts());
    REQUIRE(after.Load().ok());
    CHECK(after.NewestGood() == bench.clock.Now());
}

TEST_CASE("a damaged backup is shown as such") {
    Bench bench;
    Backups backups(bench.BackupParts());
    const std::string id = bench.MakeAndDamage(backups);
    REQUIRE(backups.BeginVerify(id).ok());
    CHECK_FALSE(backups.Wait(30'000)->ok());
    CHECK(backups.List()->front().state == BackupState::kDamaged);
}

TEST_CASE("a damaged backup is not the newest good one, neither at once nor after a restart") {
    Bench bench;
    Backups backups(bench.BackupParts());
    REQUIRE(backups.CreateNow("schedule").ok());
    const Time good = *backups.NewestGood();
    bench.clock.Advance(24 * rt::base::kMicrosPerHour);
    const std::string id = bench.MakeAndDamage(backups);
    CHECK(*backups.NewestGood() > good);  // nobody has looked yet
    CHECK_FALSE(backups.VerifyHere(id, {}).ok());
    CHECK(backups.NewestGood() == good);

    Backups after(bench.BackupParts());
    REQUIRE(after.Load().ok());
    CHECK(after.NewestGood() == good);
    bench.clock.Advance(24 * rt::base::kMicrosPerHour);
    REQUIRE(after.RunDaily().ok());  // the damaged one stands for no day
    CHECK(after.NewestGood() == bench.clock.Now());
}

TEST_CASE("a daily backup that fails is tried again, later each time") {
    Bench bench;
    int tries = 0;
    auto parts = bench.BackupParts();
    const auto sources = parts.sources;
    bool broken = true;
    parts.sources = [&]() -> rt::Result<rt::storage::backup::Sources> {
        ++tries;
        if (broken) return Fail(Code::kInternal, "a test");
        return sources();
    };
    Backups backups(std::move(parts));
    for (int turn = 0; turn < 24 * 12; ++turn) {  // a day, every five minutes
        static_cast<void>(backups.RunDaily());
        bench.clock.Advance(5 * rt::base::kMicrosPerMinute);
    }
    CHECK(tries >= 6);
    CHECK(tries <= 12);
    broken = false;
    bench.clock.Advance(6 * rt::base::kMicrosPerHour);
    CHECK(backups.RunDaily().ok());
    CHECK(backups.NewestGood() == bench.clock.Now());
}

TEST_CASE("the hour of the daily backup may change meanwhile") {
    Bench bench;
    auto parts = bench.BackupParts();
    parts.settings.hour = -1;
    Backups backups(std::move(parts));
    REQUIRE(backups.RunDaily().ok());
    CHECK(backups.List()->empty());
    backups.Configure({.hour = 3, .retention = {}});
    REQUIRE(backups.RunDaily().ok());
    CHECK(backups.List()->size() == 1);
    REQUIRE(backups.RunDaily().ok());
    CHECK(backups.List()->size() == 1);
}

TEST_CASE("a stop ends the backup that runs without a trace, and lets none begin") {
    Bench bench;
    Backups backups(bench.BackupParts());
    REQUIRE(backups.CreateHere("by hand", {}).ok());
    int told = 0;
    const rt::base::Work work(nullptr, [&](const rt::base::Progress& progress) {
        CHECK_FALSE(progress.step.empty());
        if (++told == 2) backups.Stop();
    });
    CHECK(backups.CreateHere("by hand", work).error().code == Code::kUnavailable);
    CHECK(told >= 2);
    CHECK(backups.List()->size() == 1);
    CHECK(rt::os::ListFolder(bench.dir / "backups")->size() == 2);  // that one, and the lock
    CHECK(backups.CreateHere("by hand", {}).error().code == Code::kUnavailable);
    CHECK(backups.BeginCreate("by hand").error().code == Code::kUnavailable);
}

TEST_CASE("a verification that was stopped leaves the backup verified and nothing else") {
    Bench bench;
    Backups backups(bench.BackupParts());
    const auto made = backups.CreateHere("by hand", {});
    REQUIRE(made.ok());
    const rt::base::Work stopped([] { return true; }, nullptr);
    CHECK(backups.VerifyHere(made->id, stopped).error().code == Code::kUnavailable);
    CHECK(backups.List()->front().state == BackupState::kOk);
    CHECK(backups.List()->front().verified);
    CHECK(rt::os::ListFolder(bench.dir / "backups")->size() == 2);
}

TEST_CASE("the daily backup is due once its hour has passed in Shanghai") {
    const auto at = [](const char* text) { return *rt::base::ParseRfc3339(text); };
    const Time before = at("2026-11-22T18:59:59Z");  // 02:59:59 in Shanghai
    const Time after = at("2026-11-22T19:00:00Z");
    CHECK(rt::ops::DailyBackupDue(after, std::nullopt, 3));
    CHECK_FALSE(rt::ops::DailyBackupDue(after, std::nullopt, -1));
    CHECK_FALSE(rt::ops::DailyBackupDue(before, at("2026-11-21T19:00:01Z"), 3));
    CHECK(rt::ops::DailyBackupDue(after, at("2026-11-21T19:00:01Z"), 3));
    CHECK_FALSE(rt::ops::DailyBackupDue(after, after, 3));
    CHECK(rt::ops::DailyBackupDue(before, at("2026-11-21T18:59:59Z"), 3));
}
