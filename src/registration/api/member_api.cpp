// Members: forms, persons one manages, roles, requests to join, leaving, being removed.
#include <utility>

#include "registration/api/participants.h"
#include "registration/store/roster.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kMemberIds = 24;

struct Own {
    store::TeamFacts team;
    store::Member member;
    std::optional<store::FormVersion> form;
};
// The caller's member of the path: "me", or one he manages.
Result<Own> ReadOwn(Reader& reader, const Request& request) {
    const UserId user{request.principal.user_id};
    RT_TRY(auto team, store::FindTeam(reader, request.Param("team")));
    if (!team.has_value()) return Fail(Code::kNotFound);
    const std::string& name = request.Param("member");
    RT_TRY(auto member,
           name == "me" ? store::FindActiveMember(reader, team->id, user) : store::FindMember(reader, name));
    if (!member.has_value() || member->team != team->id || member->user != user) return Fail(Code::kNotFound);
    RT_TRY(auto form, store::CurrentForm(reader, team->event, FormScope::kMember));
    return Own{*std::move(team), *std::move(member), std::move(form)};
}

Result<json::Value> TeamOf(Service& service, Reader& reader, const Request& request) {
    RT_TRY(const auto team, store::FindTeam(reader, request.Param("team")));
    if (!team.has_value()) return Fail(Code::kNotFound);
    return TeamJson(reader, service.needs().privacy, team->id, ViewerOf(request));
}

Result<Response> Put(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    RT_TRY(const Own own, needs.db.Read([&](Reader& reader) { return ReadOwn(reader, request); }));
    json::Reader in(body);
    const bool me = request.Param("member") == "me";
    store::UpdateMember command;
    command.team_public_id = request.Param("team");
    command.member_public_id = own.member.public_id;
    if (me || in.Has("name")) command.name = SealName(service, own.member.user, NameField(in, "name"));
    const json::Value* answers = in.OptionalObject("answers");
    command.consent = in.OptionalBool("consent").value_or(false);
    command.documents = ReadShownDocuments(in);
    RT_CHECK_OK(in.Finish());
    if (answers != nullptr) {
        RT_TRY(command.answers, PrepareAnswers(needs, own.form, {Owner::Kind::kMemberAnswers, own.member.id.value},
                                               *answers, request.now));
    }
    return Commit(service, request, {"member.update", kMemberIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Update(writer, commit, command));
                      return TeamJson(writer, needs.privacy, own.team.id, ViewerOf(request));
                  });
}

// Roles that a captain may give.
Result<MemberRole> RoleField(json::Reader& in) {
    const auto word = in.OptionalWord("role", WordsOf<MemberRole>());
    const auto role = static_cast<MemberRole>(word.value_or(static_cast<std::size_t>(MemberRole::kPlayer)));
    if (role == MemberRole::kCaptain) in.Note("role", {"队长须通过移交更换", "The captain changes by handing over"});
    return role;
}

Result<Response> Enter(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::EnterMember command;
    command.team_public_id = request.Param("team");
    RT_TRY(command.role, RoleField(in));
    const MemberInput input = ReadMember(in, NameIs::kOptional);
    if (input.person.empty()) in.Note("person", {"请选择要加入的人员", "Say which person"});
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auto form, service.needs().db.Read([&](Reader& reader) -> Result<std::optional<store::FormVersion>> {
        RT_TRY(const auto team, store::FindTeam(reader, command.team_public_id));
        if (!team.has_value()) return Fail(Code::kNotFound);
        return store::CurrentForm(reader, team->event, FormScope::kMember);
    }));
    RT_TRY(command.who, MakeParticipant(service, request, input, form));
    return Commit(service, request, {"member.enter", kMemberIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Enter(writer, commit, command));
                      return TeamOf(service, writer, request);
                  });
}

Result<Response> SetRole(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    store::ChangeRole command{request.Param("team"), request.Param("member"), MemberRole::kPlayer};
    if (!in.Has("role")) in.Note("role", {"必填", "Required"});
    RT_TRY(command.role, RoleField(in));
    RT_CHECK_OK(in.Finish());
    return Commit(service, request, {"member.role", kMemberIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::SetRole(writer, commit, command));
                      return TeamOf(service, writer, request);
                  });
}

using OnMember = Status (*)(Writer&, store::Commit&, std::string_view team, std::string_view member);

template <OnMember Do>
Result<Response> Decide(Service& service, const Request& request) {
    return Commit(service, request, {"member.decide", kMemberIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(Do(writer, commit, request.Param("team"), request.Param("member")));
                      return TeamOf(service, writer, request);
                  });
}

Result<Response> Leave(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    const std::string member = in.OptionalText("member", {.size_max = 32}).value_or("");
    RT_CHECK_OK(in.Finish());
    return Commit(service, request, {"team.leave", kMemberIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Leave(writer, commit, request.Param("team"), member));
                      return json::Value(json::Object{{"left", true}});
                  });
}

Result<Response> Remove(Service& service, const Request& request) {
    return Commit(service, request, {"team.remove", kMemberIds, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Remove(writer, commit, request.Param("team"), request.Param("member")));
                      return json::Value();
                  });
}

}  // namespace

net::RouteTable MemberRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    constexpr auto kEdit = net::Permission::kRegEdit;
    constexpr auto kTeam = net::Scope::kTeam;
    Table table(service, base);
    table.Add("member.update", Method::kPut, "/teams/{team}/members/{member}", kWho,
              "The form and consent of oneself (`me`), or of a person one manages.",
              R"({"name":"韩梅梅","answers":{},"consent":true,"documents":["0123456789abcdef"]})", Put);
    table.Add("member.enter", Method::kPost, "/teams/{team}/members", kWho, "The captain enters a person he manages.",
              R"({"person":"0123456789abcdef","role":"PLAYER","answers":{},"consent":true})", Enter);
    table.Add("member.role", Method::kPatch, "/teams/{team}/members/{member}", kEdit, kTeam,
              "Gives a member another role.", R"({"role":"SUBSTITUTE"})", SetRole);
    table.Add("member.approve", Method::kPost, "/teams/{team}/members/{member}/approve", kEdit, kTeam,
              "Takes in somebody who asked to join.", "{}", Decide<store::ApproveMember>);
    table.Add("member.reject", Method::kPost, "/teams/{team}/members/{member}/reject", kEdit, kTeam,
              "Refuses somebody who asked to join.", "{}", Decide<store::RejectMember>);
    table.Add("team.leave", Method::kPost, "/teams/{team}/leave", kWho,
              "Leaves a team, or takes back the request to join it.", "{}", Leave);
    table.Add("team.remove", Method::kDelete, "/teams/{team}/members/{member}", kEdit, kTeam,
              "Removes a member (captain, organiser).", {}, Remove);
    return AlsoConcerned(table.Take());
}

}  // namespace rt::registration::api
