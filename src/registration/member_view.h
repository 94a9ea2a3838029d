// The members of a team as its viewer may see them: part of the JSON of a team.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registration/views.h"

namespace rt::registration {

// The roster with what the viewer is on it.
struct RosterView {
    std::vector<store::Member> members;
    std::vector<store::Member> waiting;
    const store::Member* me = nullptr;    // into `members`; oneself before those one manages
    const store::Member* asks = nullptr;  // into `waiting`: one's own request to join
    bool captain = false;
};
Result<RosterView> ReadRoster(store::Reader& reader, const Privacy& privacy, const store::TeamFacts& team,
                              const Viewer& viewer);

// Id, name, role, state, what his guardian said.
Result<json::Object> MemberJson(const Privacy& privacy, const store::Member& member);
Result<json::Value> AnswersOr(store::Reader& reader, const Privacy& privacy, const std::optional<AnswerSetId>& id,
                              Show show);

// Sets my_role, my_state, members, pending and invited (for the captain and organisers), missing, unmet, may.
Status SetRoster(store::Reader& reader, const Privacy& privacy, json::Object& out, const store::TeamFacts& team,
                 const RosterView& roster, const Viewer& viewer);

}  // namespace rt::registration
