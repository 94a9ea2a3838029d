#include <doctest/doctest.h>
#include <sys/stat.h>

#include <vector>

#include "storage/sql/migrator.h"
#include "support/temp_dir.h"

namespace rt::storage::sql {
namespace {

using base::EmbeddedFile;
using Files = std::vector<EmbeddedFile>;

const Files kFirst{{"0001_user.up.sql", "CREATE TABLE user(id INTEGER PRIMARY KEY);\nCREATE INDEX i ON user(id);"},
                   {"0001_user.down.sql", "DROP TABLE user;"},
                   {"0002_note.up.sql", "-- runs-with: 1\nCREATE TABLE note(user_id INTEGER REFERENCES user(id));"},
                   {"0002_note.down.sql", "DROP TABLE note;"}};
const Files kThird{{"0020_more.up.sql", "CREATE TABLE more(id INTEGER PRIMARY KEY);"},
                   {"0020_more.down.sql", "DROP TABLE more;"}};

Result<std::vector<Migration>> Collect(const std::vector<Files>& folders) {
    std::vector<std::span<const EmbeddedFile>> spans(folders.begin(), folders.end());
    return CollectMigrations(spans);
}

struct Fixture {
    Result<std::unique_ptr<Migrator>> Open(const std::vector<Files>& folders) {
        auto migrations = Collect(folders);
        if (!migrations.ok()) return migrations.error();
        return Migrator::Open(options, std::move(*migrations), clock, log, metrics);
    }
    std::unique_ptr<Migrator> Must(const std::vector<Files>& folders) { return std::move(*Open(folders)); }
    bool HasTable(std::string_view name) {
        auto db = std::move(*Database::Open(options, clock, log, metrics));
        return **db->Read([&](Reader& r) {
            return r.FindInt({"t.has", "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"},
                             {name});
        }) == 1;
    }

    testing::TempDir dir;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    Options options{.path = dir / "main.db"};
};

std::vector<std::int64_t> Numbers(const std::vector<MigrationStep>& steps) {
    std::vector<std::int64_t> out;
    for (const auto& step : steps) out.push_back(step.direction == Direction::kUp ? step.number : -step.number);
    return out;
}
using Ints = std::vector<std::int64_t>;

TEST_CASE("bad sets of migrations are refused") {
    const std::string_view sql = "SELECT 1;";
    CHECK_FALSE(Collect({{{"0001_a.up.sql", sql}}}).ok());
    CHECK_FALSE(Collect({{{"0001_a.up.sql", sql}, {"0001_b.down.sql", sql}}}).ok());
    CHECK_FALSE(Collect({{{"0001_a.up.sql", sql}, {"0001_a.down.sql", sql}}, {{"0001_a.up.sql", sql}}}).ok());
    CHECK_FALSE(Collect({{{"0001_a.up.sql", sql}, {"0001_a.down.sql", "  \n"}}}).ok());
    for (const char* name :
         {"1_a.up.sql", "0000_a.up.sql", "0001-a.up.sql", "0001_.up.sql", "0001_A.up.sql", "x.sql"}) {
        CHECK_FALSE_MESSAGE(Collect({{{name, sql}}}).ok(), name);
    }
    CHECK_FALSE(Collect({{{"0003_a.up.sql", "-- runs-with: 3\n"}, {"0003_a.down.sql", sql}}}).ok());
    CHECK_FALSE(Collect({{{"0003_a.up.sql", "-- runs-with: x\n"}, {"0003_a.down.sql", sql}}}).ok());
    const auto good = Collect({kThird, kFirst});
    REQUIRE(good.ok());
    REQUIRE(good->size() == 3);
    CHECK((*good)[0].runs_with == 1);
    CHECK((*good)[1].runs_with == 1);
    CHECK((*good)[2].number == 20);
    CHECK((*good)[2].runs_with == 20);
}

// Each look at it takes as long as it is told.
class SlowClock final : public base::Clock {
  public:
    base::Time Now() const override { return {1}; }
    std::int64_t MonotonicMicros() const override { return micros_ += step_micros; }
    std::int64_t step_micros = 0;

  private:
    mutable std::int64_t micros_ = 0;
};

TEST_CASE("a rehearsal on a copy times every step and leaves the original alone") {
    Fixture f;
    REQUIRE(f.Must({kFirst})->Up(nullptr).ok());
    const std::string copy = f.dir / "copy.db";
    REQUIRE(Database::CopyFile(f.options, copy, f.clock, f.log, f.metrics).ok());
    Options options = f.options;
    options.path = copy;
    SlowClock clock;
    const auto migrator =
        std::move(*Migrator::Open(options, std::move(*Collect({kFirst, kThird})), clock, f.log, f.metrics));
    clock.step_micros = 100'000;
    const auto timed = migrator->Rehearse();
    REQUIRE((timed.ok() && timed->size() == 1));
    CHECK(timed->front().step.number == 20);
    CHECK(timed->front().micros > 0);
    CHECK(Numbers(*f.Must({kFirst, kThird})->PlanUp()) == Ints{20});
    CHECK_FALSE(f.HasTable("more"));
}

TEST_CASE("over a second of the writer's time a step wants a window; a step that fails says so on the copy") {
    CHECK_FALSE(NeedsWindow({{}, 999'999}));
    CHECK_FALSE(NeedsWindow({{}, 1'000'000}));
    CHECK(NeedsWindow({{}, 1'000'001}));
    Fixture f;
    const auto rehearsed = f.Must({{{"0001_bad.up.sql", "CREATE TABLE a(x); INSERT INTO nowhere VALUES (1);"},
                                    {"0001_bad.down.sql", "DROP TABLE a;"}}})
                               ->Rehearse();
    REQUIRE_FALSE(rehearsed.ok());
    CHECK(rehearsed.error().detail.find("0001_bad") == std::string::npos);
    CHECK(rehearsed.error().detail.find("1_bad up failed") != std::string::npos);
}

TEST_CASE("up, down and to run what plan says, and history keeps it") {
    Fixture f;
    auto migrator = f.Must({kFirst, kThird});
    CHECK(Numbers(*migrator->PlanUp()) == Ints{1, 2, 20});
    int snapshots = 0;
    const auto snapshot = [&](std::string_view) { return ++snapshots, Ok(); };
    CHECK(Numbers(*migrator->Up(snapshot)) == Ints{1, 2, 20});
    CHECK(snapshots == 0);  // there was nothing to lose
    CHECK(migrator->Up(snapshot)->empty());
    CHECK(snapshots == 0);
    CHECK(Numbers(*migrator->Down(snapshot)) == Ints{-20});
    CHECK(snapshots == 1);
    CHECK(Numbers(*migrator->PlanTo(1)) == Ints{-2});
    CHECK(Numbers(*migrator->To(1, snapshot)) == Ints{-2});
    CHECK(*migrator->Applied() == Ints{1});
    CHECK(Numbers(*migrator->To(0, snapshot)) == Ints{-1});
    CHECK(Numbers(*migrator->To(2, snapshot)) == Ints{1, 2});
    CHECK(migrator->To(7, snapshot).error().code == Code::kNotFound);
    const auto history = *migrator->History();
    CHECK(history.size() == 8);
    CHECK(history.back().step.number == 2);
    CHECK(history.back().outcome == "ok");
    CHECK_FALSE(history.back().product_version.empty());
    migrator.reset();
    CHECK(f.HasTable("note"));
    CHECK_FALSE(f.HasTable("more"));
}

TEST_CASE("a failing step is rolled back whole, recorded, and ends the run") {
    Fixture f;
    const Files broken{{"0003_broken.up.sql", "CREATE TABLE half(id INTEGER);\nINSERT INTO nowhere VALUES (1);"},
                       {"0003_broken.down.sql", "DROP TABLE half;"}};
    auto migrator = f.Must({kFirst, broken, kThird});
    const auto ran = migrator->Up(nullptr);
    REQUIRE_FALSE(ran.ok());
    CHECK(ran.error().detail.find("3_broken") != std::string::npos);
    CHECK(*migrator->Applied() == Ints{1, 2});
    CHECK(migrator->History()->back().outcome == "failed");
    migrator.reset();
    CHECK_FALSE(f.HasTable("half"));
    CHECK_FALSE(f.HasTable("more"));
}

TEST_CASE("a script may hold no transactions, pragmas or attachments") {
    for (const char* text : {"COMMIT;", "BEGIN;", "ROLLBACK;", "PRAGMA user_version=5;", "ATTACH 'x' AS x;"}) {
        Fixture f;
        const std::string up = std::string("CREATE TABLE half(id INTEGER); ") + text;
        auto migrator = f.Must({{{"0001_a.up.sql", up}, {"0001_a.down.sql", "DROP TABLE half;"}}});
        CHECK_FALSE_MESSAGE(migrator->Up(nullptr).ok(), text);
        migrator.reset();
        CHECK_FALSE_MESSAGE(f.HasTable("half"), text);
    }
}

TEST_CASE("foreign keys are checked before the commit") {
    Fixture f;
    const Files orphan{{"0003_orphan.up.sql", "INSERT INTO note VALUES (99);"},
                       {"0003_orphan.down.sql", "DELETE FROM note;"}};
    auto migrator = f.Must({kFirst, orphan});
    CHECK(migrator->Up(nullptr).error().code == Code::kInvalidState);
    CHECK(*migrator->Applied() == Ints{1, 2});
}

TEST_CASE("an edited migration is refused") {
    Fixture f;
    REQUIRE(f.Must({kFirst})->Up(nullptr).ok());
    Files edited = kFirst;
    edited[0].data = "CREATE TABLE user(id INTEGER PRIMARY KEY, extra TEXT);";
    auto migrator = f.Must({edited});
    CHECK(migrator->CheckServable().error().code == Code::kInvalidState);
    CHECK(migrator->Up(nullptr).error().code == Code::kInvalidState);
    CHECK(migrator->Down(nullptr).error().code == Code::kInvalidState);
}

TEST_CASE("a newer schema is refused unless it is marked to run with this binary") {
    Fixture f;
    const Files only_first(kFirst.begin(), kFirst.begin() + 2);
    REQUIRE(f.Must({kFirst})->Up(nullptr).ok());
    CHECK(f.Must({only_first})->CheckServable().ok());  // 2 runs with 1
    CHECK_FALSE(f.Must({only_first})->Down(nullptr).ok());
    REQUIRE(f.Must({kFirst, kThird})->Up(nullptr).ok());
    CHECK(f.Must({only_first})->CheckServable().error().code == Code::kInvalidState);
    CHECK(f.Must({kFirst, kThird})->CheckServable().ok());
}

TEST_CASE("a migration of a lower block that arrives later still runs") {
    Fixture f;
    REQUIRE(f.Must({kThird})->Up(nullptr).ok());
    CHECK(Numbers(*f.Must({kFirst, kThird})->Up(nullptr)) == Ints{1, 2});
}

TEST_CASE("no step runs when the snapshot fails") {
    Fixture f;
    REQUIRE(f.Must({kFirst})->Up(nullptr).ok());
    const auto no_snapshot = [](std::string_view) -> Status { return Fail(Code::kStorageFull); };
    CHECK(f.Must({kFirst, kThird})->Up(no_snapshot).error().code == Code::kStorageFull);
    CHECK(*f.Must({kFirst, kThird})->Applied() == Ints{1, 2});
}

TEST_CASE("the file of a fresh database is private") {
    Fixture f;
    const auto migrator = f.Must({kFirst});
    struct stat info {};
    REQUIRE(::stat((f.dir / "main.db").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
}

}  // namespace
}  // namespace rt::storage::sql
