// Request targets: the path decoded once, the query as pairs. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rt::net {

inline constexpr std::size_t kQueryPairsMax = 100;

// The path of a request, decoded once. BAD_REQUEST for an encoded slash or backslash, NUL or another control
// character, bad UTF-8, a dot segment (also encoded), or what would decode a second time. `raw` has only valid escapes.
Result<std::string> DecodePath(std::string_view raw);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

// Pairs of `a=1&b=2`, '+' as space. BAD_REQUEST over kQueryPairsMax pairs, for bad UTF-8 or NUL.
Result<QueryPairs> ParseQuery(std::string_view raw);

}  // namespace rt::net
