// For texts of our own that hold more values than any request may.
#pragma once

#include <cstddef>
#include <string_view>

#include "json/json.h"

namespace rt::json {

// Decode() with another limit than kNodesMax.
Result<Value> DecodeLarge(std::string_view text, std::size_t nodes_max);

}  // namespace rt::json
