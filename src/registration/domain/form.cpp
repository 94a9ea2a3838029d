#include "registration/domain/form.h"

#include <algorithm>

#include "base/parse.h"
#include "registration/domain/field_checks.h"
#include "registration/domain/field_values.h"
#include "registration/domain/form_types.h"
#include "registration/domain/visible_if.h"

namespace rt::registration {
namespace {

using base::FieldError;
using base::Text;

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

bool IsVisible(const Field& field, const Answers& before) {
    if (field.visible_if.empty()) return true;
    const auto condition = Condition::Parse(field.visible_if);
    const auto* tree = std::get_if<Condition>(&condition);
    return tree != nullptr && tree->Holds(before);
}

void Derive(const Field& field, const AnswerValue& value, const Date& today, CheckedAnswers& out) {
    if (field.type != FieldType::kIdCardCn) return;
    const auto card = ParseIdCardCn(std::get<std::string>(value), today);
    if (!card.has_value()) return;
    out.id_number = card->number;
    out.birth = card->birth;
    out.gender = card->sex;
}

void CheckOne(const Field& field, const Answers& given, const Date& today, AnswerCheck& out) {
    const auto at = given.find(field.key);
    const std::string path = "answers." + field.key;
    const bool absent = at == given.end() || IsBlank(at->second);
    if (field.required && (absent || RefusesRequired(at->second)))
        out.mistakes.push_back({path, {"此项必填", "This is required"}});
    if (absent) return;
    FieldResult result = CheckValue(field, at->second, today);
    if (auto* text = std::get_if<Text>(&result)) {
        out.mistakes.push_back({path, std::move(*text)});
        return;
    }
    auto& value = std::get<AnswerValue>(result);
    Derive(field, value, today, out.checked);
    out.checked.answers.emplace(field.key, std::move(value));
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

bool Field::IsSensitive() const {
    return sensitive || InfoOf(type).sensitive;
}

bool Field::HasAnswer() const {
    return InfoOf(type).value != ValueKind::kNone;
}

const Field* FormSchema::Find(std::string_view key) const {
    for (const Field& field : fields) {
        if (field.key == key) return &field;
    }
    return nullptr;
}

bool FormSchema::HasRequired() const {
    return std::any_of(fields.begin(), fields.end(),
                       [](const Field& field) { return field.required && IsVisible(field, Answers{}); });
}

AnswerCheck CheckAnswers(const FormSchema& schema, const Answers& given, const Date& today) {
    AnswerCheck out;
    for (const auto& [key, value] : given) {
        const Field* field = schema.Find(key);
        if (field == nullptr || !field->HasAnswer()) {
            out.mistakes.push_back({"answers." + key, {"表单中没有此字段", "The form has no such field"}});
        }
    }
    for (const Field& field : schema.fields) {
        if (!IsVisible(field, out.checked.answers)) continue;
        out.checked.visible.push_back(field.key);
        if (field.HasAnswer()) CheckOne(field, given, today, out);
    }
    return out;
}

}  // namespace rt::registration
