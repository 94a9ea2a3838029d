#include "registration/domain/calendar.h"

#include <array>

#include "base/check.h"
#include "base/parse.h"

namespace rt::registration {
namespace {

constexpr int kYearMin = 1900;
constexpr int kYearMax = 2100;

bool IsLeap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int DaysIn(int year, int month) {
    constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && IsLeap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

std::string Padded(int number, std::size_t width) {
    std::string out = std::to_string(number);
    return std::string(width > out.size() ? width - out.size() : 0, '0') + out;
}

}  // namespace

std::optional<Date> ParseCompactDate(std::string_view digits) {
    if (digits.size() != 8) return std::nullopt;
    const auto year = base::ParseUnsigned(digits.substr(0, 4));
    const auto month = base::ParseUnsigned(digits.substr(4, 2));
    const auto day = base::ParseUnsigned(digits.substr(6, 2));
    if (!year || !month || !day) return std::nullopt;
    const Date date{static_cast<int>(*year), static_cast<int>(*month), static_cast<int>(*day)};
    if (date.year < kYearMin || date.year > kYearMax || date.month < 1 || date.month > 12) return std::nullopt;
    if (date.day < 1 || date.day > DaysIn(date.year, date.month)) return std::nullopt;
    return date;
}

std::optional<Date> ParseDate(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    return ParseCompactDate(std::string(text.substr(0, 4)) + std::string(text.substr(5, 2)) +
                            std::string(text.substr(8, 2)));
}

std::string FormatDate(const Date& date) {
    return Padded(date.year, 4) + '-' + Padded(date.month, 2) + '-' + Padded(date.day, 2);
}

Date DateInShanghai(base::Time time) {
    const auto date = ParseDate(base::ShanghaiDay(time));
    RT_CHECK(date.has_value());
    return *date;
}

}  // namespace rt::registration
