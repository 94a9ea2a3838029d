// Events and divisions (registration.md §3.2).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registration/domain/division_rules.h"
#include "registration/domain/event_phase.h"
#include "registration/domain/event_policy.h"
#include "registration/domain/words.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

inline constexpr std::int64_t kReturnTtlDefault = 72 * base::kMicrosPerHour;

struct Event {
    EventId id;
    std::string public_id;
    OrganisationId organisation;  // 0, before it is inserted: the maker's own
    std::string slug;
    EventType type = EventType::kCompetition;
    I18n title;
    I18n summary;
    I18n description;
    I18n venue;
    std::string tz;
    EventState state = EventState::kDraft;
    Visibility visibility = Visibility::kPublic;
    EventTimes times;
    std::optional<base::Time> edit_deadline;    // nullopt: until the event starts
    std::optional<base::Time> cancel_deadline;  // nullopt: until the event starts
    Mode mode = Mode::kTeam;
    std::int64_t team_min = 1;
    std::int64_t team_max = 1;
    HoldPolicy hold_policy = HoldPolicy::kAtSubmit;
    std::int64_t return_ttl = kReturnTtlDefault;  // µs
    std::int64_t entries_max_per_person = 1;
    std::int64_t review_stages = 0;
    EventPolicy policy;
    I18n rules;                 // what takers-part are told of the rules of the event
    std::string passcode_hash;  // PRIVATE: what lets in who knows the passcode; empty: none
    UserId created_by;
    base::Time created;
    std::int64_t rev = 1;
    base::Time resumed_at;  // after its last pause; 0: it had none

    // A clock of its registrations that began at `since` runs from here: a pause lets it begin anew.
    base::Time ClockFrom(base::Time since) const { return std::max(since, resumed_at); }
    base::Time RosterLock() const { return policy.roster_lock_at.value_or(times.starts); }
};

struct Division {
    DivisionId id;
    std::string public_id;
    EventId event;
    std::string code;
    I18n name;
    std::optional<std::int64_t> team_min;
    std::optional<std::int64_t> team_max;
    std::optional<std::int64_t> sub_max;
    WindowOverride window;
    DivisionRules rules;
    I18n description;
    std::int64_t position = 0;  // divisions are shown by it, then by age
    base::Time created;
    std::int64_t rev = 1;

    std::int64_t TeamMin(const Event& of) const { return team_min.value_or(of.team_min); }
    std::int64_t TeamMax(const Event& of) const { return team_max.value_or(of.team_max); }
    std::int64_t SubMax(const Event& of) const { return sub_max.value_or(of.policy.sub_max); }
};

Result<std::optional<Event>> FindEvent(Reader& reader, EventId id);
Result<std::optional<Event>> FindEventByPublicId(Reader& reader, std::string_view public_id);
// By public id, else by slug.
Result<std::optional<Event>> FindEventByName(Reader& reader, std::string_view name);

struct EventPage {
    std::optional<UserId> seen_by;  // where this person has a role; nullopt: all
    OrganisationId organisation;    // 0: of all
    EventId event;                  // 0: all
    base::Time now;                 // for roles that end
    std::int64_t before_id = 0;     // 0: the first page
    std::int64_t limit = 20;
};
// Newest first.
Result<std::vector<Event>> ListEvents(Reader& reader, const EventPage& page);

Result<std::vector<Division>> DivisionsOf(Reader& reader, EventId event);
Result<std::optional<Division>> FindDivision(Reader& reader, DivisionId id);
Result<std::optional<Division>> FindDivisionByPublicId(Reader& reader, std::string_view public_id);

// Commands: two ids each (audit, outbox). ALREADY_EXISTS when slug or code is taken.
// The event as it is stored: with the organiser's own organisation where `event.organisation` is 0.
Result<Event> InsertEvent(Writer& writer, Commit& commit, Event event);
// Writes all editable columns if the row still has revision `event.rev`; else PRECONDITION_FAILED.
Status UpdateEvent(Writer& writer, Commit& commit, const Event& event);
// INVALID_STATE if the event is no longer in `event.state`, or is to be a DRAFT and has a team or a registration.
Status SetEventState(Writer& writer, Commit& commit, const Event& event, EventState to, std::string_view reason);

// Binds the division to the event's own quotas. At most kDivisionsMax.
Status InsertDivision(Writer& writer, Commit& commit, const Division& division);
Status UpdateDivision(Writer& writer, Commit& commit, const Division& division);
// INVALID_STATE once it had a team.
Status DeleteDivision(Writer& writer, Commit& commit, const Division& division);

}  // namespace rt::registration::store
