// The JSON of a team for those on it, and of a registration for its organiser.
#include <utility>

#include "registration/domain/reason_codes.h"
#include "registration/form_json.h"
#include "registration/member_view.h"
#include "registration/place_view.h"
#include "registration/store/clubs.h"
#include "registration/store/i18n.h"
#include "registration/store/registration_items.h"
#include "registration/views.h"

namespace rt::registration {
namespace {

using store::Member;
using store::Reader;
using store::TeamFacts;

Result<json::Value> EventRef(Reader& reader, EventId id) {
    RT_TRY(const auto event, store::FindEvent(reader, id));
    RT_CHECK(event.has_value());
    return json::Value(
        json::Object{{"id", event->public_id}, {"slug", event->slug}, {"title", store::ToJson(event->title)}});
}

Result<json::Value> DivisionRef(Reader& reader, DivisionId id) {
    RT_TRY(const auto division, store::FindDivision(reader, id));
    RT_CHECK(division.has_value());
    return json::Value(json::Object{{"id", division->public_id}, {"name", store::ToJson(division->name)}});
}

Result<json::Value> ClubRef(Reader& reader, std::int64_t id) {
    if (id == 0) return json::Value();
    RT_TRY(const auto club, store::FindClub(reader, store::ClubId{id}));
    RT_CHECK(club.has_value());
    return json::Value(json::Object{{"id", club->public_id}, {"name", club->name}});
}

json::Object TeamBase(const TeamFacts& team) {
    return {{"id", team.public_id},
            {"kind", Word(team.kind)},
            {"name", team.name},
            {"state", Word(team.state)},
            {"join_policy", Word(team.join_policy)},
            {"member_count", team.member_count},
            {"confirmed_count", team.confirmed_count},
            {"team_min", team.team_min},
            {"team_max", team.team_max},
            {"sub_count", team.sub_count},
            {"sub_max", team.sub_max},
            {"staff_count", team.staff_count},
            {"roster_lock_at", TimeJson(team.roster_lock_at)},
            {"locked", team.state == TeamState::kLocked},
            {"edit_deadline", TimeJson(team.edit_deadline)},
            {"cancel_deadline", TimeJson(team.cancel_deadline)},
            {"rev", team.rev}};
}

// What somebody who waits for the captain may know.
Result<json::Value> AskerJson(Reader& reader, const TeamFacts& team, const RosterView& roster) {
    RT_TRY(auto event, EventRef(reader, team.event));
    RT_TRY(auto division, DivisionRef(reader, team.division));
    return json::Value(json::Object{{"id", team.public_id},
                                    {"kind", Word(team.kind)},
                                    {"name", team.name},
                                    {"state", Word(team.state)},
                                    {"event", std::move(event)},
                                    {"division", std::move(division)},
                                    {"my_role", json::Value()},
                                    {"my_state", Word(roster.asks->state)},
                                    {"rev", team.rev}});
}

json::Value HistoryJson(const std::vector<store::HistoryItem>& history, base::Locale locale) {
    json::Array out;
    for (const store::HistoryItem& item : history) {
        const auto state = [](const std::string& column) {
            const auto value = json::Decode(column);
            const json::Value* found = value.ok() ? value->Find("state") : nullptr;
            return found != nullptr ? *found : json::Value();
        };
        out.push_back(json::Object{
            {"at", TimeJson(item.at)},
            {"actor", item.actor.empty() ? json::Value() : json::Value(json::Object{{"display_name", item.actor}})},
            {"action", item.action},
            {"from", state(item.before)},
            {"to", state(item.after)},
            {"reason", item.reason.empty() ? json::Value() : json::Value(ReasonText(item.reason).In(locale))}});
    }
    return out;
}

}  // namespace

Result<json::Value> TeamJson(Reader& reader, const Privacy& privacy, TeamId id, const Viewer& viewer) {
    RT_TRY(const auto team, store::FindTeam(reader, id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    RT_TRY(const RosterView roster, ReadRoster(reader, privacy, *team, viewer));
    if (roster.me == nullptr && !roster.captain && !viewer.actor.May(net::Permission::kRegView)) {
        if (!roster.asks) return Fail(Code::kNotFound);
        return AskerJson(reader, *team, roster);
    }
    RT_TRY(auto event, EventRef(reader, team->event));
    RT_TRY(auto division, DivisionRef(reader, team->division));
    // In full to the captain, who gave them. Organisers have the routes that are audited.
    const Show show = roster.captain ? Show::kAll : Show::kMasked;
    RT_TRY(auto answers, AnswersOr(reader, privacy, team->answer_set, show));
    RT_TRY(auto club, ClubRef(reader, team->club));
    RT_TRY(const auto registration, store::LatestRegistrationOf(reader, id));
    json::Object out = TeamBase(*team);
    out.Set("event", std::move(event));
    out.Set("division", std::move(division));
    out.Set("club", std::move(club));
    out.Set("answers", std::move(answers));
    out.Set("answers_masked", show == Show::kMasked);
    json::Value place = RegistrationRef(registration, viewer.locale);
    if (registration.has_value()) {
        RT_CHECK_OK(AddPlace(reader, place.AsObject(), *registration, *team, viewer.actor, viewer.now));
    }
    out.Set("registration", std::move(place));
    RT_CHECK_OK(SetRoster(reader, privacy, out, *team, roster, viewer));
    return json::Value(std::move(out));
}

Result<json::Value> RegistrationDetail(Reader& reader, const Privacy& privacy, const store::RegistrationRow& row,
                                       base::Locale locale) {
    RT_TRY(const auto team, store::FindTeam(reader, row.team));
    RT_CHECK(team.has_value());
    RT_TRY(auto event, EventRef(reader, row.event));
    RT_TRY(auto division, DivisionRef(reader, row.division));
    RT_TRY(const auto members, store::MembersOf(reader, row.team));
    json::Array list;
    for (const Member& member : members) {
        RT_TRY(json::Object one, MemberJson(privacy, member));
        RT_TRY(json::Value answers, AnswersOr(reader, privacy, member.answer_set, Show::kMasked));
        one.Set("answers", std::move(answers));
        one.Set("relation", Word(member.relation));
        list.push_back(std::move(one));
    }
    RT_TRY(auto team_answers, AnswersOr(reader, privacy, team->answer_set, Show::kMasked));
    RT_TRY(const auto history, store::HistoryOf(reader, row.id));
    RT_TRY(auto forms, FormsJson(reader, row.event));
    json::Value out = RegistrationRef(row, locale);
    json::Object& object = out.AsObject();
    object.Set("event", std::move(event));
    object.Set("division", std::move(division));
    json::Object team_json = TeamBase(*team);
    team_json.Set("answers", std::move(team_answers));
    object.Set("team", std::move(team_json));
    json::Value captain;
    for (const json::Value& member : list) {
        if (member.Find("role")->AsString() == Word(MemberRole::kCaptain)) {
            captain = json::Object{{"name", *member.Find("name")}};
        }
    }
    object.Set("captain", std::move(captain));
    object.Set("members", std::move(list));
    object.Set("forms", std::move(forms));
    RT_TRY(const auto tags, store::TagsOf(reader, row.id));
    json::Array shown;
    for (const store::ShownTag& tag : tags) {
        shown.push_back(json::Object{{"id", tag.public_id}, {"name", tag.name}, {"color", tag.color}});
    }
    object.Set("tags", std::move(shown));
    object.Set("history", HistoryJson(history, locale));
    return out;
}

}  // namespace rt::registration
