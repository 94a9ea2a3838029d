#include "registration/domain/division_rules.h"

#include "registration/domain/form.h"

namespace rt::registration {
namespace {

using base::FieldError;

void CheckOrder(std::vector<FieldError>& out, const char* field, std::optional<std::int64_t> min,
                std::optional<std::int64_t> max) {
    if (min.has_value() && max.has_value() && *min > *max) {
        out.push_back({field, {"上限小于下限", "The maximum is below the minimum"}});
    }
}

}  // namespace

std::vector<FieldError> CheckRules(const DivisionRules& rules, std::int64_t team_max) {
    std::vector<FieldError> out;
    CheckOrder(out, "rules.age_max", rules.age_min, rules.age_max);
    CheckOrder(out, "rules.female_max", rules.female_min, rules.female_max);
    CheckOrder(out, "rules.male_max", rules.male_min, rules.male_max);
    if (rules.age_on.has_value() && !rules.age_min.has_value() && !rules.age_max.has_value()) {
        out.push_back({"rules.age_on", {"没有年龄要求", "There is no rule about age"}});
    }
    if (rules.female_min.value_or(0) + rules.male_min.value_or(0) > team_max) {
        out.push_back({"rules.female_min",
                       {"男女人数下限之和超过队伍人数上限", "Together the minimums are above the size of a team"}});
    }
    if (!rules.grades.empty() && !IsFieldKey(rules.grade_field)) {
        out.push_back({"rules.grade_field", {"请填写年级字段的标识", "Name the field that holds the grade"}});
    }
    const bool wants_other = rules.gender == Gender::kFemale
                                 ? rules.male_min.value_or(0) > 0
                                 : rules.gender == Gender::kMale && rules.female_min.value_or(0) > 0;
    if (wants_other) out.push_back({"rules.gender", {"与人数要求矛盾", "It contradicts the counts"}});
    return out;
}

}  // namespace rt::registration
