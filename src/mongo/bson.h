// BSON (bsonspec.org, version 1.1), read strictly into JSON values. What JSON cannot say is written as MongoDB's
// Extended JSON v2 (relaxed): {"$oid": "..."}, {"$date": "2024-01-02T03:04:05.000Z"}, {"$numberDecimal": "1.50"}.
// Refused: lengths that do not agree with each other or with the bytes, bytes after the end, text that is no UTF-8 or
// holds a NUL, a key twice in a document, booleans but 0 and 1, types the specification does not know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "json/json.h"

namespace rt::mongo {

inline constexpr std::size_t kDocumentBytesMin = 5;
// What MongoDB itself takes: 16 MiB and some room for its own fields.
inline constexpr std::size_t kDocumentBytesMax = (16U << 20) + (16U << 10);

struct BsonLimits {
    std::size_t depth_max = 24;       // of documents and arrays in one another; JSON takes 32 in all
    std::size_t values_max = 40'000;  // in one document; each is at most 4 nodes of JSON, which takes json::kNodesMax
};

// VALIDATION_FAILED with the path of the field and the offset in `message`; never a value. Thread-safe.
Result<json::Object> DecodeBson(std::string_view bytes, const BsonLimits& limits = {});

// Little-endian; `bytes` holds at least that many.
std::uint32_t ReadU32(std::string_view bytes);
std::uint64_t ReadU64(std::string_view bytes);

// The 16 bytes of an IEEE 754-2008 decimal128 (BID) as text: "1.50", "-1E+3", "NaN", "Infinity".
std::string DecimalText(std::uint64_t low, std::uint64_t high);

// One text for one id, as references are compared: the digits of an ObjectId, a number, a text as it is; else its JSON.
std::string IdText(const json::Value& id);
// What stands in a date, or in a text by RFC 3339, or in a number of seconds or ms since 1970; nullopt: none of these.
std::optional<base::Time> TimeOf(const json::Value& value);

}  // namespace rt::mongo
