// Forms: whatever schema may be published survives its column, judges any answers in bounded time, and what it accepts
// it accepts again unchanged. Input: {"fields": [...], "answers": {...}}.

#include "registration/domain/form.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "json/json.h"
#include "registration/form_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rt;
    const auto value = json::Decode(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!value.ok() || !value->IsObject()) return 0;
    json::Reader in(*value);
    const registration::FormSchema schema = registration::SchemaFrom(in);
    const json::Value* given = in.OptionalObject("answers");
    if (!in.Finish().ok() || !registration::CheckSchema(schema).empty()) return 0;
    const std::string column = registration::EncodeSchema(schema);
    RT_CHECK(registration::EncodeSchema(registration::DecodeSchema(column)) == column);
    if (given == nullptr) return 0;
    const auto answers = registration::AnswersFrom(*given);
    if (!answers.ok()) return 0;
    const registration::Date today{2026, 11, 22};
    const auto once = registration::CheckAnswers(schema, *answers, today);
    if (!once.mistakes.empty()) return 0;
    const auto twice = registration::CheckAnswers(schema, once.checked.answers, today);
    RT_CHECK(twice.mistakes.empty() && twice.checked.answers == once.checked.answers);
    RT_CHECK(registration::DecodeAnswers(registration::EncodeAnswers(once.checked.answers)) == once.checked.answers);
    return 0;
}
