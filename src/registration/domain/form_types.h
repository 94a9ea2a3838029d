// What every field type is: the one table that the schema check, the value check, the editor and the exports read.
// Pure.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "registration/domain/words.h"

namespace rt::registration {

// How an answer is kept and what JSON it is.
enum class ValueKind : std::uint8_t { kNone, kText, kInt, kBool, kList };
// What `min` and `max` of a field count.
enum class Bounds : std::uint8_t { kNone, kCharacters, kValue, kChoices, kFiles };

struct FieldTypeInfo {
    ValueKind value = ValueKind::kText;
    Bounds bounds = Bounds::kNone;
    bool options = false;  // has a list of options, or a tree where `tree`
    bool tree = false;
    bool files = false;      // the answer names uploaded files
    bool ordered = false;    // texts of it compare as what they mean (dates, times)
    bool pattern = false;    // may have a pattern
    bool unique = false;     // may have a unique_scope
    bool sensitive = false;  // always sealed
    base::Text label;
};

const FieldTypeInfo& InfoOf(FieldType type);

}  // namespace rt::registration
