// The stores of one data folder, opened: what `serve` and the commands on a stopped server have in common.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/data_folder.h"
#include "app/startup.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "config/config.h"
#include "crypto/hash.h"
#include "os/lock.h"
#include "storage/audit/trail.h"
#include "storage/kv/store.h"
#include "storage/sql/database.h"
#include "storage/sql/migrator.h"

namespace rt::app {

// Every migration of the product.
Result<std::vector<storage::sql::Migration>> AllMigrations();

storage::sql::Options DatabaseOptions(const config::Config& config, const DataFolder& folder);

// Opens and closes in order of the members. Not movable: parts refer to each other.
struct Stores {
    const config::Config config;
    const DataFolder folder;
    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
    crypto::SystemRandom random;
    IdGenerator ids;
    os::FileLock lock;
    std::unique_ptr<storage::sql::Database> db;
    std::unique_ptr<storage::kv::Store> kv;
    std::optional<storage::audit::Trail> trail;
    std::int64_t schema_number = 0;

    // Takes the folder's lock (CONFLICT: another process has it), migrates if the configuration says so, opens
    // everything. Each part is a step of `startup`.
    static Result<std::unique_ptr<Stores>> Open(const config::Config& config, Startup& startup,
                                                const base::Clock& clock, base::Log& log, base::Metrics& metrics);

    Stores(const config::Config& config, os::FileLock held, const base::Clock& clock, base::Log& log,
           base::Metrics& metrics);
};

// The lock alone, for commands that work on closed stores (migrate, restore).
Result<os::FileLock> TakeFolder(const DataFolder& folder);

// "20261124T013000.000Z", for names of files.
std::string FileStamp(base::Time at);

// A copy of the database beside the backups before its schema changes, or it is repaired; `reason` begins its name.
Status SnapshotBefore(const config::Config& config, const DataFolder& folder, std::string_view reason,
                      const base::Clock& clock, base::Log& log, base::Metrics& metrics);

}  // namespace rt::app
