// Backups of a running server: SQLite, LMDB (durable), blobs, and the files the caller names, as of one moment, while
// writes go on. A backup is a folder (0700) of zstd-compressed files (0600) with a manifest.json, which is written
// last: a folder without one is no backup. Backups are neither encrypted nor sent anywhere: they hold keys and personal
// data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/work.h"
#include "storage/kv/store.h"
#include "storage/sql/database.h"

namespace rt::storage::backup {

inline constexpr std::int64_t kFormat = 1;
// Of one backup, the two stores included: what the manifest can name and be read back with.
inline constexpr std::size_t kFilesMax = 200'000;

struct File {
    std::string name;  // inside the restored data folder: "roundtable.db", "kv/durable/data.mdb", "keys/jwt.key"
    std::uint64_t bytes = 0;
    std::string sha256;              // of the contents, hex
    std::uint64_t stored_bytes = 0;  // compressed
    std::string stored_sha256;
};

struct Manifest {
    std::int64_t format = kFormat;
    std::string id;  // "20261122T151500Z", with a suffix if there was one in that second
    std::string product_version;
    std::int64_t schema = 0;        // the newest migration in force
    std::int64_t schema_needs = 0;  // the lowest binary schema number that may serve on it
    std::string reason;             // "by hand", "schedule", "before migration ..."
    base::Time began;
    base::Time finished;
    std::vector<File> files;
    std::vector<std::pair<std::string, std::int64_t>> rows;  // of each SQL table
    std::vector<std::pair<std::string, std::int64_t>> keys;  // of each LMDB table
    std::int64_t audit_seq = 0;                              // head of the audit chain; 0: empty
    std::string audit_mac;

    std::uint64_t StoredBytes() const;
};

// A file to take along. `name` is relative and IsSafeName(): "keys/jwt.key".
struct ExtraFile {
    std::string name;
    std::string path;
    bool may_be_left_out = false;  // with a warning, if it cannot be opened: others may remove it meanwhile
};

// Relative UTF-8 without control characters, empty parts, "." or "..", no part longer than file systems take; the first
// part is not hidden.
bool IsSafeName(std::string_view name);

struct Sources {
    sql::Database& db;
    kv::Store& kv;
    std::string blob_folder;  // empty or absent: none
    std::vector<ExtraFile> files;
    std::shared_ptr<const void> blobs_held{};  // while it lives, nobody removes a blob
};

struct Environment {
    std::string folder;  // of all backups; made if need be
    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
    base::Work work{};  // watched and stopped by whoever asked; what was begun leaves no trace then
};

// INVALID_STATE for more than kFilesMax files. STORAGE_FULL and the like leave no folder behind. One at a time a
// folder: CONFLICT while another one runs.
Result<Manifest> Create(const Environment& environment, const Sources& sources, std::string_view reason);

// Is a backup being made, verified or removed in this folder, by whichever process?
bool InProgress(const Environment& environment);

struct Listed {
    Manifest manifest;
    base::Time verified;  // 0: not yet
    std::uint64_t stored_bytes = 0;
};
// Newest first, the manifests without their lists of files. Folders without a readable manifest are left out and
// logged.
Result<std::vector<Listed>> List(const Environment& environment);
// `id` may be "latest". NOT_FOUND, VALIDATION_FAILED for a bad id.
Result<Listed> Find(const Environment& environment, std::string_view id);

// Restores into a temporary folder beside the backups, checks files, hashes, integrity, foreign keys, counts and the
// audit head, notes the time, and removes the folder. The first thing that is wrong is the error.
Status Verify(const Environment& environment, std::string_view id);
// Does this error of Verify() say that the backup is bad? Else it could not be checked: a full disk, a stop.
bool IsDamage(const Error& error);

// What Prune() would do with each backup, and why, newest first.
struct Decision {
    std::string id;
    bool keep = true;
    std::string why;
};
struct Retention {
    std::int64_t daily_days = 30;
    std::int64_t weekly_weeks = 13;
    std::int64_t monthly_months = 12;
};
// Keeps the newest of each day, week and month (Asia/Shanghai) within the terms, the newest one, and the newest
// verified.
std::vector<Decision> PlanPrune(const std::vector<Listed>& newest_first, base::Time now, const Retention& retention);
Result<std::vector<Decision>> Prune(const Environment& environment, const Retention& retention);

struct RestoreOptions {
    std::string target{};           // the data folder; nobody may have its stores open
    std::int64_t schema_known = 0;  // Migrator::known(); a backup that needs more is refused
    bool sessions = false;          // put sessions back too; else everyone signs in again
};
// Checks everything in target/restore.new first, then renames it into place. What lay there is kept in
// target/replaced-<id>-<n>. Returns that folder, empty if nothing was replaced.
Result<std::string> Restore(const Environment& environment, std::string_view id, const RestoreOptions& options);
// Finishes a restore that a crash interrupted while it renamed. Call it before the stores are opened.
Status FinishRestore(const std::string& target);

}  // namespace rt::storage::backup
