// Invitations: made by captains, used by those who join.
#include <utility>

#include "auth/domain/contact.h"
#include "auth/domain/credentials.h"
#include "auth/identities.h"
#include "auth/user_store.h"
#include "base/encoding.h"
#include "net/editing.h"
#include "registration/api/participants.h"
#include "registration/domain/invite_code.h"
#include "registration/store/i18n.h"
#include "text/normalise.h"

namespace rt::registration::api {
namespace {

constexpr std::int64_t kUsesDefault = 20;
constexpr std::int64_t kHoursDefault = 24 * 14;
constexpr int kCodeTries = 3;  // 40 random bits: a second try is already an event
constexpr std::size_t kTokenLength = 32;
constexpr std::size_t kTargetSizeMax = 254;

std::string HashOf(const Service& service, std::string_view code) {
    return service.needs().privacy.BlindIndex("invite", code);
}

struct InviteInput {
    InviteKind kind = InviteKind::kCode;
    MemberRole role = MemberRole::kPlayer;
    std::int64_t max_uses = kUsesDefault;
    std::int64_t hours = kHoursDefault;
    std::string target;
};

Result<InviteInput> ReadInput(const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    json::Reader in(body);
    InviteInput out;
    out.kind = static_cast<InviteKind>(in.OptionalWord("kind", WordsOf<InviteKind>()).value_or(0));
    const auto role = in.OptionalWord("role", WordsOf<MemberRole>());
    if (role.has_value()) out.role = static_cast<MemberRole>(*role);
    if (out.role == MemberRole::kCaptain)
        in.Note("role", {"队长须通过移交更换", "The captain changes by handing over"});
    out.max_uses = in.OptionalInt("max_uses", 1, kInviteUsesMax).value_or(kUsesDefault);
    out.hours = in.OptionalInt("expires_in_hours", 1, kInviteHoursMax).value_or(kHoursDefault);
    const bool direct = out.kind == InviteKind::kDirect;
    if (direct) out.target = in.Text("target", {.size_max = kTargetSizeMax});
    if (direct) out.max_uses = 1;
    RT_CHECK_OK(in.Finish());
    return out;
}

// An account by its login name, or an address. Whether an address has an account is told to nobody.
Result<store::InviteTarget> TargetOf(Service& service, const std::string& typed, InviteId invite) {
    const auto& needs = service.needs();
    store::InviteTarget out;
    out.sealed = needs.privacy.Seal({Owner::Kind::kInviteTarget, invite.value}, typed);
    const std::string nfkc = text::Nfkc(typed).value_or("");
    const bool mail = nfkc.find('@') != std::string::npos;
    if (const auto contact = mail ? auth::domain::ParseEmail(nfkc) : auth::domain::ParsePhone(nfkc)) {
        out.identity = needs.identities.BlindIndex(auth::ProofOf(*contact).key);
        return out;
    }
    RT_TRY(const auto user, needs.db.Read([&](Reader& reader) {
        return auth::store::FindByLoginName(reader, auth::domain::NormaliseLoginName(typed));
    }));
    if (!user.has_value()) {
        return base::InvalidField("target", {"没有这个用户名", "There is no user of this name"});
    }
    out.user = UserId{user->id.value};
    return out;
}

Result<store::NewInvite> MakeInvite(Service& service, const Request& request, const InviteInput& input,
                                    const std::string& code) {
    const auto& needs = service.needs();
    store::NewInvite out;
    out.team_public_id = request.Param("team");
    out.id = needs.ids.Next<InviteId>();
    out.public_id = base::NewPublicId(needs.random);
    out.max_uses = input.max_uses;
    out.expires = needs.clock.Now().Plus(input.hours * base::kMicrosPerHour);
    out.kind = input.kind;
    out.role = input.role;
    if (input.kind == InviteKind::kDirect) {
        out.code_hash = "direct:" + out.public_id;
        out.member = needs.ids.Next<MemberId>();
        out.member_public_id = base::NewPublicId(needs.random);
        RT_TRY(out.target, TargetOf(service, input.target, out.id));
        return out;
    }
    out.code_hash = HashOf(service, code);
    out.code_tail = code.substr(code.size() - 2);
    return out;
}

Result<Response> CreateOnce(Service& service, const Request& request, const InviteInput& input) {
    const auto& needs = service.needs();
    const bool link = input.kind == InviteKind::kLink;
    const std::string code =
        link ? base::NewPublicId(needs.random) + base::NewPublicId(needs.random) : NewInviteCode(needs.random);
    RT_TRY(store::NewInvite invite, MakeInvite(service, request, input, code));
    const std::string shown = link ? code : ShowInviteCode(code);
    if (input.kind == InviteKind::kCode) invite.code_tail = shown.substr(shown.size() - 2);
    return Commit(service, request, {"invite.create", 8, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::CreateInvite(writer, commit, invite));
                      const bool direct = input.kind == InviteKind::kDirect;
                      return json::Value(json::Object{{"id", invite.public_id},
                                                      {"kind", Word(invite.kind)},
                                                      {"role", Word(invite.role)},
                                                      {"code", direct || link ? json::Value() : json::Value(shown)},
                                                      {"code_hint", invite.code_tail},
                                                      {"url", direct ? json::Value() : json::Value("/join/" + shown)},
                                                      {"max_uses", invite.max_uses},
                                                      {"used", 0},
                                                      {"expires", TimeJson(invite.expires)}});
                  });
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const InviteInput input, ReadInput(request));
    auto response = CreateOnce(service, request, input);
    for (int i = 1; i < kCodeTries && !response.ok() && response.error().code == Code::kAlreadyExists; ++i) {
        response = CreateOnce(service, request, input);
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

// The hash of what was typed, or of the long token of a link.
std::string CodeField(json::Reader& in, Service& service) {
    const std::string typed = in.Text("code", {.size_max = 64});
    if (typed.size() == kTokenLength) return HashOf(service, typed);
    const auto code = ParseInviteCode(typed);
    if (!code.has_value()) {
        in.Note("code", {"邀请码为 8 位字母或数字", "An invitation code has 8 letters or digits"});
        return {};
    }
    return HashOf(service, *code);
}

struct InvitedTo {
    store::Invite invite;
    store::TeamFacts team;
    std::optional<store::FormVersion> form;
};

Result<InvitedTo> TeamOf(Reader& reader, store::Invite invite) {
    RT_TRY(auto team, store::FindTeam(reader, invite.team));
    RT_CHECK(team.has_value());
    RT_TRY(auto form, store::CurrentForm(reader, team->event, FormScope::kMember));
    return InvitedTo{std::move(invite), *std::move(team), std::move(form)};
}

Result<InvitedTo> Resolve(Reader& reader, std::string_view hash) {
    RT_TRY(auto invite, store::FindInvite(reader, hash));
    if (!invite.has_value() || invite->kind == InviteKind::kDirect) return Fail(Code::kNotFound, "no such code");
    return TeamOf(reader, *std::move(invite));
}

// What an invitation leads to, for whoever holds it.
Result<json::Object> InvitedJson(Reader& reader, const InvitedTo& found, base::Time now) {
    RT_TRY(const auto event, store::FindEvent(reader, found.team.event));
    RT_TRY(const auto division, store::FindDivision(reader, found.team.division));
    const bool approval = found.team.join_policy == JoinPolicy::kApproval && found.invite.kind != InviteKind::kDirect;
    return json::Object{
        {"team",
         json::Object{
             {"name", found.team.name}, {"member_count", found.team.member_count}, {"team_max", found.team.team_max}}},
        {"role", Word(found.invite.role)},
        {"approval", approval},
        {"expires", TimeJson(found.invite.expires)},
        {"event", EventJson(*event, now, Detail::kItem)},
        {"division", json::Object{{"id", division->public_id}, {"name", store::ToJson(division->name)}}},
        {"forms", json::Object{{"member", FormJson(found.form)}}}};
}

Result<Response> Lookup(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string hash = CodeField(in, service);
    RT_CHECK_OK(in.Finish());
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const InvitedTo found, Resolve(reader, hash));
        const store::Invite& invite = found.invite;
        if (invite.revoked.has_value() || invite.expires <= request.now) return Fail(Code::kInviteExpired);
        if (invite.used >= invite.max_uses) return Fail(Code::kInviteSpent);
        RT_TRY(auto json, InvitedJson(reader, found, request.now));
        return net::Success(std::move(json));
    });
}

Result<Response> Join(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    store::Join join;
    join.code_hash = CodeField(in, service);
    const MemberInput input = ReadMember(in, NameIs::kRequired);
    RT_CHECK_OK(in.Finish());
    // The form is read before the commit. Whether the code is still good is for the commit to say: a request that is
    // repeated with its Idempotency-Key must get its first answer, though the code is spent by now.
    RT_TRY(const InvitedTo found, needs.db.Read([&](Reader& reader) { return Resolve(reader, join.code_hash); }));
    RT_TRY(join.who, MakeParticipant(service, request, input, found.form));
    return Commit(service, request, {"team.join", store::kJoinIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const TeamId team, store::JoinTeam(writer, commit, join));
                      return TeamJson(writer, needs.privacy, team, ViewerOf(request));
                  });
}

// --- Direct invitations ---

Result<json::Object> InvitationJson(Reader& reader, const store::Invite& invite, base::Time now) {
    RT_TRY(const InvitedTo found, TeamOf(reader, invite));
    RT_TRY(auto out, InvitedJson(reader, found, now));
    RT_TRY(const auto inviter, auth::store::FindById(reader, auth::UserId{invite.created_by.value}));
    out.Set("id", invite.public_id);
    out.Set("inviter", inviter.has_value() ? json::Value(inviter->display_name) : json::Value());
    return out;
}

Result<Response> ListMine(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto invites, store::InvitationsFor(reader, UserId{request.principal.user_id}, request.now));
        json::Array data;
        for (const store::Invite& invite : invites) {
            RT_TRY(auto one, InvitationJson(reader, invite, request.now));
            data.push_back(std::move(one));
        }
        return net::Page(std::move(data), {});
    });
}

Result<Response> GetMine(Service& service, const Request& request) {
    return service.needs().db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto found,
               store::FindInvitation(reader, request.Param("invite"), UserId{request.principal.user_id}));
        RT_TRY(auto json, InvitationJson(reader, found.invite, request.now));
        json.Set("state", Word(found.member.state));
        return net::Success(std::move(json));
    });
}

Result<Response> Accept(Service& service, const Request& request) {
    RT_TRY(const json::Value body, BodyOf(request));
    const auto& needs = service.needs();
    const std::string& invite = request.Param("invite");
    json::Reader in(body);
    const MemberInput input = ReadMember(in, NameIs::kOptional);
    RT_CHECK_OK(in.Finish());
    struct Found {
        store::Invited invited;
        InvitedTo to;
    };
    RT_TRY(const auto found, needs.db.Read([&](Reader& reader) -> Result<Found> {
        RT_TRY(auto invited, store::FindInvitation(reader, invite, UserId{request.principal.user_id}));
        RT_TRY(auto to, TeamOf(reader, invited.invite));
        return Found{std::move(invited), std::move(to)};
    }));
    const ExistingMember member{found.invited.member.id, found.invited.member.public_id};
    RT_TRY(const auto who, MakeParticipant(service, request, input, found.to.form, member));
    return Commit(service, request, {"invite.accept", store::kJoinIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const TeamId team, store::AcceptInvitation(writer, commit, invite, who));
                      return TeamJson(writer, needs.privacy, team, ViewerOf(request));
                  });
}

Result<Response> Decline(Service& service, const Request& request) {
    return Commit(service, request, {"invite.decline", 4, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::DeclineInvitation(writer, commit, request.Param("invite")));
                      return json::Value();
                  });
}

}  // namespace

net::RouteTable InviteRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    Table table(service, base);
    table.Add("invite.create", Method::kPost, "/teams/{team}/invites", net::Permission::kRegEdit, net::Scope::kTeam,
              "Makes an invitation: a code or a link, shown this once, or one person directly.",
              R"({"kind":"CODE","max_uses":4,"expires_in_hours":72})", Create);
    table.Add("invite.list", Method::kGet, "/teams/{team}/invites", kWho, "The team's codes and links, unreadable.", {},
              List);
    table.Add("invite.revoke", Method::kDelete, "/invites/{invite}", net::Permission::kRegEdit, net::Scope::kInvite,
              "Revokes an invitation.", {}, Revoke);
    table
        .Add("invite.lookup", Method::kPost, "/invites/lookup", kWho, "What a code leads to.",
             R"({"code":"ABCD-2345"})", Lookup)
        .idempotency = net::Idempotency::kNone;
    table.Add("invite.join", Method::kPost, "/invites/join", kWho, "Joins a team by its code or link, or asks to.",
              R"({"code":"ABCD-2345","name":"韩梅梅","answers":{},"consent":true,"documents":["0123456789abcdef"]})",
              Join);
    table.Add("invite.mine", Method::kGet, "/me/invitations", kWho, "Teams that ask the caller in.", {}, ListMine);
    table.Add("invite.get", Method::kGet, "/me/invitations/{invite}", kWho, "One of them, with the form.", {}, GetMine);
    table.Add("invite.accept", Method::kPost, "/me/invitations/{invite}/accept", kWho, "Joins the team that asked.",
              R"({"name":"韩梅梅","answers":{},"consent":true,"documents":["0123456789abcdef"]})", Accept);
    table.Add("invite.decline", Method::kPost, "/me/invitations/{invite}/decline", kWho, "Says no.", "{}", Decline);
    return AlsoConcerned(table.Take());
}

}  // namespace rt::registration::api
