// A document of the original service, read by the map, as the row that the server takes over (importer.h).
#pragma once

#include <string>

#include "base/result.h"
#include "json/json.h"
#include "registration/legacy/map.h"

namespace rt::registration::legacy {

inline constexpr std::size_t kRowBytesMax = 512U << 10;

// VALIDATION_FAILED with the reason in `message` for a document that cannot be taken over. What the map does not name
// is kept in "rest".
Result<json::Object> RowOf(const Map& map, const CollectionMap& collection, const json::Object& document);

// At the path, steps separated by points; nullptr: there is nothing.
const json::Value* At(const json::Object& document, std::string_view path);

// Fen of an amount in the unit. nullopt: no amount, or not a whole number of fen.
std::optional<std::int64_t> FenOf(const json::Value& amount, std::string_view unit);

}  // namespace rt::registration::legacy
