// A registration's place as JSON: where it stands in the review or in the waiting list, which clock runs, and what the
// viewer may do with it now.
#pragma once

#include "json/json.h"
#include "registration/store/registrations.h"
#include "registration/store/teams.h"

namespace rt::registration {

// Adds review_stages, clock, waitlist and actions to what RegistrationRef() gives.
Status AddPlace(store::Reader& reader, json::Object& out, const store::RegistrationRow& row,
                const store::TeamFacts& team, const store::Actor& viewer, base::Time now);

// What this person may do with it now, as the words of the API.
std::vector<std::string_view> ActionsFor(const store::RegistrationRow& row, const store::TeamFacts& team,
                                         const store::Actor& viewer, base::Time now, bool has_offer);

}  // namespace rt::registration
