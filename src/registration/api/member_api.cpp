// Members: one's own form, leaving, being removed.
#include <utility>

#include "registration/api/api_internal.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kMemberIds = 16;

Result<Response> PutMe(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    const store::Actor actor = ActorOf(request);
    json::Reader in(body);
    store::UpdateMember command;
    command.team_public_id = request.Param("team");
    const std::string name = NameField(in, "name");
    const json::Value* answers = in.OptionalObject("answers");
    command.consent = in.OptionalBool("consent").value_or(false);
    RT_CHECK_OK(in.Finish());
    command.name = SealName(service, actor.user, name);
    struct Found {
        store::TeamFacts team;
        store::Member me;
        std::optional<store::FormVersion> form;
    };
    RT_TRY(const auto found, needs.db.Read([&](Reader& reader) -> Result<Found> {
        RT_TRY(auto team, store::FindTeam(reader, command.team_public_id));
        if (!team.has_value()) return Fail(Code::kNotFound);
        RT_TRY(auto me, store::FindActiveMember(reader, team->id, actor.user));
        if (!me.has_value()) return Fail(Code::kNotFound);
        RT_TRY(auto form, store::CurrentForm(reader, team->event, FormScope::kMember));
        return Found{*std::move(team), *std::move(me), std::move(form)};
    }));
    if (answers != nullptr) {
        RT_TRY(command.answers, PrepareAnswers(needs, found.form, {Owner::Kind::kMemberAnswers, found.me.id.value},
                                               *answers, request.now));
    }
    return Commit(service, request, {"member.update", kMemberIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Update(writer, commit, command));
                      return TeamJson(writer, needs.privacy, found.team.id, ViewerOf(request));
                  });
}

Result<Response> Leave(Service& service, const Request& request) {
    return Commit(service, request, {"team.leave", kMemberIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::Leave(writer, commit, request.Param("team")));
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
    Table table(service, base);
    table.Add("member.update", Method::kPut, "/teams/{team}/members/me", kWho, "One's own form and consent.",
              R"({"name":"韩梅梅","answers":{},"consent":true})", PutMe);
    table.Add("team.leave", Method::kPost, "/teams/{team}/leave", kWho, "Leaves a team.", "{}", Leave);
    table.Add("team.remove", Method::kDelete, "/teams/{team}/members/{member}", net::Permission::kRegEdit,
              net::Scope::kTeam, "Removes a member (captain, organiser).", {}, Remove);
    return AlsoConcerned(table.Take());
}

}  // namespace rt::registration::api
