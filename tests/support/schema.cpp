#include "support/schema.h"

namespace rt::testing {

std::vector<storage::sql::Migration> MigrationsOf(std::initializer_list<std::span<const base::EmbeddedFile>> modules) {
    std::vector<base::EmbeddedFile> files;
    for (const auto& module : modules) files.insert(files.end(), module.begin(), module.end());
    auto migrations = storage::sql::ReadMigrations(files);
    REQUIRE_MESSAGE(migrations.ok(), (migrations.ok() ? "" : migrations.error().detail));
    return std::move(*migrations);
}

std::unique_ptr<storage::sql::Database> OpenMigrated(storage::sql::Options options,
                                                     std::initializer_list<std::span<const base::EmbeddedFile>> modules,
                                                     const base::Clock& clock, base::Log& log, base::Metrics& metrics) {
    {
        auto migrator = storage::sql::Migrator::Open(options, MigrationsOf(modules), "test", clock, log, metrics);
        REQUIRE_MESSAGE(migrator.ok(), (migrator.ok() ? "" : migrator.error().detail));
        const auto done = migrator->MigrateTo(migrator->Newest(), [] { return Ok(); });
        REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
    }
    auto db = storage::sql::Database::Open(options, clock, log, metrics);
    REQUIRE_MESSAGE(db.ok(), (db.ok() ? "" : db.error().detail));
    return std::move(*db);
}

}  // namespace rt::testing
