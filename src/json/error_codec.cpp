#include "json/error_codec.h"

#include <optional>
#include <utility>

namespace rt::json {
namespace {

std::string TextOf(const Value& object, std::string_view key) {
    const Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

std::optional<Code> FindCode(std::string_view wire) {
    for (std::size_t i = 0; i < base::CodeCount(); ++i) {
        if (base::Info(static_cast<Code>(i)).wire == wire) return static_cast<Code>(i);
    }
    return std::nullopt;
}

}  // namespace

Object EncodeError(const Error& error, ErrorDetail detail) {
    Array fields;
    for (const base::FieldError& field : error.fields) {
        fields.push_back(Object{{"field", field.field}, {"zh", field.reason.zh}, {"en", field.reason.en}});
    }
    Object out{{"code", base::Info(error.code).wire},
               {"zh", error.message.zh},
               {"en", error.message.en},
               {"fields", std::move(fields)}};
    if (detail == ErrorDetail::kKeep) out.Set("detail", error.detail);
    return out;
}

Error DecodeError(const Value& value) {
    const auto code = FindCode(TextOf(value, "code"));
    if (!code.has_value()) return Fail(Code::kInternal, "an error in JSON has an unknown code");
    Error error = base::FailText(*code, {TextOf(value, "zh"), TextOf(value, "en")}, TextOf(value, "detail"));
    if (const Value* fields = value.Find("fields"); fields != nullptr && fields->IsArray()) {
        for (const Value& field : fields->AsArray()) {
            error.fields.push_back({TextOf(field, "field"), {TextOf(field, "zh"), TextOf(field, "en")}});
        }
    }
    return error;
}

}  // namespace rt::json
