#include "ops/backups.h"

#include <chrono>
#include <utility>

namespace rt::ops {

namespace backup = storage::backup;

namespace {

constexpr std::int64_t kShanghaiOffset = 8 * base::kMicrosPerHour;

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
    if (thread_.joinable()) thread_.join();
}

Status Backups::Load() {
    RT_TRY(const auto listed, backup::List(parts_.environment));
    const std::scoped_lock lock(mutex_);
    if (!listed.empty()) newest_good_ = listed.front().manifest.finished;
    return Ok();
}

Status Backups::Claim(Task task) {
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

Status Backups::Create(const std::string& reason) {
    RT_TRY(const backup::Sources sources, parts_.sources());
    auto made = backup::Create(parts_.environment, sources, reason);
    if (!made.ok()) {
        parts_.environment.log.Error("backup failed", {{"reason", reason}, {"detail", made.error().detail}});
        return std::move(made).error();
    }
    return Verify(made->id);
}

Status Backups::Verify(const std::string& id) {
    const Status good = backup::Verify(parts_.environment, id);
    if (!good.ok()) {
        parts_.environment.log.Error("backup is damaged", {{"id", id}, {"detail", good.error().detail}});
        const std::scoped_lock lock(mutex_);
        damaged_ = id;
        return good;
    }
    RT_TRY(const backup::Listed found, backup::Find(parts_.environment, id));
    const std::scoped_lock lock(mutex_);
    if (damaged_ == id) damaged_.clear();
    if (!newest_good_ || *newest_good_ < found.manifest.finished) newest_good_ = found.manifest.finished;
    return Ok();
}

Status Backups::BeginCreate(std::string_view reason) {
    const std::string text(reason);
    return Begin({BackupState::kRunning, {}, text, parts_.environment.clock.Now()},
                 [this, text] { return Create(text); });
}

Status Backups::BeginVerify(std::string_view id) {
    RT_TRY(const backup::Listed found, backup::Find(parts_.environment, id));
    const std::string known = found.manifest.id;
    return Begin({BackupState::kVerifying, known, {}, parts_.environment.clock.Now()},
                 [this, known] { return Verify(known); });
}

std::optional<Status> Backups::Wait(std::int64_t wait_ms) {
    std::unique_lock lock(mutex_);
    if (!done_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return !running_; })) return std::nullopt;
    return last_;
}

Status Backups::CreateNow(std::string_view reason) {
    const std::string text(reason);
    RT_CHECK_OK(Claim({BackupState::kRunning, {}, text, parts_.environment.clock.Now()}));
    Status status = Create(text);
    if (status.ok()) {
        const auto pruned = backup::Prune(parts_.environment, parts_.retention);
        if (!pruned.ok()) status = pruned.error();
    }
    Finish(status);
    return status;
}

Result<std::vector<BackupRow>> Backups::List() const {
    RT_TRY(const auto listed, backup::List(parts_.environment));
    const std::scoped_lock lock(mutex_);
    std::vector<BackupRow> rows;
    if (running_ && running_->state == BackupState::kRunning) {
        rows.push_back({"running", running_->began, 0, BackupState::kRunning, std::nullopt, running_->reason});
    }
    for (const backup::Listed& one : listed) {
        BackupRow row{one.manifest.id,  one.manifest.finished, one.manifest.StoredBytes(),
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
