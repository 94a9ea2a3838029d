// Values between C++ and SQL. Times are int64 microseconds, money int64 fen, ids int64, flags int64 0 or 1.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/ids.h"

namespace rt::storage::sql {

struct Blob {
    std::string_view bytes;
};

// A parameter; views must outlive the call.
class Param {
  public:
    Param(std::nullptr_t) {}
    Param(std::nullopt_t) {}
    Param(bool value) : data_(static_cast<std::int64_t>(value)) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) Param(T value) : data_(static_cast<std::int64_t>(value)) {}
    Param(double value) : data_(value) {}
    Param(const char* value) : data_(std::string_view(value)) {}
    Param(std::string_view value) : data_(value) {}
    Param(const std::string& value) : data_(std::string_view(value)) {}
    Param(Blob value) : data_(value) {}
    Param(base::Time time) : data_(time.micros) {}
    template <class Tag>
    Param(Id<Tag> id) : data_(id.value) {}
    template <class T>
    Param(const std::optional<T>& value) {
        if (value.has_value()) data_ = Param(*value).data_;
    }

    using Data = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob>;
    const Data& data() const { return data_; }

  private:
    Data data_{nullptr};
};

}  // namespace rt::storage::sql
