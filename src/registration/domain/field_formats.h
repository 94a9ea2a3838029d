// Normal forms of what people type into single fields, beside field_checks.h. Each gives nullopt for what is not valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rt::registration {

// Digits with an optional + before: 5 to 15 of them (E.164); spaces, dots, dashes and brackets are dropped.
std::optional<std::string> NormalisePhone(std::string_view typed);
// 5 to 12 Latin letters and digits, upper case (ICAO 9303 has at most 9; others print more).
std::optional<std::string> NormalisePassport(std::string_view typed);
// http or https with a host name or address, at most 2000 bytes, no credentials; scheme and host in lower case.
std::optional<std::string> NormaliseUrl(std::string_view typed);
// ISO 3166-1 alpha-2, upper case.
std::optional<std::string> NormaliseCountry(std::string_view typed);
// "09:30".
bool IsTimeOfDay(std::string_view text);
// "2026-01-31T09:30": a wall clock's, without a zone.
bool IsDateTime(std::string_view text);
// At most 12 digits before the point and `decimals` after it; the normal form has exactly so many ("12.50").
std::optional<std::string> NormaliseDecimal(std::string_view typed, std::int64_t decimals);
// The whole part and its fraction in units of 10^-decimals of a normal form.
std::int64_t DecimalUnits(std::string_view normal);

}  // namespace rt::registration
