#include "registration/views.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "auth/organisation_store.h"
#include "registration/cover_view.h"
#include "registration/domain/reason_codes.h"
#include "registration/form_json.h"
#include "registration/store/i18n.h"

namespace rt::registration {
namespace {

using store::ToJson;

std::optional<std::int64_t> CapOf(const std::vector<store::Quota>& quotas, DivisionId division, QuotaUnit unit) {
    for (const store::Quota& quota : quotas) {
        if (quota.division == division && quota.unit == unit) return quota.figures.cap;
    }
    return std::nullopt;
}

}  // namespace

json::Value TimeJson(base::Time time) {
    return base::FormatRfc3339(time);
}

json::Value TimeJson(const std::optional<base::Time>& time) {
    return time.has_value() ? TimeJson(*time) : json::Value();
}

json::Value IntJson(const std::optional<std::int64_t>& number) {
    return number.has_value() ? json::Value(*number) : json::Value();
}

json::Object EventJson(const store::Event& event, base::Time now, Detail detail) {
    json::Object out{{"id", event.public_id},
                     {"slug", event.slug},
                     {"type", Word(event.type)},
                     {"title", ToJson(event.title)},
                     {"summary", ToJson(event.summary)},
                     {"venue", ToJson(event.venue)},
                     {"tz", event.tz},
                     {"mode", Word(event.mode)},
                     {"state", Word(event.state)},
                     {"phase", Word(PhaseAt(event.times, now))},
                     {"reg_open", TimeJson(event.times.reg_open)},
                     {"reg_close", TimeJson(event.times.reg_close)},
                     {"starts", TimeJson(event.times.starts)},
                     {"ends", TimeJson(event.times.ends)},
                     {"team_min", event.team_min},
                     {"team_max", event.team_max},
                     {"review_stages", event.review_stages}};
    if (detail == Detail::kItem) return out;
    out.Set("description", ToJson(event.description));
    out.Set("visibility", Word(event.visibility));
    out.Set("hold_policy", Word(event.hold_policy));
    out.Set("entries_max_per_person", event.entries_max_per_person);
    out.Set("edit_deadline", TimeJson(event.edit_deadline));
    out.Set("cancel_deadline", TimeJson(event.cancel_deadline));
    SetPublicPolicy(out, event);
    return out;
}

json::Object DivisionJson(const store::Division& division, const store::Event& event) {
    json::Object out{{"id", division.public_id},
                     {"code", division.code},
                     {"name", ToJson(division.name)},
                     {"team_min", division.TeamMin(event)},
                     {"team_max", division.TeamMax(event)},
                     {"reg_open", TimeJson(division.window.reg_open)},
                     {"reg_close", TimeJson(division.window.reg_close)}};
    SetDivisionRules(out, division, event);
    return out;
}

json::Value FormJson(const std::optional<store::FormVersion>& form) {
    if (!form.has_value()) return {};
    json::Value out = ToJson(form->schema);
    out.AsObject().Set("no", form->no);
    return out;
}

Result<json::Value> FormsJson(store::Reader& reader, EventId event) {
    json::Object out;
    for (const auto& [name, scope, stage] :
         {std::tuple("team", FormScope::kTeam, FormStage::kSubmit),
          {"member", FormScope::kMember, FormStage::kSubmit},
          {"team_after_approval", FormScope::kTeam, FormStage::kAfterApproval},
          {"member_after_approval", FormScope::kMember, FormStage::kAfterApproval}}) {
        RT_TRY(const auto form, store::CurrentForm(reader, event, scope, stage));
        out.Set(name, FormJson(form));
    }
    return json::Value(std::move(out));
}

json::Object QuotaJson(const store::Quota& quota, const std::vector<store::Division>& divisions) {
    json::Value division;
    for (const store::Division& one : divisions) {
        if (one.id == quota.division) {
            division = json::Object{{"id", one.public_id}, {"name", ToJson(one.name)}};
        }
    }
    json::Array over;
    for (const store::Division& one : divisions) {
        if (std::find(quota.bound.begin(), quota.bound.end(), one.id) != quota.bound.end()) {
            over.push_back(json::Object{{"id", one.public_id}, {"name", ToJson(one.name)}});
        }
    }
    json::Value option;
    if (quota.option.has_value()) {
        option = json::Object{{"form", quota.option->form == FormScope::kTeam ? "team" : "member"},
                              {"field", quota.option->field},
                              {"option", quota.option->option}};
    }
    const auto& cap = quota.figures.cap;
    return {
        {"id", quota.public_id},
        {"scope", Word(quota.scope)},
        {"unit", Word(quota.unit)},
        {"name", quota.name.has_value() ? ToJson(*quota.name) : json::Value()},
        {"division", std::move(division)},
        {"divisions", std::move(over)},
        {"option", std::move(option)},
        {"free", cap.has_value() ? json::Value(std::max<std::int64_t>(*cap - quota.figures.used(), 0)) : json::Value()},
        {"over_cap_allowed", quota.over_cap_allowed},
        {"cap", IntJson(quota.figures.cap)},
        {"held", quota.figures.held},
        {"confirmed", quota.figures.confirmed},
        {"blocked", quota.figures.blocked},
        {"state", quota.figures.open ? "OPEN" : "CLOSED"},
        {"rev", quota.rev}};
}

void SetPlaces(json::Object& object, const Places& places) {
    object.Set("availability", Word(places.availability));
    object.Set("places_left", IntJson(places.left));
}

std::vector<QuotaFigures> QuotasFor(const std::vector<store::Quota>& quotas, DivisionId division) {
    std::vector<QuotaFigures> out;
    for (const store::Quota& quota : quotas) {
        // Options are chosen by some; what a team needs of them is not known before it answers.
        const bool over_several = std::find(quota.bound.begin(), quota.bound.end(), division) != quota.bound.end();
        const bool here = quota.scope == QuotaScope::kEvent || quota.division == division || over_several;
        if (here && quota.scope != QuotaScope::kOption) out.push_back(quota.figures);
    }
    return out;
}

Places EventPlaces(const store::Event& event, const std::vector<store::Division>& divisions,
                   const std::vector<store::Quota>& quotas) {
    std::vector<Places> places;
    for (const store::Division& division : divisions) {
        places.push_back(PlacesOf(QuotasFor(quotas, division.id), division.TeamMin(event)));
    }
    std::vector<QuotaFigures> own;
    for (const store::Quota& quota : quotas) {
        if (quota.scope == QuotaScope::kEvent) own.push_back(quota.figures);
    }
    return BestOf(places, PlacesOf(own, event.team_min).left);
}

json::Object OrganiserDivision(const store::Division& division, const store::Event& event,
                               const std::vector<store::Quota>& quotas) {
    json::Object out = DivisionJson(division, event);
    out.Set("team_min", IntJson(division.team_min));
    out.Set("team_max", IntJson(division.team_max));
    out.Set("sub_max", IntJson(division.sub_max));
    out.Set("position", division.position);
    out.Set("cap_teams", IntJson(CapOf(quotas, division.id, QuotaUnit::kTeam)));
    out.Set("cap_persons", IntJson(CapOf(quotas, division.id, QuotaUnit::kPerson)));
    SetPlaces(out, PlacesOf(QuotasFor(quotas, division.id), division.TeamMin(event)));
    out.Set("rev", division.rev);
    return out;
}

Status SetOrganisation(store::Reader& reader, json::Object& object, const store::Event& event) {
    RT_TRY(const auto organisation,
           auth::store::FindOrganisation(reader, auth::OrganisationId{event.organisation.value}));
    RT_CHECK(organisation.has_value());
    object.Set(
        "organisation",
        json::Object{{"id", organisation->public_id}, {"slug", organisation->slug}, {"name", organisation->name}});
    return Ok();
}

Result<json::Value> OrganiserEvent(store::Reader& reader, const store::Event& event, base::Time now) {
    RT_TRY(const auto divisions, store::DivisionsOf(reader, event.id));
    RT_TRY(const auto quotas, store::QuotasOfEvent(reader, event.id));
    RT_TRY(auto forms, FormsJson(reader, event.id));
    json::Object out = EventJson(event, now, Detail::kFull);
    RT_TRY(json::Value cover, CoverJson(reader, event.id));
    out.Set("cover", std::move(cover));
    SetPlaces(out, EventPlaces(event, divisions, quotas));
    RT_CHECK_OK(SetOrganisation(reader, out, event));
    SetOrganiserPolicy(out, event);
    out.Set("quota_teams", IntJson(CapOf(quotas, DivisionId{}, QuotaUnit::kTeam)));
    json::Array list;
    for (const store::Division& division : divisions) list.push_back(OrganiserDivision(division, event, quotas));
    out.Set("divisions", std::move(list));
    out.Set("forms", std::move(forms));
    out.Set("created", TimeJson(event.created));
    out.Set("rev", event.rev);
    return json::Value(std::move(out));
}

json::Value RegistrationRef(const std::optional<store::RegistrationRow>& row, base::Locale locale) {
    if (!row.has_value()) return {};
    json::Value reason;
    if (row->decision_reason.has_value()) reason = ReasonText(*row->decision_reason).In(locale);
    return json::Object{{"id", row->public_id},
                        {"state", Word(row->state)},
                        {"review_stage", row->review_stage},
                        {"friendly_no", row->friendly_no},
                        {"submitted_at", TimeJson(row->submitted_at)},
                        {"decided_at", TimeJson(row->decided_at)},
                        {"decision_reason", std::move(reason)},
                        {"deficient_since", TimeJson(row->deficient_since)},
                        {"rev", row->rev}};
}

json::Object InviteJson(const store::Invite& invite) {
    return {{"id", invite.public_id},
            {"kind", Word(invite.kind)},
            {"role", Word(invite.role)},
            {"code_hint", invite.code_tail},
            {"max_uses", invite.max_uses},
            {"used", invite.used},
            {"expires", TimeJson(invite.expires)},
            {"created", TimeJson(invite.created)}};
}

Result<std::string> OpenName(const Privacy& privacy, UserId user, std::string_view sealed) {
    return privacy.Open({Owner::Kind::kPersonName, user.value}, sealed);
}

Result<json::Object> ItemJson(const Privacy& privacy, const store::RegistrationItem& item) {
    RT_TRY(const std::string captain, OpenName(privacy, item.captain_user, item.captain_name));
    return json::Object{
        {"id", item.public_id},
        {"friendly_no", item.friendly_no},
        {"state", Word(item.state)},
        {"team", json::Object{{"id", item.team_public_id}, {"name", item.team_name}}},
        {"division", json::Object{{"id", item.division_public_id}, {"name", ToJson(item.division_name)}}},
        {"captain", json::Object{{"name", captain}}},
        {"members", item.members},
        {"submitted_at", TimeJson(item.submitted_at)},
        {"deficient", item.deficient},
        {"rev", item.rev}};
}

}  // namespace rt::registration
