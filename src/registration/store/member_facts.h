// What a roster is judged by: births, sexes, grades, opened from the answers and profiles of its members inside the
// commit. Nothing of it is kept in the clear.
#pragma once

#include <string_view>
#include <vector>

#include "registration/domain/roster_rules.h"
#include "registration/privacy.h"
#include "registration/store/teams.h"

namespace rt::registration::store {

// Those of the team who are on it now; opens their answers, about 30 µs each.
Result<std::vector<RosterMember>> RosterOf(Reader& reader, const Privacy& privacy, TeamId team,
                                           std::string_view grade_field);
// What the team lacks: size, completeness, the rules of its division; empty: it is ready.
Result<std::vector<Unmet>> UnmetOf(Reader& reader, const Privacy& privacy, const TeamFacts& team);
// TEAM_NOT_READY with what it lacks, each by its member where it is one's.
Status RequireReady(Reader& reader, const Privacy& privacy, const TeamFacts& team);
// NOT_FOUND.
Result<PersonFacts> FactsOf(Reader& reader, const Privacy& privacy, MemberId member);

}  // namespace rt::registration::store
