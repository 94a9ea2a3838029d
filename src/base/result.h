// Result<T>: a value or an Error. RT_TRY and RT_CHECK_OK return the error to the caller.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace rt::base {

template <class T>
class [[nodiscard]] Result {
  public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // The value; the process stops if there is none (a bug, not an input).
    T& value() & { return Checked(), *std::get_if<0>(&state_); }
    const T& value() const& { return Checked(), *std::get_if<0>(&state_); }
    T&& value() && { return Checked(), std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const& { return Failed(), *std::get_if<1>(&state_); }
    Error&& error() && { return Failed(), std::move(*std::get_if<1>(&state_)); }

  private:
    void Checked() const { RT_CHECK(ok()); }
    void Failed() const { RT_CHECK(!ok()); }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    using value_type = void;

    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    void value() const { RT_CHECK(ok()); }
    const Error& error() const& { return RT_CHECK(!ok()), *error_; }
    Error&& error() && { return RT_CHECK(!ok()), std::move(*error_); }

  private:
    std::optional<Error> error_;
};

using Status = Result<void>;

inline Status Ok() {
    return {};
}

}  // namespace rt::base

namespace rt {
using base::Ok;
using base::Result;
using base::Status;
}  // namespace rt

#define RT_CONCAT_INNER(a, b) a##b
#define RT_CONCAT(a, b) RT_CONCAT_INNER(a, b)

// RT_TRY(auto row, FindRow(id)); declares `row` with the value, or returns the error.
// Names are numbered: macros may stand inside a lambda that is an argument of another.
#define RT_TRY(declaration, expression) RT_TRY_NAMED(RT_CONCAT(rt_result_, __COUNTER__), declaration, expression)
#define RT_TRY_NAMED(name, declaration, expression) \
    auto name = (expression);                       \
    if (!name.ok()) return std::move(name).error(); \
    declaration = std::move(name).value()

// RT_CHECK_OK(Save(row)); returns the error, drops the value.
#define RT_CHECK_OK(expression) RT_CHECK_OK_NAMED(RT_CONCAT(rt_status_, __COUNTER__), expression)
#define RT_CHECK_OK_NAMED(name, expression)             \
    do {                                                \
        auto name = (expression);                       \
        if (!name.ok()) return std::move(name).error(); \
    } while (false)
