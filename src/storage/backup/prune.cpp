#include <set>

#include "os/file.h"
#include "storage/backup/manifest_internal.h"

namespace rt::storage::backup {

namespace {

constexpr std::int64_t kShanghaiOffset = 8 * base::kMicrosPerHour;
constexpr std::int64_t kDaysToMonday = 3;  // 1970-01-01 was a Thursday

std::int64_t DayOf(base::Time time) {
    return (time.micros + kShanghaiOffset) / base::kMicrosPerDay;
}

std::int64_t WeekOf(base::Time time) {
    return (DayOf(time) + kDaysToMonday) / 7;
}

std::int64_t MonthOf(base::Time time) {
    const std::string day = base::ShanghaiDay(time);  // "2026-11-22"
    const auto digit = [&](std::size_t at) { return static_cast<std::int64_t>(day[at] - '0'); };
    const std::int64_t year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
    return year * 12 + digit(5) * 10 + digit(6);
}

}  // namespace

std::vector<Decision> PlanPrune(const std::vector<Listed>& newest_first, base::Time now, const Retention& retention) {
    std::vector<Decision> out;
    std::set<std::int64_t> days;
    std::set<std::int64_t> weeks;
    std::set<std::int64_t> months;
    bool verified_kept = false;
    for (const Listed& item : newest_first) {
        const base::Time at = item.manifest.began;
        Decision decision{item.manifest.id, true, {}};
        const bool is_first_verified = item.verified.micros != 0 && !verified_kept;
        verified_kept = verified_kept || is_first_verified;
        // Each set is asked whether or not an earlier rule keeps it: a week's newest is the newest of all its backups.
        const bool new_day = days.insert(DayOf(at)).second;
        const bool new_week = weeks.insert(WeekOf(at)).second;
        const bool new_month = months.insert(MonthOf(at)).second;
        if (out.empty()) {
            decision.why = "the newest";
        } else if (is_first_verified) {
            decision.why = "the newest that was verified";
        } else if (new_day && DayOf(now) - DayOf(at) < retention.daily_days) {
            decision.why = "the newest of its day";
        } else if (new_week && WeekOf(now) - WeekOf(at) < retention.weekly_weeks) {
            decision.why = "the newest of its week";
        } else if (new_month && MonthOf(now) - MonthOf(at) < retention.monthly_months) {
            decision.why = "the newest of its month";
        } else {
            decision.keep = false;
            decision.why = new_month ? "older than every term" : "a newer one stands for its day, week or month";
        }
        out.push_back(std::move(decision));
    }
    return out;
}

Result<std::vector<Decision>> Prune(const Environment& environment, const Retention& retention) {
    RT_TRY(const auto lock, LockFolder(environment));
    RT_TRY(const auto all, List(environment));
    auto decisions = PlanPrune(all, environment.clock.Now(), retention);
    for (const Decision& decision : decisions) {
        if (decision.keep) continue;
        // Out of sight first, so that a half-removed folder is never taken for a backup.
        const std::string hidden = environment.folder + "/" + std::string(kRemovedPrefix) + decision.id;
        RT_CHECK_OK(os::RenameDurably(PathOf(environment, decision.id), hidden));
        RT_CHECK_OK(os::RemoveFolder(hidden));
        environment.log.Info("backup removed", {{"backup", decision.id}, {"why", decision.why}});
    }
    return decisions;
}

}  // namespace rt::storage::backup
