// What a roster of a division must be (registration.md §3.2). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "registration/domain/calendar.h"
#include "registration/domain/types.h"
#include "registration/domain/words.h"

namespace rt::registration {

inline constexpr std::int64_t kAgeMax = 120;
inline constexpr std::int64_t kGradesMax = 50;

// Ages are those on `age_on` (nullopt: the day the event starts).
struct DivisionRules {
    std::optional<Date> age_on;
    std::optional<std::int64_t> age_min;
    std::optional<std::int64_t> age_max;
    std::optional<Gender> gender;  // of everybody
    std::optional<std::int64_t> female_min;
    std::optional<std::int64_t> female_max;
    std::optional<std::int64_t> male_min;
    std::optional<std::int64_t> male_max;
    std::vector<std::string> grades;    // option ids of the grade field; empty: no rule
    std::string grade_field = "grade";  // key of a member field
    bool operator==(const DivisionRules&) const = default;
};
// `team_max`: what the counts may at most be. Paths begin with "rules.".
std::vector<base::FieldError> CheckRules(const DivisionRules& rules, std::int64_t team_max);

}  // namespace rt::registration
