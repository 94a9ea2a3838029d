#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "os/file.h"
#include "storage/kv/store.h"
#include "storage/kv/tables.h"
#include "support/temp_dir.h"

namespace rt::storage::kv {
namespace {

constexpr Table kTable{Env::kDurable, "auth.session"};
constexpr Table kOther{Env::kDurable, "auth.user_session"};
constexpr Table kCached{Env::kCache, "net.rate_bucket"};

struct Fixture {
    explicit Fixture(Options given = {}) : options(std::move(given)) {
        options.directory = dir / "kv";
        Open();
    }
    void Open() {
        store.reset();
        auto opened = Store::Open(options, clock, log, metrics);
        REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().detail));
        store = std::move(*opened);
    }
    std::map<std::string, std::string> All(const Table& table, std::string_view prefix = "") {
        std::map<std::string, std::string> out;
        CHECK(store
                  ->Scan(table, prefix,
                         [&](std::string_view key, std::string_view value) {
                             out.emplace(key, value);
                             return true;
                         })
                  .ok());
        return out;
    }

    testing::TempDir dir;
    base::ManualClock clock{base::Time{1'000'000}};
    base::NullLog log;
    base::Metrics metrics;
    Options options;
    std::unique_ptr<Store> store;
};

TEST_CASE("values come back, also after the store was opened anew") {
    Fixture f;
    REQUIRE(f.store->Put(kTable, "a", "1", {}).ok());
    REQUIRE(f.store->Put(kTable, "b", std::string("\0x", 2), {}).ok());
    REQUIRE(f.store->Put(kCached, "c", "", {}).ok());
    f.Open();
    CHECK(*f.store->Get(kTable, "a") == "1");
    CHECK(*f.store->Get(kTable, "b") == std::string("\0x", 2));
    CHECK(*f.store->Get(kCached, "c") == "");
    CHECK(*f.store->Get(kOther, "a") == std::nullopt);
    REQUIRE(f.store->Delete(kTable, "a").ok());
    REQUIRE(f.store->Delete(kTable, "never there").ok());
    CHECK(*f.store->Get(kTable, "a") == std::nullopt);
    struct stat info {};
    REQUIRE(::stat((f.dir / "kv/durable/data.mdb").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    REQUIRE(::stat((f.dir / "kv/durable").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE("sizes are held at their edges") {
    Fixture f;
    const auto put = [&](std::size_t key, std::size_t value) {
        return f.store->Put(kTable, std::string(key, 'k'), std::string(value, 'v'), base::Time{9'000'000}).ok();
    };
    CHECK_FALSE(put(0, 1));
    CHECK(put(1, 1));
    CHECK(put(kKeyBytesMax - 1, 1));
    CHECK(put(kKeyBytesMax, 1));
    CHECK_FALSE(put(kKeyBytesMax + 1, 1));
    CHECK(put(3, kValueBytesMax - 1));
    CHECK(put(4, kValueBytesMax));
    CHECK_FALSE(put(5, kValueBytesMax + 1));
    CHECK(*f.store->Get(kTable, std::string(kKeyBytesMax + 1, 'k')) == std::nullopt);
}

TEST_CASE("a table of the other environment, or of no list, is refused") {
    Fixture f;
    CHECK_FALSE(f.store->Update(Env::kDurable, [](Batch& b) { return b.Put(kCached, "k", "v", {}); }).ok());
    CHECK_FALSE(f.store->Put({Env::kDurable, "nowhere"}, "k", "v", {}).ok());
    CHECK_FALSE(f.store->Get({Env::kDurable, "nowhere"}, "k").ok());
    const auto overlooked = f.store->Update(Env::kDurable, [](Batch& b) {
        static_cast<void>(b.Get(kCached, "k"));
        return b.Put(kTable, "k", "v", {});
    });
    CHECK_FALSE(overlooked.ok());
    CHECK(*f.store->Get(kTable, "k") == std::nullopt);
}

TEST_CASE("a key is gone at its time, not before, and the sweep takes it away") {
    Fixture f;
    REQUIRE(f.store->Put(kTable, "k", "v", base::Time{2'000'000}).ok());
    REQUIRE(f.store->Put(kTable, "forever", "v", {}).ok());
    f.clock.Set(base::Time{1'999'999});
    CHECK(*f.store->Get(kTable, "k") == "v");
    CHECK(*f.store->Sweep(Env::kDurable, 100) == 0);
    f.clock.Set(base::Time{2'000'000});
    CHECK(*f.store->Get(kTable, "k") == std::nullopt);
    CHECK(f.All(kTable).size() == 1);
    CHECK(f.store
              ->Update(Env::kDurable,
                       [](Batch& b) -> Status {
                           CHECK(b.Get(kTable, "k") == std::nullopt);
                           return Ok();
                       })
              .ok());
    CHECK(*f.store->Sweep(Env::kDurable, 100) == 1);
    f.clock.Set(base::Time{1'000'000});  // were it still there, it would live again
    CHECK(*f.store->Get(kTable, "k") == std::nullopt);
    CHECK(f.metrics.Get(Metric::kKvExpired, {"durable"}).Value() == 1);
}

TEST_CASE("a changed expiry leaves nothing behind in the index") {
    Fixture f;
    REQUIRE(f.store->Put(kTable, "k", "1", base::Time{2'000'000}).ok());
    REQUIRE(f.store->Put(kTable, "k", "2", base::Time{5'000'000}).ok());
    REQUIRE(f.store->Put(kTable, "kept", "3", base::Time{2'000'000}).ok());
    REQUIRE(f.store->Put(kTable, "kept", "4", {}).ok());
    REQUIRE(f.store->Put(kTable, "gone", "5", base::Time{2'000'000}).ok());
    REQUIRE(f.store->Delete(kTable, "gone").ok());
    f.clock.Set(base::Time{3'000'000});
    CHECK(*f.store->Sweep(Env::kDurable, 100) == 0);
    CHECK(*f.store->Get(kTable, "k") == "2");
    f.clock.Set(base::Time{6'000'000});
    CHECK(*f.store->Sweep(Env::kDurable, 100) == 1);
    CHECK(f.All(kTable) == std::map<std::string, std::string>{{"kept", "4"}});
}

TEST_CASE("the sweep takes no more than it was told") {
    Fixture f;
    for (int i = 0; i < 25; ++i) REQUIRE(f.store->Put(kTable, std::to_string(i), "v", base::Time{2'000'000}).ok());
    f.clock.Set(base::Time{3'000'000});
    CHECK(*f.store->Sweep(Env::kDurable, 10) == 10);
    CHECK(*f.store->Sweep(Env::kDurable, 10) == 10);
    CHECK(*f.store->Sweep(Env::kDurable, 10) == 5);
}

TEST_CASE("a scan gives the keys of a prefix, in order, and stops when told") {
    Fixture f;
    for (const char* key : {"b/2", "a/1", "b/1", "b0", "c"}) REQUIRE(f.store->Put(kTable, key, key, {}).ok());
    std::vector<std::string> keys;
    const auto collect = [&](std::string_view key, std::string_view) {
        keys.emplace_back(key);
        return keys.size() < 2;
    };
    REQUIRE(f.store->Scan(kTable, "b/", collect).ok());
    CHECK(keys == std::vector<std::string>{"b/1", "b/2"});
    keys.clear();
    REQUIRE(f.store->Scan(kTable, "", collect).ok());
    CHECK(keys == std::vector<std::string>{"a/1", "b/1"});
}

TEST_CASE("an update that fails is undone alone, beside others of its batch") {
    Fixture f;
    std::atomic<bool> entered{false};
    std::atomic<bool> open{false};
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
        CHECK(f.store
                  ->AtBarrier([&] {
                      entered.store(true);
                      entered.notify_all();
                      open.wait(false);
                  })
                  .ok());
    });
    entered.wait(false);
    std::atomic<int> good{0};
    for (int i = 0; i < 20; ++i) {
        threads.emplace_back([&, i] {
            const auto done = f.store->Update(Env::kDurable, [&](Batch& b) -> Status {
                RT_CHECK_OK(b.Put(kTable, std::to_string(i), "v", {}));
                if (i % 2 == 0) return Fail(Code::kConflict);
                return Ok();
            });
            CHECK(done.ok() == (i % 2 == 1));
            good += done.ok() ? 1 : 0;
        });
    }
    open.store(true);
    open.notify_all();
    for (auto& thread : threads) thread.join();
    CHECK(good == 10);
    CHECK(f.All(kTable).size() == 10);
}

TEST_CASE("concurrent read-modify-write loses nothing, and commits are shared") {
    Fixture f;
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i) {
                CHECK(f.store
                          ->Update(
                              Env::kDurable,
                              [&](Batch& b) { return b.Put(kTable, "n", b.Get(kTable, "n").value_or("") + "x", {}); })
                          .ok());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK((*f.store->Get(kTable, "n"))->size() == 400);
    CHECK(f.metrics.Get(Metric::kKvCommits, {"durable"}).Value() <= 400);
}

TEST_CASE("a full map answers STORAGE_FULL to the one that fills it and stays readable") {
    Options small;
    small.durable_map_bytes = 1 << 20;
    Fixture f(small);
    const std::string value(50'000, 'v');
    int kept = 0;
    Status status = Ok();
    while (status.ok() && kept < 100) {
        status = f.store->Put(kTable, "k" + std::to_string(kept), value, {});
        kept += status.ok() ? 1 : 0;
    }
    REQUIRE(kept < 100);
    CHECK(status.error().code == Code::kStorageFull);
    CHECK(f.All(kTable).size() == static_cast<std::size_t>(kept));
    REQUIRE(f.store->Delete(kTable, "k0").ok());
    CHECK(f.store->Put(kTable, "k0", "small", {}).ok());
}

TEST_CASE("after another boot the cache lives on only with the clean mark; the durable side always does") {
    Options options;
    options.boot_id = "boot-1";
    Fixture f(options);
    const auto fill = [&] {
        REQUIRE(f.store->Put(kCached, "k", "v", {}).ok());
        REQUIRE(f.store->Put(kTable, "k", "v", {}).ok());
    };
    fill();
    f.options.boot_id = "boot-2";
    f.Open();
    CHECK(*f.store->Get(kCached, "k") == "v");  // stopped cleanly
    const std::string mark = f.dir / "kv/cache/boot";
    const auto crash = [&] {  // what a process leaves behind that was killed
        const std::string open_mark = *os::ReadFile(mark, 100);
        f.store.reset();
        REQUIRE(os::WriteFileAtomic(mark, open_mark).ok());
    };
    crash();
    f.Open();
    CHECK(*f.store->Get(kCached, "k") == "v");  // the same boot
    crash();
    f.options.boot_id = "boot-3";
    f.Open();
    CHECK(*f.store->Get(kCached, "k") == std::nullopt);
    CHECK(*f.store->Get(kTable, "k") == "v");
    REQUIRE(f.store->Put(kCached, "k", "v", {}).ok());
    REQUIRE(os::RemoveFile(mark).ok());
    f.store.reset();
    REQUIRE(os::RemoveFile(mark).ok());
    f.Open();
    CHECK(*f.store->Get(kCached, "k") == std::nullopt);  // no mark at all
}

TEST_CASE("a snapshot holds its moment while writes go on") {
    Fixture f;
    for (int i = 0; i < 500; ++i) REQUIRE(f.store->Put(kCached, std::to_string(i), "v", {}).ok());
    for (int i = 0; i < 50; ++i) REQUIRE(f.store->Put(kTable, std::to_string(i), "old", base::Time{9'000'000}).ok());
    auto snapshot = std::move(*f.store->OpenSnapshot());
    for (int i = 0; i < 60; ++i) REQUIRE(f.store->Put(kTable, std::to_string(i), "new", {}).ok());
    REQUIRE(os::MakeFolders(f.dir / "copy").ok());
    const auto counts = snapshot->CopyTo(f.dir / "copy/durable");
    REQUIRE_MESSAGE(counts.ok(), (counts.ok() ? "" : counts.error().detail));
    CHECK_FALSE(snapshot->CopyTo(f.dir / "copy/durable").ok());
    snapshot.reset();
    f.options.directory = f.dir / "copy";
    f.Open();
    CHECK(f.All(kTable).size() == 50);
    CHECK(*f.store->Get(kTable, "7") == "old");
    f.clock.Set(base::Time{9'000'000});
    CHECK(*f.store->Sweep(Env::kDurable, 100) == 50);
}

}  // namespace
}  // namespace rt::storage::kv
