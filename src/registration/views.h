// The JSON of registration's things (the HTTP contract's shapes). Names and answers are opened here and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/json.h"
#include "registration/answers.h"
#include "registration/domain/availability.h"
#include "registration/service.h"
#include "registration/store/events.h"
#include "registration/store/forms.h"
#include "registration/store/invites.h"
#include "registration/store/queries.h"
#include "registration/store/quotas.h"
#include "registration/store/registrations.h"
#include "registration/store/teams.h"

namespace rt::registration {

json::Value TimeJson(base::Time time);
json::Value TimeJson(const std::optional<base::Time>& time);  // null when there is none
json::Value IntJson(const std::optional<std::int64_t>& number);

// What everybody may know of an event: no counts, no owner. `description` only where `detail`.
enum class Detail : std::uint8_t { kItem, kFull };
json::Object EventJson(const store::Event& event, base::Time now, Detail detail);
json::Object DivisionJson(const store::Division& division, const store::Event& event);
json::Value FormJson(const std::optional<store::FormVersion>& form);  // null when there is none
// Adds what everybody may know of the policy, and what only organisers do.
void SetPublicPolicy(json::Object& out, const store::Event& event);
void SetOrganiserPolicy(json::Object& out, const store::Event& event);
void SetDivisionRules(json::Object& out, const store::Division& division, const store::Event& event);
// The current forms: `team`, `member`, and those asked after approval, `team_after_approval`, `member_after_approval`.
Result<json::Value> FormsJson(store::Reader& reader, EventId event);
json::Object QuotaJson(const store::Quota& quota, const std::vector<store::Division>& divisions);
// Sets `availability` and `places_left`.
void SetPlaces(json::Object& object, const Places& places);
// The quotas a team of this division needs.
std::vector<QuotaFigures> QuotasFor(const std::vector<store::Quota>& quotas, DivisionId division);
Places EventPlaces(const store::Event& event, const std::vector<store::Division>& divisions,
                   const std::vector<store::Quota>& quotas);

// Sets `organisation` {id, slug, name}.
Status SetOrganisation(store::Reader& reader, json::Object& object, const store::Event& event);

// The whole event for its organiser: divisions with caps, forms, revision.
Result<json::Value> OrganiserEvent(store::Reader& reader, const store::Event& event, base::Time now);
json::Object OrganiserDivision(const store::Division& division, const store::Event& event,
                               const std::vector<store::Quota>& quotas);

// A team as `viewer` may see it; NOT_FOUND for those who are neither on it nor manage its event.
struct Viewer {
    store::Actor actor;
    base::Locale locale = base::Locale::kZhCn;
    base::Time now{};
};
Result<json::Value> TeamJson(store::Reader& reader, const Privacy& privacy, TeamId team, const Viewer& viewer);
// `decision_reason` in this language, where it is one of the server's own.
json::Value RegistrationRef(const std::optional<store::RegistrationRow>& row, base::Locale locale);
json::Object InviteJson(const store::Invite& invite);

// A person's name; `user` owns the person.
Result<std::string> OpenName(const Privacy& privacy, UserId user, std::string_view sealed);
Result<json::Object> ItemJson(const Privacy& privacy, const store::RegistrationItem& item);
// With team, members, masked answers, history.
Result<json::Value> RegistrationDetail(store::Reader& reader, const Privacy& privacy, const store::RegistrationRow& row,
                                       base::Locale locale);

}  // namespace rt::registration
