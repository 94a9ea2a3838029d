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

// [a-z][a-z0-9_]{0,31}
bool IsFieldKey(std::string_view key);
// [A-Za-z0-9_-]{1,32}
bool IsOptionId(std::string_view id);

struct FieldOption {
    std::string id;
    I18n label;
};

struct Field {
    std::string key;  // [a-z][a-z0-9_]{0,31}, unique in the form
    FieldType type = FieldType::kText;
    I18n label;
    I18n help;
    bool required = false;
    bool sensitive = false;            // kept encrypted, masked in lists; always so for id_card_cn
    std::vector<FieldOption> options;  // single and multi
    std::optional<std::int64_t> min;   // text: code points; int: value; multi: choices
    std::optional<std::int64_t> max;

    bool IsSensitive() const { return sensitive || type == FieldType::kIdCardCn; }
};

struct FormSchema {
    std::vector<Field> fields;

    const Field* Find(std::string_view key) const;
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
};

struct AnswerCheck {
    CheckedAnswers checked;
    std::vector<base::FieldError> mistakes;  // paths such as "answers.phone"; empty: valid
};

// Every field of the schema is checked and nothing else is accepted. `today` bounds births.
AnswerCheck CheckAnswers(const FormSchema& schema, const Answers& given, const Date& today);

}  // namespace rt::registration
