#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "log/rolling_file.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace {

using rt::base::kMicrosPerDay;
using rt::base::kMicrosPerHour;
using rt::base::Time;
using rt::log::RollingFile;
using rt::os::ListFolder;
using rt::testing::TempDir;
using Names = std::vector<std::string>;

// 2026-11-22 23:00 in Asia/Shanghai.
constexpr Time kEvening{1'795'359'600'000'000};

std::string Contents(const std::string& path) {
    const auto text = rt::os::ReadFile(path, 1 << 24);
    return text.ok() ? *text : "(" + text.error().detail + ")";
}

std::string Unpacked(const std::string& path) {
    const std::string packed = Contents(path);
    std::string out(1 << 22, '\0');
    const std::size_t size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
    if (ZSTD_isError(size) != 0) return "not zstd";
    out.resize(size);
    return out;
}

void SetAge(const std::string& path, Time time) {
    const timespec stamp{.tv_sec = time.micros / 1'000'000, .tv_nsec = 0};
    const timespec both[2] = {stamp, stamp};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), both, 0) == 0);
}

}  // namespace

TEST_CASE("a file is rolled at midnight in Shanghai") {
    const TempDir folder;
    RollingFile file({.folder = folder / "logs", .stem = "combined"});
    REQUIRE(file.Open(kEvening).ok());
    file.Append(kEvening, "one\n");
    file.Append(kEvening.Plus(kMicrosPerHour - 1), "two\n");
    file.Append(kEvening.Plus(kMicrosPerHour), "three\n");
    // Late, from before midnight: stays in the file of the day.
    file.Append(kEvening.Plus(kMicrosPerHour - 1), "late\n");
    REQUIRE(file.Flush().ok());
    CHECK(*ListFolder(folder / "logs") == Names{"combined.2026-11-22.1.log", "combined.log"});
    CHECK(Contents(folder / "logs/combined.2026-11-22.1.log") == "one\ntwo\n");
    CHECK(Contents(folder / "logs/combined.log") == "three\nlate\n");
    CHECK(file.TakeRolled() == Names{folder / "logs/combined.2026-11-22.1.log"});
    CHECK(file.TakeRolled().empty());
}

TEST_CASE("a line that a full disk cut off takes no other along") {
    const TempDir folder;
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = signal(SIGXFSZ, SIG_IGN);
    {
        RollingFile file({.folder = folder.path(), .stem = "combined"});
        REQUIRE(file.Open(kEvening).ok());
        const rlimit full{.rlim_cur = 6, .rlim_max = before.rlim_max};
        REQUIRE(setrlimit(RLIMIT_FSIZE, &full) == 0);
        file.Append(kEvening, "one\ntwo\n");
        CHECK_FALSE(file.Flush().ok());
        file.Append(kEvening, "lost\n");
        CHECK_FALSE(file.Flush().ok());
        REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
        file.Append(kEvening, "three\n");
        REQUIRE(file.Flush().ok());
        CHECK(Contents(folder / "combined.log") == "one\ntw\nthree\n");
    }
    signal(SIGXFSZ, handler);
    // A crash did it, and another process goes on.
    REQUIRE(rt::os::WriteFileAtomic(folder / "combined.log", "one\ntw").ok());
    RollingFile file({.folder = folder.path(), .stem = "combined"});
    REQUIRE(file.Open(rt::base::SystemClock().Now()).ok());
    file.Append(rt::base::SystemClock().Now(), "three\n");
    file.Append(rt::base::SystemClock().Now(), "four\n");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(folder / "combined.log") == "one\ntw\nthree\nfour\n");
}

TEST_CASE("a file is rolled by size, at its limit exactly") {
    const TempDir folder;
    RollingFile file({.folder = folder.path(), .stem = "combined", .bytes_max = 100});
    REQUIRE(file.Open(kEvening).ok());
    file.Append(kEvening, std::string(99, 'a'));
    file.Append(kEvening, "b");
    REQUIRE(file.Flush().ok());
    CHECK(ListFolder(folder.path())->size() == 1);
    file.Append(kEvening, "c");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(folder / "combined.2026-11-22.1.log") == std::string(99, 'a') + "b");
    CHECK(Contents(file.path()) == "c");
    // A line that is larger than the limit gets a file of its own.
    file.Append(kEvening, std::string(200, 'd'));
    file.Append(kEvening, "e");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(folder / "combined.2026-11-22.3.log") == std::string(200, 'd'));
    CHECK(Contents(file.path()) == "e");
}

TEST_CASE("a restart goes on with today's file and rolls yesterday's") {
    const TempDir folder;
    {
        RollingFile file({.folder = folder.path(), .stem = "error"});
        REQUIRE(file.Open(kEvening).ok());
        file.Append(kEvening, "one\n");
        REQUIRE(file.Flush().ok());
    }
    SetAge(folder / "error.log", kEvening);
    {
        RollingFile file({.folder = folder.path(), .stem = "error"});
        REQUIRE(file.Open(kEvening.Plus(kMicrosPerHour / 2)).ok());
        file.Append(kEvening.Plus(kMicrosPerHour / 2), "two\n");
        REQUIRE(file.Flush().ok());
    }
    CHECK(Contents(folder / "error.log") == "one\ntwo\n");
    SetAge(folder / "error.log", kEvening);
    RollingFile file({.folder = folder.path(), .stem = "error"});
    REQUIRE(file.Open(kEvening.Plus(3 * kMicrosPerDay)).ok());
    CHECK(*ListFolder(folder.path()) == Names{"error.2026-11-22.1.log", "error.log"});
    CHECK(Contents(folder / "error.log").empty());
}

TEST_CASE("a start finds what a crash left: unpacked files are handed out, half packed ones removed") {
    const TempDir folder;
    for (const char* name : {"combined.2026-11-20.1.log", "combined.2026-11-20.1.log.tmp",
                             "combined.2026-11-19.1.log.zst", "combined.text", "other.2026-11-20.1.log"}) {
        REQUIRE(rt::os::WriteFileAtomic(folder / name, "x").ok());
    }
    RollingFile file({.folder = folder.path(), .stem = "combined"});
    REQUIRE(file.Open(kEvening).ok());
    CHECK(file.TakeRolled() == Names{folder / "combined.2026-11-20.1.log"});
    CHECK(*ListFolder(folder.path()) == Names{"combined.2026-11-19.1.log.zst", "combined.2026-11-20.1.log",
                                              "combined.log", "combined.text", "other.2026-11-20.1.log"});
}

TEST_CASE("old files go, the last day that is kept stays") {
    const TempDir folder;
    for (const char* name :
         {"combined.2026-10-22.1.log.zst", "combined.2026-10-23.1.log.zst", "combined.2026-10-24.2.log",
          "combined.2025-12-31.9.log", "error.2020-01-01.1.log", "combined.note.txt"}) {
        REQUIRE(rt::os::WriteFileAtomic(folder / name, "x").ok());
    }
    const RollingFile file({.folder = folder.path(), .stem = "combined", .keep_days = 30});
    file.Prune(kEvening);
    CHECK(*ListFolder(folder.path()) == Names{"combined.2026-10-23.1.log.zst", "combined.2026-10-24.2.log",
                                              "combined.note.txt", "error.2020-01-01.1.log"});
}

TEST_CASE("a packed file holds the same bytes") {
    const TempDir folder;
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "line " + std::to_string(i) + "\n";
    for (const std::string& contents : {text, std::string(), std::string("x")}) {
        const std::string path = folder / "combined.2026-11-22.1.log";
        REQUIRE(rt::os::WriteFileAtomic(path, contents, 0640).ok());
        REQUIRE(rt::log::PackFile(path).ok());
        CHECK(*ListFolder(folder.path()) == Names{"combined.2026-11-22.1.log.zst"});
        CHECK(Unpacked(path + ".zst") == contents);
        struct stat info {};
        REQUIRE(stat((path + ".zst").c_str(), &info) == 0);
        CHECK((info.st_mode & 07777U) == 0640);
    }
    CHECK(!rt::log::PackFile(folder / "none").ok());
    CHECK(ListFolder(folder.path())->size() == 1);
}

TEST_CASE("the next number is free even when its packed form is there") {
    const TempDir folder;
    REQUIRE(rt::os::WriteFileAtomic(folder / "combined.2026-11-22.1.log.zst", "x").ok());
    REQUIRE(rt::os::WriteFileAtomic(folder / "combined.2026-11-22.2.log", "x").ok());
    RollingFile file({.folder = folder.path(), .stem = "combined", .bytes_max = 10});
    REQUIRE(file.Open(kEvening).ok());
    file.Append(kEvening, "0123456789");
    file.Append(kEvening, "next");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(folder / "combined.2026-11-22.3.log") == "0123456789");
    CHECK(Contents(folder / "combined.2026-11-22.1.log.zst") == "x");
}

TEST_CASE("a file that is moved or removed by hand is made anew") {
    const TempDir folder;
    RollingFile file({.folder = folder / "", .stem = "combined", .bytes_max = 10});
    REQUIRE(file.Open(kEvening).ok());
    file.Append(kEvening, "one\n");
    REQUIRE(file.Flush().ok());
    REQUIRE(rename(file.path().c_str(), (folder / "moved").c_str()) == 0);
    file.Append(kEvening, "two\n");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(folder / "moved") == "one\n");
    CHECK(Contents(file.path()) == "two\n");
    REQUIRE(unlink(file.path().c_str()) == 0);
    file.Append(kEvening, "3\n");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(file.path()) == "3\n");
    file.Append(kEvening, "45678901\n");  // over the size of the new file, not of the old ones
    REQUIRE(file.Flush().ok());
    CHECK(file.TakeRolled().size() == 1);
}

TEST_CASE("a folder that goes away is an error, and writing goes on when it comes back") {
    const TempDir folder;
    const std::string logs = folder / "logs";
    RollingFile file({.folder = logs, .stem = "combined", .bytes_max = 10});
    REQUIRE(file.Open(kEvening).ok());
    file.Append(kEvening, "0123456789");
    REQUIRE(rename(logs.c_str(), (folder / "away").c_str()) == 0);
    file.Append(kEvening, "lost or kept");
    CHECK(!file.Flush().ok());
    REQUIRE(rename((folder / "away").c_str(), logs.c_str()) == 0);
    file.Append(kEvening, "back\n");
    REQUIRE(file.Flush().ok());
    CHECK(Contents(file.path()) == "back\n");
    CHECK(!RollingFile({.folder = "/dev/null/logs", .stem = "combined"}).Open(kEvening).ok());
}
