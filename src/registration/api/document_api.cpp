// Terms, waivers and privacy texts: for their organisers, and for everybody who is asked to agree.
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/form_json.h"
#include "registration/public_snapshot.h"
#include "registration/store/access.h"
#include "registration/store/documents.h"
#include "registration/store/i18n.h"

namespace rt::registration::api {
namespace {

json::Object Item(const store::Document& document) {
    return {{"id", document.public_id},    {"kind", Word(document.kind)},
            {"version", document.version}, {"title", store::ToJson(document.title)},
            {"current", document.current}, {"published_at", TimeJson(document.published_at)}};
}

json::Value Whole(const store::Document& document) {
    json::Object out = Item(document);
    out.Set("text", store::ToJson(document.text));
    return out;
}

Result<Response> List(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto documents,
           service.needs().db.Read([&](Reader& reader) { return store::DocumentsOf(reader, event.id); }));
    json::Array data;
    for (const store::Document& document : documents) data.push_back(Item(document));
    return net::Page(std::move(data), {});
}

Result<Response> Publish(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto event, EventOf(service, request));
    json::Reader in(body);
    store::Document document;
    document.kind = static_cast<DocumentKind>(in.Word("kind", WordsOf<DocumentKind>()));
    document.title = I18nField(in, "title", {.size_max = kTitleSizeMax});
    document.text = I18nField(in, "text", {1, kDescriptionSizeMax, true});
    RT_CHECK_OK(in.Finish());
    document.id = service.needs().ids.Next<store::DocumentId>();
    document.public_id = base::NewPublicId(service.needs().random);
    document.event = event.id;
    RT_TRY(auto response, Commit(service, request, {"document.publish", 2, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     store::Document mine = document;
                                     RT_CHECK_OK(store::PublishDocument(writer, commit, mine));
                                     return Whole(mine);
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

Result<Response> Retire(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    const auto kind = FromWord<DocumentKind>(request.Param("kind"));
    if (!kind.has_value()) return Fail(Code::kNotFound);
    RT_TRY(auto response, Commit(service, request, {"document.retire", 2, 204},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::RetireDocument(writer, commit, event.id, *kind));
                                     return json::Value();
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

// What one is asked to agree to is readable wherever the event is shown. Of a private event the list is for those let
// in; the id of a version is told to them and to those who are invited, and cannot be guessed.
Result<store::Event> ShownEvent(Reader& reader, const Request& request) {
    RT_TRY(auto event, store::FindEventByName(reader, request.Param("event")));
    if (!event.has_value() || !IsShown(event->state)) return Fail(Code::kNotFound);
    return *std::move(event);
}

Result<Response> ListCurrent(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto event, ShownEvent(reader, request));
        RT_CHECK_OK(store::RequireAccess(reader, event, ActorOf(request)));
        RT_TRY(const auto documents, store::CurrentDocuments(reader, event.id));
        json::Array data;
        for (const store::Document& document : documents) data.push_back(Whole(document));
        return net::Page(std::move(data), {});
    });
}

Result<Response> GetVersion(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto event, ShownEvent(reader, request));
        RT_TRY(const auto document, store::FindDocument(reader, request.Param("document")));
        if (!document.has_value() || document->event != event.id) return Fail(Code::kNotFound);
        return net::Success(Whole(*document));
    });
}

Result<Response> GetOwn(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto document, service.needs().db.Read([&](Reader& reader) {
        return store::FindDocument(reader, request.Param("document"));
    }));
    if (!document.has_value() || document->event != event.id) return Fail(Code::kNotFound);
    return net::Success(Whole(*document));
}

constexpr const char* kExample =
    R"({"kind":"WAIVER","title":{"zh":"免责声明","en":"Waiver"},"text":{"zh":"参加者须身体健康。","en":"Be in good health."}})";

}  // namespace

net::RouteTable DocumentRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    const std::string own = "/organiser/events/{event}/documents";
    Table table(service, base);
    table.Add("document.list", Method::kGet, own, net::Permission::kEventView, net::Scope::kEvent,
              "All versions of an event's documents, newest first.", {}, List);
    table.Add("document.publish", Method::kPost, own, kEdit, net::Scope::kEvent,
              "Publishes the next version of a document; versions never change.", kExample, Publish);
    table.Add("document.get", Method::kGet, own + "/{document}", net::Permission::kEventView, net::Scope::kEvent,
              "One version with its text.", {}, GetOwn);
    table.Add("document.retire", Method::kPost, own + "/{kind}/retire", kEdit, net::Scope::kEvent,
              "Nobody is asked for this kind any more.", "{}", Retire);
    table.Add("document.public_list", Method::kGet, "/events/{event}/documents", Access::kPublic,
              "What is asked for now, with texts; of a private event for those let in.", {}, ListCurrent);
    table.Add("document.public_get", Method::kGet, "/events/{event}/documents/{document}", Access::kPublic,
              "Any version, also one that somebody agreed to long ago.", {}, GetVersion);
    return table.Take();
}

}  // namespace rt::registration::api
