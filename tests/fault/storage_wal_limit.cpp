// The write-ahead log stays short at full write speed, beside readers that come and go.
#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "support/sql_fixture.h"

namespace rt {
namespace {

using testing::SqlFixture;

constexpr std::uintmax_t kLogBytesMax = 64 << 20;
constexpr std::int64_t kTrafficBytes = 200 << 20;
constexpr storage::sql::Statement kPut{
    "t.put",
    "INSERT INTO item(id, name, n) VALUES ($1, $2, 0) ON CONFLICT(id) DO UPDATE SET name = excluded.name, n = n + 1"};
constexpr storage::sql::Statement kSum{"t.sum", "SELECT coalesce(sum(length(name)), 0) FROM item"};

// Writes the traffic with four threads and two readers; returns the log's largest size.
std::uintmax_t LargestLog(std::int64_t wal_restart_bytes) {
    storage::sql::Options options;
    options.wal_restart_bytes = wal_restart_bytes;
    SqlFixture f(options);
    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> written{0};
    std::uintmax_t largest = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            const std::string big(60'000, static_cast<char>('a' + t));
            for (std::int64_t i = 0; written < kTrafficBytes; ++i) {
                const std::int64_t id = t * 100 + i % 100;
                const std::string name = std::to_string(id) + big;
                CHECK(f.db->Write("put",
                                  [&](storage::sql::Writer& w) {
                                      return w.RunOne(kPut, {id, name}, Code::kInternal);
                                  })
                          .ok());
                written += std::ssize(big);
            }
        });
    }
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            while (!stop) CHECK(f.db->Read([](storage::sql::Reader& r) { return r.FindInt(kSum, {}); }).ok());
        });
    }
    while (written < kTrafficBytes) {
        largest = std::max(largest, std::filesystem::file_size(f.dir / "main.db-wal"));
        std::this_thread::yield();
    }
    stop = true;
    for (auto& thread : threads) thread.join();
    return largest;
}

TEST_CASE("the log stays under 64 MB while 200 MB are written as fast as they go, beside readers") {
    CHECK(LargestLog(storage::sql::Options{}.wal_restart_bytes) < kLogBytesMax);
}

TEST_CASE("control: without the writer's restart it does not") {
    CHECK(LargestLog(INT64_MAX) > kLogBytesMax);
}

}  // namespace
}  // namespace rt
