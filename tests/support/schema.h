// A database with the product's schema in a folder of its own.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <span>

#include "base/embedded.h"
#include "storage/sql/database.h"
#include "storage/sql/migrator.h"
#include "support/temp_dir.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> StorageMigrations();
std::span<const base::EmbeddedFile> AuthMigrations();
std::span<const base::EmbeddedFile> RegistrationMigrations();
std::span<const base::EmbeddedFile> AvalonMigrations();
}  // namespace rt::embedded

namespace rt::testing {

using MigrationFolders = std::initializer_list<std::span<const base::EmbeddedFile>>;

// The schema of the given modules at options.path, opened.
inline std::unique_ptr<storage::sql::Database> OpenMigrated(const storage::sql::Options& options,
                                                            MigrationFolders modules, const base::Clock& clock,
                                                            base::Log& log, base::Metrics& metrics) {
    const Status migrated = storage::sql::MigrateUp(options, {modules.begin(), modules.size()}, clock, log, metrics);
    REQUIRE_MESSAGE(migrated.ok(), (migrated.ok() ? "" : migrated.error().detail));
    auto db = storage::sql::Database::Open(options, clock, log, metrics);
    REQUIRE_MESSAGE(db.ok(), (db.ok() ? "" : db.error().detail));
    return std::move(*db);
}

}  // namespace rt::testing
