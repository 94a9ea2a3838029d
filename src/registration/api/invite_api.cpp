// Invitations: made by captains, used by those who join.
#include <utility>

#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/invite_code.h"
#include "registration/store/i18n.h"

namespace rt::registration::api {
namespace {

constexpr std::int64_t kUsesDefault = 20;
constexpr std::int64_t kHoursDefault = 24 * 14;
constexpr int kCodeTries = 3;  // 40 random bits: a second try is already an event

std::string HashOf(const Service& service, std::string_view code) {
    return service.needs().privacy.BlindIndex("invite", code);
}

Result<Response> CreateOnce(Service& service, const Request& request, std::int64_t max_uses, std::int64_t hours) {
    const auto& needs = service.needs();
    const std::string code = NewInviteCode(needs.random);
    const store::NewInvite invite{request.Param("team"),
                                  needs.ids.Next<InviteId>(),
                                  base::NewPublicId(needs.random),
                                  HashOf(service, code),
                                  ShowInviteCode(code).substr(ShowInviteCode(code).size() - 2),
                                  max_uses,
                                  needs.clock.Now().Plus(hours * base::kMicrosPerHour)};
    return Commit(service, request, {"invite.create", 4, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::CreateInvite(writer, commit, invite));
                      const std::string shown = ShowInviteCode(code);
                      return json::Value(json::Object{{"id", invite.public_id},
                                                      {"code", shown},
                                                      {"code_hint", invite.code_tail},
                                                      {"url", "/join/" + shown},
                                                      {"max_uses", max_uses},
                                                      {"used", 0},
                                                      {"expires", TimeJson(invite.expires)}});
                  });
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    const auto max_uses = in.OptionalInt("max_uses", 1, kInviteUsesMax).value_or(kUsesDefault);
    const auto hours = in.OptionalInt("expires_in_hours", 1, kInviteHoursMax).value_or(kHoursDefault);
    RT_CHECK_OK(in.Finish());
    auto response = CreateOnce(service, request, max_uses, hours);
    for (int i = 1; i < kCodeTries && !response.ok() && response.error().code == Code::kAlreadyExists; ++i) {
        response = CreateOnce(service, request, max_uses, hours);
    }
    return response;
}

Result<Response> List(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto team, store::FindTeam(reader, request.Param("team")));
        if (!team.has_value()) return Fail(Code::kNotFound);
        if (!team->IsCaptain(ActorOf(request))) {
            RT_TRY(const auto me, store::FindActiveMember(reader, team->id, UserId{request.principal.user_id}));
            return Fail(me.has_value() ? Code::kForbidden : Code::kNotFound);
        }
        RT_TRY(const auto invites, store::InvitesOf(reader, team->id));
        json::Array data;
        for (const store::Invite& invite : invites) data.push_back(InviteJson(invite));
        return net::Page(std::move(data), {});
    });
}

Result<Response> Revoke(Service& service, const Request& request) {
    return Commit(service, request, {"invite.revoke", 2, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::RevokeInvite(writer, commit, request.Param("invite")));
                      return json::Value();
                  });
}

Result<std::string> CodeField(json::Reader& in, Service& service) {
    const auto code = ParseInviteCode(in.Text("code", {.size_max = 32}));
    if (!code.has_value()) {
        in.Note("code", {"邀请码为 8 位字母或数字", "An invitation code has 8 letters or digits"});
        return std::string();
    }
    return HashOf(service, *code);
}

struct Invited {
    store::Invite invite;
    store::TeamFacts team;
    std::optional<store::FormVersion> form;
};

Result<Invited> Resolve(Reader& reader, std::string_view hash) {
    RT_TRY(auto invite, store::FindInvite(reader, hash));
    if (!invite.has_value()) return Fail(Code::kNotFound, "no such code");
    RT_TRY(auto team, store::FindTeam(reader, invite->team));
    RT_CHECK(team.has_value());
    RT_TRY(auto form, store::CurrentForm(reader, team->event, FormScope::kMember));
    return Invited{*std::move(invite), *std::move(team), std::move(form)};
}

Result<Response> Lookup(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    RT_TRY(const std::string hash, CodeField(in, service));
    RT_CHECK_OK(in.Finish());
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const Invited found, Resolve(reader, hash));
        const store::Invite& invite = found.invite;
        if (invite.revoked.has_value() || invite.expires <= request.now) return Fail(Code::kInviteExpired);
        if (invite.used >= invite.max_uses) return Fail(Code::kInviteSpent);
        RT_TRY(const auto event, store::FindEvent(reader, found.team.event));
        RT_TRY(const auto division, store::FindDivision(reader, found.team.division));
        return net::Success(json::Object{
            {"team", json::Object{{"name", found.team.name},
                                  {"member_count", found.team.member_count},
                                  {"team_max", found.team.team_max}}},
            {"event", EventJson(*event, request.now, Detail::kItem)},
            {"division", json::Object{{"id", division->public_id}, {"name", store::ToJson(division->name)}}},
            {"forms", json::Object{{"member", FormJson(found.form)}}}});
    });
}

Result<Response> Join(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    store::Join join;
    RT_TRY(join.code_hash, CodeField(in, service));
    const std::string name = NameField(in, "name");
    const json::Value* answers = in.OptionalObject("answers");
    join.who.consent = in.OptionalBool("consent").value_or(false);
    RT_CHECK_OK(in.Finish());
    // The form is read before the commit. Whether the code is still good is for the commit to say: a request that is
    // repeated with its Idempotency-Key must get its first answer, though the code is spent by now.
    RT_TRY(const Invited found, needs.db.Read([&](Reader& reader) { return Resolve(reader, join.code_hash); }));
    join.who.user = UserId{request.principal.user_id};
    join.who.fresh_person = needs.ids.Next<PersonId>();
    join.who.member = needs.ids.Next<MemberId>();
    join.who.member_public_id = base::NewPublicId(needs.random);
    join.who.name = SealName(service, join.who.user, name);
    if (answers != nullptr) {
        RT_TRY(join.who.answers, PrepareAnswers(needs, found.form, {Owner::Kind::kMemberAnswers, join.who.member.value},
                                                *answers, request.now));
    }
    return Commit(service, request, {"team.join", store::kJoinIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const TeamId team, store::JoinTeam(writer, commit, join));
                      return TeamJson(writer, needs.privacy, team, ViewerOf(request));
                  });
}

}  // namespace

net::RouteTable InviteRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    Table table(service, base);
    table.Add("invite.create", Method::kPost, "/teams/{team}/invites", kWho,
              "Makes an invitation code, shown this once.", R"({"max_uses":4,"expires_in_hours":72})", Create);
    table.Add("invite.list", Method::kGet, "/teams/{team}/invites", kWho, "The team's invitations, without codes.", {},
              List);
    table.Add("invite.revoke", Method::kDelete, "/invites/{invite}", kWho, "Revokes an invitation.", {}, Revoke);
    table
        .Add("invite.lookup", Method::kPost, "/invites/lookup", kWho, "What a code leads to.",
             R"({"code":"ABCD-2345"})", Lookup)
        .idempotency = net::Idempotency::kNone;
    table.Add("invite.join", Method::kPost, "/invites/join", kWho, "Joins a team by its code.",
              R"({"code":"ABCD-2345","name":"韩梅梅","answers":{},"consent":true})", Join);
    return table.Take();
}

}  // namespace rt::registration::api
