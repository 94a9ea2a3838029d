// Backups as the running server makes them: one at a time on a thread of its own, by hand or by schedule; the newest
// good one is remembered for the health probe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "base/work.h"
#include "storage/backup/backup.h"

namespace rt::ops {

enum class BackupState : std::uint8_t { kOk, kRunning, kVerifying, kDamaged };
std::string_view Name(BackupState state);  // "OK", "RUNNING", ...

struct BackupRow {
    std::string id;  // "running" while it is being made
    base::Time made;
    std::uint64_t bytes = 0;
    BackupState state = BackupState::kOk;
    std::optional<base::Time> verified;
    std::string reason;
};

// What may change while the server runs.
struct BackupSettings {
    std::int64_t hour = 3;  // of the daily backup, Asia/Shanghai; -1: none
    storage::backup::Retention retention;
};

// Thread-safe.
class Backups {
  public:
    struct Parts {
        storage::backup::Environment environment;
        std::function<Result<storage::backup::Sources>()> sources;
        BackupSettings settings;
    };
    explicit Backups(Parts parts);
    ~Backups();  // Stop(), then waits for the one that runs
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;

    // Reads the folder; at start.
    Status Load();
    void Configure(const BackupSettings& settings);
    // What runs ends soon, and nothing begins any more: UNAVAILABLE. Does not wait.
    void Stop();
    // Begins in the background; CONFLICT while one is being made or verified.
    Status BeginCreate(std::string_view reason);
    Status BeginVerify(std::string_view id);
    // Waits at most `wait_ms` for what runs; nullopt if it still does, else how it ended.
    std::optional<Status> Wait(std::int64_t wait_ms);
    // On the caller's thread, with the same CONFLICT. A new one is verified before it is returned.
    Result<storage::backup::Manifest> CreateHere(std::string_view reason, const base::Work& work);
    Result<storage::backup::Listed> VerifyHere(std::string_view id, const base::Work& work);
    Result<std::vector<storage::backup::Decision>> PruneHere();
    // Makes one, verifies it and prunes, on the caller's thread.
    Status CreateNow(std::string_view reason);
    // The same if the daily one is due, for the scheduler. One that failed is tried again later and later.
    Status RunDaily();

    // Newest first; what is being made stands first.
    Result<std::vector<BackupRow>> List() const;
    // When the newest good one was finished.
    std::optional<base::Time> NewestGood() const;

  private:
    struct Task {
        enum class Kind : std::uint8_t { kCreate, kVerify, kPrune };
        Kind kind = Kind::kCreate;
        std::string id;  // of the one being verified
        std::string reason;
        base::Time began;
    };

    Status Begin(Task task, std::function<Status()> work);
    Status Claim(Task task);
    void Finish(const Status& status);
    Result<storage::backup::Manifest> Create(const std::string& reason, const base::Work& work);
    Result<storage::backup::Listed> Verify(const std::string& id, const base::Work& work);
    storage::backup::Environment EnvironmentFor(const base::Work& work) const;
    storage::backup::Retention Kept() const;
    bool DailyDue() const;
    void NoteDaily(const Status& status);

    Parts parts_;
    mutable std::mutex mutex_;
    std::condition_variable done_;
    std::optional<Task> running_;
    std::optional<Status> last_;
    std::optional<base::Time> newest_good_;
    std::int64_t daily_failures_ = 0;           // in a row
    std::int64_t daily_not_before_micros_ = 0;  // monotonic
    std::string damaged_;                       // id of the last one that failed its verification
    std::atomic<bool> stopping_{false};
    std::mutex thread_mutex_;  // for taking the place of a thread that has ended
    std::thread thread_;
};

// Is the daily backup due? `hour` of the day in Asia/Shanghai, -1: never. True when none was made since the last time
// the clock stood there.
bool DailyBackupDue(base::Time now, std::optional<base::Time> newest, std::int64_t hour);

}  // namespace rt::ops
