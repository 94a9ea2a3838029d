// What an organiser corrects in the answers of others (registration.md §3.2). Only the fields that are named change.
#include <utility>

#include "registration/answers.h"
#include "registration/api/api_internal.h"
#include "registration/form_json.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kIds = 24;

// What is there: whose answers, those given, and the version of the form they were given to.
struct Given {
    Owner seal;
    std::optional<store::AnswerSet> answers;
    std::optional<store::FormVersion> form;
};

Result<Given> ReadGiven(Reader& reader, std::string_view team_id, std::string_view member_id) {
    RT_TRY(const auto team, store::FindTeam(reader, team_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    Given out;
    out.seal = {Owner::Kind::kTeamAnswers, team->id.value};
    FormScope scope = FormScope::kTeam;
    auto kind = store::AnswerOwner::kTeam;
    if (!member_id.empty()) {
        RT_TRY(const auto member, store::FindMember(reader, member_id));
        if (!member.has_value() || member->team != team->id) return Fail(Code::kNotFound);
        out.seal = {Owner::Kind::kMemberAnswers, member->id.value};
        scope = FormScope::kMember;
        kind = store::AnswerOwner::kMember;
    }
    RT_TRY(out.answers, store::FindAnswersOf(reader, kind, out.seal.id, FormStage::kSubmit));
    if (out.answers.has_value()) {
        RT_TRY(out.form, store::FindFormVersion(reader, out.answers->version));
    } else {
        RT_TRY(out.form, store::CurrentForm(reader, team->event, scope));
    }
    if (!out.form.has_value()) return Fail(Code::kNotFound, "no form");
    return out;
}

Result<json::Value> Overlaid(const Privacy& privacy, const Given& given, const json::Object& changed) {
    json::Object merged;
    if (given.answers.has_value()) {
        RT_TRY(const Answers opened, OpenAnswers(privacy, *given.answers));
        merged = ToJson(opened).AsObject();
    }
    for (const auto& [key, value] : changed.members()) merged.Set(key, value);
    return json::Value(std::move(merged));
}

Result<Response> Correct(Service& service, const Request& request, const std::string& member) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const json::Value* answers = in.Object("answers");
    if (answers != nullptr && answers->AsObject().members().empty()) {
        in.Note("answers", {"请说明要改哪一项", "Say which answer changes"});
    }
    store::CorrectAnswers command{.team_public_id = request.Param("team"), .member_public_id = member};
    command.reason = in.Text("reason", {1, kReasonSizeMax, true});
    RT_CHECK_OK(in.Finish());
    const auto& needs = service.needs();
    RT_TRY(auto given, needs.db.Read([&](Reader& reader) { return ReadGiven(reader, request.Param("team"), member); }));
    RT_TRY(const json::Value merged, Overlaid(needs.privacy, given, answers->AsObject()));
    RT_TRY(auto sealed, PrepareAnswers(needs, given.form, given.seal, merged, request.now));
    RT_CHECK(sealed.has_value());
    command.answers = *std::move(sealed);
    command.before = std::move(given.answers);
    json::Array keys;
    for (const auto& [key, value] : answers->AsObject().members()) keys.push_back(key);
    command.fields = json::Encode(keys);
    return Commit(service, request, {"answers.correct", kIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Correct(writer, commit, command));
                      return json::Value(json::Object{{"changed", keys}});
                  });
}

Result<Response> OfTeam(Service& service, const Request& request) {
    return Correct(service, request, {});
}

Result<Response> OfMember(Service& service, const Request& request) {
    return Correct(service, request, request.Param("member"));
}

}  // namespace

net::RouteTable CorrectionRoutes(Service& service, const std::string& base) {
    constexpr auto kEdit = net::Permission::kRegEdit;
    const std::string example = R"({"answers":{"size":"L"},"reason":"电话里改的"})";
    Table table(service, base);
    table.Add("answers.correct_team", Method::kPatch, "/organiser/teams/{team}/answers", kEdit, net::Scope::kTeam,
              "Corrects single answers of a team, also outside the windows; the others stay.", example, OfTeam);
    table.Add("answers.correct_member", Method::kPatch, "/organiser/teams/{team}/members/{member}/answers", kEdit,
              net::Scope::kTeam, "Corrects single answers of a member, also outside the windows; the others stay.",
              example, OfMember);
    return table.Take();
}

}  // namespace rt::registration::api
