// Forms and answers as JSON: the request bodies, the answers of the API, and the columns that keep them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "json/json.h"
#include "json/reader.h"
#include "registration/domain/form.h"

namespace rt::registration {

json::Value ToJson(const FormSchema& schema);  // {"fields":[...]}
json::Value FieldJson(const Field& field);
// Shape only (types, known members); CheckSchema judges the content. Mistakes are noted in `in`.
FormSchema SchemaFrom(json::Reader& in);
std::string EncodeSchema(const FormSchema& schema);
// A column written by EncodeSchema; anything else stops the process.
FormSchema DecodeSchema(std::string_view column);

json::Value ToJson(const Answers& answers);
// VALIDATION_FAILED on values that no field type can hold. Null members count as absent.
Result<Answers> AnswersFrom(const json::Value& value);
std::string EncodeAnswers(const Answers& answers);
Answers DecodeAnswers(std::string_view column);

// {"zh":"...","en":"..."}; `en` may be missing or empty. Mistakes are noted in `in` under `key`.
I18n I18nField(json::Reader& in, std::string_view key, json::TextRule rule);

}  // namespace rt::registration
