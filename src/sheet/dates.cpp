#include <array>
#include <cmath>
#include <cstdio>

#include "sheet/reader_internal.h"

namespace rt::sheet {
namespace {

constexpr std::int64_t kMinutesPerDay = 1'440;
constexpr double kLastDay = 2'958'465;         // 9999-12-31
constexpr std::int64_t kDaysTo1900 = -25'569;  // day 0 of the 1900 system, counted from 1970-01-01
constexpr std::int64_t kDaysTo1904 = -24'107;
constexpr std::int64_t kImaginaryLeapDay = 60;  // 1900-02-29, which the 1900 system has

struct Date {
    std::int64_t year;
    std::int64_t month;
    std::int64_t day;
};

// Days since 1970-01-01 to the Gregorian calendar.
Date DateOf(std::int64_t days) {
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t of_era = shifted - era * 146'097;
    const std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * of_year + 2) / 153;
    const std::int64_t day = of_year - (153 * month + 2) / 5 + 1;
    const std::int64_t calendar_month = month < 10 ? month + 3 : month - 9;
    return {year_of_era + era * 400 + (calendar_month <= 2 ? 1 : 0), calendar_month, day};
}

std::string Digits(const char* format, std::int64_t a, std::int64_t b, std::int64_t c = 0) {
    std::array<char, 48> out{};
    std::snprintf(out.data(), out.size(), format, static_cast<long>(a), static_cast<long>(b), static_cast<long>(c));
    return out.data();
}

}  // namespace

std::string DateText(double serial, bool from_1904) {
    if (!(serial >= 0) || serial >= kLastDay + 1) return {};
    const auto minutes = static_cast<std::int64_t>(std::llround(serial * static_cast<double>(kMinutesPerDay)));
    std::int64_t day = minutes / kMinutesPerDay;
    const std::int64_t minute = minutes % kMinutesPerDay;
    const std::string time = Digits("%02ld:%02ld", minute / 60, minute % 60);
    if (day == 0 && !from_1904) return time;
    if (!from_1904 && day < kImaginaryLeapDay) ++day;
    const Date date = DateOf(day + (from_1904 ? kDaysTo1904 : kDaysTo1900));
    const std::string text = Digits("%04ld-%02ld-%02ld", date.year, date.month, date.day);
    return minute == 0 ? text : text + "T" + time;
}

bool IsDateFormat(std::int64_t builtin) {
    return (builtin >= 14 && builtin <= 22) || (builtin >= 27 && builtin <= 36) || (builtin >= 45 && builtin <= 47) ||
           (builtin >= 50 && builtin <= 58);
}

bool IsDateFormat(std::string_view code) {
    bool quoted = false;
    bool bracketed = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == '[' || c == ']') {
            bracketed = c == '[';
        } else if (!quoted && !bracketed && std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace rt::sheet
