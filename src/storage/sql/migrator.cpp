#include "storage/sql/migrator.h"

#include <algorithm>

#include "base/build_info.h"
#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

namespace {

constexpr Statement kBegin{"migrate.begin", "BEGIN IMMEDIATE"};
constexpr Statement kCommit{"migrate.commit", "COMMIT"};
constexpr Statement kRollback{"migrate.rollback", "ROLLBACK"};
constexpr Statement kTable{
    "migrate.table",
    "CREATE TABLE IF NOT EXISTS schema_history("
    "id INTEGER PRIMARY KEY, number INTEGER NOT NULL, name TEXT NOT NULL, "
    "direction TEXT NOT NULL CHECK(direction IN ('up', 'down')), checksum TEXT NOT NULL, "
    "runs_with INTEGER NOT NULL, at INTEGER NOT NULL, duration_micros INTEGER NOT NULL, "
    "product_version TEXT NOT NULL, outcome TEXT NOT NULL CHECK(outcome IN ('ok', 'failed'))) STRICT"};
constexpr Statement kInForce{
    "migrate.in_force",
    "SELECT h.number, h.name, h.checksum, h.runs_with FROM schema_history h "
    "WHERE h.outcome = 'ok' AND h.direction = 'up' AND NOT EXISTS (SELECT 1 FROM schema_history l "
    "WHERE l.number = h.number AND l.outcome = 'ok' AND l.id > h.id) ORDER BY h.number"};
constexpr Statement kRecord{"migrate.record",
                            "INSERT INTO schema_history(number, name, direction, checksum, runs_with, at, "
                            "duration_micros, product_version, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr Statement kHistory{"migrate.history",
                             "SELECT number, name, direction, checksum, at, duration_micros, product_version, outcome "
                             "FROM schema_history ORDER BY id"};
constexpr Statement kForeignKeyCheck{"migrate.foreign_key_check", "PRAGMA foreign_key_check"};
constexpr Statement kForeignKeysOff{"migrate.foreign_keys_off", "PRAGMA foreign_keys=OFF"};
constexpr Statement kForeignKeysOn{"migrate.foreign_keys_on", "PRAGMA foreign_keys=ON"};

struct InForce {
    std::int64_t number;
    std::string name;
    std::string checksum;
    std::int64_t runs_with;
};

std::string Label(const MigrationStep& step) {
    return std::to_string(step.number) + "_" + step.name + (step.direction == Direction::kUp ? " up" : " down");
}

}  // namespace

struct Migrator::State {
    State(const Options& given, std::vector<Migration> list, const base::Clock& c, base::Log& l, base::Metrics& m)
        : options(given), context{options, c, l, m}, migrations(std::move(list)) {}

    const Options options;
    const Context context;
    const std::vector<Migration> migrations;
    std::unique_ptr<Connection> connection;
    const base::Work* work = nullptr;

    void Tell(const MigrationStep& step, std::size_t done, std::size_t total) const {
        if (work != nullptr) work->Tell({step.name, done, total});
    }
    const Migration* Find(std::int64_t number) const {
        const auto at = std::find_if(migrations.begin(), migrations.end(),
                                     [&](const Migration& migration) { return migration.number == number; });
        return at == migrations.end() ? nullptr : &*at;
    }
    Result<std::vector<InForce>> ReadInForce() {
        return Reader(*connection).All<InForce>(kInForce, {}, [](const Row& row) {
            return InForce{row.Int(0), row.Text(1), row.Text(2), row.Int(3)};
        });
    }
    Status CheckUnedited();
    Status RunStep(const MigrationStep& step);
    Status Apply(const MigrationStep& step, const Migration& migration);
    Status Record(const MigrationStep& step, const Migration& migration, std::int64_t began, const char* outcome);
};

Status Migrator::State::CheckUnedited() {
    RT_TRY(const auto in_force, ReadInForce());
    for (const InForce& row : in_force) {
        const Migration* migration = Find(row.number);
        if (migration == nullptr || migration->checksum == row.checksum) continue;
        return Fail(Code::kInvalidState, "migration " + std::to_string(row.number) + "_" + row.name +
                                             " was edited after it was applied; put it back and add a new one");
    }
    return Ok();
}

Status Migrator::State::Record(const MigrationStep& step, const Migration& migration, std::int64_t began,
                               const char* outcome) {
    const std::int64_t micros = context.clock.MonotonicMicros() - began;
    const char* direction = step.direction == Direction::kUp ? "up" : "down";
    return Writer(*connection)
        .RunOne(kRecord,
                {step.number, step.name, direction, migration.checksum, migration.runs_with, context.clock.Now(),
                 micros, base::BuildVersion(), outcome},
                Code::kInternal);
}

// Inside the transaction. Another process may have been faster.
Status Migrator::State::Apply(const MigrationStep& step, const Migration& migration) {
    const std::int64_t began = context.clock.MonotonicMicros();
    RT_TRY(const auto in_force, ReadInForce());
    const bool is_in_force =
        std::any_of(in_force.begin(), in_force.end(), [&](const InForce& row) { return row.number == step.number; });
    if (is_in_force == (step.direction == Direction::kUp)) return Ok();
    const std::string_view script = step.direction == Direction::kUp ? migration.up : migration.down;
    RT_CHECK_OK(connection->ExecuteScript(Label(step), std::string(script)));
    std::string orphan;
    RT_CHECK_OK(Reader(*connection).Each(kForeignKeyCheck, {}, [&](const Row& row) {
        orphan = row.Text(0);
        return false;
    }));
    if (!orphan.empty()) return Fail(Code::kInvalidState, "rows of " + orphan + " would have no parent");
    return Record(step, migration, began, "ok");
}

Status Migrator::State::RunStep(const MigrationStep& step) {
    const Migration* migration = Find(step.number);
    if (migration == nullptr) return Fail(Code::kInvalidState, "this binary does not know migration " + Label(step));
    const std::int64_t began = context.clock.MonotonicMicros();
    RT_CHECK_OK(connection->Execute(kForeignKeysOff));
    RT_CHECK_OK(connection->Execute(kBegin));
    Status status = Apply(step, *migration);
    if (status.ok()) status = connection->Execute(kCommit);
    if (!status.ok()) {
        if (connection->InTransaction()) static_cast<void>(connection->Execute(kRollback));
        static_cast<void>(Record(step, *migration, began, "failed"));
    }
    RT_CHECK_OK(connection->Execute(kForeignKeysOn));
    if (status.ok()) {
        context.log.Info("migration applied", {{"migration", Label(step)}});
        return Ok();
    }
    return Fail(status.error().code,
                "migration " + Label(step) + " failed and was rolled back: " + status.error().detail);
}

Migrator::Migrator(std::unique_ptr<State> state) : state_(std::move(state)) {}

Migrator::~Migrator() {
    if (state_->connection == nullptr) return;
    sqlite3_busy_timeout(state_->connection->handle(), 0);
    sqlite3_wal_checkpoint_v2(state_->connection->handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

Result<std::unique_ptr<Migrator>> Migrator::Open(const Options& options, std::vector<Migration> migrations,
                                                 const base::Clock& clock, base::Log& log, base::Metrics& metrics) {
    auto state = std::make_unique<State>(options, std::move(migrations), clock, log, metrics);
    RT_TRY(state->connection, Connection::Open(state->context, Connection::Role::kWriter));
    RT_CHECK_OK(state->connection->Execute(kTable));
    return std::unique_ptr<Migrator>(new Migrator(std::move(state)));
}

std::int64_t Migrator::known() const {
    return state_->migrations.empty() ? 0 : state_->migrations.back().number;
}

Result<std::vector<std::int64_t>> Migrator::Applied() {
    RT_TRY(const auto in_force, state_->ReadInForce());
    std::vector<std::int64_t> out;
    for (const InForce& row : in_force) out.push_back(row.number);
    return out;
}

Result<std::vector<MigrationRecord>> Migrator::History() {
    return Reader(*state_->connection).All<MigrationRecord>(kHistory, {}, [](const Row& row) {
        const Direction direction = row.TextView(2) == "up" ? Direction::kUp : Direction::kDown;
        return MigrationRecord{
            {row.Int(0), row.Text(1), direction}, row.Text(3), row.Time(4), row.Int(5), row.Text(6), row.Text(7)};
    });
}

Status Migrator::CheckServable() {
    RT_CHECK_OK(state_->CheckUnedited());
    RT_TRY(const auto in_force, state_->ReadInForce());
    for (const InForce& row : in_force) {
        if (state_->Find(row.number) != nullptr || row.runs_with <= known()) continue;
        return Fail(Code::kInvalidState, "the database has schema " + std::to_string(row.number) + "_" + row.name +
                                             ", which needs a newer binary (this one knows " + std::to_string(known()) +
                                             "); install that one, or restore a backup");
    }
    return Ok();
}

Result<std::vector<MigrationStep>> Migrator::PlanTo(std::int64_t number) {
    RT_TRY(const auto applied, Applied());
    RT_TRY(const auto in_force, state_->ReadInForce());
    std::vector<MigrationStep> steps;
    for (auto row = in_force.rbegin(); row != in_force.rend(); ++row) {
        if (row->number > number) steps.push_back({row->number, row->name, Direction::kDown});
    }
    for (const Migration& migration : state_->migrations) {
        const bool is_applied = std::find(applied.begin(), applied.end(), migration.number) != applied.end();
        if (migration.number <= number && !is_applied) {
            steps.push_back({migration.number, migration.name, Direction::kUp});
        }
    }
    return steps;
}

Result<std::vector<MigrationStep>> Migrator::PlanUp() {
    RT_TRY(auto steps, PlanTo(known()));
    std::erase_if(steps, [](const MigrationStep& step) { return step.direction == Direction::kDown; });
    return steps;
}

void Migrator::Watch(const base::Work& work) {
    state_->work = &work;
}

Result<std::vector<MigrationStep>> Migrator::Run(std::vector<MigrationStep> steps, const SnapshotFn& snapshot) {
    RT_CHECK_OK(state_->CheckUnedited());
    if (steps.empty()) return steps;
    RT_TRY(const auto applied, Applied());
    if (snapshot && !applied.empty()) RT_CHECK_OK(snapshot("before migration " + Label(steps.front())));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        state_->Tell(steps[i], i, steps.size());
        RT_CHECK_OK(state_->RunStep(steps[i]));
    }
    return steps;
}

Result<std::vector<MigrationStep>> Migrator::Up(const SnapshotFn& snapshot) {
    RT_TRY(auto steps, PlanUp());
    return Run(std::move(steps), snapshot);
}

Result<std::vector<TimedStep>> Migrator::Rehearse() {
    RT_CHECK_OK(state_->CheckUnedited());
    RT_TRY(const auto steps, PlanUp());
    std::vector<TimedStep> out;
    for (const MigrationStep& step : steps) {
        state_->Tell(step, out.size(), steps.size());
        const std::int64_t began = state_->context.clock.MonotonicMicros();
        RT_CHECK_OK(state_->RunStep(step));
        out.push_back({step, state_->context.clock.MonotonicMicros() - began});
    }
    return out;
}

Result<std::vector<MigrationStep>> Migrator::Down(const SnapshotFn& snapshot) {
    RT_TRY(const auto in_force, state_->ReadInForce());
    if (in_force.empty()) return std::vector<MigrationStep>{};
    return Run({{in_force.back().number, in_force.back().name, Direction::kDown}}, snapshot);
}

Result<std::vector<MigrationStep>> Migrator::To(std::int64_t number, const SnapshotFn& snapshot) {
    if (number != 0 && state_->Find(number) == nullptr) {
        return Fail(Code::kNotFound, "there is no migration " + std::to_string(number));
    }
    RT_TRY(auto steps, PlanTo(number));
    return Run(std::move(steps), snapshot);
}

Status MigrateUp(const Options& options, std::span<const std::span<const base::EmbeddedFile>> folders,
                 const base::Clock& clock, base::Log& log, base::Metrics& metrics) {
    RT_TRY(auto migrations, CollectMigrations(folders));
    RT_TRY(const auto migrator, Migrator::Open(options, std::move(migrations), clock, log, metrics));
    RT_TRY(const auto steps, migrator->Up(nullptr));
    static_cast<void>(steps);
    return migrator->CheckServable();
}

}  // namespace rt::storage::sql
