#include "registration/domain/roster_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "registration/domain/field_checks.h"

namespace rt::registration {
namespace {

using base::Text;

// The words of MissingFor(), so that a page has one sentence for one thing.
Text TextFor(RosterRule rule, std::int64_t bound, std::int64_t have) {
    const auto number = [](std::int64_t n) { return std::to_string(n); };
    const std::string want = number(bound);
    const std::string now = number(have);
    switch (rule) {
        case RosterRule::kFemaleMin:
            return {"女队员至少 " + want + " 人，现有 " + now + " 人", "At least " + want + " women, now " + now};
        case RosterRule::kFemaleMax:
            return {"女队员最多 " + want + " 人，现有 " + now + " 人", "At most " + want + " women, now " + now};
        case RosterRule::kMaleMin:
            return {"男队员至少 " + want + " 人，现有 " + now + " 人", "At least " + want + " men, now " + now};
        case RosterRule::kMaleMax:
            return {"男队员最多 " + want + " 人，现有 " + now + " 人", "At most " + want + " men, now " + now};
        case RosterRule::kTooYoung:
            return {"年龄须满 " + want + " 周岁，当日 " + now + " 周岁", "Must be " + want + " or older, is " + now};
        case RosterRule::kTooOld:
            return {"年龄不得超过 " + want + " 周岁，当日 " + now + " 周岁",
                    "Must be " + want + " or younger, is " + now};
        case RosterRule::kBirthUnknown:
            return {"尚未填写出生日期或身份证号", "The date of birth is not known"};
        case RosterRule::kGenderUnknown:
            return {"尚未填写性别或身份证号", "The gender is not known"};
        case RosterRule::kGender:
            return {"性别不符合本组别要求", "This division is for the other gender"};
        case RosterRule::kGrade:
            return {"年级不符合本组别要求", "The grade is not one of this division"};
        case RosterRule::kGradeUnknown:
            return {"尚未填写年级", "The grade is not known"};
        case RosterRule::kSizeMin:
        case RosterRule::kSizeMax:
        case RosterRule::kMembersIncomplete:
        case RosterRule::kTeamForm:
            break;
    }
    return {};
}

bool AsksAge(const DivisionRules& rules) {
    return rules.age_min.has_value() || rules.age_max.has_value();
}
bool AsksGender(const DivisionRules& rules) {
    return rules.gender.has_value() || rules.female_min.has_value() || rules.female_max.has_value() ||
           rules.male_min.has_value() || rules.male_max.has_value();
}

class Judge {
  public:
    Judge(const DivisionRules& rules, const Date& starts) : rules_(rules), day_(rules.age_on.value_or(starts)) {}

    void Look(const RosterMember& member) {
        if (AsksAge(rules_)) LookAtAge(member);
        if (AsksGender(rules_)) LookAtGender(member);
        if (!rules_.grades.empty()) LookAtGrade(member);
    }

    std::vector<Unmet> Finish() {
        Bound(RosterRule::kFemaleMin, rules_.female_min, women_, women_ < rules_.female_min.value_or(0));
        Bound(RosterRule::kFemaleMax, rules_.female_max, women_, women_ > rules_.female_max.value_or(women_));
        Bound(RosterRule::kMaleMin, rules_.male_min, men_, men_ < rules_.male_min.value_or(0));
        Bound(RosterRule::kMaleMax, rules_.male_max, men_, men_ > rules_.male_max.value_or(men_));
        return std::move(out_);
    }

  private:
    void Add(RosterRule rule, const std::string& member, std::int64_t bound = 0, std::int64_t have = 0) {
        out_.push_back({rule, member, TextFor(rule, bound, have)});
    }
    void Bound(RosterRule rule, const std::optional<std::int64_t>& bound, std::int64_t have, bool broken) {
        if (bound.has_value() && broken) Add(rule, {}, *bound, have);
    }
    void LookAtAge(const RosterMember& member) {
        if (!member.facts.birth.has_value()) return Add(RosterRule::kBirthUnknown, member.public_id);
        const std::int64_t age = AgeOn(*member.facts.birth, day_);
        if (age < rules_.age_min.value_or(age)) Add(RosterRule::kTooYoung, member.public_id, *rules_.age_min, age);
        if (age > rules_.age_max.value_or(age)) Add(RosterRule::kTooOld, member.public_id, *rules_.age_max, age);
    }
    void LookAtGrade(const RosterMember& member) {
        if (member.grade.empty()) return Add(RosterRule::kGradeUnknown, member.public_id);
        const auto& grades = rules_.grades;
        const bool found = std::find(grades.begin(), grades.end(), member.grade) != grades.end();
        if (!found) Add(RosterRule::kGrade, member.public_id);
    }
    void LookAtGender(const RosterMember& member) {
        const bool counted = SeatOf(member.role) == Seat::kCounted;
        if (!member.facts.gender.has_value()) {
            if (counted || rules_.gender.has_value()) Add(RosterRule::kGenderUnknown, member.public_id);
            return;
        }
        if (rules_.gender.has_value() && *member.facts.gender != *rules_.gender)
            Add(RosterRule::kGender, member.public_id);
        if (counted) ++(*member.facts.gender == Gender::kFemale ? women_ : men_);
    }

    const DivisionRules& rules_;
    const Date day_;
    std::int64_t women_ = 0;
    std::int64_t men_ = 0;
    std::vector<Unmet> out_;
};

const std::string* TextOf(const Answers& answers, std::string_view key) {
    const auto found = answers.find(key);
    return found == answers.end() ? nullptr : std::get_if<std::string>(&found->second);
}

}  // namespace

std::string_view Word(RosterRule rule) {
    constexpr std::array<std::string_view, 15> kWords{
        "SIZE_MIN",      "SIZE_MAX",       "MEMBERS_INCOMPLETE", "TEAM_FORM",  "AGE_MIN",  "AGE_MAX",
        "GENDER",        "GRADE",          "FEMALE_MIN",         "FEMALE_MAX", "MALE_MIN", "MALE_MAX",
        "BIRTH_UNKNOWN", "GENDER_UNKNOWN", "GRADE_UNKNOWN"};
    return kWords.at(static_cast<std::size_t>(rule));
}

PersonFacts FactsFrom(const FormSchema& schema, const Answers& answers) {
    PersonFacts out;
    constexpr Date kAnyDay{2100, 12, 31};  // births were held to the day of the answer
    for (const Field& field : schema.fields) {
        const std::string* value = field.type == FieldType::kIdCardCn ? TextOf(answers, field.key) : nullptr;
        const auto card = value != nullptr ? ParseIdCardCn(*value, kAnyDay) : std::nullopt;
        if (!card.has_value()) continue;
        return {card->birth, card->sex};
    }
    if (const std::string* birth = TextOf(answers, "birth_date")) out.birth = ParseDate(*birth);
    if (const std::string* sex = TextOf(answers, "gender")) out.gender = FromWord<Gender>(*sex);
    return out;
}

bool AsksAnything(const DivisionRules& rules) {
    return AsksAge(rules) || AsksGender(rules) || !rules.grades.empty();
}

std::int64_t AgeOn(const Date& birth, const Date& day) {
    const bool had_birthday = day.month > birth.month || (day.month == birth.month && day.day >= birth.day);
    return day.year - birth.year - (had_birthday ? 0 : 1);
}

std::vector<Unmet> UnmetRules(const DivisionRules& rules, const Date& starts,
                              const std::vector<RosterMember>& members) {
    Judge judge(rules, starts);
    for (const RosterMember& member : members) {
        if (Competes(member.role)) judge.Look(member);
    }
    return judge.Finish();
}

std::vector<Unmet> UnmetCounts(const Roster& roster) {
    std::vector<RosterRule> rules;
    if (roster.counted < roster.team_min) rules.push_back(RosterRule::kSizeMin);
    if (roster.counted > roster.team_max) rules.push_back(RosterRule::kSizeMax);
    if (roster.confirmed < roster.counted) rules.push_back(RosterRule::kMembersIncomplete);
    if (!roster.team_form_complete) rules.push_back(RosterRule::kTeamForm);
    std::vector<Unmet> out;
    auto texts = MissingFor(roster);
    for (std::size_t i = 0; i < rules.size(); ++i) out.push_back({rules.at(i), {}, std::move(texts.at(i))});
    return out;
}

GuardianState GuardianFor(GuardianState now, const std::optional<Date>& birth, const Date& starts,
                          std::int64_t under_age) {
    if (!birth.has_value() || AgeOn(*birth, starts) >= under_age) return GuardianState::kNotNeeded;
    return now == GuardianState::kNotNeeded ? GuardianState::kRequired : now;
}

}  // namespace rt::registration
