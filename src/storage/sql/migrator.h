// Changes the schema by numbered pairs NNNN_name.up.sql and NNNN_name.down.sql, which lie in src/<module>/migrations/
// and are embedded. One numbering for all modules: storage 0001-0009, auth 0010-0019, registration 0020 and up.
//
// Each step runs in one transaction with its row of history; foreign keys are off while it runs and checked before its
// commit. A line `-- runs-with: N` in an up file says that a binary whose newest migration is N may still serve on it
// (expand first, contract later); without it only binaries that know the migration may.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"
#include "base/work.h"
#include "storage/sql/database.h"

namespace rt::storage::sql {

struct Migration {
    std::int64_t number = 0;
    std::string name;
    std::string_view up;  // embedded text
    std::string_view down;
    std::string checksum;  // SHA-256 of both, hex
    std::int64_t runs_with = 0;
};

// All pairs of the folders, by number. INTERNAL on a bad name, a missing half, a number used twice.
Result<std::vector<Migration>> CollectMigrations(std::span<const std::span<const base::EmbeddedFile>> folders);

enum class Direction : std::uint8_t { kUp, kDown };

// A step that would run, or a row of history.
struct MigrationStep {
    std::int64_t number = 0;
    std::string name;
    Direction direction = Direction::kUp;
};

// A step and how long it held the writer, commit included.
struct TimedStep {
    MigrationStep step;
    std::int64_t micros = 0;
};
// Over this, writers would wait too long: the step wants a maintenance window (operations.md §4).
inline constexpr std::int64_t kStepMicrosMax = base::kMicrosPerSecond;
inline bool NeedsWindow(const TimedStep& timed) {
    return timed.micros > kStepMicrosMax;
}

struct MigrationRecord {
    MigrationStep step;
    std::string checksum;
    base::Time at;
    std::int64_t duration_micros = 0;
    std::string product_version;
    std::string outcome;  // "ok" or "failed"
};

// Not thread-safe. Several processes may run it at once: each step checks, inside its transaction, that it is still
// due.
class Migrator {
  public:
    // Called once before the first step of a run on a database that has a schema; an error stops the run.
    using SnapshotFn = std::function<Status(std::string_view reason)>;

    static Result<std::unique_ptr<Migrator>> Open(const Options& options, std::vector<Migration> migrations,
                                                  const base::Clock& clock, base::Log& log, base::Metrics& metrics);
    ~Migrator();
    Migrator(const Migrator&) = delete;
    Migrator& operator=(const Migrator&) = delete;

    // Tells `work` before each step of later runs; it outlives the migrator. Steps are not stopped.
    void Watch(const base::Work& work);
    // The newest migration this binary knows; 0 if none.
    std::int64_t known() const;
    // Numbers in force in the database, ascending.
    Result<std::vector<std::int64_t>> Applied();
    Result<std::vector<MigrationRecord>> History();
    // INVALID_STATE when a migration in force is unknown here and not marked to run with this binary, or was edited.
    Status CheckServable();
    // Steps that Up(), or To(number), would run.
    Result<std::vector<MigrationStep>> PlanUp();
    Result<std::vector<MigrationStep>> PlanTo(std::int64_t number);
    // Each returns the steps that ran. A failed step is rolled back, recorded as failed, and ends the run.
    Result<std::vector<MigrationStep>> Up(const SnapshotFn& snapshot);
    // Up() with the time of each step, without a snapshot: for a copy, to plan by.
    Result<std::vector<TimedStep>> Rehearse();
    Result<std::vector<MigrationStep>> Down(const SnapshotFn& snapshot);  // the newest one in force
    Result<std::vector<MigrationStep>> To(std::int64_t number, const SnapshotFn& snapshot);

  private:
    struct State;
    explicit Migrator(std::unique_ptr<State> state);
    Result<std::vector<MigrationStep>> Run(std::vector<MigrationStep> steps, const SnapshotFn& snapshot);

    std::unique_ptr<State> state_;
};

// Migrator::Open and Up() without a snapshot: for tests and for an empty data folder.
Status MigrateUp(const Options& options, std::span<const std::span<const base::EmbeddedFile>> folders,
                 const base::Clock& clock, base::Log& log, base::Metrics& metrics);

}  // namespace rt::storage::sql
