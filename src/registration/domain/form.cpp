#include "registration/domain/form.h"

#include <algorithm>
#include <set>

#include "base/parse.h"
#include "base/utf8.h"
#include "registration/domain/field_checks.h"

namespace rt::registration {
namespace {

using base::FieldError;
using base::Text;

bool HasOptions(FieldType type) {
    return type == FieldType::kSingle || type == FieldType::kMulti;
}

bool HasBounds(FieldType type) {
    return type == FieldType::kText || type == FieldType::kTextarea || type == FieldType::kInt ||
           type == FieldType::kMulti;
}

void CheckOptions(const Field& field, const std::string& path, std::vector<FieldError>& out) {
    if (!HasOptions(field.type)) {
        if (!field.options.empty()) out.push_back({path + ".options", {"此类型没有选项", "This type has no options"}});
        return;
    }
    if (field.options.empty() || field.options.size() > kOptionsMax) {
        out.push_back({path + ".options", {"选项数量须为 1 到 100", "Between 1 and 100 options"}});
    }
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < field.options.size(); ++i) {
        const std::string at = path + ".options[" + std::to_string(i) + "]";
        const FieldOption& option = field.options[i];
        if (!IsOptionId(option.id)) {
            out.push_back({at + ".id", {"只能用字母、数字、_ 和 -", "Letters, digits, _ and - only"}});
        } else if (!ids.insert(option.id).second) {
            out.push_back({at + ".id", {"选项标识重复", "This option id is there already"}});
        }
        if (option.label.zh.empty()) out.push_back({at + ".label.zh", {"请填写选项名称", "A label is required"}});
    }
}

void CheckBounds(const Field& field, const std::string& path, std::vector<FieldError>& out) {
    if (!field.min.has_value() && !field.max.has_value()) return;
    if (!HasBounds(field.type)) {
        out.push_back({path + ".min", {"此类型没有范围", "This type has no bounds"}});
        return;
    }
    if (field.min.has_value() && field.max.has_value() && *field.min > *field.max) {
        out.push_back({path + ".max", {"最大值小于最小值", "The maximum is below the minimum"}});
    }
    if (field.type == FieldType::kInt) return;
    const bool negative = field.min.value_or(0) < 0 || field.max.value_or(1) < 1;
    if (negative || field.max.value_or(0) > kAnswerSizeMax || field.min.value_or(0) > kAnswerSizeMax) {
        out.push_back({path + ".min", {"范围须在 0 到 5000 之间", "Bounds must lie between 0 and 5000"}});
    }
    if (field.type == FieldType::kMulti && field.min.value_or(0) > static_cast<std::int64_t>(field.options.size())) {
        out.push_back({path + ".min", {"最少选择数超过选项数", "More choices than there are options"}});
    }
}

void CheckField(const Field& field, const std::string& path, std::vector<FieldError>& out) {
    if (!IsFieldKey(field.key)) {
        out.push_back({path + ".key",
                       {"须以小写字母开头，只含小写字母、数字和 _，最长 32 个字符",
                        "Lower-case letter first, then lower-case letters, digits and _; at most 32"}});
    }
    if (field.label.zh.empty()) out.push_back({path + ".label.zh", {"请填写字段名称", "A label is required"}});
    CheckOptions(field, path, out);
    CheckBounds(field, path, out);
}

Text WrongType() {
    return {"数据类型不正确", "The value has the wrong type"};
}

Text BoundsText(std::optional<std::int64_t> min, std::optional<std::int64_t> max, const char* zh, const char* en) {
    Text out;
    if (min.has_value()) {
        out.zh += "至少 " + std::to_string(*min) + zh;
        out.en += "at least " + std::to_string(*min) + en;
    }
    if (min.has_value() && max.has_value()) {
        out.zh += "，";
        out.en += ", ";
    }
    if (max.has_value()) {
        out.zh += "最多 " + std::to_string(*max) + zh;
        out.en += "at most " + std::to_string(*max) + en;
    }
    return out;
}

bool Within(std::int64_t number, const Field& field, std::int64_t max_default) {
    return number >= field.min.value_or(INT64_MIN) && number <= field.max.value_or(max_default);
}

// The value in normal form, or what is wrong with it. An empty text counts as absent (handled by the caller).
using FieldResult = std::variant<AnswerValue, Text>;

FieldResult CheckText(const Field& field, const std::string& given) {
    const std::string trimmed(base::TrimAscii(given));
    const auto size = base::CodePointCount(trimmed);
    const bool one_line = field.type == FieldType::kText;
    if (!size.has_value() || (one_line && !base::IsPlainLine(trimmed)) || trimmed.find('\0') != std::string::npos) {
        return Text{"含有不允许的字符", "It holds characters that are not allowed"};
    }
    const std::int64_t max = field.max.value_or(one_line ? kLineSizeDefault : kAreaSizeDefault);
    if (!Within(static_cast<std::int64_t>(*size), field, max))
        return BoundsText(field.min, max, " 个字", " characters");
    return trimmed;
}

FieldResult CheckSingle(const Field& field, const std::string& given) {
    for (const FieldOption& option : field.options) {
        if (option.id == given) return given;
    }
    return Text{"不是有效的选项", "Not one of the options"};
}

FieldResult CheckMulti(const Field& field, const std::vector<std::string>& given) {
    const std::set<std::string> chosen(given.begin(), given.end());
    std::vector<std::string> in_order;
    for (const FieldOption& option : field.options) {
        if (chosen.contains(option.id)) in_order.push_back(option.id);
    }
    if (in_order.size() != given.size()) {
        return Text{"含有无效或重复的选项", "It holds an unknown option, or one twice"};
    }
    if (!Within(static_cast<std::int64_t>(given.size()), field, kOptionsMax)) {
        return BoundsText(field.min, field.max, " 项", " choices");
    }
    return in_order;
}

FieldResult CheckString(const Field& field, const std::string& given, const Date& today) {
    switch (field.type) {
        case FieldType::kText:
        case FieldType::kTextarea:
            return CheckText(field, given);
        case FieldType::kSingle:
            return CheckSingle(field, given);
        case FieldType::kDate:
            if (ParseDate(given).has_value()) return given;
            return Text{"日期不正确，格式为 2008-01-31", "Not a date such as 2008-01-31"};
        case FieldType::kEmail:
            if (auto email = NormaliseEmail(given)) return *std::move(email);
            return Text{"邮箱格式不正确", "Not a mail address"};
        case FieldType::kMobileCn:
            if (auto mobile = NormaliseMobileCn(given)) return *std::move(mobile);
            return Text{"手机号格式不正确", "Not a mainland China mobile number"};
        case FieldType::kIdCardCn:
            if (auto card = ParseIdCardCn(given, today)) return std::move(card->number);
            return Text{"身份证号不正确", "Not a valid identity card number"};
        case FieldType::kInt:
        case FieldType::kBool:
        case FieldType::kMulti:
            break;
    }
    return WrongType();
}

FieldResult CheckValue(const Field& field, const AnswerValue& given, const Date& today) {
    if (const auto* text = std::get_if<std::string>(&given)) return CheckString(field, *text, today);
    if (const auto* number = std::get_if<std::int64_t>(&given); number && field.type == FieldType::kInt) {
        if (Within(*number, field, INT64_MAX)) return *number;
        return BoundsText(field.min, field.max, "", "");
    }
    if (const auto* flag = std::get_if<bool>(&given); flag && field.type == FieldType::kBool) return *flag;
    const auto* list = std::get_if<std::vector<std::string>>(&given);
    if (list && field.type == FieldType::kMulti) return CheckMulti(field, *list);
    return WrongType();
}

// What counts as not answered: nothing, blanks, no choice; for a required yes or no, a no.
bool IsBlank(const AnswerValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return base::TrimAscii(*text).empty();
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->empty();
    return false;
}

bool RefusesRequired(const AnswerValue& value) {
    const bool* flag = std::get_if<bool>(&value);
    return IsBlank(value) || (flag != nullptr && !*flag);
}

}  // namespace

bool IsFieldKey(std::string_view key) {
    if (key.empty() || key.size() > 32 || key[0] < 'a' || key[0] > 'z') return false;
    return std::all_of(key.begin(), key.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool IsOptionId(std::string_view id) {
    if (id.empty() || id.size() > 32) return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

const Field* FormSchema::Find(std::string_view key) const {
    for (const Field& field : fields) {
        if (field.key == key) return &field;
    }
    return nullptr;
}

bool FormSchema::HasRequired() const {
    return std::any_of(fields.begin(), fields.end(), [](const Field& field) { return field.required; });
}

std::vector<FieldError> CheckSchema(const FormSchema& schema) {
    std::vector<FieldError> out;
    if (schema.fields.size() > kFieldsMax) out.push_back({"fields", {"最多 60 个字段", "At most 60 fields"}});
    std::set<std::string_view> keys;
    std::size_t cards = 0;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const Field& field = schema.fields[i];
        const std::string path = "fields[" + std::to_string(i) + "]";
        CheckField(field, path, out);
        if (!keys.insert(field.key).second) {
            out.push_back({path + ".key", {"字段标识重复", "This key is there already"}});
        }
        if (field.type == FieldType::kIdCardCn && ++cards == 2) {
            out.push_back({path + ".type", {"只能有一个身份证号字段", "Only one identity card field"}});
        }
    }
    return out;
}

AnswerCheck CheckAnswers(const FormSchema& schema, const Answers& given, const Date& today) {
    AnswerCheck out;
    for (const auto& [key, value] : given) {
        if (schema.Find(key) == nullptr) {
            out.mistakes.push_back({"answers." + key, {"表单中没有此字段", "The form has no such field"}});
        }
    }
    for (const Field& field : schema.fields) {
        const auto at = given.find(field.key);
        const bool absent = at == given.end() || IsBlank(at->second);
        if (field.required && (absent || RefusesRequired(at->second))) {
            out.mistakes.push_back({"answers." + field.key, {"此项必填", "This is required"}});
        }
        if (absent) continue;
        FieldResult result = CheckValue(field, at->second, today);
        if (auto* text = std::get_if<Text>(&result)) {
            out.mistakes.push_back({"answers." + field.key, std::move(*text)});
            continue;
        }
        auto& value = std::get<AnswerValue>(result);
        if (field.type == FieldType::kIdCardCn) out.checked.id_number = std::get<std::string>(value);
        out.checked.answers.emplace(field.key, std::move(value));
    }
    return out;
}

}  // namespace rt::registration
