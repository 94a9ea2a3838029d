// The organiser's lists of registrations and teams.
#include <utility>

#include "base/parse.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/desk/filter.h"
#include "registration/store/i18n.h"

namespace rt::registration::api {
namespace {

Result<std::int64_t> CursorOf(const std::string& cursor) {
    if (cursor.empty()) return std::int64_t{0};
    const auto number = base::ParseSigned(cursor);
    if (!number.has_value() || *number < 1) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    return *number;
}

json::Array TagsJson(const std::vector<store::ShownTag>& tags) {
    json::Array out;
    for (const store::ShownTag& tag : tags) {
        out.push_back(json::Object{{"id", tag.public_id}, {"name", tag.name}, {"color", tag.color}});
    }
    return out;
}

Result<Response> WalkedPage(Reader& reader, const Privacy& privacy, const store::Walk& walk) {
    RT_TRY(const auto listed, store::ListedOf(reader, walk.found));
    json::Array data;
    for (const store::ListedRegistration& one : listed) {
        RT_TRY(json::Object shown, ItemJson(privacy, one.item));
        shown.Set("review_stage", one.review_stage);
        shown.Set("source", one.source);
        shown.Set("tags", TagsJson(one.tags));
        shown.Set("notes", one.notes);
        data.push_back(std::move(shown));
    }
    return net::Page(std::move(data), walk.next == 0 ? std::string() : std::to_string(walk.next));
}

Result<Response> Registrations(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t before, CursorOf(page.cursor));
    const Privacy& privacy = service.needs().privacy;
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto filter, FilterFromQuery(reader, privacy, event.id, request));
        RT_TRY(const auto walk, store::WalkRegistrations(reader, filter, before, page.limit));
        return WalkedPage(reader, privacy, walk);
    });
}

Result<Response> Queue(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t after, CursorOf(page.cursor));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto walk, store::ReviewQueue(reader, event.id, after, page.limit));
        return WalkedPage(reader, service.needs().privacy, walk);
    });
}

Result<json::Object> TeamItemJson(const Privacy& privacy, const store::TeamItem& item) {
    RT_TRY(std::string captain, OpenName(privacy, item.captain_user, item.captain_name));
    json::Value registration;
    if (!item.registration_public_id.empty()) {
        registration = json::Object{
            {"id", item.registration_public_id}, {"friendly_no", item.friendly_no}, {"state", item.registration_state}};
    }
    return json::Object{
        {"id", item.public_id},
        {"name", item.name},
        {"state", Word(item.state)},
        {"division", json::Object{{"id", item.division_public_id}, {"name", store::ToJson(item.division_name)}}},
        {"members", item.members},
        {"confirmed", item.confirmed},
        {"captain", json::Object{{"name", std::move(captain)}}},
        {"registration", std::move(registration)},
        {"created", TimeJson(item.created)}};
}

Result<Response> Teams(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t before, CursorOf(page.cursor));
    const Privacy& privacy = service.needs().privacy;
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto filter, TeamFilterFromQuery(reader, privacy, event.id, request));
        RT_TRY(const auto list, store::ListTeams(reader, filter, TeamId{before}, page.limit));
        json::Array data;
        for (const store::TeamItem& item : list.items) {
            RT_TRY(json::Object shown, TeamItemJson(privacy, item));
            data.push_back(std::move(shown));
        }
        return net::Page(std::move(data), list.next ? std::to_string(list.next.value) : std::string());
    });
}

}  // namespace

net::RouteTable ListRoutes(Service& service, const std::string& base) {
    Table table(service, base);
    table.Add("registration.list", Method::kGet, "/organiser/events/{event}/registrations", net::Permission::kRegView,
              net::Scope::kEvent,
              "Registrations of an event, newest number first; ?q ?state ?division ?stage ?tag ?deficient ?source"
              " ?from ?until. A page may be short and still have a cursor.",
              {}, Registrations);
    table.Add("registration.review_queue", Method::kGet, "/organiser/events/{event}/review-queue",
              net::Permission::kRegView, net::Scope::kEvent, "What waits for review, oldest number first.", {}, Queue);
    table.Add("team.list", Method::kGet, "/organiser/events/{event}/teams", net::Permission::kRegView,
              net::Scope::kEvent, "Teams of an event, newest first; ?q ?state ?division.", {}, Teams);
    return table.Take();
}

}  // namespace rt::registration::api
