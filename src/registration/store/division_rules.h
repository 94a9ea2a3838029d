// The rules of a division's rosters as JSON: the column, the API, the audit.
#pragma once

#include <optional>
#include <string_view>

#include "json/json.h"
#include "json/reader.h"
#include "registration/domain/division_rules.h"

namespace rt::registration::store {

json::Value OrNull(const std::optional<std::int64_t>& number);
// Only the rules that are set.
json::Value ToJson(const DivisionRules& rules);
// Shape and single values; CheckRules judges the rest. Mistakes are noted in `in`.
DivisionRules RulesFrom(json::Reader& in);
// The column was written by Encode(ToJson()); anything else stops the process.
DivisionRules DecodeRules(std::string_view column);

}  // namespace rt::registration::store
