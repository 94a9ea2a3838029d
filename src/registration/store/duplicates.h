// Members of different teams of an event who seem to be the same person: one account, one identity number, one phone,
// one mail address. From the search index, so a few seconds late.
#pragma once

#include <string>
#include <vector>

#include "registration/store/registration_walk.h"

namespace rt::registration::store {

inline constexpr std::int64_t kDuplicateMembersMax = 20;  // shown of one group

struct DuplicateMember {
    std::string public_id;
    UserId person_user;
    std::string person_name;  // sealed
    std::string role;
    std::string team_public_id;
    std::string team_name;
    std::string division_public_id;
    std::string registration_public_id;  // the newest of the team; empty: none
    std::int64_t friendly_no = 0;
    std::string registration_state;
};
struct Duplicate {
    std::string kind;  // USER, ID, PHONE, EMAIL
    std::string value;
    std::vector<DuplicateMember> members;
};
// After (`after_kind`, `after_value`), which are empty for the first page; `kind` empty: all.
Result<std::vector<Duplicate>> DuplicatesOf(Reader& reader, EventId event, std::string_view kind,
                                            const std::pair<std::string, std::string>& after, std::int64_t limit);
// Those that members of one team are in.
Result<std::vector<Duplicate>> DuplicatesOfTeam(Reader& reader, EventId event, TeamId team);

}  // namespace rt::registration::store
