// Process death: this program is run again under strace, which kills it at the Nth of the calls that change the disk
// while concurrent writers print what was acknowledged. Afterwards everything acknowledged is there and nothing is half
// done.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

#include "fault/ledger.h"

namespace rt {
namespace {

using testing::Ledger;
using testing::TempDir;

constexpr const char* kChildCase = "the child that is killed";

// Appends one line with one call, so that lines are whole.
void Print(int fd, char store, std::int64_t n) {
    const std::string line = store + std::to_string(n) + "\n";
    if (::write(fd, line.data(), line.size()) != std::ssize(line)) ::_exit(3);
}

TEST_CASE("the child that is killed" * doctest::skip()) {
    const char* folder = std::getenv("RT_CRASH_FOLDER");
    REQUIRE(folder != nullptr);
    const std::string acks = std::string(folder) + "/acks";
    const int fd = ::open(acks.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    storage::sql::Options options;
    options.wal_restart_bytes = 200'000;
    Ledger ledger(folder, options);
    REQUIRE(ledger.error == "");
    std::thread kv([&] {
        testing::RunWriters(3, 100, [&](std::int64_t n) {
            if (ledger.AddKv(testing::kDurableTable, n).ok()) Print(fd, 'K', n);
        });
    });
    testing::RunWriters(4, 100, [&](std::int64_t n) {
        if (ledger.AddSql(n).ok()) Print(fd, 'S', n);
    });
    kv.join();
}

struct Point {
    const char* call;
    int nth;
};

// Spread over the calls by how often a run makes them.
Point PointOf(std::size_t number) {
    constexpr std::array<const char*, 6> kCalls{"fdatasync", "pwrite64", "ftruncate",
                                                "pwrite64",  "fsync",    "rename,renameat2"};
    const std::size_t at = number % kCalls.size();
    const auto round = static_cast<int>(number / kCalls.size());
    const bool is_frequent = at == 0 || at == 1 || at == 3;
    return {kCalls[at], is_frequent ? 1 + round * (at == 0 ? 3 : 7) + static_cast<int>(at) : 1 + round % 4};
}

// How the child ended.
int RunUntilKilled(const std::string& folder, const Point& point) {
    char self[4096];
    const ssize_t size = ::readlink("/proc/self/exe", self, sizeof self - 1);
    REQUIRE(size > 0);
    self[size] = '\0';
    const std::string trace = std::string("trace=") + point.call;
    const std::string inject =
        std::string("inject=") + point.call + ":signal=SIGKILL:when=" + std::to_string(point.nth);
    const std::string filter = std::string("--test-case=") + kChildCase;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::setenv("RT_CRASH_FOLDER", folder.c_str(), 1);
        ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);  // the leak checker cannot work under a tracer
        const int null = ::open("/dev/null", O_WRONLY);
        ::dup2(null, STDOUT_FILENO);
        ::execlp("strace", "strace", "-f", "-qq", "-o", "/dev/null", "-e", trace.c_str(), "-e", inject.c_str(), self,
                 "--no-skip", filter.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

TEST_CASE(
    "killed at any of the calls that change the disk, the stores have all that was acknowledged and nothing half "
    "done") {
    int killed = 0;
    const std::size_t points = testing::FaultPoints(18);
    for (std::size_t number = 0; number < points; ++number) {
        const Point point = PointOf(number);
        TempDir dir;
        {
            Ledger ledger(dir.path());
            REQUIRE(ledger.MakeTables().ok());
        }
        const int status = RunUntilKilled(dir.path(), point);
        const bool was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        REQUIRE_MESSAGE((was_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)),
                        point.call << " " << point.nth << ": status " << status);
        killed += was_killed ? 1 : 0;
        std::vector<std::int64_t> sql;
        std::vector<std::int64_t> kv;
        std::ifstream acks(dir / "acks");
        for (std::string line; std::getline(acks, line);) {
            const auto n = base::ParseSigned(std::string_view(line).substr(1));
            REQUIRE(n.has_value());
            (line[0] == 'S' ? sql : kv).push_back(*n);
        }
        Ledger ledger(dir.path());
        REQUIRE_MESSAGE(ledger.error == "", point.call << " " << point.nth << ": " << ledger.error);
        CHECK_MESSAGE(ledger.CheckSql(sql) == "", point.call << " " << point.nth);
        CHECK_MESSAGE(ledger.CheckKv(testing::kDurableTable, kv) == "", point.call << " " << point.nth);
        CHECK(ledger.AddSql(900'001).ok());
        CHECK(ledger.AddKv(testing::kDurableTable, 900'001).ok());
    }
    MESSAGE("killed at ", killed, " of ", points, " points");
    CHECK(killed * 2 > static_cast<int>(points));
}

}  // namespace
}  // namespace rt
