// What a roster must be: ages on the day, counts by gender, grades, guardians; each at its limits.
#include <doctest/doctest.h>

#include <string>

#include "registration/domain/roster_rules.h"

using namespace rt::registration;

namespace {

constexpr Date kDay{2026, 12, 10};

RosterMember Player(const char* id, std::optional<Date> birth, std::optional<Gender> gender,
                    MemberRole role = MemberRole::kPlayer) {
    return {id, role, {birth, gender}, {}};
}

// "AGE_MIN a,MALE_MAX ": the rules that do not hold, with the member.
std::string Broken(const DivisionRules& rules, const std::vector<RosterMember>& members) {
    std::string out;
    for (const Unmet& unmet : UnmetRules(rules, kDay, members)) {
        out += (out.empty() ? "" : ",") + std::string(Word(unmet.rule)) + " " + unmet.member;
        CHECK(!unmet.text.zh.empty());
        CHECK(!unmet.text.en.empty());
    }
    return out;
}

}  // namespace

TEST_CASE("age counts full years on the day") {
    CHECK(AgeOn({2012, 12, 10}, kDay) == 14);
    CHECK(AgeOn({2012, 12, 11}, kDay) == 13);
    CHECK(AgeOn({2012, 11, 30}, kDay) == 14);
    CHECK(AgeOn({2004, 2, 29}, {2022, 2, 28}) == 17);
    CHECK(AgeOn({2004, 2, 29}, {2022, 3, 1}) == 18);
    CHECK(AgeOn(kDay, kDay) == 0);
}

TEST_CASE("age at the limits, on the day of the event or another") {
    DivisionRules rules;
    rules.age_min = 14;
    rules.age_max = 18;
    CHECK(Broken(rules, {Player("a", Date{2012, 12, 10}, {})}) == "");
    CHECK(Broken(rules, {Player("a", Date{2012, 12, 11}, {})}) == "AGE_MIN a");
    CHECK(Broken(rules, {Player("a", Date{2007, 12, 11}, {})}) == "");
    CHECK(Broken(rules, {Player("a", Date{2007, 12, 10}, {})}) == "AGE_MAX a");
    CHECK(Broken(rules, {Player("a", {}, {})}) == "BIRTH_UNKNOWN a");
    rules.age_on = Date{2026, 12, 11};
    CHECK(Broken(rules, {Player("a", Date{2012, 12, 11}, {})}) == "");
}

TEST_CASE("counts by gender look at the counted; what is asked of everybody looks at substitutes too") {
    DivisionRules rules;
    rules.female_min = 1;
    rules.male_max = 2;
    const auto woman = Player("w", {}, Gender::kFemale);
    const auto man = Player("m", {}, Gender::kMale);
    CHECK(Broken(rules, {woman, man, man}) == "");
    CHECK(Broken(rules, {man, man}) == "FEMALE_MIN ");
    CHECK(Broken(rules, {woman, man, man, man}) == "MALE_MAX ");
    CHECK(Broken(rules, {man, Player("s", {}, Gender::kFemale, MemberRole::kSubstitute)}) == "FEMALE_MIN ");
    CHECK(Broken(rules, {woman, Player("c", {}, {}, MemberRole::kCoach)}) == "");
    CHECK(Broken(rules, {woman, Player("u", {}, {})}) == "GENDER_UNKNOWN u");
    DivisionRules women;
    women.gender = Gender::kFemale;
    CHECK(Broken(women, {woman}) == "");
    CHECK(Broken(women, {woman, Player("s", {}, Gender::kMale, MemberRole::kSubstitute)}) == "GENDER s");
    CHECK(Broken(women, {Player("s", {}, {}, MemberRole::kSubstitute)}) == "GENDER_UNKNOWN s");
}

TEST_CASE("grades are those of the division") {
    DivisionRules rules;
    rules.grades = {"g7", "g8"};
    auto pupil = Player("a", {}, {});
    CHECK(Broken(rules, {pupil}) == "GRADE_UNKNOWN a");
    pupil.grade = "g9";
    CHECK(Broken(rules, {pupil}) == "GRADE a");
    pupil.grade = "g8";
    CHECK(Broken(rules, {pupil}) == "");
}

TEST_CASE("a guardian is needed below the age, and what he said stays") {
    using G = GuardianState;
    CHECK(GuardianFor(G::kNotNeeded, Date{2012, 12, 11}, kDay, 14) == G::kRequired);
    CHECK(GuardianFor(G::kNotNeeded, Date{2012, 12, 10}, kDay, 14) == G::kNotNeeded);
    CHECK(GuardianFor(G::kNotNeeded, {}, kDay, 14) == G::kNotNeeded);
    CHECK(GuardianFor(G::kNotNeeded, Date{2020, 1, 1}, kDay, 0) == G::kNotNeeded);
    CHECK(GuardianFor(G::kGranted, Date{2013, 1, 1}, kDay, 14) == G::kGranted);
    CHECK(GuardianFor(G::kSent, Date{2000, 1, 1}, kDay, 14) == G::kNotNeeded);
    CHECK(GuardianAllows(G::kGranted));
    CHECK(!GuardianAllows(G::kRefused));
    CHECK(!GuardianAllows(G::kSent));
}

TEST_CASE("birth and gender come from the identity card, else from fields of these names") {
    FormSchema schema;
    schema.fields.emplace_back();
    schema.fields.back().key = "card";
    schema.fields.back().type = FieldType::kIdCardCn;
    Answers answers{{"card", std::string("11010519491231002X")}, {"birth_date", std::string("2000-01-01")}};
    auto facts = FactsFrom(schema, answers);
    CHECK(facts.birth == Date{1949, 12, 31});
    CHECK(facts.gender == Gender::kFemale);
    answers.erase("card");
    answers.emplace("gender", std::string("M"));
    facts = FactsFrom(schema, answers);
    CHECK(facts.birth == Date{2000, 1, 1});
    CHECK(facts.gender == Gender::kMale);
}
