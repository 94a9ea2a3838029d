// Clubs above teams, and how many entries each may have in a division (registration.md §3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/teams.h"

namespace rt::registration::store {

using ClubId = Id<struct ClubTag>;
inline constexpr std::int64_t kClubsMax = 2'000;        // of an organisation
inline constexpr std::int64_t kClubManagersMax = 20;    // of a club
inline constexpr std::int64_t kClubEntriesMax = 1'000;  // what a limit may say

struct Club {
    ClubId id;
    std::string public_id;
    OrganisationId organisation;
    std::string name;
    std::string name_norm;
    std::string code_hash;
    std::string code_tail;
    base::Time created;
    std::int64_t rev = 1;
};
Result<std::optional<Club>> FindClub(Reader& reader, std::string_view public_id);
Result<std::optional<Club>> FindClub(Reader& reader, ClubId id);
Result<std::optional<Club>> FindClubByCode(Reader& reader, std::string_view code_hash);
// By name, after `after`.
Result<std::vector<Club>> ClubsOfOrganisation(Reader& reader, OrganisationId organisation, std::string_view after,
                                              std::int64_t limit);
Result<std::vector<Club>> ClubsManagedBy(Reader& reader, UserId user);

// ALREADY_EXISTS (name), INVALID_STATE beyond kClubsMax.
Status InsertClub(Writer& writer, Commit& commit, const Club& club);
// Name and code over the revision `club.rev`; PRECONDITION_FAILED.
Status UpdateClub(Writer& writer, Commit& commit, const Club& club);
Status AddClubManager(Writer& writer, Commit& commit, const Club& club, UserId user);
Status RemoveClubManager(Writer& writer, Commit& commit, const Club& club, UserId user);
struct ClubManager {
    std::string public_id;
    std::string login_name;
    std::string display_name;
};
Result<std::vector<ClubManager>> ManagersOf(Reader& reader, ClubId club);

// nullopt: no limit. Registered teams stay; only new ones meet it.
Status SetClubLimit(Writer& writer, Commit& commit, EventId event, DivisionId division,
                    std::optional<std::int64_t> entries_max);
struct ClubUse {
    std::string public_id;
    std::string name;
    std::int64_t used = 0;
};
struct ClubLimit {
    std::optional<std::int64_t> entries_max;
    std::vector<ClubUse> used;  // by name; at most 2 000
};
Result<ClubLimit> ReadClubLimit(Reader& reader, DivisionId division);

// The team plays for a club (0: for none any more), by its captain, until it is registered. The caller has looked at
// the code or the manager.
Status SetClub(Writer& writer, Commit& commit, std::string_view team_public_id, ClubId club);
Result<bool> ManagesClub(Reader& reader, ClubId club, UserId user);
struct ClubTeam {
    TeamId team;
    std::string public_id;
    std::string name;
    TeamState state = TeamState::kForming;
};
// Newest first; at most 200.
Result<std::vector<ClubTeam>> TeamsOfClub(Reader& reader, ClubId club);

// One entry of the team's club, where it has one: CLUB_LIMIT. With every submit, and given back with the end of the
// registration.
Status ClubTake(Writer& writer, const TeamFacts& team);
Status ClubFree(Writer& writer, const TeamFacts& team);

}  // namespace rt::registration::store
