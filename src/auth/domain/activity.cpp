#include "auth/domain/activity.h"

#include <chrono>

namespace rt::auth::domain {
namespace {

constexpr std::int64_t kOffsetMicros = 8 * base::kMicrosPerHour;

}  // namespace

std::string_view Word(Period period) {
    constexpr std::array<std::string_view, 3> kWords{"DAY", "WEEK", "MONTH"};
    return kWords[static_cast<std::size_t>(period)];
}

base::Time PeriodBegin(Period period, base::Time at) {
    const std::chrono::sys_time<std::chrono::microseconds> local(std::chrono::microseconds(at.micros + kOffsetMicros));
    auto day = std::chrono::floor<std::chrono::days>(local);
    if (period == Period::kWeek) day -= std::chrono::weekday(day) - std::chrono::Monday;
    if (period == Period::kMonth) {
        const std::chrono::year_month_day date(day);
        day = std::chrono::sys_days(date.year() / date.month() / 1);
    }
    return {std::chrono::microseconds(day.time_since_epoch()).count() - kOffsetMicros};
}

std::string PeriodName(Period period, base::Time at) {
    return base::ShanghaiDay(PeriodBegin(period, at));
}

}  // namespace rt::auth::domain
