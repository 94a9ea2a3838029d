// Calendar dates without a time zone (proleptic Gregorian). Pure.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rt::registration {

struct Date {
    int year = 0;
    int month = 0;
    int day = 0;
    auto operator<=>(const Date&) const = default;
};

// "2008-02-29"; nullopt unless such a day exists between 1900 and 2100.
std::optional<Date> ParseDate(std::string_view text);
// The same of eight digits, "20080229".
std::optional<Date> ParseCompactDate(std::string_view digits);
std::string FormatDate(const Date& date);
// The day in Asia/Shanghai.
Date DateInShanghai(base::Time time);

}  // namespace rt::registration
