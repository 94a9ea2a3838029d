// Reads the fields of a JSON object into typed values and gathers every mistake, with its path, for one answer.
//   json::Reader in(value);
//   const auto name = in.Text("name", {.size_max = 80});
//   const auto cap = in.OptionalInt("cap", 0, 1'000'000);
//   RT_CHECK_OK(in.Finish());           // VALIDATION_FAILED with all fields, unknown ones included
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "json/json.h"

namespace rt::json {

struct TextRule {
    std::size_t size_min = 1;    // code points, after trimming
    std::size_t size_max = 200;  // code points
    bool multiline = false;      // else IsPlainLine
};

// Getters return a default ("" or 0) after noting a mistake; Finish() tells. A null counts as absent. Text is trimmed,
// line ends become "\n". The value must outlive the reader. Not thread-safe.
class Reader {
  public:
    explicit Reader(const Value& value, std::string path = {});

    std::string Text(std::string_view key, TextRule rule = {});
    std::optional<std::string> OptionalText(std::string_view key, TextRule rule = {});
    std::int64_t Int(std::string_view key, std::int64_t min, std::int64_t max);
    std::optional<std::int64_t> OptionalInt(std::string_view key, std::int64_t min, std::int64_t max);
    bool Bool(std::string_view key);
    std::optional<bool> OptionalBool(std::string_view key);
    // RFC 3339.
    base::Time Time(std::string_view key);
    std::optional<base::Time> OptionalTime(std::string_view key);
    // The index of the text in `words`.
    std::size_t Word(std::string_view key, std::span<const std::string_view> words);
    std::optional<std::size_t> OptionalWord(std::string_view key, std::span<const std::string_view> words);
    // nullptr (and a mistake noted) when absent; elements are read with Reader(element, path + "[i]").
    const Array* List(std::string_view key, std::size_t size_min, std::size_t size_max);
    const Array* OptionalList(std::string_view key, std::size_t size_max);
    const Value* Object(std::string_view key);
    const Value* OptionalObject(std::string_view key);
    // The member as it is, null included; nullptr (and nothing noted) when absent.
    const Value* Any(std::string_view key);

    // "path.key" or "path[i].key" for a mistake of the caller's own.
    std::string PathOf(std::string_view key) const;
    void Note(std::string field, base::Text reason);
    // Takes over what a nested reader noted (and its unknown keys).
    void Merge(Reader&& nested);
    bool Has(std::string_view key) const;
    Status Finish();

  private:
    const Value* Get(std::string_view key, bool required);
    std::optional<std::string> ReadText(std::string_view key, TextRule rule, bool required);
    std::optional<std::int64_t> ReadInt(std::string_view key, std::int64_t min, std::int64_t max, bool required);
    std::optional<bool> ReadBool(std::string_view key, bool required);
    std::optional<base::Time> ReadTime(std::string_view key, bool required);
    std::optional<std::size_t> ReadWord(std::string_view key, std::span<const std::string_view> words, bool required);
    const Array* ReadList(std::string_view key, std::size_t size_min, std::size_t size_max, bool required);
    const Value* ReadObject(std::string_view key, bool required);
    void NoteUnknown();

    const Value& value_;
    std::string path_;
    std::set<std::string, std::less<>> seen_;
    std::vector<base::FieldError> mistakes_;
};

}  // namespace rt::json
