// What a roster must be beside its size: ages, genders, grades, guardians (registration.md §3.4, §3.6). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "registration/domain/calendar.h"
#include "registration/domain/division_rules.h"
#include "registration/domain/form.h"
#include "registration/domain/team_states.h"

namespace rt::registration {

// What is known of a person, from his answers or from the profile that is kept of him.
struct PersonFacts {
    std::optional<Date> birth;
    std::optional<Gender> gender;
};
// From answers in their normal form: the first identity card says both; else a date field `birth_date`, and a choice
// `gender` of F and M.
PersonFacts FactsFrom(const FormSchema& schema, const Answers& answers);

struct RosterMember {
    std::string public_id;
    MemberRole role = MemberRole::kPlayer;
    PersonFacts facts;
    std::string grade;  // the id of the option chosen in the field of grades; empty: none
};

// Why a roster does not hold, and whom it concerns.
enum class RosterRule : std::uint8_t {
    kSizeMin,
    kSizeMax,
    kMembersIncomplete,
    kTeamForm,
    kTooYoung,
    kTooOld,
    kGender,
    kGrade,
    kFemaleMin,
    kFemaleMax,
    kMaleMin,
    kMaleMax,
    kBirthUnknown,
    kGenderUnknown,
    kGradeUnknown,
};
std::string_view Word(RosterRule rule);  // "SIZE_MIN"

struct Unmet {
    RosterRule rule = RosterRule::kSizeMin;
    std::string member;  // public id; empty: the whole team
    base::Text text;
};

// Does the division ask for more than a size?
bool AsksAnything(const DivisionRules& rules);
// Full years between the two days.
std::int64_t AgeOn(const Date& birth, const Date& day);

// The counted and the substitutes are held to what is asked of everybody, the counted alone to the counts by gender.
// `starts`: the day the event begins, on which ages are taken unless the rules name another.
std::vector<Unmet> UnmetRules(const DivisionRules& rules, const Date& starts, const std::vector<RosterMember>& members);
// The part of MissingFor() that has a word of its own.
std::vector<Unmet> UnmetCounts(const Roster& roster);

// The state of a guardian's consent after something about the person or the event has changed. Nothing is asked of
// those whose birth is not known.
GuardianState GuardianFor(GuardianState now, const std::optional<Date>& birth, const Date& starts,
                          std::int64_t under_age);
inline bool GuardianAllows(GuardianState state) {
    return state == GuardianState::kNotNeeded || state == GuardianState::kGranted;
}

}  // namespace rt::registration
