// Forms: a schema of fields, answers, and the one validation both are held to. Pure, without JSON (form_json.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "registration/domain/calendar.h"
#include "registration/domain/types.h"
#include "registration/domain/words.h"

namespace rt::registration {

inline constexpr std::size_t kTreeDepthMax = 5;
inline constexpr std::size_t kTreeNodesMax = 5'000;  // of a form
inline constexpr std::int64_t kFilesOfFieldMax = 10;
inline constexpr std::int64_t kFileKbMax = 20 * 1024;
inline constexpr std::int64_t kDecimalsMax = 6;
inline constexpr std::int64_t kRatingMax = 10;
inline constexpr std::int64_t kMoneyMax = 100'000'000'00;  // fen
inline constexpr std::int64_t kFieldRetentionDaysMax = 3'650;

// [a-z][a-z0-9_]{0,31}
bool IsFieldKey(std::string_view key);
// [A-Za-z0-9_-]{1,32}
bool IsOptionId(std::string_view id);

struct FieldOption {
    std::string id;
    I18n label;
};

// Provinces with their cities, or any other tree that one walks down to a leaf.
struct TreeNode {
    std::string id;
    I18n label;
    std::vector<TreeNode> children{};
};

struct Field {
    std::string key;  // unique in the form
    FieldType type = FieldType::kText;
    I18n label;
    I18n help;  // of a section or explanation: its text
    bool required = false;
    bool sensitive = false;            // kept encrypted, masked in lists; always so for numbers of documents
    std::vector<FieldOption> options;  // of the types that have them
    std::vector<TreeNode> tree;        // cascade, address
    std::optional<std::int64_t> min;   // by type: code points, value, choices, files
    std::optional<std::int64_t> max;
    std::string visible_if;  // Condition; empty: always
    std::string pattern;     // Pattern; empty: none
    std::int64_t decimals = 2;
    std::vector<std::string> accept;     // media types of files; empty: all that the server takes
    std::optional<std::int64_t> max_kb;  // of one file
    UniqueScope unique = UniqueScope::kNone;
    std::optional<std::int64_t> retention_days;  // after the end of the event the answer is erased

    bool IsSensitive() const;
    bool HasAnswer() const;
    // Of files: 1 without `max`.
    std::int64_t FilesMax() const { return max.value_or(1); }
};

struct FormSchema {
    std::vector<Field> fields;

    const Field* Find(std::string_view key) const;
    // Is somebody who answers nothing incomplete?
    bool HasRequired() const;
};

// The mistakes of an organiser's schema, with paths such as "fields[2].options"; empty: it may be published.
std::vector<base::FieldError> CheckSchema(const FormSchema& schema);

using AnswerValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;
using Answers = std::map<std::string, AnswerValue, std::less<>>;

// Answers in their normal form, and what follows from them.
struct CheckedAnswers {
    Answers answers;
    std::optional<std::string> id_number;  // of the first id_card_cn field
    std::optional<Date> birth;             // from that number
    std::optional<Gender> gender;
    std::vector<std::string> visible;  // keys of the fields that were shown
};

struct AnswerCheck {
    CheckedAnswers checked;
    std::vector<base::FieldError> mistakes;  // paths such as "answers.phone"; empty: valid
};

// Every field of the schema is checked in order and nothing else is accepted. A field whose condition does not hold is
// not required, and an answer to it is dropped. `today` bounds births.
AnswerCheck CheckAnswers(const FormSchema& schema, const Answers& given, const Date& today);

}  // namespace rt::registration
