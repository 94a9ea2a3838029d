// How a process notices what another one committed: PRAGMA data_version, with a real second process.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "registration/public_snapshot.h"
#include "support/registration_world.h"
#include "support/sql_fixture.h"

namespace rt::storage::sql {
namespace {

using testing::SqlFixture;

constexpr const char* kChildCase = "second process: one write into the database it is told";
constexpr const char* kPathVariable = "RT_SECOND_PROCESS_DB";
constexpr const char* kSqlVariable = "RT_SECOND_PROCESS_SQL";

// Runs `sql` in another process and waits for it.
void RunElsewhere(const std::string& path, const char* sql) {
    char self[4096];
    const ssize_t size = ::readlink("/proc/self/exe", self, sizeof self - 1);
    REQUIRE(size > 0);
    self[size] = '\0';
    const std::string filter = std::string("--test-case=") + kChildCase;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::setenv(kPathVariable, path.c_str(), 1);
        ::setenv(kSqlVariable, sql, 1);
        ::execl(self, self, "--no-skip", "--minimal", filter.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

TEST_CASE("second process: one write into the database it is told" * doctest::skip()) {
    const char* path = std::getenv(kPathVariable);
    const char* sql = std::getenv(kSqlVariable);
    REQUIRE((path != nullptr && sql != nullptr));
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    auto db = Database::Open({.path = path}, clock, log, metrics);
    REQUIRE(db.ok());
    REQUIRE((*db)->Write("elsewhere", [&](Writer& w) { return w.Run({"t.elsewhere", sql}, {}); }).ok());
}

TEST_CASE("the data version stands still without commits and moves with each, whoever made it") {
    SqlFixture f;
    const auto version = [&] { return *f.db->DataVersion(); };
    const std::int64_t first = version();
    CHECK(version() == first);
    CHECK_FALSE(f.Get(1).has_value());
    CHECK_FALSE(f.db->Write("fails", [](Writer&) -> Status { return Fail(Code::kConflict); }).ok());
    CHECK(version() == first);
    REQUIRE(f.Insert(1).ok());
    const std::int64_t second = version();
    CHECK(second != first);
    RunElsewhere(f.dir / "main.db", "UPDATE item SET n = n + 5 WHERE id = 1");
    CHECK(version() != second);
    CHECK(f.Get(1) == 5);
}

TEST_CASE("no commit goes unseen between the version and the read after it") {
    SqlFixture f;
    REQUIRE(f.Insert(1).ok());
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        while (!stop) REQUIRE(f.Add(1).ok());
    });
    std::int64_t version = -1;
    std::int64_t held = 0;
    for (int i = 0; i < 2'000; ++i) {
        const std::int64_t now = *f.db->DataVersion();
        const std::int64_t value = f.Get(1).value_or(-1);
        if (now == version) CHECK(value >= held);
        version = now;
        held = value;
    }
    stop = true;
    writer.join();
    // Quiet now: a cache that is filled behind a version is right as long as that version stands.
    version = *f.db->DataVersion();
    const auto last = f.Get(1);
    CHECK(*f.db->DataVersion() == version);
    CHECK(f.Get(1) == last);
}

TEST_CASE("the public snapshot shows what another process committed") {
    testing::World world;
    const auto event = world.Open({});
    auto& snapshot = world.service->snapshot();
    REQUIRE(snapshot.Refresh().ok());
    const auto title = [&] { return snapshot.Get()->by_id.at(event.event.public_id)->event.title.zh; };
    const auto before = snapshot.Get();
    REQUIRE(snapshot.Refresh().ok());
    CHECK(snapshot.Get() == before);
    CHECK(title() == "测试赛");
    const std::string path = world.dir / "main.db";
    RunElsewhere(path, R"(UPDATE event SET title = '{"zh":"改名","en":"Renamed"}')");
    // A change has its audit row; the snapshot goes by those.
    RunElsewhere(path, ("INSERT INTO audit SELECT MAX(seq) + 1, 0, 0, 0, " + std::to_string(event.event.id.value) +
                        ", 'event', 1, 'event.update', '', '', '', '', '' FROM audit")
                           .c_str());
    REQUIRE(snapshot.Refresh().ok());
    CHECK(title() == "改名");
}

}  // namespace
}  // namespace rt::storage::sql
