// Uploads on real stores with a clock that stands still: caps in the commit, the sweep of what nothing holds on to, and
// scans that fail.
#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "crypto/hash.h"
#include "files/service.h"
#include "support/schema.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> FilesMigrations();
}

namespace rt::files {
namespace {

using storage::sql::Reader;
using storage::sql::Statement;
using storage::sql::Writer;

struct Fixture {
    explicit Fixture(store::Caps caps = {100, 1'000'000}, Scan scan = nullptr) {
        db = testing::OpenMigrated({.path = dir / "main.db"},
                                   {embedded::StorageMigrations(), embedded::FilesMigrations()}, clock, log, metrics);
        auto opened = storage::blob::Store::Open(dir / "blobs");
        REQUIRE(opened.ok());
        blobs.emplace(*std::move(opened));
        service.emplace(
            Options{.caps = caps, .bytes_max = 1'000'000, .scratch_folder = dir.path(), .scan = std::move(scan)},
            Service::Parts{.db = *db,
                           .blobs = *blobs,
                           .audit = trail,
                           .clock = clock,
                           .random = random,
                           .ids = ids,
                           .log = log,
                           .metrics = metrics});
    }
    Result<storage::idempotency::Answer> Take(std::string_view bytes, std::int64_t owner = 1) {
        return service->Take(
            {.purpose = FindPurpose("answer"), .bytes = bytes, .owner = owner, .answer = [](const store::File& file) {
                 return file.public_id;
             }});
    }
    static std::string Pdf(std::string_view text) { return "%PDF-1.7\n" + std::string(text); }
    store::File Find(const std::string& id) {
        net::Request request;
        request.principal.user_id = 1;
        auto file = service->Get(request, id, Wanted::kInfo);
        REQUIRE(file.ok());
        return *file;
    }
    std::int64_t Int(const Statement& statement) {
        return db->Read([&](Reader& reader) { return reader.FindInt(statement, {}); })->value_or(-1);
    }
    // The blobs' files are as old as the real clock says.
    void Advance(std::int64_t micros) { clock.Advance(micros); }

    testing::TempDir dir;
    base::ManualClock clock{base::SystemClock().Now()};
    base::NullLog log;
    base::Metrics metrics;
    crypto::SystemRandom random;
    IdGenerator ids{clock, 0};
    storage::audit::Trail trail{std::string(32, 'k')};
    std::unique_ptr<storage::sql::Database> db;
    std::optional<storage::blob::Store> blobs;
    std::optional<Service> service;
};

constexpr Statement kFiles{"t.files", "SELECT COUNT(*) FROM file"};
constexpr Statement kUsedFiles{"t.used_files", "SELECT COALESCE(SUM(files), 0) FROM file_usage"};
constexpr Statement kUsedBytes{"t.used_bytes", "SELECT COALESCE(SUM(bytes), 0) FROM file_usage"};
constexpr Statement kBytes{"t.bytes", "SELECT COALESCE(SUM(bytes), 0) FROM file"};

TEST_CASE("the cap on files holds however many come at once, and the count is exact") {
    Fixture f({5, 1'000'000});
    std::atomic<int> taken = 0;
    std::atomic<int> full = 0;
    std::vector<std::thread> people;
    for (int i = 0; i < 8; ++i) {
        people.emplace_back([&, i] {
            for (int n = 0; n < 3; ++n) {
                const auto done = f.Take(Fixture::Pdf(std::to_string(i) + "." + std::to_string(n)));
                if (done.ok()) ++taken;
                if (!done.ok() && done.error().code == Code::kFilesFull) ++full;
            }
        });
    }
    for (std::thread& person : people) person.join();
    CHECK(taken == 5);
    CHECK(full == 19);
    CHECK(f.Int(kFiles) == 5);
    CHECK(f.Int(kUsedFiles) == 5);
    CHECK(f.Int(kUsedBytes) == f.Int(kBytes));
    CHECK(f.Take(Fixture::Pdf("another person's"), 2).ok());
}

TEST_CASE("the cap on bytes: one less, the cap, one more") {
    const auto size = static_cast<std::int64_t>(Fixture::Pdf("1234567890").size());
    for (const std::int64_t spare : {1, 0, -1}) {
        CAPTURE(spare);
        Fixture f({100, 2 * size + spare});
        CHECK(f.Take(Fixture::Pdf("1234567890")).ok());
        CHECK(f.Take(Fixture::Pdf("abcdefghij")).ok() == (spare >= 0));
        CHECK(f.Take(Fixture::Pdf("")).ok() == (spare < 0));
    }
}

TEST_CASE("what nothing holds on to goes after a day, and its bytes with it; what is kept stays") {
    Fixture f;
    const auto loose = f.Take(Fixture::Pdf("loose"));
    const auto kept = f.Take(Fixture::Pdf("kept"));
    const auto shared = f.Take(Fixture::Pdf("kept"));
    REQUIRE(shared.ok());
    CHECK(f.blobs->List()->size() == 2);
    REQUIRE(f.db->Write("keep", [&](Writer& writer) { return store::KeepFor(writer, kept->body, 1); }).ok());
    CHECK_FALSE(f.db->Write("keep", [&](Writer& writer) { return store::KeepFor(writer, loose->body, 2); }).ok());
    f.Advance(Service::kLooseMicros - base::kMicrosPerMinute);
    REQUIRE(f.service->Sweep().ok());
    CHECK(f.Int(kFiles) == 3);
    f.Advance(2 * base::kMicrosPerMinute);
    REQUIRE(f.service->Sweep().ok());
    CHECK(f.Int(kFiles) == 1);
    CHECK(f.Int(kUsedFiles) == 1);
    CHECK(f.Int(kUsedBytes) == f.Int(kBytes));
    CHECK(f.blobs->List()->size() == 1);
    CHECK(f.service->PathFor(f.Find(kept->body)).ok());
    net::Request request;
    request.principal.user_id = 1;
    request.now = f.clock.Now();
    CHECK(f.service->Remove(request, kept->body).error().code == Code::kInvalidState);
}

TEST_CASE("while somebody holds the blobs none is removed") {
    Fixture f;
    REQUIRE(f.Take(Fixture::Pdf("a")).ok());
    auto held = f.service->HoldBlobs();
    auto also = f.service->HoldBlobs();
    f.Advance(Service::kLooseMicros + base::kMicrosPerMinute);
    REQUIRE(f.service->Sweep().ok());
    CHECK(f.Int(kFiles) == 0);
    CHECK(f.blobs->List()->size() == 1);
    held.reset();
    REQUIRE(f.service->Sweep().ok());
    CHECK(f.blobs->List()->size() == 1);
    also.reset();
    REQUIRE(f.service->Sweep().ok());
    CHECK(f.blobs->List()->empty());
}

TEST_CASE("a scan without a verdict is asked again with growing pauses, one with a verdict is not") {
    enum class Say { kNothing, kClean, kBad };
    std::atomic<Say> say = Say::kNothing;
    std::atomic<int> asked = 0;
    Fixture f({100, 1'000'000}, [&](const std::string& path) -> Result<bool> {
        CHECK(std::filesystem::exists(path));
        ++asked;
        if (say == Say::kNothing) return Fail(Code::kDeadline, "slow");
        return say == Say::kClean;
    });
    const auto taken = f.Take(Fixture::Pdf("a"));
    REQUIRE(taken.ok());
    CHECK(f.Find(taken->body).state == store::State::kPending);
    CHECK(f.service->PathFor(f.Find(taken->body)).error().code == Code::kInvalidState);
    for (const int pause_s : {10, 20, 40}) {
        const int before = asked;
        REQUIRE(f.service->RunScans().ok());
        CHECK(asked == before + 1);
        f.Advance(pause_s * base::kMicrosPerSecond - 1);
        REQUIRE(f.service->RunScans().ok());
        CHECK(asked == before + 1);
        f.Advance(1);
    }
    say = Say::kClean;
    REQUIRE(f.service->RunScans().ok());
    CHECK(f.Find(taken->body).state == store::State::kReady);
    say = Say::kBad;
    const auto bad = f.Take(Fixture::Pdf("b"));
    REQUIRE(f.service->RunScans().ok());
    CHECK(f.Find(bad->body).state == store::State::kRefused);
    CHECK(f.service->PathFor(f.Find(bad->body)).error().code == Code::kNotFound);
    CHECK_FALSE(f.db->Write("keep", [&](Writer& writer) { return store::KeepFor(writer, bad->body, 1); }).ok());
    const int before = asked;
    REQUIRE(f.service->RunScans().ok());
    CHECK(asked == before);
}

}  // namespace
}  // namespace rt::files
