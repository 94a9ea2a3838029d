// The rows of the organiser's lists, with everything a line shows.
#pragma once

#include <string>
#include <vector>

#include "registration/store/queries.h"
#include "registration/store/registration_walk.h"

namespace rt::registration::store {

struct ShownTag {
    std::string public_id;
    std::string name;
    std::string color;
};
struct ListedRegistration {
    RegistrationItem item;
    std::int64_t review_stage = 0;
    std::string source;
    std::vector<ShownTag> tags;
    std::int64_t notes = 0;
};
// In the order of `walked`.
Result<std::vector<ListedRegistration>> ListedOf(Reader& reader, const std::vector<WalkedRegistration>& walked);
Result<std::vector<ShownTag>> TagsOf(Reader& reader, RegistrationId registration);

struct TeamItem {
    TeamId id;
    std::string public_id;
    std::string name;
    TeamState state = TeamState::kForming;
    std::string division_public_id;
    I18n division_name;
    std::int64_t members = 0;
    std::int64_t confirmed = 0;
    UserId captain_user;
    std::string captain_name;  // sealed
    base::Time created;
    std::string registration_public_id;  // the newest; empty: none
    std::int64_t friendly_no = 0;
    std::string registration_state;
};
struct TeamFilter {
    EventId event;
    std::optional<TeamState> state;  // nullopt: all but DISBANDED
    DivisionId division;             // 0: all
    std::string name;                // part of it, normalised; empty: all
    std::vector<std::pair<std::string, std::string>> keys;
};
struct TeamPage {
    std::vector<TeamItem> items;  // newest first
    TeamId next;                  // where to go on: ids below it; 0: there is no more
};
// At most `limit` teams with ids below `before` (0: from the newest); looks at kWalkRowsMax rows at most.
Result<TeamPage> ListTeams(Reader& reader, const TeamFilter& filter, TeamId before, std::int64_t limit);

}  // namespace rt::registration::store
