// Sealing stored values again under the newest field key (crypto/field_ring.h), chunk by chunk, while others write. It
// needs no notes of how far it came: a value tells by itself which key it is under, so a pass may stop anywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::reseal {

// A column of sealed values. Each module that has some gives a row for it.
struct Column {
    std::string name;     // "person.name", for reports
    sql::Statement page;  // $1: ids after it, $2: rows at most; gives id, sealed value, then whatever `again` looks at,
                          // in order of id, without rows that hold no value
    sql::Statement update;  // $1: id, $2: the value as it was read, $3: the new one; changes nothing if it is another
    // The value sealed with the newest key; nullopt if it is already. INTERNAL if it does not open.
    std::function<Result<std::optional<std::string>>(const sql::Row& row)> again;
};

struct Count {
    std::int64_t values = 0;  // looked at
    std::int64_t old = 0;     // of them under a former key when looked at
    std::int64_t broken = 0;  // of them such as do not open with any key
};

enum class Mode : std::uint8_t { kLook, kReseal };

// One chunk: at most `rows` values with ids after `after`. Returns the id to go on from, nullopt at the end. Values
// that do not open are counted and left alone.
Result<std::optional<std::int64_t>> Step(sql::Database& db, const Column& column, std::int64_t after, std::int64_t rows,
                                         Mode mode, Count& count);

// The whole column.
Result<Count> Look(sql::Database& db, const Column& column);

}  // namespace rt::storage::reseal
