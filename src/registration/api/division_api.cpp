// Divisions and quotas, for the organisers of their event.
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/form_json.h"
#include "registration/public_snapshot.h"
#include "registration/store/division_rules.h"
#include "registration/store/i18n.h"

namespace rt::registration::api {
namespace {

constexpr std::int64_t kPositionMax = 1'000;

struct Caps {
    bool says_teams = false;
    bool says_persons = false;
    std::optional<std::int64_t> teams;
    std::optional<std::int64_t> persons;
};

// Members that are there are read over `division`; with `all`, code and name are needed.
Status ReadDivision(const json::Value& body, store::Division& division, Caps& caps, bool all) {
    json::Reader in(body);
    const auto says = [&](std::string_view key) { return body.Find(key) != nullptr; };
    if (all || in.Has("code")) division.code = in.Text("code", {.size_max = 20});
    if (all || in.Has("name")) division.name = I18nField(in, "name", {.size_max = kNameSizeMax});
    const auto team_min = in.OptionalInt("team_min", 1, kTeamSizeMax);
    const auto team_max = in.OptionalInt("team_max", 1, kTeamSizeMax);
    const auto reg_open = in.OptionalTime("reg_open");
    const auto reg_close = in.OptionalTime("reg_close");
    if (says("team_min")) division.team_min = team_min;
    if (says("team_max")) division.team_max = team_max;
    if (says("reg_open")) division.window.reg_open = reg_open;
    if (says("reg_close")) division.window.reg_close = reg_close;
    const auto sub_max = in.OptionalInt("sub_max", 0, kSubMax);
    if (says("sub_max")) division.sub_max = sub_max;
    if (in.Has("description")) division.description = I18nField(in, "description", {0, kSummarySizeMax, true});
    division.position = in.OptionalInt("position", 0, kPositionMax).value_or(division.position);
    if (says("rules")) division.rules = {};
    if (const json::Value* rules = in.OptionalObject("rules")) {
        json::Reader nested(*rules, "rules");
        division.rules = store::RulesFrom(nested);
        in.Merge(std::move(nested));
    }
    caps = {says("cap_teams"), says("cap_persons"), in.OptionalInt("cap_teams", 0, kCapMax),
            in.OptionalInt("cap_persons", 0, kCapMax)};
    return in.Finish();
}

Status CheckAgainstEvent(Reader& reader, const store::Division& division, const store::Event& event) {
    if (division.TeamMin(event) > division.TeamMax(event)) {
        return base::InvalidField("team_max", {"人数上限小于下限", "The maximum is below the minimum"});
    }
    if (!TimesAreOrdered(WithOverride(event.times, division.window))) {
        return base::InvalidField("reg_close", {"组别的报名时间不正确", "The division's window is not in order"});
    }
    if (auto mistakes = CheckRules(division.rules, division.TeamMax(event)); !mistakes.empty()) {
        Error error = Fail(Code::kInvalid);
        error.fields = std::move(mistakes);
        return error;
    }
    RT_TRY(const auto largest, store::LargestTeam(reader, event.id, division.id));
    if (largest <= division.TeamMax(event)) return Ok();
    const std::string size = std::to_string(largest);
    return base::InvalidField("team_max", {"已有 " + size + " 人的队伍", "There is a team of " + size});
}

Result<json::Value> Shown(Reader& reader, const store::Division& division, const store::Event& event) {
    RT_TRY(const auto quotas, store::QuotasOfEvent(reader, event.id));
    return json::Value(OrganiserDivision(division, event, quotas));
}

Result<Response> AddDivision(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto event, EventOf(service, request));
    const auto& needs = service.needs();
    store::Division division;
    Caps caps;
    RT_CHECK_OK(ReadDivision(body, division, caps, true));
    division.id = needs.ids.Next<DivisionId>();
    division.public_id = base::NewPublicId(needs.random);
    division.event = event.id;
    division.created = needs.clock.Now();
    const store::NewQuota teams{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    const store::NewQuota persons{needs.ids.Next<QuotaId>(), base::NewPublicId(needs.random)};
    const auto cap = [&](Writer& writer, store::Commit& commit, QuotaUnit unit, const store::NewQuota& fresh,
                         std::optional<std::int64_t> wanted) -> Status {
        if (!wanted.has_value()) return Ok();
        RT_TRY(const QuotaId id, store::EnsureQuota(writer, {event.id, division.id, unit}, fresh));
        return store::SetCap(writer, commit, id, wanted, std::nullopt);
    };
    RT_TRY(auto response, Commit(service, request, {"division.create", 4, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(CheckAgainstEvent(writer, division, event));
                                     RT_CHECK_OK(store::InsertDivision(writer, commit, division));
                                     RT_CHECK_OK(cap(writer, commit, QuotaUnit::kTeam, teams, caps.teams));
                                     RT_CHECK_OK(cap(writer, commit, QuotaUnit::kPerson, persons, caps.persons));
                                     return Shown(writer, division, event);
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return net::WithRev(std::move(response), 1);
}

struct Managed {
    store::Division division;
    store::Event event;
};

Result<Managed> ManagedDivision(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Managed> {
        RT_TRY(const auto division, store::FindDivisionByPublicId(reader, request.Param("division")));
        if (!division.has_value()) return Fail(Code::kNotFound);
        RT_TRY(auto event, EventById(reader, division->event));
        return Managed{*division, std::move(event)};
    });
}

Result<Response> PatchDivision(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    RT_TRY(const auto managed, ManagedDivision(service, request));
    const auto& event = managed.event;
    if (managed.division.rev != rev) return Fail(Code::kPreconditionFailed);
    store::Division division = managed.division;
    Caps caps;
    RT_CHECK_OK(ReadDivision(body, division, caps, false));
    // A cap is filled in chunks before the rest is written: what is refused leaves it as it was.
    RT_CHECK_OK(service.needs().db.Read([&](Reader& reader) { return CheckAgainstEvent(reader, division, event); }));
    if (caps.says_teams) {
        RT_CHECK_OK(SetQuotaCap(service, request, {event.id, division.id, QuotaUnit::kTeam}, caps.teams));
    }
    if (caps.says_persons) {
        RT_CHECK_OK(SetQuotaCap(service, request, {event.id, division.id, QuotaUnit::kPerson}, caps.persons));
    }
    RT_TRY(auto response, Commit(service, request, {"division.update", 4, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(CheckAgainstEvent(writer, division, event));
                                     RT_CHECK_OK(store::UpdateDivision(writer, commit, division));
                                     store::Division after = division;
                                     after.rev += 1;
                                     return Shown(writer, after, event);
                                 }));
    const store::Division& before = managed.division;
    const bool same =
        division.team_min == before.team_min && division.team_max == before.team_max && division.rules == before.rules;
    if (!same) {
        RT_CHECK_OK(RecomputeTeams(service, request, event.id));
    }
    RT_CHECK_OK(service.snapshot().Refresh());
    return net::WithRev(std::move(response), division.rev + 1);
}

Result<Response> DeleteDivision(Service& service, const Request& request) {
    RT_TRY(const auto managed, ManagedDivision(service, request));
    RT_TRY(auto response, Commit(service, request, {"division.delete", 4, 204},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::DeleteDivision(writer, commit, managed.division));
                                     return json::Value();
                                 }));
    RT_CHECK_OK(service.snapshot().Refresh());
    return response;
}

constexpr const char* kDivisionExample =
    R"({"code":"U18","name":{"zh":"少年组","en":"Under 18"},"team_min":2,"team_max":3,"cap_teams":20})";

}  // namespace

net::RouteTable DivisionRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kEventEdit;
    Table table(service, base);
    table.Add("division.create", Method::kPost, "/organiser/events/{event}/divisions", kEdit, net::Scope::kEvent,
              "Adds a division.", kDivisionExample, AddDivision);
    table.Add("division.update", Method::kPatch, "/organiser/divisions/{division}", kEdit, net::Scope::kDivision,
              "Changes a division; needs If-Match.", R"({"cap_teams":24})", PatchDivision);
    table.Add("division.delete", Method::kDelete, "/organiser/divisions/{division}", kEdit, net::Scope::kDivision,
              "Removes a division that never had a team.", {}, DeleteDivision);
    return table.Take();
}

}  // namespace rt::registration::api
