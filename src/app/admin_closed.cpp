#include "app/admin_closed.h"

#include <algorithm>
#include <map>

#include "app/stores.h"
#include "base/parse.h"
#include "json/reader.h"
#include "os/file.h"

namespace rt::app {
namespace {

using storage::sql::Database;
using storage::sql::Direction;
using storage::sql::MigrationStep;
using storage::sql::Migrator;
using storage::sql::TimedStep;

// The migrator of a stopped data folder and what it refers to.
struct Closed {
    explicit Closed(const config::Config& the_config) : config(the_config), folder{the_config.data_dir} {}

    Status Open(bool exclusive) {
        // Readers of the schema work beside a running server; who changes it holds the folder.
        if (exclusive) {
            RT_TRY(lock, TakeFolder(folder));
            RT_CHECK_OK(PrepareFolder(folder));
        }
        RT_TRY(auto migrations, AllMigrations());
        RT_TRY(migrator, Migrator::Open(DatabaseOptions(config, folder), std::move(migrations), clock, log, metrics));
        return Ok();
    }
    Migrator::SnapshotFn Snapshot(const base::Work& work) {
        return [this, &work](std::string_view reason) {
            work.Tell({"copying the database", 0, 0});
            return SnapshotBefore(config, folder, reason, clock, log, metrics);
        };
    }

    const config::Config& config;
    const DataFolder folder;
    base::SystemClock clock;
    base::NullLog log;
    base::Metrics metrics;
    std::optional<os::FileLock> lock;
    std::unique_ptr<Migrator> migrator;
};

json::Object StepJson(const MigrationStep& step) {
    return {
        {"number", step.number}, {"name", step.name}, {"direction", step.direction == Direction::kUp ? "up" : "down"}};
}

json::Value StepsJson(const std::vector<MigrationStep>& steps) {
    json::Array rows;
    for (const MigrationStep& step : steps) rows.emplace_back(StepJson(step));
    return rows;
}

// The steps run on a copy of the database, which is removed with the object.
class Rehearsal {
  public:
    explicit Rehearsal(Closed& closed)
        : closed_(closed),
          options_(DatabaseOptions(closed.config, closed.folder)),
          path_(closed.folder.Scratch() + "/plan-" + std::to_string(closed.clock.Now().micros) + ".db") {}
    ~Rehearsal() {
        for (const char* suffix : {"", "-wal", "-shm"}) static_cast<void>(os::RemoveFile(path_ + suffix));
    }
    Rehearsal(const Rehearsal&) = delete;
    Rehearsal& operator=(const Rehearsal&) = delete;

    Result<std::vector<TimedStep>> Run(const base::Work& work) {
        RT_CHECK_OK(os::MakeFolders(closed_.folder.Scratch()));
        work.Tell({"copying the database", 0, 0});
        RT_CHECK_OK(Database::CopyFile(options_, path_, closed_.clock, closed_.log, closed_.metrics));
        options_.path = path_;
        RT_TRY(auto migrations, AllMigrations());
        RT_TRY(const auto migrator,
               Migrator::Open(options_, std::move(migrations), closed_.clock, closed_.log, closed_.metrics));
        migrator->Watch(work);
        return migrator->Rehearse();
    }

  private:
    Closed& closed_;
    storage::sql::Options options_;
    const std::string path_;
};

}  // namespace

Result<json::Value> MigrateUp(const config::Config& config, const json::Value& /*args*/, const base::Work& work) {
    Closed closed(config);
    RT_CHECK_OK(closed.Open(true));
    closed.migrator->Watch(work);
    RT_TRY(const auto steps, closed.migrator->Up(closed.Snapshot(work)));
    return StepsJson(steps);
}

Result<json::Value> MigrateDown(const config::Config& config, const json::Value& /*args*/, const base::Work& work) {
    Closed closed(config);
    RT_CHECK_OK(closed.Open(true));
    closed.migrator->Watch(work);
    RT_TRY(const auto steps, closed.migrator->Down(closed.Snapshot(work)));
    return StepsJson(steps);
}

Result<json::Value> MigrateTo(const config::Config& config, const json::Value& args, const base::Work& work) {
    json::Reader in(args);
    const auto number = base::ParseUnsigned(in.Text("number"));
    if (!number.has_value()) return base::InvalidField("number", {"应为迁移编号", "wants the number of a migration"});
    Closed closed(config);
    RT_CHECK_OK(closed.Open(true));
    closed.migrator->Watch(work);
    RT_TRY(const auto steps, closed.migrator->To(static_cast<std::int64_t>(*number), closed.Snapshot(work)));
    return StepsJson(steps);
}

Result<json::Value> MigrateStatus(const config::Config& config, const json::Value& /*args*/) {
    Closed closed(config);
    RT_CHECK_OK(closed.Open(false));
    RT_TRY(const auto history, closed.migrator->History());
    RT_TRY(const auto applied, closed.migrator->Applied());
    RT_TRY(const auto migrations, AllMigrations());
    std::map<std::int64_t, json::Object> rows;
    for (const auto& migration : migrations) {
        rows[migration.number] = {{"number", migration.number}, {"name", migration.name}, {"applied", false}};
    }
    // The newest record of a number that is in force tells when and by whom.
    for (const auto& record : history) {
        if (std::find(applied.begin(), applied.end(), record.step.number) == applied.end()) continue;
        if (record.step.direction != Direction::kUp || record.outcome != "ok") continue;
        const auto known = std::find_if(migrations.begin(), migrations.end(),
                                        [&](const auto& migration) { return migration.number == record.step.number; });
        rows[record.step.number] = {
            {"number", record.step.number},
            {"name", record.step.name},
            {"applied", true},
            {"applied_at", base::FormatRfc3339(record.at)},
            {"duration_ms", record.duration_micros / base::kMicrosPerMilli},
            {"product_version", record.product_version},
            {"checksum_matches", known != migrations.end() && known->checksum == record.checksum}};
    }
    json::Array out;
    for (auto& [number, row] : rows) out.emplace_back(std::move(row));
    return json::Value(std::move(out));
}

// Each step is tried on a copy, which is gone afterwards; the server may run meanwhile.
Result<json::Value> MigratePlan(const config::Config& config, const json::Value& /*args*/, const base::Work& work) {
    Closed closed(config);
    RT_CHECK_OK(closed.Open(false));
    RT_TRY(const auto steps, closed.migrator->PlanUp());
    if (steps.empty()) return json::Value(json::Array{});
    Rehearsal rehearsal(closed);
    RT_TRY(const auto timed, rehearsal.Run(work));
    json::Array rows;
    for (const TimedStep& one : timed) {
        json::Object row = StepJson(one.step);
        row.Set("duration_ms", one.micros / base::kMicrosPerMilli);
        row.Set("needs_window", NeedsWindow(one));
        rows.push_back(std::move(row));
    }
    return json::Value(std::move(rows));
}

}  // namespace rt::app
