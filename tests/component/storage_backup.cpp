#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/random.h"
#include "os/file.h"
#include "storage/backup/backup.h"
#include "storage/backup/manifest_internal.h"
#include "storage/blob/blob.h"
#include "storage/sql/migrator.h"
#include "support/temp_dir.h"

namespace rt::storage::backup {
namespace {

namespace fs = std::filesystem;

constexpr sql::Statement kAdd{"t.add", "INSERT INTO item(n) VALUES ($1)"};
constexpr sql::Statement kMax{"t.max", "SELECT coalesce(max(n), 0) FROM item"};
constexpr sql::Statement kCount{"t.count", "SELECT count(*) FROM item"};
constexpr kv::Table kEnded{kv::Env::kDurable, "auth.ended_session"};
constexpr kv::Table kSessions{kv::Env::kDurable, "auth.session"};

const std::vector<base::EmbeddedFile> kMigrations{
    {"0001_item.up.sql", "CREATE TABLE item(id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;"},
    {"0001_item.down.sql", "DROP TABLE item;"}};

struct Fixture {
    Fixture() { Open(dir / "data"); }

    void Open(const std::string& folder) {
        Close();
        data = folder;
        REQUIRE(os::MakeFolders(data).ok());
        REQUIRE(FinishRestore(data).ok());
        sql::Options options;
        options.path = data + "/roundtable.db";
        const std::span<const base::EmbeddedFile> migrations(kMigrations);
        REQUIRE(sql::MigrateUp(options, {&migrations, 1}, clock, log, metrics).ok());
        db = std::move(*sql::Database::Open(options, clock, log, metrics));
        kv::Options kv_options;
        kv_options.directory = data + "/kv";
        kv = std::move(*kv::Store::Open(kv_options, clock, log, metrics));
        blobs.emplace(*blob::Store::Open(data + "/blobs"));
    }
    void Close() {
        db.reset();
        kv.reset();
    }
    Status Add(std::int64_t n) {
        return db->Write("add", [&](sql::Writer& w) { return w.RunOne(kAdd, {n}, Code::kInternal); });
    }
    std::int64_t Ask(const sql::Statement& statement) {
        return **db->Read([&](sql::Reader& r) { return r.FindInt(statement, {}); });
    }
    Result<Manifest> Backup() {
        REQUIRE(os::MakeFolders(data + "/keys").ok());
        REQUIRE(os::WriteFileAtomic(data + "/keys/jwt.key", "secret").ok());
        const Sources sources{*db, *kv, data + "/blobs", {{"keys/jwt.key", data + "/keys/jwt.key"}}};
        return Create(environment, sources, "by hand");
    }
    Manifest MustBackup() {
        auto made = Backup();
        REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().detail));
        return std::move(*made);
    }
    std::string Stored(const Manifest& manifest, const std::string& name) {
        return environment.folder + "/" + manifest.id + "/" + name;
    }

    testing::TempDir dir;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::string data;
    Environment environment{dir / "backups", clock, log, metrics};
    std::unique_ptr<sql::Database> db;
    std::unique_ptr<kv::Store> kv;
    std::optional<blob::Store> blobs;
};

TEST_CASE("a backup is whole, private, listed, verified, and restores into an empty folder") {
    Fixture f;
    for (int i = 1; i <= 20; ++i) REQUIRE(f.Add(i).ok());
    REQUIRE(f.kv->Put(kEnded, "k", "v", {}).ok());
    REQUIRE(f.kv->Put(kSessions, "s", "v", {}).ok());
    const auto blob = f.blobs->Put(std::string(3'000'000, 'b'));
    REQUIRE(blob.ok());
    const Manifest made = f.MustBackup();
    CHECK(made.schema == 1);
    CHECK(made.files.size() == 4);
    REQUIRE(f.Add(21).ok());

    for (const auto& entry : fs::recursive_directory_iterator(f.environment.folder)) {
        struct stat info {};
        REQUIRE(::stat(entry.path().c_str(), &info) == 0);
        CHECK_MESSAGE((info.st_mode & 0777) == (entry.is_directory() ? 0700U : 0600U), entry.path().string());
    }
    CHECK((*List(f.environment))[0].verified.micros == 0);
    const Status verified = Verify(f.environment, "latest");
    REQUIRE_MESSAGE(verified.ok(), (verified.ok() ? "" : verified.error().detail));
    const auto listed = *List(f.environment);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].verified.micros > 0);
    CHECK(listed[0].manifest.rows == made.rows);
    CHECK(Find(f.environment, made.id)->manifest.id == made.id);
    CHECK(Find(f.environment, "20010101T000000Z").error().code == Code::kNotFound);
    CHECK(Find(f.environment, "../data").error().code == Code::kInvalid);

    const auto replaced = Restore(f.environment, made.id, {.target = f.dir / "other", .schema_known = 1});
    REQUIRE_MESSAGE(replaced.ok(), (replaced.ok() ? "" : replaced.error().detail));
    CHECK(replaced->empty());
    f.Open(f.dir / "other");
    CHECK(f.Ask(kCount) == 20);
    CHECK(*f.kv->Get(kEnded, "k") == "v");
    CHECK(*f.kv->Get(kSessions, "s") == std::nullopt);  // everyone signs in again
    CHECK(f.blobs->Get(blob->hash)->size() == 3'000'000);
    CHECK(*os::ReadFile(f.dir / "other/keys/jwt.key", 100) == "secret");
}

TEST_CASE("files of any size around the pieces they are read and written in come back") {
    Fixture f;
    base::SeededRandom random(5);
    std::vector<ExtraFile> files;
    std::vector<std::string> contents;
    for (const std::size_t size : {0, 1, 131'071, 131'072, 131'073, 262'143, 262'144, 262'145, 524'288}) {
        for (const bool is_random : {false, true}) {
            std::string text(size, 'x');
            if (is_random) random.Fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
            const std::string name = "keys/" + std::to_string(files.size());
            REQUIRE(os::MakeFolders(f.dir / "in/keys").ok());
            REQUIRE(os::WriteFileAtomic(f.dir / ("in/" + name), text).ok());
            files.push_back({name, f.dir / ("in/" + name)});
            contents.push_back(std::move(text));
        }
    }
    const auto made = Create(f.environment, {*f.db, *f.kv, "", files}, "by hand");
    REQUIRE(made.ok());
    const auto restored = Restore(f.environment, made->id, {.target = f.dir / "other", .schema_known = 1});
    REQUIRE_MESSAGE(restored.ok(), (restored.ok() ? "" : restored.error().detail));
    for (std::size_t i = 0; i < files.size(); ++i) {
        CHECK(*os::ReadFile(f.dir / ("other/" + files[i].name), 1'000'000) == contents[i]);
    }
}

TEST_CASE("a restore over a folder keeps what lay there, and may keep sessions") {
    Fixture f;
    REQUIRE(f.Add(1).ok());
    REQUIRE(f.kv->Put(kSessions, "s", "v", {}).ok());
    const Manifest made = f.MustBackup();
    REQUIRE(f.Add(2).ok());
    f.Close();
    const auto replaced = Restore(f.environment, "latest", {.target = f.data, .schema_known = 1, .sessions = true});
    REQUIRE(replaced.ok());
    CHECK(os::Exists(*replaced + "/roundtable.db"));
    CHECK_FALSE(os::Exists(f.data + "/restore.new"));
    CHECK_FALSE(os::Exists(f.data + "/restore.plan"));
    f.Open(f.data);
    CHECK(f.Ask(kMax) == 1);
    CHECK(*f.kv->Get(kSessions, "s") == "v");
    f.Open(*replaced);
    CHECK(f.Ask(kMax) == 2);
}

TEST_CASE("both stores are saved as of one moment while writes go on") {
    Fixture f;
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (std::int64_t n = 1; !stop; ++n) {
            CHECK(f.Add(n).ok());
            CHECK(f.kv->Put(kEnded, "n", std::to_string(n), {}).ok());
        }
    });
    while (!f.kv->Get(kEnded, "n")->has_value()) std::this_thread::yield();
    for (int i = 0; i < 3; ++i) {
        const Manifest made = f.MustBackup();
        const std::string target = f.dir / ("restored" + std::to_string(i));
        REQUIRE(Restore(f.environment, made.id, {.target = target, .schema_known = 1}).ok());
        sql::Options options;
        options.path = target + "/roundtable.db";
        const auto db = std::move(*sql::Database::Open(options, f.clock, f.log, f.metrics));
        kv::Options kv_options;
        kv_options.directory = target + "/kv";
        const auto store = std::move(*kv::Store::Open(kv_options, f.clock, f.log, f.metrics));
        const std::int64_t in_sql = **db->Read([&](sql::Reader& r) { return r.FindInt(kMax, {}); });
        const std::int64_t in_kv = std::stoll(**store->Get(kEnded, "n"));
        CHECK(in_sql >= in_kv);
        CHECK(in_sql <= in_kv + 1);
    }
    stop = true;
    writer.join();
}

TEST_CASE("any changed byte, and any missing file, is found out by verify, and restore refuses it") {
    Fixture f;
    for (int i = 1; i <= 100; ++i) REQUIRE(f.Add(i).ok());
    const Manifest made = f.MustBackup();
    f.Close();
    for (const File& file : made.files) {
        const std::string path = f.Stored(made, file.name + ".zst");
        const std::string good = *os::ReadFile(path, 100'000'000);
        const auto refused = [&](std::string_view what) {
            CHECK_FALSE_MESSAGE(Verify(f.environment, made.id).ok(), file.name << " " << what);
            const auto restored = Restore(f.environment, made.id, {.target = f.data, .schema_known = 1});
            CHECK_FALSE_MESSAGE(restored.ok(), file.name << " " << what);
        };
        for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 1);
            REQUIRE(os::WriteFileAtomic(path, bad).ok());
            refused("changed");
        }
        REQUIRE(os::WriteFileAtomic(path, good.substr(0, good.size() - 1)).ok());
        refused("cut");
        REQUIRE(os::WriteFileAtomic(path, good + "x").ok());
        refused("longer");
        REQUIRE(os::RemoveFile(path).ok());
        refused("missing");
        REQUIRE(os::WriteFileAtomic(path, good).ok());
    }
    CHECK(Verify(f.environment, made.id).ok());
    f.Open(f.data);
    CHECK(f.Ask(kCount) == 100);  // no refused restore touched it
}

TEST_CASE("a manifest that lies, leaves the folder or is of another format is refused") {
    Fixture f;
    REQUIRE(f.Add(1).ok());
    const Manifest made = f.MustBackup();
    const std::string path = f.Stored(made, "manifest.json");
    const std::string good = *os::ReadFile(path, 1'000'000);
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string bad = good;
        const std::size_t at = bad.find(from);
        REQUIRE(at != std::string::npos);
        bad.replace(at, from.size(), to);
        REQUIRE(os::WriteFileAtomic(path, bad).ok());
        return Verify(f.environment, made.id);
    };
    CHECK_FALSE(with("\"item\": 1", "\"item\": 2").ok());
    CHECK_FALSE(with("\"name\": \"keys/jwt.key\"", "\"name\": \"../jwt.key\"").ok());
    CHECK_FALSE(with("\"name\": \"keys/jwt.key\"", "\"name\": \"/etc/jwt.key\"").ok());
    CHECK_FALSE(with("\"name\": \"keys/jwt.key\"", "\"name\": \".ssh/jwt.key\"").ok());
    CHECK_FALSE(with("\"format\": 1", "\"format\": 2").ok());
    CHECK_FALSE(with("\"name\": \"roundtable.db\"", "\"name\": \"other.db\"").ok());
    CHECK_FALSE(with("{", "[").ok());
    CHECK(List(f.environment)->empty());
    REQUIRE(os::WriteFileAtomic(path, good).ok());
    CHECK(Verify(f.environment, made.id).ok());
}

TEST_CASE("a manifest of very many files is read back; more than it can name are refused before anything is made") {
    Fixture f;
    REQUIRE(f.Add(1).ok());
    Manifest made = f.MustBackup();
    const File last = made.files.back();
    while (made.files.size() < kFilesMax) {
        made.files.push_back(last);
        made.files.back().name = "keys/" + std::to_string(made.files.size());
    }
    REQUIRE(os::WriteFileAtomic(f.Stored(made, "manifest.json"), EncodeManifest(made)).ok());
    const auto found = Find(f.environment, "latest");
    REQUIRE_MESSAGE(found.ok(), (found.ok() ? "" : found.error().detail));
    CHECK(found->manifest.files.size() == kFilesMax);
    CHECK(found->manifest.files.back().name == made.files.back().name);

    const std::vector<ExtraFile> many(kFilesMax - 1, {.name = "keys/a", .path = f.data + "/keys/jwt.key"});
    const auto refused = Create(f.environment, {*f.db, *f.kv, "", many}, "by hand");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::kInvalidState);
    CHECK(refused.error().message.en.find("too many files") != std::string::npos);
    CHECK(os::ListFolder(f.environment.folder)->size() == 2);  // the first, and the lock
}

TEST_CASE("only what may be left out is left out") {
    Fixture f;
    REQUIRE(os::MakeFolders(f.data + "/web").ok());
    fs::create_symlink("/etc/passwd", f.data + "/web/link");
    for (const char* name : {"link", "gone"}) {
        std::vector<ExtraFile> files{{"web/" + std::string(name), f.data + "/web/" + name, true}};
        const auto made = Create(f.environment, {*f.db, *f.kv, "", files}, "by hand");
        REQUIRE(made.ok());
        CHECK(made->files.size() == 2);
        files[0].may_be_left_out = false;
        CHECK_FALSE(Create(f.environment, {*f.db, *f.kv, "", files}, "by hand").ok());
    }
}

TEST_CASE("names that a file may have in a backup") {
    for (const std::string name : {"keys/jwt.key", "web-root/.well-known/a b", "web-root/文件", "web-root/end ", "a"})
        CHECK_MESSAGE(IsSafeName(name), name);
    const std::vector<std::string> bad{"",      "/a", "a/",   "a//b",   "a/..",   "../a",
                                       "a/./b", ".a", "a/\n", "a/\x7f", "a/\xff", "a/" + std::string(252, 'n')};
    for (const std::string& name : bad) CHECK_FALSE_MESSAGE(IsSafeName(name), name);
}

TEST_CASE("a backup of a newer schema is refused before anything is touched") {
    Fixture f;
    REQUIRE(f.Add(1).ok());
    const Manifest made = f.MustBackup();
    const auto refused = Restore(f.environment, made.id, {.target = f.dir / "other", .schema_known = 0});
    CHECK(refused.error().code == Code::kInvalidState);
    CHECK_FALSE(os::Exists(f.dir / "other/roundtable.db"));
}

TEST_CASE("an interrupted restore goes on where it stopped, wherever that was") {
    Fixture f;
    REQUIRE(f.Add(1).ok());
    const Manifest made = f.MustBackup();
    f.Close();
    // The plan is written and some of the renames are done: every prefix of them.
    const std::vector<std::string> items{"keys", "kv", "roundtable.db"};
    for (std::size_t done = 0; done <= items.size(); ++done) {
        const std::string target = f.dir / ("half" + std::to_string(done));
        REQUIRE(Restore(f.environment, made.id, {.target = target, .schema_known = 1}).ok());
        REQUIRE(os::MakeFolders(target + "/restore.new").ok());
        REQUIRE(os::WriteFileAtomic(target + "/restore.plan", "replaced-x-1\n").ok());
        for (std::size_t i = done; i < items.size(); ++i) {
            REQUIRE(os::RenameDurably(target + "/" + items[i], target + "/restore.new/" + items[i]).ok());
            REQUIRE(os::WriteFileAtomic(target + "/" + items[i], "old").ok());
        }
        if (done < items.size()) REQUIRE(os::WriteFileAtomic(target + "/roundtable.db-wal", "old").ok());
        f.Open(target);
        CHECK(f.Ask(kMax) == 1);
        CHECK_FALSE(os::Exists(target + "/restore.plan"));
        CHECK(os::Exists(target + "/replaced-x-1/roundtable.db-wal") == (done < items.size()));
    }
}

TEST_CASE("a restore that was not checked to its end leaves no trace") {
    Fixture f;
    f.Close();
    REQUIRE(os::MakeFolders(f.data + "/restore.new").ok());
    REQUIRE(os::WriteFileAtomic(f.data + "/restore.new/roundtable.db", "half").ok());
    REQUIRE(FinishRestore(f.data).ok());
    CHECK_FALSE(os::Exists(f.data + "/restore.new"));
    f.Open(f.data);
}

TEST_CASE("a failed backup leaves nothing behind, nor does a killed one for long") {
    Fixture f;
    const Sources sources{*f.db, *f.kv, f.data + "/blobs", {{"keys/none.key", f.data + "/keys/none.key"}}};
    CHECK_FALSE(Create(f.environment, sources, "by hand").ok());
    const Sources unsafe{*f.db, *f.kv, f.data + "/blobs", {{"../up", f.data + "/roundtable.db"}}};
    CHECK_FALSE(Create(f.environment, unsafe, "by hand").ok());
    CHECK(*os::ListFolder(f.environment.folder) == std::vector<std::string>{".lock"});
    REQUIRE(os::MakeFolders(f.environment.folder + "/.partial-20200101T000000Z").ok());
    static_cast<void>(f.MustBackup());
    static_cast<void>(f.MustBackup());  // in the same second
    CHECK(os::ListFolder(f.environment.folder)->size() == 3);
    CHECK(List(f.environment)->size() == 2);
}

TEST_CASE("a damaged blob stops the backup") {
    Fixture f;
    const auto blob = f.blobs->Put("contents");
    std::ofstream(*f.blobs->PathOf(blob->hash)) << "c0ntents";
    CHECK_FALSE(f.Backup().ok());
}

Listed Made(const std::string& day, bool is_verified = false) {
    Listed out;
    out.manifest.id = day;
    out.manifest.began = *base::ParseRfc3339(day + "T04:00:00Z");
    if (is_verified) out.verified = base::Time{1};
    return out;
}

TEST_CASE("pruning keeps days, weeks, months, the newest and the newest verified, each to its edge") {
    const base::Time now = *base::ParseRfc3339("2026-11-22T12:00:00Z");  // a Sunday
    const std::vector<Listed> all{
        Made("2026-11-22"),      Made("2026-11-22"), Made("2026-11-21"), Made("2026-10-24"),  // 29 days ago
        Made("2026-10-23"),                                                                   // 30 days, same week
        Made("2026-10-18"),                                                                   // the newest of its week
        Made("2026-08-30"),       // 12 weeks ago, newest of week and month
        Made("2026-08-23"),       // 13 weeks ago
        Made("2025-12-31"),       // 11 months ago
        Made("2025-11-30", true)  // 12 months ago, but the only verified one
    };
    std::vector<bool> kept;
    for (const Decision& decision : PlanPrune(all, now, {})) {
        kept.push_back(decision.keep);
        CHECK_FALSE(decision.why.empty());
    }
    CHECK(kept == std::vector<bool>{true, false, true, true, false, true, true, false, true, true});
    CHECK(PlanPrune({Made("2001-01-01")}, now, {})[0].keep);
}

TEST_CASE("prune removes what the plan says and nothing else") {
    Fixture f;
    const Manifest old = f.MustBackup();
    const Manifest newer = f.MustBackup();
    const auto decisions = Prune(f.environment, {});
    REQUIRE(decisions.ok());
    CHECK(decisions->size() == 2);
    const auto left = *List(f.environment);
    REQUIRE(left.size() == 1);
    CHECK(left[0].manifest.id == newer.id);
    CHECK_FALSE(os::Exists(f.environment.folder + "/" + old.id));
}

}  // namespace
}  // namespace rt::storage::backup
