// Forms, for the organisers of their event.
#include <utility>

#include "base/parse.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/field_checks.h"
#include "registration/domain/form_types.h"
#include "registration/form_diff.h"
#include "registration/form_json.h"
#include "registration/public_snapshot.h"

namespace rt::registration::api {
namespace {

struct Which {
    store::Event event;
    FormScope scope = FormScope::kTeam;
    FormStage stage = FormStage::kSubmit;
};

std::string_view StageName(FormStage stage) {
    return stage == FormStage::kSubmit ? "submit" : "after_approval";
}

// {event}, {scope} and ?stage.
Result<Which> FormOf(Service& service, const Request& request) {
    Which out;
    const std::string& scope = request.Param("scope");
    if (scope != "team" && scope != "member") return Fail(Code::kNotFound);
    out.scope = scope == "team" ? FormScope::kTeam : FormScope::kMember;
    const std::string_view stage = request.Query("stage").value_or("submit");
    if (stage != "submit" && stage != "after_approval") {
        return base::InvalidField("stage", {"须为 submit 或 after_approval", "submit or after_approval"});
    }
    out.stage = stage == "submit" ? FormStage::kSubmit : FormStage::kAfterApproval;
    RT_TRY(out.event, EventOf(service, request));
    return out;
}

Result<Response> GetForm(Service& service, const Request& request) {
    RT_TRY(const Which which, FormOf(service, request));
    RT_TRY(const auto form, service.needs().db.Read([&](Reader& reader) {
        return store::CurrentForm(reader, which.event.id, which.scope, which.stage);
    }));
    // A form that is not there yet is shown as an empty version 0, so that it can be edited like any other.
    const store::FormVersion none;
    return net::WithRev(net::Success(FormJson(form.has_value() ? form : std::optional(none))),
                        form.has_value() ? form->no : 0);
}

Result<Response> ListForms(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        json::Array data;
        for (const FormScope scope : {FormScope::kTeam, FormScope::kMember}) {
            for (const FormStage stage : {FormStage::kSubmit, FormStage::kAfterApproval}) {
                RT_TRY(const auto form, store::CurrentForm(reader, event.id, scope, stage));
                if (!form.has_value()) continue;
                json::Value one = FormJson(form);
                one.AsObject().Set("scope", scope == FormScope::kTeam ? "team" : "member");
                one.AsObject().Set("stage", StageName(stage));
                one.AsObject().Set("published_at", TimeJson(form->published_at));
                data.push_back(std::move(one));
            }
        }
        return net::Page(std::move(data), {});
    });
}

Error AsError(std::vector<base::FieldError> mistakes) {
    Error out = Fail(Code::kInvalid);
    out.fields = std::move(mistakes);
    return out;
}

Result<Response> PutForm(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const Which which, FormOf(service, request));
    std::optional<std::int64_t> no_before;
    if (!request.HeaderValue("if-match").empty()) {
        RT_TRY(no_before, net::RequireIfMatch(request));
    }
    json::Reader in(body);
    const auto& needs = service.needs();
    store::NewFormVersion form;
    form.event = which.event.id;
    form.scope = which.scope;
    form.stage = which.stage;
    form.schema = SchemaFrom(in);
    RT_CHECK_OK(in.Finish());
    if (auto mistakes = CheckSchema(form.schema); !mistakes.empty()) return AsError(std::move(mistakes));
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
    RT_CHECK_OK(RecomputeTeams(service, request, which.event.id));
    RT_CHECK_OK(service.snapshot().Refresh());
    return net::WithRev(std::move(response), no);
}

Result<Response> ListVersions(Service& service, const Request& request) {
    RT_TRY(const Which which, FormOf(service, request));
    RT_TRY(const auto versions, service.needs().db.Read([&](Reader& reader) {
        return store::VersionsOf(reader, which.event.id, which.scope, which.stage);
    }));
    json::Array data;
    for (const store::VersionItem& version : versions) {
        data.push_back(json::Object{
            {"no", version.no}, {"published_at", TimeJson(version.published_at)}, {"answers", version.answers}});
    }
    return net::Page(std::move(data), {});
}

Result<store::FormVersion> VersionOf(Service& service, const Which& which, std::string_view text) {
    const auto no = base::ParseSigned(text);
    if (!no.has_value()) return Fail(Code::kNotFound);
    RT_TRY(auto version, service.needs().db.Read([&](Reader& reader) {
        return store::FindVersion(reader, which.event.id, which.scope, which.stage, *no);
    }));
    if (!version.has_value()) return Fail(Code::kNotFound);
    return *std::move(version);
}

Result<Response> GetVersion(Service& service, const Request& request) {
    RT_TRY(const Which which, FormOf(service, request));
    RT_TRY(const auto version, VersionOf(service, which, request.Param("no")));
    json::Value out = FormJson(version);
    out.AsObject().Set("published_at", TimeJson(version.published_at));
    return net::Success(std::move(out));
}

Result<Response> GetDiff(Service& service, const Request& request) {
    RT_TRY(const Which which, FormOf(service, request));
    RT_TRY(const auto older, VersionOf(service, which, request.Query("from").value_or("")));
    RT_TRY(const auto newer, VersionOf(service, which, request.Query("to").value_or("")));
    return net::Success(ToJson(DiffForms(older.schema, newer.schema)));
}

json::Value MistakesJson(const std::vector<base::FieldError>& mistakes, base::Locale locale) {
    json::Array out;
    for (const base::FieldError& mistake : mistakes) {
        out.push_back(json::Object{{"field", mistake.field}, {"reason", mistake.reason.In(locale)}});
    }
    return out;
}

// A schema and perhaps answers, judged as publishing and answering would; nothing is kept.
Result<Response> Preview(Service& service, const Request& request) {
    RT_TRY([[maybe_unused]] const Which which, FormOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const FormSchema schema = SchemaFrom(in);
    const json::Value* given = in.OptionalObject("answers");
    RT_CHECK_OK(in.Finish());
    auto mistakes = CheckSchema(schema);
    json::Object out{{"visible", json::Array{}}, {"answers", json::Object{}}, {"derived", json::Object{}}};
    if (mistakes.empty() && given != nullptr) {
        RT_TRY(const Answers answers, AnswersFrom(*given));
        AnswerCheck check = CheckAnswers(schema, answers, DateInShanghai(request.now));
        json::Array visible;
        for (const std::string& key : check.checked.visible) visible.push_back(key);
        out.Set("visible", std::move(visible));
        out.Set("answers", ToJson(check.checked.answers));
        json::Object derived;
        if (check.checked.birth.has_value()) derived.Set("birth_date", FormatDate(*check.checked.birth));
        if (check.checked.gender.has_value()) derived.Set("gender", Word(*check.checked.gender));
        out.Set("derived", std::move(derived));
        mistakes = std::move(check.mistakes);
    }
    out.Set("valid", mistakes.empty());
    out.Set("mistakes", MistakesJson(mistakes, request.locale));
    return net::Success(std::move(out));
}

Result<Response> ListTypes(Service& /*service*/, const Request& /*request*/) {
    constexpr std::string_view kValues[] = {"none", "text", "int", "bool", "list"};
    constexpr std::string_view kBounds[] = {"none", "characters", "value", "choices", "files"};
    json::Array data;
    for (std::size_t i = 0; i < WordsOf<FieldType>().size(); ++i) {
        const FieldTypeInfo& info = InfoOf(static_cast<FieldType>(i));
        data.push_back(json::Object{{"type", WordsOf<FieldType>()[i]},
                                    {"label", json::Object{{"zh", info.label.zh}, {"en", info.label.en}}},
                                    {"value", kValues[static_cast<std::size_t>(info.value)]},
                                    {"bounds", kBounds[static_cast<std::size_t>(info.bounds)]},
                                    {"options", info.options},
                                    {"tree", info.tree},
                                    {"files", info.files},
                                    {"pattern", info.pattern},
                                    {"unique", info.unique},
                                    {"sensitive", info.sensitive}});
    }
    return net::Page(std::move(data), {});
}

constexpr const char* kFormExample =
    R"({"fields":[{"key":"phone","type":"mobile_cn","label":{"zh":"手机号","en":"Mobile"},"required":true},)"
    R"({"key":"size","type":"single","label":{"zh":"T恤尺码","en":"T-shirt size"},"required":false,)"
    R"("options":[{"id":"m","label":{"zh":"中","en":"M"}},{"id":"l","label":{"zh":"大","en":"L"}}]}]})";
constexpr const char* kPreviewExample =
    R"({"fields":[{"key":"student","type":"bool","label":{"zh":"在校学生"}},{"key":"school","type":"text",)"
    R"("label":{"zh":"学校"},"required":true,"visible_if":"student == true"}],"answers":{"student":true}})";

}  // namespace

net::RouteTable FormRoutes(Service& service, const std::string& base) {
    constexpr auto kView = net::Permission::kEventView;
    constexpr auto kEdit = net::Permission::kFormEdit;
    constexpr auto kOfEvent = net::Scope::kEvent;
    const std::string form = "/organiser/events/{event}/forms/{scope}";
    Table table(service, base);
    table.Add("form.list", Method::kGet, "/organiser/events/{event}/forms", kView, kOfEvent,
              "The current forms of every scope and stage.", {}, ListForms);
    table.Add("form.get", Method::kGet, form, kView, kOfEvent,
              "The current version of a form (team or member; ?stage=submit|after_approval).", {}, GetForm);
    table.Add("form.publish", Method::kPut, form, kEdit, kOfEvent, "Publishes a new version of a form.", kFormExample,
              PutForm);
    table.Add("form.versions", Method::kGet, form + "/versions", kView, kOfEvent,
              "The versions of a form, newest first.", {}, ListVersions);
    table.Add("form.version", Method::kGet, form + "/versions/{no}", kView, kOfEvent, "One version of a form.", {},
              GetVersion);
    table.Add("form.diff", Method::kGet, form + "/diff", kView, kOfEvent,
              "What changed between two versions; ?from and ?to are their numbers.", {}, GetDiff);
    net::Route& preview =
        table.Add("form.preview", Method::kPost, form + "/preview", kEdit, kOfEvent,
                  "Judges a schema and sample answers without keeping either.", kPreviewExample, Preview);
    preview.idempotency = net::Idempotency::kNone;
    table
        .Add("form.types", Method::kGet, "/forms/types", Access::kPublic, "What every type of field is.", {}, ListTypes)
        .run = net::Run::kInline;
    return table.Take();
}

}  // namespace rt::registration::api
