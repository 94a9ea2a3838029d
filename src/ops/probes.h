// The probes of every deployment (operations.md §2).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "ops/health.h"
#include "storage/kv/store.h"
#include "storage/sql/database.h"

namespace rt::ops {

struct ProbeLimits {
    std::int64_t wal_bytes_warn = 512LL << 20;    // architecture.md §4
    std::int64_t backup_age_warn_s = 26 * 3'600;  // a daily backup and two hours
    std::int64_t turn_warn_ms = 2'500;            // a reactor turns at least every second
    std::int64_t turn_fail_ms = 10'000;
};

// Everything that is probed; the references and what the functions use must outlive the probes.
struct ProbeParts {
    storage::sql::Database& db;
    storage::kv::Store& kv;
    std::string data_dir;
    const base::Clock& clock;
    base::Metrics& metrics;
    std::function<std::uint64_t()> disk_free_bytes_min;             // under it red, under twice of it yellow
    std::function<std::int64_t()> oldest_turn_ms;                   // of the reactors
    std::function<std::optional<base::Time>()> newest_good_backup;  // from memory; nullopt: none
    std::function<std::string()> schema_version;                    // from memory: "0042 team"
};

std::vector<Probe> StandardProbes(const ProbeParts& parts, const ProbeLimits& limits);

// CPU, memory, threads and descriptors of this process into the metrics; once a second.
void RecordProcess(base::Metrics& metrics);

}  // namespace rt::ops
