// Cloning events; templates are events that are kept for it.
#include "registration/api/clone_api.h"

#include <utility>

#include "auth/organisation_store.h"
#include "auth/organisations.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/cloning.h"
#include "registration/form_json.h"
#include "registration/store/i18n.h"
#include "registration/store/templates.h"

namespace rt::registration::api {
namespace {

constexpr std::int64_t kShiftDaysMax = 3'650;
constexpr std::size_t kPlanIds = 400;

// What a copy may have of its own.
struct CopyRequest {
    std::optional<I18n> title;
    std::optional<std::string> slug;
    std::int64_t shift_micros = 0;
};

Result<CopyRequest> ReadCopy(const json::Value& body, const store::Event& from) {
    json::Reader in(body);
    CopyRequest out;
    if (in.Has("title")) out.title = I18nField(in, "title", {.size_max = kTitleSizeMax});
    out.slug = in.OptionalText("slug", {.size_max = 60});
    if (out.slug.has_value() && !auth::IsSlug(*out.slug)) {
        in.Note("slug", {"3 到 60 个小写字母、数字或 -", "3 to 60 lower-case letters, digits or -"});
    }
    const auto days = in.OptionalInt("shift_days", -kShiftDaysMax, kShiftDaysMax);
    const auto starts = in.OptionalTime("starts");
    if (days.has_value()) out.shift_micros = *days * base::kMicrosPerDay;
    if (starts.has_value()) out.shift_micros = starts->micros - from.times.starts.micros;
    if (days.has_value() && starts.has_value()) in.Note("shift_days", {"与 starts 只能填一个", "Say this or starts"});
    RT_CHECK_OK(in.Finish());
    return out;
}

Result<Response> Insert(Service& service, const Request& request, EventPlan plan, const CopyRequest& wanted,
                        std::string_view name) {
    if (wanted.title.has_value()) plan.event.title = *wanted.title;
    if (wanted.slug.has_value()) plan.event.slug = *wanted.slug;
    plan.event.created_by = UserId{request.principal.user_id};
    RT_TRY(auto response, Commit(service, request, {name, kPlanIds, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     EventPlan mine = plan;
                                     RT_CHECK_OK(InsertPlan(writer, commit, mine));
                                     return OrganiserEvent(writer, mine.event, request.now);
                                 }));
    return net::WithRev(std::move(response), 1);
}

// May the caller make events in the organisation of this one?
Status MayCreate(Service& service, const Request& request, OrganisationId organisation) {
    RT_TRY(const auto held, service.needs().access.HeldIn(request.principal, {organisation.value, 0}));
    return held.Has(net::Permission::kEventCreate) ? Ok() : Status(Fail(Code::kForbidden, "needs event.create"));
}

Result<Response> Clone(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    RT_TRY(const auto from, EventOf(service, request));
    RT_CHECK_OK(MayCreate(service, request, from.organisation));
    RT_TRY(const CopyRequest wanted, ReadCopy(body, from));
    RT_TRY(auto plan, service.needs().db.Read([&](Reader& reader) {
        return PlanCopy(reader, service.needs(), from, wanted.shift_micros);
    }));
    return Insert(service, request, std::move(plan), wanted, "event.clone");
}

json::Object TemplateJson(const store::Template& one) {
    return {{"id", one.public_id},
            {"name", one.name},
            {"event", json::Object{{"id", one.event_public_id}, {"title", store::ToJson(one.event_title)}}},
            {"created", TimeJson(one.created)}};
}

Result<Response> SaveTemplate(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto from, EventOf(service, request));
    RT_CHECK_OK(MayCreate(service, request, from.organisation));
    json::Reader in(body);
    store::Template made;
    made.name = NameField(in, "name");
    RT_CHECK_OK(in.Finish());
    const auto& needs = service.needs();
    RT_TRY(auto plan, needs.db.Read([&](Reader& reader) { return PlanCopy(reader, needs, from, 0); }));
    // The template is a draft of its own, hidden among templates: later changes of the event leave it alone.
    plan.event.created_by = UserId{request.principal.user_id};
    made.id = needs.ids.Next();
    made.public_id = base::NewPublicId(needs.random);
    made.organisation = from.organisation;
    made.event = plan.event.id;
    made.event_public_id = plan.event.public_id;
    made.event_title = plan.event.title;
    return Commit(service, request, {"template.save", kPlanIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      EventPlan mine = plan;
                      RT_CHECK_OK(InsertPlan(writer, commit, mine));
                      store::Template row = made;
                      RT_CHECK_OK(store::InsertTemplate(writer, commit, row));
                      return json::Value(TemplateJson(row));
                  });
}

Result<Response> ListTemplates(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto organisation, auth::store::FindOrganisation(reader, request.Param("organisation")));
        if (!organisation) return Fail(Code::kNotFound);
        RT_TRY(const auto templates, store::TemplatesOf(reader, OrganisationId{organisation->id.value}));
        json::Array data;
        for (const store::Template& one : templates) data.push_back(TemplateJson(one));
        return net::Page(std::move(data), {});
    });
}

Result<store::Template> TemplateIn(Reader& reader, const Request& request) {
    RT_TRY(const auto organisation, auth::store::FindOrganisation(reader, request.Param("organisation")));
    RT_TRY(auto found, store::FindTemplate(reader, request.Param("template")));
    if (!organisation || !found || found->organisation.value != organisation->id.value) return Fail(Code::kNotFound);
    return *std::move(found);
}

Result<Response> UseTemplate(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    const auto& needs = service.needs();
    RT_TRY(const auto from, needs.db.Read([&](Reader& reader) -> Result<store::Event> {
        RT_TRY(const auto one, TemplateIn(reader, request));
        return EventById(reader, one.event);
    }));
    RT_TRY(const CopyRequest wanted, ReadCopy(body, from));
    RT_TRY(auto plan,
           needs.db.Read([&](Reader& reader) { return PlanCopy(reader, needs, from, wanted.shift_micros); }));
    return Insert(service, request, std::move(plan), wanted, "template.use");
}

Result<Response> DropTemplate(Service& service, const Request& request) {
    return Commit(service, request, {"template.delete", 2, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto one, TemplateIn(writer, request));
                      RT_CHECK_OK(store::DeleteTemplate(writer, commit, one));
                      return json::Value();
                  });
}

}  // namespace

net::RouteTable CloneRoutes(Service& service, const std::string& base) {
    constexpr auto kCreate = net::Permission::kEventCreate;
    constexpr auto kOfOrganisation = net::Scope::kOrganisation;
    const std::string templates = "/organisations/{organisation}/event-templates";
    Table table(service, base);
    table.Add("event.clone", Method::kPost, "/organiser/events/{event}/clone", net::Permission::kEventView,
              net::Scope::kEvent, "A draft with the same rules, divisions, forms, caps and documents.",
              R"({"title":{"zh":"春季赛"},"shift_days":182})", Clone);
    table.Add("template.save", Method::kPost, "/organiser/events/{event}/save-as-template", net::Permission::kEventView,
              net::Scope::kEvent, "Keeps the event as it is now as a template of its organisation.",
              R"({"name":"标准赛事"})", SaveTemplate);
    table.Add("template.list", Method::kGet, templates, kCreate, kOfOrganisation, "The organisation's templates.", {},
              ListTemplates);
    table.Add("template.use", Method::kPost, templates + "/{template}/events", kCreate, kOfOrganisation,
              "Makes a draft out of a template.", R"({"title":{"zh":"春季赛"},"starts":"2027-04-01T01:00:00Z"})",
              UseTemplate);
    table.Add("template.delete", Method::kDelete, templates + "/{template}", kCreate, kOfOrganisation,
              "Removes a template; events made of it stay.", {}, DropTemplate);
    return table.Take();
}

}  // namespace rt::registration::api
