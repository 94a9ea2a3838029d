// Quotas, their ledger, reserves, and the waiting list as the organiser sees it.
#include <algorithm>
#include <array>
#include <utility>

#include "base/parse.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/invite_code.h"
#include "registration/form_json.h"
#include "registration/public_snapshot.h"
#include "registration/store/i18n.h"
#include "registration/store/reserves.h"
#include "registration/store/waitlist.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kPublicIdMax = 32;

Result<Response> List(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto divisions, store::DivisionsOf(reader, event.id));
        RT_TRY(const auto quotas, store::QuotasOfEvent(reader, event.id));
        json::Array data;
        for (const store::Quota& quota : quotas) data.push_back(QuotaJson(quota, divisions));
        return net::Page(std::move(data), {});
    });
}

// What a PATCH of a quota asks for.
struct QuotaPatch {
    bool says_cap = false;
    std::optional<std::int64_t> cap;
    std::optional<std::string> override_reason;
    std::optional<bool> open;
};

QuotaPatch ReadPatch(json::Reader& in, const json::Value& body) {
    constexpr std::array<std::string_view, 2> kStates{"OPEN", "CLOSED"};
    QuotaPatch out;
    out.says_cap = body.Find("cap") != nullptr;
    out.cap = in.OptionalInt("cap", 0, kCapMax);
    if (const auto* wish = in.OptionalObject("override")) {
        json::Reader nested(*wish, in.PathOf("override"));
        out.override_reason = nested.Text("reason", {1, kReasonSizeMax, true});
        in.Merge(std::move(nested));
        if (!out.cap.has_value()) in.Note("cap", {"请填写名额", "Say the cap"});
    }
    if (const auto state = in.OptionalWord("state", kStates)) out.open = *state == 0;
    if (!out.says_cap && !out.open.has_value()) {
        in.Note("cap", {"请填写名额，null 表示不限", "Say the cap; null for no limit"});
    }
    return out;
}

Status ApplyPatch(Writer& writer, store::Commit& commit, const store::Quota& quota, const QuotaPatch& patch,
                  std::int64_t rev) {
    if (patch.says_cap) {
        RT_CHECK_OK(patch.override_reason.has_value()
                        ? store::OverrideCap(writer, commit, quota.id, *patch.cap, rev, *patch.override_reason)
                        : store::SetCap(writer, commit, quota.id, patch.cap, rev));
    }
    if (!patch.open.has_value()) return Ok();
    return store::SetQuotaOpen(writer, commit, quota, *patch.open, patch.says_cap ? rev + 1 : rev);
}

Result<Response> Patch(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const QuotaPatch patch = ReadPatch(in, body);
    RT_CHECK_OK(in.Finish());
    std::int64_t rev_after = 0;
    RT_TRY(auto response, Commit(service, request, {"quota.set_cap", 2, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     const std::string name = request.Param("quota");
                                     RT_TRY(const auto quota, store::FindQuota(writer, name));
                                     if (!quota.has_value()) return Fail(Code::kNotFound);
                                     RT_CHECK_OK(ApplyPatch(writer, commit, *quota, patch, rev));
                                     RT_TRY(const auto after, store::FindQuota(writer, name));
                                     rev_after = after->rev;
                                     RT_TRY(const auto divisions, store::DivisionsOf(writer, quota->event));
                                     return json::Value(QuotaJson(*after, divisions));
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return net::WithRev(std::move(response), rev_after);
}

// The divisions a CUSTOM quota is for.
std::vector<DivisionId> DivisionsField(json::Reader& in, const std::vector<store::Division>& divisions) {
    std::vector<DivisionId> out;
    const auto* list = in.List("divisions", 1, kDivisionsMax);
    if (list == nullptr) return out;
    for (const json::Value& one : *list) {
        for (const store::Division& division : divisions) {
            if (one.IsString() && one.AsString() == division.public_id) out.push_back(division.id);
        }
    }
    if (out.size() != list->size()) in.Note("divisions", {"没有这个组别", "There is no such division"});
    return out;
}

Result<Response> CreateCustom(Service& service, const Request& request, const store::Event& event, json::Reader& in) {
    constexpr std::array<std::string_view, 2> kUnits{"TEAM", "PERSON"};
    const auto& needs = service.needs();
    RT_TRY(const auto divisions, needs.db.Read([&](Reader& reader) { return store::DivisionsOf(reader, event.id); }));
    store::CustomQuota wanted{.event = event.id};
    wanted.name = I18nField(in, "name", {.size_max = kNameSizeMax});
    wanted.unit = in.Word("unit", kUnits) == 0 ? QuotaUnit::kTeam : QuotaUnit::kPerson;
    wanted.divisions = DivisionsField(in, divisions);
    const auto cap = in.Int("cap", 0, kCapMax);
    RT_CHECK_OK(in.Finish());
    const store::NewQuota fresh{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    RT_TRY(auto response, Commit(service, request, {"quota.create", 8, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::MakeCustomQuota(writer, commit, wanted, fresh));
                                     return json::Value(json::Object{{"id", fresh.public_id}});
                                 }));
    RT_CHECK_OK(FillAndCap(service, request, fresh.id, cap));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

// A cap is of an option that one of the current forms has, before or after the approval, and whose answers are not
// sealed: those cannot be counted.
Status RequireKnown(Service& service, EventId event, const store::OptionKey& wanted) {
    return service.needs().db.Read([&](Reader& reader) -> Status {
        bool field_known = false;
        for (const FormStage stage : {FormStage::kSubmit, FormStage::kAfterApproval}) {
            RT_TRY(const auto form, store::CurrentForm(reader, event, wanted.form, stage));
            const Field* field = form.has_value() ? form->schema.Find(wanted.field) : nullptr;
            if (field == nullptr || field->IsSensitive() || field->options.empty()) continue;
            field_known = true;
            const auto is_it = [&](const FieldOption& one) { return one.id == wanted.option; };
            if (std::any_of(field->options.begin(), field->options.end(), is_it)) return Ok();
        }
        if (field_known) {
            return base::InvalidField("option.option", {"这个字段没有此选项", "The field has no such option"});
        }
        return base::InvalidField("option.field",
                                  {"报名表里没有可限名额的此字段", "No form has such a field with options"});
    });
}

Result<Response> CreateOption(Service& service, const Request& request, const store::Event& event, json::Reader& in) {
    constexpr std::array<std::string_view, 2> kForms{"team", "member"};
    const auto* wish = in.Object("option");
    store::QuotaKey key{.event = event.id, .unit = QuotaUnit::kOption};
    store::OptionKey option;
    if (wish != nullptr) {
        json::Reader nested(*wish, in.PathOf("option"));
        option.form = nested.Word("form", kForms) == 0 ? FormScope::kTeam : FormScope::kMember;
        option.field = nested.Text("field", {.size_max = kNameSizeMax});
        option.option = nested.Text("option", {.size_max = kNameSizeMax});
        in.Merge(std::move(nested));
    }
    const auto cap = in.Int("cap", 0, kCapMax);
    RT_CHECK_OK(in.Finish());
    RT_CHECK_OK(RequireKnown(service, event.id, option));
    key.option = option;
    RT_CHECK_OK(SetQuotaCap(service, request, key, cap));
    RT_CHECK_OK(service.snapshot().Refresh());
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto quotas, store::QuotasOfEvent(reader, event.id));
        for (const store::Quota& quota : quotas) {
            const bool same = quota.option.has_value() && quota.option->form == option.form &&
                              quota.option->field == option.field && quota.option->option == option.option;
            if (same) return net::Created(json::Object{{"id", quota.public_id}});
        }
        return Fail(Code::kInternal);
    });
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    return body.Find("option") != nullptr ? CreateOption(service, request, event, in)
                                          : CreateCustom(service, request, event, in);
}

Result<std::int64_t> NumberCursor(std::string_view cursor) {
    if (cursor.empty()) return std::int64_t{0};
    const auto number = base::ParseSigned(cursor);
    if (!number || *number < 1) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    return *number;
}

json::Value LedgerJson(const store::LedgerRow& row) {
    return json::Object{{"at", TimeJson(row.at)},
                        {"cause", row.cause},
                        {"held", row.held},
                        {"confirmed", row.confirmed},
                        {"blocked", row.blocked},
                        {"registration", row.registration.empty() ? json::Value() : json::Value(row.registration)}};
}

Result<Response> Ledger(Service& service, const Request& request) {
    RT_TRY(const auto page, net::ReadPageQuery(request));
    RT_TRY(const std::int64_t before, NumberCursor(page.cursor));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto quota, store::FindQuota(reader, request.Param("quota")));
        if (!quota.has_value()) return Fail(Code::kNotFound);
        RT_TRY(auto rows, store::LedgerOf(reader, quota->id, before, page.limit + 1));
        const bool more = static_cast<std::int64_t>(rows.size()) > page.limit;
        if (more) rows.pop_back();
        json::Array data;
        for (const store::LedgerRow& row : rows) data.push_back(LedgerJson(row));
        return net::Page(std::move(data), more ? std::to_string(rows.back().id) : std::string());
    });
}

json::Value ReserveJson(const store::Reserve& reserve, const std::vector<store::Division>& divisions) {
    json::Value division;
    for (const store::Division& one : divisions) {
        if (one.id != reserve.division) continue;
        division = json::Object{{"id", one.public_id}, {"name", store::ToJson(one.name)}};
    }
    return json::Object{{"id", reserve.public_id},
                        {"division", std::move(division)},
                        {"note", reserve.note},
                        {"code_hint", reserve.code_tail},
                        {"teams", reserve.teams},
                        {"persons", reserve.persons},
                        {"teams_left", reserve.state == ReserveState::kOpen ? reserve.teams_left : 0},
                        {"persons_left", reserve.persons_left},
                        {"state", Word(reserve.state)},
                        {"created", TimeJson(reserve.created)},
                        {"rev", reserve.rev}};
}

Result<Response> ListReserves(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto divisions, store::DivisionsOf(reader, event.id));
        RT_TRY(const auto reserves, store::ReservesOf(reader, event.id));
        json::Array data;
        for (const store::Reserve& reserve : reserves) data.push_back(ReserveJson(reserve, divisions));
        return net::Page(std::move(data), {});
    });
}

Result<Response> CreateReserve(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const auto& needs = service.needs();
    const std::string code = NewInviteCode(needs.random);
    store::NewReserve wanted{needs.ids.Next<ReserveId>(), base::NewPublicId(needs.random)};
    wanted.event = event.id;
    wanted.division_public_id = in.Text("division", {.size_max = kPublicIdMax});
    wanted.note = in.Text("note", {.size_max = kReasonSizeMax});
    wanted.teams = in.Int("teams", 1, kCapMax);
    wanted.persons = in.OptionalInt("persons", 0, kCapMax).value_or(wanted.teams * event.team_min);
    wanted.code_hash = needs.privacy.BlindIndex("reserve", code);
    wanted.code_tail = code.substr(code.size() - 2);
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"reserve.create", 16, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::MakeReserve(writer, commit, wanted));
                                     return json::Value(json::Object{{"id", wanted.public_id},
                                                                     {"code", ShowInviteCode(code)},
                                                                     {"teams", wanted.teams},
                                                                     {"persons", wanted.persons}});
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

Result<Response> CloseReserve(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"reserve.close", store::kCommandIds, 204},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_TRY(const auto all, store::ReservesOf(writer, event.id));
                                     for (const store::Reserve& one : all) {
                                         if (one.public_id != request.Param("reserve")) continue;
                                         RT_CHECK_OK(store::CloseReserve(writer, commit, one.public_id));
                                         return json::Value();
                                     }
                                     return Fail(Code::kNotFound);
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

// "priority.seq" of the last row.
Result<store::AfterPlace> PlaceCursor(std::string_view cursor) {
    if (cursor.empty()) return store::AfterPlace{};
    const auto dot = cursor.find('.');
    const auto priority = base::ParseSigned(cursor.substr(0, dot));
    const auto seq = dot == std::string_view::npos ? std::nullopt : base::ParseSigned(cursor.substr(dot + 1));
    if (!priority || !seq) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
    return store::AfterPlace{*priority, *seq};
}

json::Value WaitingJson(const store::WaitingRow& row, base::Locale locale) {
    json::Value offer;
    if (row.offer.has_value()) {
        offer = json::Object{{"state", Word(*row.offer)}, {"expires", TimeJson(row.expires)}};
    }
    return json::Object{{"registration", RegistrationRef(row.registration, locale)},
                        {"team", json::Object{{"id", row.team_public_id}, {"name", row.team_name}}},
                        {"division", row.division_public_id},
                        {"persons", row.persons},
                        {"priority", row.priority},
                        {"skips", row.skips},
                        {"offer", std::move(offer)},
                        {"since", TimeJson(row.at)}};
}

Result<Response> Waitlist(Service& service, const Request& request) {
    RT_TRY(const auto event, EventOf(service, request));
    RT_TRY(const auto page, net::ReadPageQuery(request));
    RT_TRY(const auto after, PlaceCursor(page.cursor));
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(auto rows, store::WaitingOf(reader, event.id, after, page.limit + 1));
        RT_TRY(const std::int64_t waiting, store::CountOnList(reader, event.id));
        const bool more = static_cast<std::int64_t>(rows.size()) > page.limit;
        if (more) rows.pop_back();
        json::Array data;
        for (const store::WaitingRow& row : rows) data.push_back(WaitingJson(row, request.locale));
        json::Value next;
        if (more) next = std::to_string(rows.back().priority) + "." + std::to_string(rows.back().seq);
        return net::Success(std::move(data), json::Object{{"next_cursor", std::move(next)},
                                                          {"waiting", waiting},
                                                          {"cap", IntJson(event.policy.waitlist.cap)}});
    });
}

}  // namespace

net::RouteTable QuotaRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    constexpr auto kView = net::Permission::kRegView;
    constexpr auto kOfEvent = net::Scope::kEvent;
    Table table(service, base);
    table.Add("quota.list", Method::kGet, "/organiser/events/{event}/quotas", net::Permission::kEventView, kOfEvent,
              "The quotas of an event.", {}, List);
    table.Add("quota.create", Method::kPost, "/organiser/events/{event}/quotas", kEdit, kOfEvent,
              "A quota over several divisions, or of one option of a form field.",
              R"({"name":{"zh":"场地","en":"Hall"},"unit":"PERSON","divisions":["0123456789abcdef"],"cap":100})",
              Create);
    table.Add("quota.update", Method::kPatch, "/organiser/quotas/{quota}", kEdit, net::Scope::kQuota,
              "Changes a cap, also below use with a reason; opens and closes; needs If-Match.", R"({"cap":50})", Patch);
    table.Add("quota.ledger", Method::kGet, "/organiser/quotas/{quota}/ledger", kView, net::Scope::kQuota,
              "Every change of a quota's figures, newest first.", {}, Ledger);
    table.Add("reserve.list", Method::kGet, "/organiser/events/{event}/reserves", kEdit, kOfEvent,
              "The stock kept for invited teams.", {}, ListReserves);
    table.Add("reserve.create", Method::kPost, "/organiser/events/{event}/reserves", kEdit, kOfEvent,
              "Keeps places for invited teams; answers the code once.",
              R"({"division":"0123456789abcdef","teams":2,"persons":10,"note":"友好城市"})", CreateReserve);
    table.Add("reserve.close", Method::kPost, "/organiser/events/{event}/reserves/{reserve}/close", kEdit, kOfEvent,
              "Gives back what is left of a reserve, to the waiting list first.", "{}", CloseReserve);
    table.Add("waitlist.list", Method::kGet, "/organiser/events/{event}/waitlist", kView, kOfEvent,
              "The waiting list of an event in its order.", {}, Waitlist);
    return table.Take();
}

}  // namespace rt::registration::api
