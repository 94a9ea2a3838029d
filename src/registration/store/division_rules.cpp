#include "registration/store/division_rules.h"

#include <utility>

#include "base/check.h"
#include "registration/domain/form.h"

namespace rt::registration::store {
namespace {

struct Number {
    std::string_view key;
    std::optional<std::int64_t> DivisionRules::*member;
    std::int64_t max;
};
constexpr Number kNumbers[] = {{"age_min", &DivisionRules::age_min, kAgeMax},
                               {"age_max", &DivisionRules::age_max, kAgeMax},
                               {"female_min", &DivisionRules::female_min, kTeamSizeMax},
                               {"female_max", &DivisionRules::female_max, kTeamSizeMax},
                               {"male_min", &DivisionRules::male_min, kTeamSizeMax},
                               {"male_max", &DivisionRules::male_max, kTeamSizeMax}};

}  // namespace

json::Value OrNull(const std::optional<std::int64_t>& number) {
    return number.has_value() ? json::Value(*number) : json::Value();
}

json::Value ToJson(const DivisionRules& rules) {
    json::Object out;
    if (rules.age_on.has_value()) out.Set("age_on", FormatDate(*rules.age_on));
    if (rules.gender.has_value()) out.Set("gender", Word(*rules.gender));
    for (const Number& number : kNumbers) {
        if ((rules.*number.member).has_value()) out.Set(std::string(number.key), *(rules.*number.member));
    }
    if (!rules.grades.empty()) {
        json::Array grades;
        for (const std::string& grade : rules.grades) grades.push_back(grade);
        out.Set("grades", std::move(grades));
        out.Set("grade_field", rules.grade_field);
    }
    return out;
}

DivisionRules RulesFrom(json::Reader& in) {
    DivisionRules out;
    if (const auto day = in.OptionalText("age_on", {.size_max = 10})) {
        out.age_on = ParseDate(*day);
        if (!out.age_on.has_value()) {
            in.Note(in.PathOf("age_on"), {"日期不正确，格式为 2026-01-31", "Not a date such as 2026-01-31"});
        }
    }
    if (const auto gender = in.OptionalWord("gender", WordsOf<Gender>())) out.gender = static_cast<Gender>(*gender);
    for (const Number& number : kNumbers) out.*number.member = in.OptionalInt(number.key, 0, number.max);
    if (const json::Array* grades = in.OptionalList("grades", kGradesMax)) {
        for (const json::Value& grade : *grades) {
            const bool good = grade.IsString() && IsOptionId(grade.AsString());
            if (good) out.grades.push_back(grade.AsString());
            if (!good) in.Note(in.PathOf("grades"), {"不是选项标识", "Not the id of an option"});
        }
    }
    out.grade_field = in.OptionalText("grade_field", {.size_max = 32}).value_or(out.grade_field);
    return out;
}

DivisionRules DecodeRules(std::string_view column) {
    const auto value = json::Decode(column);
    RT_CHECK(value.ok());
    json::Reader in(*value);
    DivisionRules out = RulesFrom(in);
    RT_CHECK(in.Finish().ok());
    return out;
}

}  // namespace rt::registration::store
