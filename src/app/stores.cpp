#include "app/stores.h"

#include <algorithm>
#include <array>
#include <span>

#include "app/keys.h"
#include "base/embedded.h"
#include "os/file.h"
#include "storage/backup/backup.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> StorageMigrations();
std::span<const base::EmbeddedFile> AuthMigrations();
std::span<const base::EmbeddedFile> FilesMigrations();
std::span<const base::EmbeddedFile> OpsMigrations();
std::span<const base::EmbeddedFile> RegistrationMigrations();
std::span<const base::EmbeddedFile> AvalonMigrations();
}  // namespace rt::embedded

namespace rt::app {
namespace {

using storage::sql::Database;
using storage::sql::Migrator;

// Less than this and not even the log of a start fits.
constexpr std::uint64_t kFreeBytesMin = 64U << 20;

Status TidyFolder(const DataFolder& folder) {
    RT_CHECK_OK(storage::backup::FinishRestore(folder.root));  // a crash may have cut it
    return PrepareFolder(folder);
}

Status MigrateIfAllowed(const config::Config& config, const DataFolder& folder, const base::Clock& clock,
                        base::Log& log, base::Metrics& metrics, std::int64_t& schema_number) {
    RT_TRY(auto migrations, AllMigrations());
    RT_TRY(const auto migrator,
           Migrator::Open(DatabaseOptions(config, folder), std::move(migrations), clock, log, metrics));
    RT_CHECK_OK(migrator->CheckServable());
    RT_TRY(const auto pending, migrator->PlanUp());
    RT_TRY(const auto applied, migrator->Applied());
    schema_number = applied.empty() ? 0 : applied.back();
    if (pending.empty()) return Ok();
    if (!config.migrate_on_start && !applied.empty()) {
        return Fail(Code::kInvalidState, std::to_string(pending.size()) + " migration(s) due; run `migrate up` first");
    }
    RT_CHECK_OK(migrator->Up(
        [&](std::string_view reason) { return SnapshotBefore(config, folder, reason, clock, log, metrics); }));
    schema_number = migrator->known();
    return Ok();
}

}  // namespace

Result<std::vector<storage::sql::Migration>> AllMigrations() {
    const std::array folders{embedded::StorageMigrations(),      embedded::AuthMigrations(),
                             embedded::FilesMigrations(),        embedded::OpsMigrations(),
                             embedded::RegistrationMigrations(), embedded::AvalonMigrations()};
    return storage::sql::CollectMigrations(folders);
}

storage::sql::Options DatabaseOptions(const config::Config& config, const DataFolder& folder) {
    storage::sql::Options options;
    options.path = folder.Database();
    options.readers = static_cast<int>(config.storage_readers);
    options.batch_max = static_cast<std::size_t>(config.storage_batch_max);
    options.wal_restart_bytes = config.storage_wal_restart_bytes;
    options.slow_statement_micros = config.storage_slow_statement_ms * base::kMicrosPerMilli;
    return options;
}

Result<os::FileLock> TakeFolder(const DataFolder& folder) {
    RT_CHECK_OK(os::MakeFolders(folder.root));
    auto lock = os::FileLock::Acquire(folder.Lock());
    if (!lock.ok() && lock.error().code == Code::kConflict) {
        return FailText(Code::kConflict, {"数据目录正被另一个进程使用", "another process uses the data folder"},
                        lock.error().detail);
    }
    return lock;
}

std::string FileStamp(base::Time at) {
    std::string when = base::FormatRfc3339(at);
    std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
    return when;
}

Status SnapshotBefore(const config::Config& config, const DataFolder& folder, std::string_view reason,
                      const base::Clock& clock, base::Log& log, base::Metrics& metrics) {
    std::string name = std::string(reason) + "-" + FileStamp(clock.Now()) + ".db";
    std::replace(name.begin(), name.end(), ' ', '-');
    const std::string path = folder.Backups() + "/" + name;
    log.Info("a copy of the database is kept", {{"path", path}});
    // Under its name it is whole: what a kill leaves behind has another, and goes with the next.
    const std::string partial = folder.Backups() + "/before-migration.partial";
    RT_CHECK_OK(os::RemoveFile(partial));
    RT_CHECK_OK(Database::CopyFile(DatabaseOptions(config, folder), partial, clock, log, metrics));
    return os::RenameDurably(partial, path);
}

Stores::Stores(const config::Config& the_config, os::FileLock held, const base::Clock& the_clock, base::Log& the_log,
               base::Metrics& the_metrics)
    : config(the_config),
      folder{the_config.data_dir},
      clock(the_clock),
      log(the_log),
      metrics(the_metrics),
      ids(the_clock, static_cast<unsigned>(the_config.node_id)),
      lock(std::move(held)) {}

Result<std::unique_ptr<Stores>> Stores::Open(const config::Config& config, Startup& startup, const base::Clock& clock,
                                             base::Log& log, base::Metrics& metrics) {
    const DataFolder folder{config.data_dir};
    std::optional<os::FileLock> lock;
    constexpr std::string_view kFolderRemedy =
        "give the service user a folder of its own (mode 0700), or name one with --data";
    RT_CHECK_OK(startup.Run("data folder", kFolderRemedy, [&] { return os::MakeFolders(folder.root); }));
    RT_CHECK_OK(startup.Run("lock", "stop that process first, or name another folder with --data", [&]() -> Status {
        RT_TRY(lock, TakeFolder(folder));
        return Ok();
    }));
    RT_CHECK_OK(startup.Run("folders inside", kFolderRemedy, [&] { return TidyFolder(folder); }));
    RT_CHECK_OK(startup.Run("file system", "put the data folder on a local disk", [&]() -> Status {
        RT_TRY(const os::FileSystem system, os::FindFileSystem(folder.root));
        if (system.kind != os::FileSystemKind::kNetwork) return Ok();
        return Fail(Code::kInvalidState, folder.root + " lies on " + system.name + ", a network file system");
    }));
    RT_CHECK_OK(
        startup.Run("disk space", "free some space (`backups`, `logs`) or move the data folder", [&]() -> Status {
            RT_TRY(const os::DiskSpace space, os::FindDiskSpace(folder.root));
            if (space.free_bytes >= kFreeBytesMin) return Ok();
            return Fail(Code::kStorageFull,
                        "only " + std::to_string(space.free_bytes >> 20) + " MB are free in " + folder.root);
        }));
    auto stores = std::make_unique<Stores>(config, std::move(*lock), clock, log, metrics);
    RT_CHECK_OK(startup.Run("keys", "restore the keys folder from a backup", [&]() -> Status {
        RT_TRY(std::string audit_key, LoadOrCreateKey(folder.Keys() + "/audit.key", stores->random));
        stores->trail.emplace(std::move(audit_key));
        return Ok();
    }));
    RT_CHECK_OK(startup.Run("schema", "see `migrate status`", [&] {
        return MigrateIfAllowed(config, folder, clock, log, metrics, stores->schema_number);
    }));
    RT_CHECK_OK(
        startup.Run("sqlite", "`doctor --repair`; if that is not enough, `restore latest` brings the last backup back",
                    [&]() -> Status {
                        RT_TRY(stores->db, Database::Open(DatabaseOptions(config, folder), clock, log, metrics));
                        return Ok();
                    }));
    RT_CHECK_OK(
        startup.Run("lmdb", "`doctor --repair`; if that is not enough, `restore latest` brings the last backup back",
                    [&]() -> Status {
                        RT_TRY(stores->kv, storage::kv::Store::Open({.directory = folder.Kv()}, clock, log, metrics));
                        return Ok();
                    }));
    return stores;
}

}  // namespace rt::app
