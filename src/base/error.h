// Errors are values. A code from the closed table `errors.def`, a message for the client, a detail for the log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rt::base {

enum class Code : std::uint8_t {
#define RT_ERROR(name, wire, status, level, zh, en) name,
#include "base/errors.def"
#undef RT_ERROR
};

enum class Level : std::uint8_t { Debug, Info, Warn, Error };
enum class Locale : std::uint8_t { kZhCn, kEn };

// One row of errors.def. All views are to static storage.
struct CodeInfo {
    std::string_view wire;  // e.g. "QUOTA_FULL"; also the metric label
    int http_status;
    Level level;
    std::string_view message_zh;
    std::string_view message_en;
};

const CodeInfo& Info(Code code);
std::size_t CodeCount();

// A sentence in both languages. `en` may not be empty when `zh` is not.
struct Text {
    std::string zh;
    std::string en;
    bool empty() const { return zh.empty() && en.empty(); }
    const std::string& In(Locale locale) const { return locale == Locale::kZhCn ? zh : en; }
};

// What is wrong with one input field; `field` is a JSON path such as "divisions[0].name".
struct FieldError {
    std::string field;
    Text reason;
};

struct Error {
    Code code = Code::kInternal;
    std::string detail;               // for the log only; no secrets, no personal data
    Text message;                     // for the client; empty: the table's message
    std::vector<FieldError> fields;   // for the client
    std::uint32_t retry_after_s = 0;  // 0: none

    std::string_view MessageFor(Locale locale) const;
};

// Builders that read well at the place of return.
Error Fail(Code code, std::string detail = {});
Error FailText(Code code, Text message, std::string detail = {});
Error InvalidField(std::string field, Text reason);

}  // namespace rt::base

namespace rt {
using base::Code;
using base::Error;
using base::Fail;
}  // namespace rt
