// Statements and the rows they give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rt::storage::sql {

// A named statement; both views must have static storage (the name is a metric label and the cache key).
// Parameters are $1, $2, ... and are bound by name.
struct Statement {
    std::string_view name;
    std::string_view text;
};

// The current row; valid inside the callback only. Columns count from 0. A wrong type or NULL where none is expected
// is a bug of the caller and stops the process.
class Row {
  public:
    explicit Row(void* statement) : statement_(statement) {}
    bool IsNull(int column) const;
    std::int64_t Int(int column) const;
    double Real(int column) const;
    std::string Text(int column) const;
    std::string_view TextView(int column) const;  // until the next row
    bool Flag(int column) const { return Int(column) != 0; }
    base::Time Time(int column) const { return {Int(column)}; }
    template <class TypedId>
    TypedId As(int column) const {
        return TypedId{Int(column)};
    }
    std::optional<std::int64_t> OptionalInt(int column) const;
    std::optional<std::string> OptionalText(int column) const;
    std::optional<base::Time> OptionalTime(int column) const;

  private:
    void* statement_;
};

}  // namespace rt::storage::sql
