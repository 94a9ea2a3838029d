// JSON values. The only door to JSON: strict decoding (RFC 8259 and more) and deterministic encoding.
// Decoding refuses: bytes after the value, NUL, bad UTF-8, duplicate keys, depth over 32, more than
// kNodesMax nodes, integers that do not fit int64, numbers that are not finite.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace rt::json {

class Value;
using Array = std::vector<Value>;
// Keeps insertion order when encoded; keys are unique.
using Member = std::pair<std::string, Value>;

class Object {
  public:
    Object() = default;
    Object(std::initializer_list<Member> members);
    const Value* Find(std::string_view key) const;
    // Replaces or appends.
    void Set(std::string key, Value value);
    // Appends without looking for the key, which must be new: for objects built from many rows.
    void Add(std::string key, Value value);
    void Erase(std::string_view key);
    const std::vector<Member>& members() const { return members_; }
    // The order of the members does not matter.
    bool operator==(const Object& other) const;

  private:
    std::vector<Member> members_;
};

// null, bool, int64, double, string, array or object. A copyable value.
class Value {
  public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value);
    template <std::integral T>
    requires(!std::same_as<T, bool>) Value(T value) : data_(static_cast<std::int64_t>(value)) {}
    Value(double value);
    Value(const char* value);
    Value(std::string_view value);
    Value(std::string value);
    Value(Array value);
    Value(Object value);

    bool IsNull() const;
    bool IsBool() const;
    bool IsInt() const;
    bool IsNumber() const;
    bool IsString() const;
    bool IsArray() const;
    bool IsObject() const;

    // Checked access: the process stops on the wrong type; test first, or use Reader below for input.
    bool AsBool() const;
    std::int64_t AsInt() const;
    double AsDouble() const;
    const std::string& AsString() const;
    const Array& AsArray() const;
    Array& AsArray();
    const Object& AsObject() const;
    Object& AsObject();
    // Member of an object; nullptr if this is no object or has no such key.
    const Value* Find(std::string_view key) const;
    bool operator==(const Value& other) const;

  private:
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data_{nullptr};
};

inline constexpr std::size_t kDepthMax = 32;
inline constexpr std::size_t kNodesMax = 200'000;
// A decoded value inside an envelope of our own still encodes; a deeper one is a bug and stops the process.
inline constexpr std::size_t kEncodeDepthMax = 64;

// BAD_JSON with the place (line, column in characters, both from 1) in the message on any violation. "\u0000" and a
// byte order mark count as violations too. Thread-safe.
Result<Value> Decode(std::string_view text);
// Compact UTF-8; "</" is written "<\/" and "<!" "\u003c!" so that the text may stand in a script element. A byte that
// is no UTF-8 becomes U+FFFD, a number that is not finite null; a double always has a point or an exponent.
std::string Encode(const Value& value);
// Indented by two spaces, for people.
std::string EncodePretty(const Value& value);

}  // namespace rt::json
