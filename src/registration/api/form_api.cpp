// Forms, for the organisers of their event.
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/form_json.h"
#include "registration/public_snapshot.h"

namespace rt::registration::api {
namespace {

Result<FormScope> ScopeOf(const Request& request) {
    const std::string& name = request.Param("scope");
    if (name == "team") return FormScope::kTeam;
    if (name == "member") return FormScope::kMember;
    return Fail(Code::kNotFound);
}

Result<Response> GetForm(Service& service, const Request& request) {
    RT_TRY(const FormScope scope, ScopeOf(request));
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto form,
           service.needs().db.Read([&](Reader& reader) { return store::CurrentForm(reader, event.id, scope); }));
    // A form that is not there yet is shown as an empty version 0, so that it can be edited like any other.
    const store::FormVersion none;
    return net::WithRev(net::Success(FormJson(form.has_value() ? form : std::optional(none))),
                        form.has_value() ? form->no : 0);
}

Result<Response> PutForm(Service& service, const Request& request) {
    RT_TRY(const FormScope scope, ScopeOf(request));
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto event, EventOf(service, request));
    std::optional<std::int64_t> no_before;
    if (!request.HeaderValue("if-match").empty()) {
        RT_TRY(no_before, net::RequireIfMatch(request));
    }
    json::Reader in(body);
    const auto& needs = service.needs();
    store::NewFormVersion form;
    form.event = event.id;
    form.scope = scope;
    form.schema = SchemaFrom(in);
    RT_CHECK_OK(in.Finish());
    if (auto mistakes = CheckSchema(form.schema); !mistakes.empty()) {
        Error error = Fail(Code::kInvalid);
        error.fields = std::move(mistakes);
        return error;
    }
    form.schema_json = EncodeSchema(form.schema);
    form.fresh_form = needs.ids.Next<FormId>();
    form.version = needs.ids.Next<FormVersionId>();
    form.no_before = no_before;
    std::int64_t no = 0;
    RT_TRY(auto response, Commit(service, request, {"form.publish", 4, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(no, store::PublishForm(writer, commit, form));
                                     json::Value out = ToJson(form.schema);
                                     out.AsObject().Set("no", no);
                                     return out;
                                 }));
    RT_CHECK_OK(RecomputeTeams(service, request, event.id));
    RT_CHECK_OK(service.snapshot().Refresh());
    return net::WithRev(std::move(response), no);
}

constexpr const char* kFormExample =
    R"({"fields":[{"key":"phone","type":"mobile_cn","label":{"zh":"手机号","en":"Mobile"},"required":true},)"
    R"({"key":"size","type":"single","label":{"zh":"T恤尺码","en":"T-shirt size"},"required":false,)"
    R"("options":[{"id":"m","label":{"zh":"中","en":"M"}},{"id":"l","label":{"zh":"大","en":"L"}}]}]})";

}  // namespace

net::RouteTable FormRoutes(Service& service, const std::string& base) {
    Table table(service, base);
    table.Add("form.get", Method::kGet, "/organiser/events/{event}/forms/{scope}", net::Permission::kEventView,
              net::Scope::kEvent, "The current version of a form (team or member).", {}, GetForm);
    table.Add("form.publish", Method::kPut, "/organiser/events/{event}/forms/{scope}", net::Permission::kFormEdit,
              net::Scope::kEvent, "Publishes a new version of a form.", kFormExample, PutForm);
    return table.Take();
}

}  // namespace rt::registration::api
