#include "registration/api/cover_api.h"

#include "registration/api/api_internal.h"
#include "registration/cover_view.h"
#include "registration/form_json.h"
#include "registration/public_snapshot.h"
#include "registration/store/event_pictures.h"

namespace rt::registration::api {
namespace {

Result<Response> Put(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::Cover cover;
    cover.file = in.Text("file", {.size_max = 32});
    if (in.Has("alt")) cover.alt = I18nField(in, "alt", {.size_max = store::kAltSizeMax});
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"event.set_cover", 1, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::SetCover(writer, commit, event.id, cover));
                                     return CoverJson(writer, event.id);
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

Result<Response> Delete(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(auto response, Commit(service, request, {"event.remove_cover", 1, 204},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::RemoveCover(writer, commit, event.id));
                                     return json::Value();
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

}  // namespace

net::RouteTable CoverRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    constexpr auto kOfEvent = net::Scope::kEvent;
    Table table(service, base);
    table.Add("event.set_cover", Method::kPut, "/organiser/events/{event}/cover", kEdit, kOfEvent,
              "Puts an uploaded picture (purpose event_image) at the head of the event's page.",
              R"({"file":"0123456789abcdef","alt":{"zh":"起点的人群","en":"The crowd at the start"}})", Put);
    table.Add("event.remove_cover", Method::kDelete, "/organiser/events/{event}/cover", kEdit, kOfEvent,
              "Removes the picture of the event.", {}, Delete);
    return table.Take();
}

}  // namespace rt::registration::api
