#include "ops/backups.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rt::ops {

namespace backup = storage::backup;

namespace {

constexpr std::int64_t kShanghaiOffset = 8 * base::kMicrosPerHour;
constexpr std::int64_t kRetryMicrosMin = 5 * base::kMicrosPerMinute;
constexpr std::int64_t kRetryMicrosMax = 6 * base::kMicrosPerHour;
constexpr std::int64_t kDoublingsMax = 16;

// One that was never checked, or did not pass, is not good.
std::optional<base::Time> NewestVerified(const std::vector<backup::Listed>& newest_first) {
    for (const backup::Listed& one : newest_first) {
        if (one.verified.micros != 0) return one.manifest.finished;
    }
    return std::nullopt;
}

Status StatusOf(const auto& result) {
    return result.ok() ? Ok() : Status(result.error());
}

}  // namespace

std::string_view Name(BackupState state) {
    switch (state) {
        case BackupState::kOk:
            return "OK";
        case BackupState::kRunning:
            return "RUNNING";
        case BackupState::kVerifying:
            return "VERIFYING";
        case BackupState::kDamaged:
            return "DAMAGED";
    }
    return "DAMAGED";
}

bool DailyBackupDue(base::Time now, std::optional<base::Time> newest, std::int64_t hour) {
    if (hour < 0) return false;
    const std::int64_t local = now.micros + kShanghaiOffset;
    const std::int64_t midnight = local - local % base::kMicrosPerDay;
    std::int64_t last = midnight + hour * base::kMicrosPerHour;
    if (last > local) last -= base::kMicrosPerDay;
    return !newest || newest->micros + kShanghaiOffset < last;
}

Backups::Backups(Parts parts) : parts_(std::move(parts)) {}

Backups::~Backups() {
    Stop();
    if (thread_.joinable()) thread_.join();
}

Status Backups::Load() {
    RT_TRY(const auto listed, backup::List(parts_.environment));
    const std::scoped_lock lock(mutex_);
    newest_good_ = NewestVerified(listed);
    return Ok();
}

void Backups::Configure(const BackupSettings& settings) {
    const std::scoped_lock lock(mutex_);
    parts_.settings = settings;
}

void Backups::Stop() {
    stopping_ = true;
}

backup::Retention Backups::Kept() const {
    const std::scoped_lock lock(mutex_);
    return parts_.settings.retention;
}

backup::Environment Backups::EnvironmentFor(const base::Work& work) const {
    backup::Environment environment = parts_.environment;
    environment.work = base::Work([this, asked = work.stopped()] { return stopping_ || (asked && asked()); },
                                  [&work](const base::Progress& progress) { work.Tell(progress); });
    return environment;
}

Status Backups::Claim(Task task) {
    if (stopping_) return FailText(Code::kUnavailable, {"服务器正在停止", "The server is stopping"});
    const std::scoped_lock lock(mutex_);
    if (running_) {
        return base::FailText(Code::kConflict,
                              {"正在备份或校验，请稍候", "A backup is being made or checked, please wait"});
    }
    running_ = std::move(task);
    last_.reset();
    return Ok();
}

Status Backups::Begin(Task task, std::function<Status()> work) {
    RT_CHECK_OK(Claim(std::move(task)));
    // The thread before this one has let go of the claim, so it is about to end.
    const std::scoped_lock lock(thread_mutex_);
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([this, work = std::move(work)] { Finish(work()); });
    return Ok();
}

void Backups::Finish(const Status& status) {
    {
        const std::scoped_lock lock(mutex_);
        running_.reset();
        last_ = status;
    }
    done_.notify_all();
}

Result<backup::Manifest> Backups::Create(const std::string& reason, const base::Work& work) {
    RT_TRY(const backup::Sources sources, parts_.sources());
    auto made = backup::Create(EnvironmentFor(work), sources, reason);
    if (!made.ok()) {
        parts_.environment.log.Error("backup failed", {{"reason", reason}, {"detail", made.error().detail}});
        return made;
    }
    RT_CHECK_OK(Verify(made->id, work));
    return made;
}

Result<backup::Listed> Backups::Verify(const std::string& id, const base::Work& work) {
    const Status good = backup::Verify(EnvironmentFor(work), id);
    if (!good.ok() && backup::IsDamage(good.error())) {
        parts_.environment.log.Error("backup is damaged", {{"id", id}, {"detail", good.error().detail}});
        const auto listed = backup::List(parts_.environment);
        const std::scoped_lock lock(mutex_);
        damaged_ = id;
        if (listed.ok()) newest_good_ = NewestVerified(*listed);
    }
    RT_CHECK_OK(good);
    RT_TRY(backup::Listed found, backup::Find(parts_.environment, id));
    const std::scoped_lock lock(mutex_);
    if (damaged_ == id) damaged_.clear();
    if (!newest_good_ || *newest_good_ < found.manifest.finished) newest_good_ = found.manifest.finished;
    return found;
}

Status Backups::BeginCreate(std::string_view reason) {
    const std::string text(reason);
    return Begin({Task::Kind::kCreate, {}, text, parts_.environment.clock.Now()},
                 [this, text] { return StatusOf(Create(text, {})); });
}

Status Backups::BeginVerify(std::string_view id) {
    RT_TRY(const backup::Listed found, backup::Find(parts_.environment, id));
    const std::string known = found.manifest.id;
    return Begin({Task::Kind::kVerify, known, {}, parts_.environment.clock.Now()},
                 [this, known] { return StatusOf(Verify(known, {})); });
}

std::optional<Status> Backups::Wait(std::int64_t wait_ms) {
    std::unique_lock lock(mutex_);
    if (!done_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return !running_; })) return std::nullopt;
    return last_;
}

Result<backup::Manifest> Backups::CreateHere(std::string_view reason, const base::Work& work) {
    const std::string text(reason);
    RT_CHECK_OK(Claim({Task::Kind::kCreate, {}, text, parts_.environment.clock.Now()}));
    auto made = Create(text, work);
    Finish(StatusOf(made));
    return made;
}

Result<backup::Listed> Backups::VerifyHere(std::string_view id, const base::Work& work) {
    RT_TRY(const backup::Listed found, backup::Find(parts_.environment, id));
    const std::string known = found.manifest.id;
    RT_CHECK_OK(Claim({Task::Kind::kVerify, known, {}, parts_.environment.clock.Now()}));
    auto verified = Verify(known, work);
    Finish(StatusOf(verified));
    return verified;
}

Result<std::vector<backup::Decision>> Backups::PruneHere() {
    RT_CHECK_OK(Claim({Task::Kind::kPrune, {}, {}, parts_.environment.clock.Now()}));
    auto decisions = backup::Prune(parts_.environment, Kept());
    Finish(StatusOf(decisions));
    return decisions;
}

Status Backups::CreateNow(std::string_view reason) {
    const std::string text(reason);
    RT_CHECK_OK(Claim({Task::Kind::kCreate, {}, text, parts_.environment.clock.Now()}));
    Status status = StatusOf(Create(text, {}));
    if (!stopping_) {
        // After a failure too: what failed to be verified day after day must not fill the disk.
        const auto pruned = backup::Prune(parts_.environment, Kept());
        if (status.ok()) status = StatusOf(pruned);
    }
    Finish(status);
    return status;
}

bool Backups::DailyDue() const {
    const std::scoped_lock lock(mutex_);
    const base::Clock& clock = parts_.environment.clock;
    return DailyBackupDue(clock.Now(), newest_good_, parts_.settings.hour) &&
           clock.MonotonicMicros() >= daily_not_before_micros_;
}

void Backups::NoteDaily(const Status& status) {
    const std::scoped_lock lock(mutex_);
    if (status.ok()) {
        daily_failures_ = 0;
        return;
    }
    const std::int64_t pause = kRetryMicrosMin << std::min(daily_failures_, kDoublingsMax);
    daily_not_before_micros_ = parts_.environment.clock.MonotonicMicros() + std::min(pause, kRetryMicrosMax);
    ++daily_failures_;
}

Status Backups::RunDaily() {
    if (!DailyDue()) return Ok();
    const Status status = CreateNow("schedule");
    // While another one runs nothing has failed; that one may be what was due.
    if (status.ok() || status.error().code != Code::kConflict) NoteDaily(status);
    return status;
}

Result<std::vector<BackupRow>> Backups::List() const {
    RT_TRY(const auto listed, backup::List(parts_.environment));
    const std::scoped_lock lock(mutex_);
    std::vector<BackupRow> rows;
    if (running_ && running_->kind == Task::Kind::kCreate) {
        rows.push_back({"running", running_->began, 0, BackupState::kRunning, std::nullopt, running_->reason});
    }
    for (const backup::Listed& one : listed) {
        BackupRow row{one.manifest.id,  one.manifest.finished, one.stored_bytes,
                      BackupState::kOk, std::nullopt,          one.manifest.reason};
        if (one.verified.micros != 0) row.verified = one.verified;
        if (running_ && running_->id == row.id) row.state = BackupState::kVerifying;
        if (damaged_ == row.id) row.state = BackupState::kDamaged;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::optional<base::Time> Backups::NewestGood() const {
    const std::scoped_lock lock(mutex_);
    return newest_good_;
}

}  // namespace rt::ops
