#include "base/error.h"

#include <array>
#include <utility>

namespace rt::base {
namespace {

constexpr auto kTable = std::to_array<CodeInfo>({
#define RT_ERROR(name, wire, status, level, zh, en) {wire, status, Level::level, zh, en},
#include "base/errors.def"
#undef RT_ERROR
});

}  // namespace

const CodeInfo& Info(Code code) {
    return kTable.at(static_cast<std::size_t>(code));
}

std::size_t CodeCount() {
    return kTable.size();
}

std::string_view Error::MessageFor(Locale locale) const {
    if (!message.empty()) return message.In(locale);
    return locale == Locale::kZhCn ? Info(code).message_zh : Info(code).message_en;
}

Error Fail(Code code, std::string detail) {
    return Error{.code = code, .detail = std::move(detail), .message = {}, .fields = {}, .retry_after_s = 0};
}

Error FailText(Code code, Text message, std::string detail) {
    Error error = Fail(code, std::move(detail));
    error.message = std::move(message);
    return error;
}

Error InvalidField(std::string field, Text reason) {
    Error error = Fail(Code::kInvalid);
    error.fields.push_back({std::move(field), std::move(reason)});
    return error;
}

}  // namespace rt::base
