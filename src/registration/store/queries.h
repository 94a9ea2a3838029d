// Lists and figures. Nothing here decides anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/store/events.h"
#include "registration/store/registrations.h"
#include "registration/store/teams.h"

namespace rt::registration::store {

// Teams a user is on, newest membership first; `before`: the team member id of the last one seen, 0 for the first page.
struct Membership {
    MemberId member;
    TeamId team;
};
Result<std::vector<Membership>> TeamsOfUser(Reader& reader, UserId user, MemberId before, std::int64_t limit);

struct RegistrationItem {
    std::string public_id;
    std::int64_t friendly_no = 0;
    RegistrationState state = RegistrationState::kDraft;
    std::string team_public_id;
    std::string team_name;
    std::string division_public_id;
    I18n division_name;
    UserId captain_user;
    std::string captain_name;  // sealed
    std::int64_t members = 0;
    base::Time submitted_at;
    bool deficient = false;
    std::int64_t rev = 0;
};
// The first thirteen columns of a row, in this order: number, state, team, division, captain and so on as above.
RegistrationItem ReadItem(const Row& row);

struct HistoryItem {
    base::Time at;
    std::string actor;  // display name; empty: the server
    std::string action;
    std::string before;  // JSON or empty
    std::string after;
    std::string reason;
};
// What happened to a registration, oldest first; at most 200.
Result<std::vector<HistoryItem>> HistoryOf(Reader& reader, RegistrationId registration);

struct EventFigures {
    std::int64_t teams = 0;
    std::int64_t members = 0;
    std::vector<std::pair<RegistrationState, std::int64_t>> by_state;
    std::vector<std::pair<std::int64_t, std::int64_t>> by_day;  // day in Asia/Shanghai since 1970, submits
    // How far teams came, disbanded and ended ones too. Who gave back a place taken at the founding (AT_CREATE) before
    // it was approved counts as founded and ready only.
    std::int64_t viewed = 0;  // answers with the event's page, some seconds late
    std::int64_t founded = 0;
    std::int64_t ready = 0;
    std::int64_t submitted = 0;
    std::int64_t approved = 0;
    std::int64_t checked_in = 0;
    std::optional<base::Time> oldest_in_review;  // since when
};
// The last 90 days of `by_day`.
Result<EventFigures> ReadFigures(Reader& reader, EventId event, base::Time now);

// The whole server's, for its dashboard.
struct TotalFigures {
    std::vector<std::pair<EventState, std::int64_t>> events;
    std::vector<std::pair<RegistrationState, std::int64_t>> registrations;
    std::vector<std::pair<std::int64_t, std::int64_t>> by_day;  // as above
};
Result<TotalFigures> ReadTotals(Reader& reader, base::Time now);

// The most that one active team of the event (or of the division) counts; the limit may not go below it.
Result<std::int64_t> LargestTeam(Reader& reader, EventId event, DivisionId division);

}  // namespace rt::registration::store
