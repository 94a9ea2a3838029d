// A database with the product's whole schema in a folder of its own.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <span>
#include <vector>

#include "base/embedded.h"
#include "storage/sql/database.h"
#include "storage/sql/migrator.h"
#include "support/temp_dir.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> StorageMigrations();
std::span<const base::EmbeddedFile> AuthMigrations();
std::span<const base::EmbeddedFile> RegistrationMigrations();
}  // namespace rt::embedded

namespace rt::testing {

// Every migration of the given modules, in order.
std::vector<storage::sql::Migration> MigrationsOf(std::initializer_list<std::span<const base::EmbeddedFile>> modules);

// The schema of the given modules at `path`, opened.
std::unique_ptr<storage::sql::Database> OpenMigrated(storage::sql::Options options,
                                                     std::initializer_list<std::span<const base::EmbeddedFile>> modules,
                                                     const base::Clock& clock, base::Log& log, base::Metrics& metrics);

}  // namespace rt::testing
