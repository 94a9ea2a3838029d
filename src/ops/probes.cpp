#include "ops/probes.h"

#include <utility>

#include "ops/state_store.h"
#include "os/file.h"
#include "os/process.h"

namespace rt::ops {

namespace {

namespace kv = storage::kv;
namespace sql = storage::sql;

constexpr sql::Statement kReadProbe{"ops.read_probe", "SELECT count(*) FROM ops_state"};
constexpr kv::Table kHeartbeatTable{kv::Env::kDurable, "ops.heartbeat"};
// A write costs an fsync; once a second would keep an idle disk awake for nothing more.
constexpr std::int64_t kWriteEveryMs = 5'000;
constexpr std::int64_t kFirstWriteAfterMs = 500;  // the start has just written to both stores itself
constexpr std::int64_t kBackupEveryMs = 10'000;

Finding Bad(HealthState state, std::string summary, json::Object figures = {}) {
    return {state, std::move(summary), std::move(figures)};
}

Finding Failed(std::string_view what, const Error& error) {
    return Bad(
        HealthState::kFail,
        std::string(what) + ": " + (error.detail.empty() ? std::string(base::Info(error.code).wire) : error.detail));
}

Finding ProbeSqliteRead(const ProbeParts& parts) {
    const auto rows = parts.db.Read([](sql::Reader& reader) { return reader.FindInt(kReadProbe, {}); });
    return rows.ok() ? Finding{} : Failed("reading failed", rows.error());
}

Finding ProbeSqliteWrite(const ProbeParts& parts) {
    if (parts.db.read_only()) {
        return Bad(HealthState::kFail, "the store is read-only: see the log, free the disk or run doctor");
    }
    const base::Time now = parts.clock.Now();
    const Status saved = SaveState(parts.db, "heartbeat", std::to_string(now.micros), now);
    return saved.ok() ? Finding{} : Failed("writing failed", saved.error());
}

Finding ProbeLmdb(const ProbeParts& parts) {
    const std::string now = std::to_string(parts.clock.Now().micros);
    const Status put = parts.kv.Put(kHeartbeatTable, "heartbeat", now, std::nullopt);
    if (!put.ok()) return Failed("writing failed", put.error());
    const auto got = parts.kv.Get(kHeartbeatTable, "heartbeat");
    if (!got.ok()) return Failed("reading failed", got.error());
    if (*got != now) return Bad(HealthState::kFail, "what was written is not read back");
    return {};
}

Finding ProbeDisk(const ProbeParts& parts) {
    const auto space = os::FindDiskSpace(parts.data_dir);
    if (!space.ok()) return Failed("the data folder cannot be looked at", space.error());
    parts.metrics.Get(Metric::kDiskFree).Set(static_cast<std::int64_t>(space->free_bytes));
    json::Object figures{{"free_bytes", static_cast<std::int64_t>(space->free_bytes)},
                         {"total_bytes", static_cast<std::int64_t>(space->total_bytes)}};
    const std::uint64_t least = parts.disk_free_bytes_min();
    if (space->free_bytes < least) {
        return Bad(HealthState::kFail, "the disk is nearly full: make room or move old backups", std::move(figures));
    }
    if (space->free_bytes < 2 * least) {
        return Bad(HealthState::kWarn, "the disk fills up", std::move(figures));
    }
    if (space->total_inodes > 0 && space->free_inodes < space->total_inodes / 100) {
        return Bad(HealthState::kWarn, "the file system runs out of inodes", std::move(figures));
    }
    return {HealthState::kOk, "", std::move(figures)};
}

Finding ProbeWal(const ProbeParts& parts, const ProbeLimits& limits) {
    json::Object figures{{"bytes", parts.db.wal_bytes()}};
    if (parts.db.wal_bytes() > limits.wal_bytes_warn) {
        return Bad(HealthState::kWarn, "the write-ahead log grows: a long read or a slow disk holds it",
                   std::move(figures));
    }
    return {HealthState::kOk, "", std::move(figures)};
}

Finding ProbeQueues(const ProbeParts& parts) {
    const auto depth = static_cast<std::int64_t>(parts.db.queue_depth());
    const auto most = static_cast<std::int64_t>(parts.db.options().queue_max);
    json::Object figures{{"writer", depth}, {"writer_max", most}};
    parts.metrics.Each(Metric::kPoolQueue, [&](const std::vector<std::string>& labels, const base::Series& series) {
        figures.Set("pool_" + labels.front(), series.Value());
    });
    if (depth * 10 >= most * 9) return Bad(HealthState::kFail, "the writer cannot keep up", std::move(figures));
    if (depth * 2 >= most) return Bad(HealthState::kWarn, "the writer's queue is half full", std::move(figures));
    return {HealthState::kOk, "", std::move(figures)};
}

Finding ProbeBackup(const ProbeParts& parts, const ProbeLimits& limits) {
    const auto newest = parts.newest_good_backup();
    base::Series& metric = parts.metrics.Get(Metric::kBackupAge);
    if (!newest) {
        metric.Set(-1);
        return Bad(HealthState::kWarn, "there is no backup yet");
    }
    const std::int64_t age_s = (parts.clock.Now().micros - newest->micros) / base::kMicrosPerSecond;
    metric.Set(age_s);
    json::Object figures{{"age_s", age_s}, {"made", base::FormatRfc3339(*newest)}};
    if (age_s > limits.backup_age_warn_s) {
        return Bad(HealthState::kWarn, "the newest backup is older than a day", std::move(figures));
    }
    return {HealthState::kOk, "", std::move(figures)};
}

Finding ProbeReactors(const ProbeParts& parts, const ProbeLimits& limits) {
    const std::int64_t oldest = parts.oldest_turn_ms();
    json::Object figures{{"oldest_turn_ms", oldest}};
    if (oldest > limits.turn_fail_ms) return Bad(HealthState::kFail, "a reactor is stuck", std::move(figures));
    if (oldest > limits.turn_warn_ms) return Bad(HealthState::kWarn, "a reactor is slow", std::move(figures));
    return {HealthState::kOk, "", std::move(figures)};
}

}  // namespace

std::vector<Probe> StandardProbes(const ProbeParts& parts, const ProbeLimits& limits) {
    std::vector<Probe> probes{
        {"reactors", 1'000, [=] { return ProbeReactors(parts, limits); }},
        {"sqlite_read", 1'000, [=] { return ProbeSqliteRead(parts); }},
        {"sqlite_write", kWriteEveryMs, [=] { return ProbeSqliteWrite(parts); }, kFirstWriteAfterMs},
        {"lmdb", kWriteEveryMs, [=] { return ProbeLmdb(parts); }, kFirstWriteAfterMs},
        {"disk", 1'000, [=] { return ProbeDisk(parts); }},
        {"wal", 1'000, [=] { return ProbeWal(parts, limits); }},
        {"queues", 1'000, [=] { return ProbeQueues(parts); }},
    };
    if (parts.newest_good_backup) {
        probes.push_back({"backup", kBackupEveryMs, [=] { return ProbeBackup(parts, limits); }});
    }
    if (parts.schema_version) {
        probes.push_back({"schema", kBackupEveryMs, [=] {
                              return Finding{HealthState::kOk, "", {{"version", parts.schema_version()}}};
                          }});
    }
    return probes;
}

void RecordProcess(base::Metrics& metrics) {
    const os::ProcessFigures process = os::ReadProcessFigures();
    metrics.Get(Metric::kProcessCpu).Set(process.cpu_ms);
    metrics.Get(Metric::kProcessResident).Set(process.resident_bytes);
    metrics.Get(Metric::kProcessThreads).Set(process.threads);
    metrics.Get(Metric::kProcessFds).Set(process.open_fds);
}

}  // namespace rt::ops
