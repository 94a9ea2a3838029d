// Events, for their organisers.
#include <utility>

#include "auth/organisations.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/api/event_reader.h"
#include "registration/public_snapshot.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kEventIds = 4;

Result<Response> Shown(Service& service, const Request& request, EventId id) {
    RT_CHECK_OK(service.snapshot().Refresh());
    const auto& needs = service.needs();
    RT_TRY(const auto event, needs.db.Read([&](Reader& reader) { return store::FindEvent(reader, id); }));
    RT_CHECK(event.has_value());
    RT_TRY(auto json, needs.db.Read([&](Reader& reader) { return OrganiserEvent(reader, *event, request.now); }));
    json.AsObject().Set("live", LiveName(needs.privacy, *event));
    return net::WithRev(net::Success(std::move(json)), event->rev);
}

// The organisation the event is made in: the one that is named, if the caller may make events there, or his own.
Status ChooseOrganisation(Service& service, const Request& request, const std::optional<std::string>& name,
                          store::Event& event) {
    if (!name) {
        const bool signed_in = request.principal.credential == net::Credential::kSession;
        if (signed_in && request.principal.role != net::Role::kUser) return Ok();
        return base::InvalidField("organisation", {"请选择组织", "Name the organisation"});
    }
    RT_TRY(const auto found,
           service.needs().db.Read([&](Reader& reader) { return auth::store::FindOrganisation(reader, *name); }));
    if (found) {
        RT_TRY(const auto held, service.needs().access.HeldIn(request.principal, {found->id.value, 0}));
        if (held.Has(net::Permission::kEventCreate)) {
            event.organisation = OrganisationId{found->id.value};
            return Ok();
        }
        if (held.Has(net::Permission::kEventView)) return Fail(Code::kForbidden, "needs event.create");
    }
    return base::InvalidField("organisation", {"没有这个组织", "There is no such organisation"});
}

// The event's id goes into it, so that equal passcodes look different.
void SetPasscode(Service& service, store::Event& event, const std::optional<std::string>& passcode) {
    if (!passcode.has_value()) return;
    event.passcode_hash = passcode->empty() ? std::string()
                                            : service.needs().privacy.BlindIndex(
                                                  "event.passcode", std::to_string(event.id.value) + ":" + *passcode);
}

Result<Response> CreateEvent(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    store::Event event;
    event.id = needs.ids.Next<EventId>();
    event.public_id = base::NewPublicId(needs.random);
    event.slug = event.public_id;
    event.tz = "Asia/Shanghai";
    event.created_by = UserId{request.principal.user_id};
    event.created = needs.clock.Now();
    EventReader reader(body, event, EventReader::Use::kCreate);
    RT_CHECK_OK(reader.Read());
    SetPasscode(service, event, reader.passcode());
    RT_CHECK_OK(ChooseOrganisation(service, request, reader.organisation(), event));
    const store::NewQuota quota{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    RT_TRY(auto response,
           Commit(service, request, {"event.create", kEventIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto made, store::InsertEvent(writer, commit, event));
                      if (reader.quota_teams().has_value()) {
                          RT_TRY(const QuotaId id, store::EnsureQuota(writer, {made.id, {}, {}}, quota));
                          RT_CHECK_OK(store::SetCap(writer, commit, id, reader.quota_teams(), std::nullopt));
                      }
                      return OrganiserEvent(writer, made, request.now);
                  }));
    // The maker may have been given an organisation of his own.
    needs.access.Changed();
    return net::WithRev(std::move(response), 1);
}

// What the caller sees of the events, with the bounds of what he signed with.
Result<store::EventPage> SeenBy(Service& service, const Request& request) {
    store::EventPage out;
    out.now = request.now;
    out.organisation = OrganisationId{request.principal.carried.organisation};
    out.event = EventId{request.principal.carried.event};
    if (request.principal.credential == net::Credential::kDevice) return out;
    RT_TRY(const auto rights, service.needs().access.RightsOf(auth::UserId{request.principal.user_id}));
    if (!rights->platform.Has(net::Permission::kEventView)) out.seen_by = UserId{request.principal.user_id};
    return out;
}

Result<Response> ListOwn(Service& service, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(store::EventPage wanted, SeenBy(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        wanted.limit = page.limit + 1;
        if (const auto name = request.Query("organisation"); name && !name->empty()) {
            RT_TRY(const auto organisation, auth::store::FindOrganisation(reader, *name));
            if (!organisation)
                return base::InvalidField("organisation", {"没有这个组织", "There is no such organisation"});
            // A token that is bound to one organisation stays there.
            const OrganisationId asked{organisation->id.value};
            if (wanted.organisation && wanted.organisation != asked) return net::Page({}, {});
            wanted.organisation = asked;
        }
        if (!page.cursor.empty()) {
            RT_TRY(const auto last, store::FindEventByPublicId(reader, page.cursor));
            if (!last.has_value()) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            wanted.before_id = last->id.value;
        }
        RT_TRY(auto events, store::ListEvents(reader, wanted));
        const bool more = static_cast<std::int64_t>(events.size()) > page.limit;
        if (more) events.pop_back();
        json::Array data;
        for (const store::Event& event : events) {
            RT_TRY(const auto divisions, store::DivisionsOf(reader, event.id));
            RT_TRY(const auto quotas, store::QuotasOfEvent(reader, event.id));
            json::Object item = EventJson(event, request.now, Detail::kItem);
            SetPlaces(item, EventPlaces(event, divisions, quotas));
            RT_CHECK_OK(SetOrganisation(reader, item, event));
            item.Set("visibility", registration::Word(event.visibility));
            item.Set("rev", event.rev);
            data.push_back(std::move(item));
        }
        return net::Page(std::move(data), more ? events.back().public_id : std::string());
    });
}

Result<Response> GetOwn(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(auto json,
           service.needs().db.Read([&](Reader& reader) { return OrganiserEvent(reader, event, request.now); }));
    json.AsObject().Set("live", LiveName(service.needs().privacy, event));
    return net::WithRev(net::Success(std::move(json)), event.rev);
}

// The size of a team may not fall below a team that is there, nor the end before a division's own close.
Status CheckDivisions(Reader& reader, const store::Event& event) {
    RT_TRY(const auto divisions, store::DivisionsOf(reader, event.id));
    for (const store::Division& division : divisions) {
        if (division.window.reg_close.has_value() && *division.window.reg_close > event.times.ends) {
            return base::InvalidField("ends", {"组别 " + division.code + " 的报名截止晚于此时间",
                                               "Registration of the division " + division.code + " closes after it"});
        }
        RT_TRY(const auto largest, store::LargestTeam(reader, event.id, division.id));
        if (largest <= division.TeamMax(event)) continue;
        const std::string size = std::to_string(largest);
        return base::InvalidField("team_max", {"已有 " + size + " 人的队伍", "There is a team of " + size});
    }
    return Ok();
}

// What teams and registrations that are there were promised stays.
Status MayChange(const store::Event& before, const store::Event& after) {
    if (before.state == EventState::kDraft) return Ok();
    const base::Text fixed{"发布后不能更改", "It cannot be changed after publication"};
    if (after.mode != before.mode) return base::InvalidField("mode", fixed);
    if (after.hold_policy != before.hold_policy) return base::InvalidField("hold_policy", fixed);
    if (after.policy.admission != before.policy.admission) return base::InvalidField("admission", fixed);
    return Ok();
}

// Teams are judged by their size, and their members by their age on the day the event starts.
bool JudgesAnew(const store::Event& before, const store::Event& after) {
    return after.team_min != before.team_min || after.team_max != before.team_max ||
           after.times.starts != before.times.starts ||
           after.policy.guardian_under_age != before.policy.guardian_under_age;
}

Result<Response> PatchEvent(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto before, EventOf(service, request));
    if (before.rev != rev) return Fail(Code::kPreconditionFailed);
    if (before.state == EventState::kCancelled || before.state == EventState::kArchived) {
        return Fail(Code::kInvalidState, "a cancelled or archived event is not edited");
    }
    store::Event event = before;
    EventReader reader(body, event, EventReader::Use::kPatch);
    RT_CHECK_OK(reader.Read());
    SetPasscode(service, event, reader.passcode());
    RT_CHECK_OK(MayChange(before, event));
    if (event.entries_max_per_person < before.entries_max_per_person && before.state != EventState::kDraft) {
        return base::InvalidField("entries_max_per_person",
                                  {"发布后不能减少", "It cannot be lowered after publication"});
    }
    RT_CHECK_OK(service.needs().db.Read([&](Reader& now) { return CheckDivisions(now, event); }));
    if (reader.says_quota()) RT_CHECK_OK(SetQuotaCap(service, request, {event.id, {}, {}}, reader.quota_teams()));
    RT_TRY([[maybe_unused]] const auto done, Commit(service, request, {"event.update", kEventIds, 200},
                                                    [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                                        RT_CHECK_OK(CheckDivisions(writer, event));
                                                        RT_CHECK_OK(store::UpdateEvent(writer, commit, event));
                                                        return json::Value();
                                                    }));
    if (JudgesAnew(before, event)) {
        RT_CHECK_OK(RecomputeTeams(service, request, event.id));
    }
    return Shown(service, request, event.id);
}

Result<Response> ChangeState(Service& service, const Request& request, EventCommand command, std::string_view reason) {
    RT_TRY(const auto found, EventOf(service, request));
    RT_TRY(auto response,
           Commit(service, request, {"event.set_state", kEventIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(auto event, EventById(writer, found.id));
                      const auto to = Apply(event.state, command, PhaseAt(event.times, commit.now));
                      if (!to.has_value()) return Fail(Code::kInvalidState);
                      if (command == EventCommand::kPublish) {
                          RT_TRY(const auto divisions, store::DivisionsOf(writer, event.id));
                          if (divisions.empty()) {
                              return base::InvalidField("divisions", {"请先添加组别", "Add a division first"});
                          }
                      }
                      RT_CHECK_OK(store::SetEventState(writer, commit, event, *to, reason));
                      event.state = *to;
                      event.rev += 1;
                      return OrganiserEvent(writer, event, request.now);
                  }));
    // In chunks; what a crash leaves undone, the regular job finishes.
    for (bool more = command == EventCommand::kCancel; more;) {
        RT_TRY(more, service.FinishCancelledEvent(found.id));
    }
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

template <EventCommand Which>
Result<Response> Run(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    const std::string reason = in.OptionalText("reason", {0, kReasonSizeMax, true}).value_or("");
    RT_CHECK_OK(in.Finish());
    return ChangeState(service, request, Which, reason);
}

constexpr const char* kEventExample =
    R"({"title":{"zh":"秋季编程赛","en":"Autumn Coding Cup"},"summary":{"zh":"三人一队","en":"Teams of three"},)"
    R"("venue":{"zh":"一号楼","en":"Building 1"},"type":"COMPETITION","visibility":"PUBLIC","mode":"TEAM",)"
    R"("reg_open":"2026-09-01T00:00:00Z","reg_close":"2026-10-01T00:00:00Z","starts":"2026-10-10T01:00:00Z",)"
    R"("ends":"2026-10-11T10:00:00Z","team_min":2,"team_max":3,"review_stages":0,"hold_policy":"AT_SUBMIT",)"
    R"("quota_teams":40})";

}  // namespace

net::RouteTable EventRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    constexpr auto kOfEvent = net::Scope::kEvent;
    Table table(service, base);
    table.Add("event.create", Method::kPost, "/events", net::Permission::kEventCreate, net::Scope::kAnywhere,
              "Makes an event, as a draft.", kEventExample, CreateEvent);
    table
        .Add("event.list", Method::kGet, "/organiser/events", net::Permission::kEventView, net::Scope::kAnywhere,
             "The events one has a role for, newest first; ?organisation.", {}, ListOwn)
        .holders = net::Holders::kAlso;
    table.Add("event.get", Method::kGet, "/organiser/events/{event}", net::Permission::kEventView, kOfEvent,
              "The whole event.", {}, GetOwn);
    table.Add("event.update", Method::kPatch, "/organiser/events/{event}", kEdit, kOfEvent,
              "Changes an event; needs If-Match.", R"({"team_max":4})", PatchEvent);
    table.Add("event.publish", Method::kPost, "/organiser/events/{event}/publish", kEdit, kOfEvent, "Shows the event.",
              "{}", Run<EventCommand::kPublish>);
    table.Add("event.pause", Method::kPost, "/organiser/events/{event}/pause", kEdit, kOfEvent,
              "Stops registration for now.", "{}", Run<EventCommand::kPause>);
    table.Add("event.resume", Method::kPost, "/organiser/events/{event}/resume", kEdit, kOfEvent,
              "Goes on after a pause.", "{}", Run<EventCommand::kResume>);
    table.Add("event.unpublish", Method::kPost, "/organiser/events/{event}/unpublish", kEdit, kOfEvent,
              "Makes it a draft again; only without teams and registrations.", "{}", Run<EventCommand::kUnpublish>);
    table.Add("event.cancel", Method::kPost, "/organiser/events/{event}/cancel", kEdit, kOfEvent,
              "Cancels the event and every registration of it.", R"({"reason":"场地关闭"})",
              Run<EventCommand::kCancel>);
    table.Add("event.archive", Method::kPost, "/organiser/events/{event}/archive", kEdit, kOfEvent,
              "Puts a finished event away.", "{}", Run<EventCommand::kArchive>);
    return table.Take();
}

}  // namespace rt::registration::api
