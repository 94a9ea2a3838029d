// The stage of most tests of the routes: a published event with one division and a form, and teams on it.
#pragma once

#include <cstdint>
#include <string>

#include "support/registration_api.h"

namespace rt::testing {

// JSON of an event, with REVIEW and CAP to fill in, and of the form that its members have.
extern const char* const kStageEvent;
extern const char* const kStageForm;
// With the first `word` replaced.
std::string Fill(std::string text, const std::string& word, const std::string& value);
// JSON of a complete member with this identity card.
std::string Member(const std::string& name, std::int64_t card);

// An event, published, with one division and a member form; what the tests need of it.
struct Stage {
    std::string event;
    std::string division;
};
// `review`: stages; `cap`: of teams, "null" for none.
Stage Publish(ApiWorld& world, const std::string& review, const std::string& cap);
// A complete team of users `first` and `first + 1`, not submitted.
std::string MakeTeam(ApiWorld& world, const Stage& stage, std::int64_t first);

}  // namespace rt::testing
