#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "json/json.h"
#include "log/logger.h"
#include "log/queue.h"
#include "os/file.h"
#include "support/temp_dir.h"

namespace {

using rt::base::Level;
using rt::base::ManualClock;
using rt::base::Metric;
using rt::base::Metrics;
using rt::log::Batch;
using rt::log::Entry;
using rt::log::Logger;
using rt::log::Options;
using rt::log::Queue;
using rt::testing::TempDir;

constexpr rt::base::Time kNow{1'795'359'600'000'000};
constexpr int kTimeoutMs = 10'000;

// The decoded lines of a file.
std::vector<rt::json::Value> Lines(const std::string& path) {
    std::vector<rt::json::Value> out;
    const auto text = rt::os::ReadFile(path, 1 << 26);
    REQUIRE(text.ok());
    for (std::size_t at = 0; at < text->size();) {
        const std::size_t end = text->find('\n', at);
        REQUIRE(end != std::string::npos);
        const auto value = rt::json::Decode(std::string_view(*text).substr(at, end - at));
        REQUIRE(value.ok());
        out.push_back(*value);
        at = end + 1;
    }
    return out;
}

std::string Message(const rt::json::Value& line) {
    return line.Find("message")->AsString();
}

struct Fixture {
    TempDir folder;
    ManualClock clock{kNow};
    Metrics metrics;

    std::unique_ptr<Logger> Open(Options options = {}) {
        options.folder = folder / "logs";
        options.console = -1;
        options.version = "1.2.3";
        auto logger = Logger::Open(options, clock, metrics);
        REQUIRE(logger.ok());
        return std::move(*logger);
    }
    std::string Combined() const { return folder / "logs/combined.log"; }
    std::string Errors() const { return folder / "logs/error.log"; }
};

Entry EntryOf(Level level, std::size_t bytes = 10) {
    static const std::string kText(2000, 'x');
    return {kNow, level, std::string_view(kText).substr(0, bytes)};
}

}  // namespace

TEST_CASE("lines go to combined.log, errors to error.log as well") {
    Fixture f;
    const auto logger = f.Open();
    logger->Debug("hidden");
    logger->Info("request", {{"requestId", "r1"}, {"status", 200}});
    logger->Error("broken", {{"detail", "why"}});
    REQUIRE(logger->Flush(kTimeoutMs));
    const auto lines = Lines(f.Combined());
    REQUIRE(lines.size() == 2);
    CHECK(rt::json::Encode(lines[0]) ==
          "{\"timestamp\":\"2026-11-22T15:00:00.000Z\",\"level\":\"info\",\"message\":\"request\",\"service\":"
          "\"roundtable\","
          "\"version\":\"1.2.3\",\"requestId\":\"r1\",\"status\":200}");
    const auto errors = Lines(f.Errors());
    REQUIRE(errors.size() == 1);
    CHECK(Message(errors[0]) == "broken");
}

TEST_CASE("the destructor writes what is queued") {
    Fixture f;
    {
        const auto logger = f.Open();
        for (int i = 0; i < 1000; ++i) logger->Info("line");
    }
    CHECK(Lines(f.Combined()).size() == 1000);
}

TEST_CASE("lines of many threads come out whole and in the order of each thread") {
    Fixture f;
    {
        const auto logger = f.Open();
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 1000; ++i) logger->Info("line", {{"thread", t}, {"number", i}});
            });
        }
    }
    const auto lines = Lines(f.Combined());
    CHECK(lines.size() == 4000);
    std::vector<std::int64_t> next(4, 0);
    for (const auto& line : lines) {
        auto& expected = next.at(static_cast<std::size_t>(line.Find("thread")->AsInt()));
        REQUIRE(line.Find("number")->AsInt() == expected++);
    }
}

TEST_CASE("the level changes while the log runs") {
    Fixture f;
    const auto logger = f.Open();
    CHECK(!logger->Enabled(Level::Debug));
    logger->SetLevel(Level::Error);
    logger->Info("hidden");
    logger->Warn("hidden");
    logger->SetLevel(Level::Debug);
    logger->Debug("shown");
    REQUIRE(logger->Flush(kTimeoutMs));
    CHECK(logger->level() == Level::Debug);
    std::set<std::string> messages;
    for (const auto& line : Lines(f.Combined())) messages.insert(Message(line));
    CHECK(messages == std::set<std::string>{"shown"});
}

TEST_CASE("files roll and are packed while the log runs") {
    Fixture f;
    const std::string packed = f.folder / "logs/combined.2026-11-22.1.log.zst";
    const auto logger = f.Open();
    logger->Info("before midnight");
    REQUIRE(logger->Flush(kTimeoutMs));
    f.clock.Advance(rt::base::kMicrosPerHour);
    logger->Info("after midnight");
    REQUIRE(logger->Flush(kTimeoutMs));
    CHECK(Lines(f.Combined()).size() == 1);
    for (int i = 0; i < 1000 && !rt::os::Exists(packed); ++i) usleep(10'000);
    CHECK(rt::os::Exists(packed));
}

TEST_CASE("a console that nobody reads holds nothing up") {
    Fixture f;
    int pipe_fds[2];
    REQUIRE(pipe2(pipe_fds, O_CLOEXEC) == 0);
    Options options;
    options.console = pipe_fds[1];
    options.folder = f.folder / "logs";
    {
        auto logger = Logger::Open(options, f.clock, f.metrics);
        REQUIRE(logger.ok());
        // Many times what the pipe holds.
        for (int i = 0; i < 5000; ++i) (*logger)->Info("line", {{"number", i}, {"text", std::string(200, 'x')}});
        REQUIRE((*logger)->Flush(kTimeoutMs));
        CHECK(Lines(f.Combined()).size() == 5000);
    }
    close(pipe_fds[1]);
    std::string head(20, '\0');
    REQUIRE(read(pipe_fds[0], head.data(), head.size()) == static_cast<ssize_t>(head.size()));
    CHECK(head.starts_with("{\"timestamp\":\"2026"));
    close(pipe_fds[0]);
}

TEST_CASE("the lines of requests are on the console if it is asked for, or if there are no files") {
    struct Row {
        bool console_requests;
        bool files;
        std::size_t console_lines;
    };
    for (const Row& row : {Row{false, true, 1}, Row{true, true, 2}, Row{false, false, 2}}) {
        CAPTURE(row.console_requests);
        CAPTURE(row.files);
        Fixture f;
        const std::string console = f.folder / "console";
        const int fd = open(console.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        REQUIRE(fd >= 0);
        Options options;
        options.console = fd;
        options.console_requests = row.console_requests;
        if (row.files) options.folder = f.folder / "logs";
        {
            auto logger = Logger::Open(options, f.clock, f.metrics);
            REQUIRE(logger.ok());
            (*logger)->Info(rt::log::kRequestMessage, {{"status", 200}});
            (*logger)->Info("something else");
            REQUIRE((*logger)->Flush(kTimeoutMs));
        }
        close(fd);
        CHECK(Lines(console).size() == row.console_lines);
        if (row.files) CHECK(Lines(f.Combined()).size() == 2);
    }
}

TEST_CASE("the queue drops debug first, then info, then the rest, and counts") {
    Queue queue(100, 1 << 20);
    int kept[4] = {};
    for (int i = 0; i < 200; ++i) kept[0] += queue.Push(EntryOf(Level::Debug)) ? 1 : 0;
    for (int i = 0; i < 200; ++i) kept[1] += queue.Push(EntryOf(Level::Info)) ? 1 : 0;
    for (int i = 0; i < 200; ++i) kept[3] += queue.Push(EntryOf(Level::Error)) ? 1 : 0;
    CHECK(kept[0] == 50);
    CHECK(kept[1] == 40);
    CHECK(kept[3] == 10);
    Batch out;
    Queue::Drops drops{};
    CHECK(queue.Pop(out, drops, std::chrono::milliseconds(0)));
    CHECK(out.size() == 100);
    CHECK(drops == Queue::Drops{150, 160, 0, 190});
    // Empty again: takes lines again, and the drops were told once.
    CHECK(queue.Push(EntryOf(Level::Debug)));
    CHECK(queue.Pop(out, drops, std::chrono::milliseconds(0)));
    CHECK(drops == Queue::Drops{});
}

TEST_CASE("the queue is bounded in bytes, too") {
    Queue queue(1000, 1000);
    CHECK(!queue.Push(EntryOf(Level::Error, 1001)));
    CHECK(queue.Push(EntryOf(Level::Error, 999)));
    CHECK(queue.Push(EntryOf(Level::Error, 1)));
    CHECK(!queue.Push(EntryOf(Level::Error, 1)));
}

TEST_CASE("a closed queue hands out what it holds, then ends") {
    Queue queue(10, 1000);
    queue.Push(EntryOf(Level::Info));
    queue.Close();
    CHECK(!queue.Push(EntryOf(Level::Info)));
    Batch out;
    Queue::Drops drops{};
    CHECK(queue.Pop(out, drops, std::chrono::milliseconds(1000)));
    CHECK(out.size() == 1);
    CHECK(!queue.Flush(std::chrono::milliseconds(0)));
    queue.Written();
    CHECK(queue.Flush(std::chrono::milliseconds(0)));
    CHECK(!queue.Pop(out, drops, std::chrono::milliseconds(1000)));
}

TEST_CASE("dropped lines are counted in the metric and told in the log") {
    Fixture f;
    Options options;
    options.queue_lines_max = 10;
    const auto logger = f.Open(options);
    std::int64_t dropped = 0;
    for (int i = 0; i < 100'000 && dropped == 0; ++i) {
        logger->Info("flood");
        if (i % 1000 == 999) {
            REQUIRE(logger->Flush(kTimeoutMs));
            dropped = f.metrics.Get(Metric::kLogDropped, {"info"}).Value();
        }
    }
    CHECK(dropped > 0);
    REQUIRE(logger->Flush(kTimeoutMs));
    bool told = false;
    for (const auto& line : Lines(f.Combined())) told = told || Message(line) == "log lines were dropped";
    CHECK(told);
}

TEST_CASE("a log that cannot write its files says why at the start") {
    Fixture f;
    Options options;
    options.folder = "/dev/null/logs";
    options.console = -1;
    const auto logger = Logger::Open(options, f.clock, f.metrics);
    REQUIRE(!logger.ok());
    CHECK(logger.error().detail == "cannot make the folder /dev/null/logs: Not a directory");
}
