// Days, weeks and months of Asia/Shanghai (UTC+8, no daylight saving), in which active accounts are counted. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rt::auth::domain {

enum class Period : std::uint8_t { kDay, kWeek, kMonth };
inline constexpr std::array kPeriods{Period::kDay, Period::kWeek, Period::kMonth};
// "DAY", "WEEK", "MONTH".
std::string_view Word(Period period);

// When the period that `at` lies in begins: midnight, of Monday for a week, of the first for a month.
base::Time PeriodBegin(Period period, base::Time at);
// Its first day, "2026-11-22".
std::string PeriodName(Period period, base::Time at);

}  // namespace rt::auth::domain
