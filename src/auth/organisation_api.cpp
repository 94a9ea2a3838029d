// Organisations, their members and invitations to them.
#include <array>

#include "auth/access_api_internal.h"
#include "auth/service_internal.h"
#include "storage/idempotency/idempotency.h"

namespace rt::auth::api {

using net::Method;
using net::Request;
using net::Response;
using net::Scope;

namespace {

constexpr std::size_t kSearchBytesMax = 100;
constexpr std::size_t kTokenCharsMax = 100;

json::Object OrganisationJson(const Organisation& organisation) {
    return {{"id", organisation.public_id},
            {"slug", organisation.slug},
            {"name", organisation.name},
            {"state", Name(organisation.state)},
            {"personal", organisation.personal_of.value != 0},
            {"created", base::FormatRfc3339(organisation.created)},
            {"rev", organisation.rev}};
}

Result<Response> ListOwn(const AccessServices& services, const Request& request) {
    RT_TRY(const auto rows, services.organisations.Of(UserId{request.principal.user_id}));
    json::Array data;
    for (const auto& [organisation, grant] : rows) {
        json::Object one = OrganisationJson(organisation);
        one.Set("role", Name(grant.role));
        data.emplace_back(std::move(one));
    }
    return net::Page(std::move(data), {});
}

Result<Response> ListAll(const AccessServices& services, const Request& request) {
    RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
    store::OrganisationFilter filter;
    filter.limit = page.limit + 1;
    filter.text = request.Query("q").value_or("");
    if (filter.text.size() > kSearchBytesMax) {
        return base::InvalidField("q", {"搜索内容过长", "The search text is too long"});
    }
    if (!page.cursor.empty()) {
        const auto after = base::ParsePublicId(page.cursor);
        if (!after) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
        filter.after = *after;
    }
    RT_TRY(auto rows, services.organisations.List(filter));
    const bool more = std::ssize(rows) > page.limit;
    if (more) rows.pop_back();
    json::Array data;
    for (const Organisation& organisation : rows) data.emplace_back(OrganisationJson(organisation));
    return net::Page(std::move(data), more ? rows.back().public_id : std::string());
}

Result<Response> Create(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string name = in.Text("name", {.size_max = kOrganisationNameCharsMax});
    std::string slug = in.OptionalText("slug", {.size_max = 60}).value_or("");
    RT_CHECK_OK(in.Finish());
    RT_TRY(const Organisation made, services.organisations.Create(name, std::move(slug), ActorOf(request)));
    return net::WithRev(net::Created(OrganisationJson(made)), made.rev);
}

Result<Response> Get(const AccessServices& services, const Request& request) {
    RT_TRY(const Organisation organisation, services.organisations.Get(request.Param("organisation")));
    json::Object data = OrganisationJson(organisation);
    data.Set("permissions", PermissionsJson(request.held));
    return net::WithRev(net::Success(std::move(data)), organisation.rev);
}

Result<Response> Patch(const AccessServices& services, const Request& request) {
    static constexpr std::array<std::string_view, 2> kStates{"ACTIVE", "CLOSED"};
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    OrganisationEdit edit;
    edit.name = in.OptionalText("name", {.size_max = kOrganisationNameCharsMax});
    edit.slug = in.OptionalText("slug", {.size_max = 60});
    if (const auto state = in.OptionalWord("state", kStates)) {
        edit.state = *state == 0 ? OrganisationState::kActive : OrganisationState::kClosed;
    }
    RT_CHECK_OK(in.Finish());
    if (edit.state && !request.held.Has(Permission::kOrgOwn)) {
        return Fail(Code::kForbidden, "closing an organisation needs org.own");
    }
    RT_TRY(const Organisation after,
           services.organisations.Edit(request.Param("organisation"), rev, edit, ActorOf(request)));
    return net::WithRev(net::Success(OrganisationJson(after)), after.rev);
}

Result<Response> Leave(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_CHECK_OK(services.grants.Leave(UserId{request.principal.user_id}, scope, ActorOf(request)));
    return net::Success(json::Object{{"left", true}});
}

Result<Response> HandOver(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    const std::string name = in.Text("user", {.size_max = 100});
    RT_CHECK_OK(in.Finish());
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_TRY(const User user, ReadUser(services.service, name));
    RT_CHECK_OK(services.organisations.HandOver(OrganisationId{scope.organisation}, user.id, ActorOf(request)));
    return ListGrants(services, request);
}

json::Object InvitationJson(const Invitation& invitation) {
    return {{"id", invitation.public_id},
            {"role", Name(invitation.role)},
            {"target", invitation.target.empty() ? json::Value() : json::Value(invitation.target)},
            {"state", Name(invitation.state)},
            {"created", base::FormatRfc3339(invitation.created)},
            {"expires", base::FormatRfc3339(invitation.expires)}};
}

struct Wanted {
    NewInvitation invitation;
    std::optional<domain::Contact> to;
};

Result<Wanted> ReadWanted(const AccessServices& services, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    Wanted wanted;
    wanted.invitation.role = ReadGrantRole(in);
    wanted.invitation.hours =
        in.OptionalInt("expires_in_hours", 1, kInvitationHoursMax).value_or(kInvitationHoursDefault);
    if (const auto email = in.OptionalText("email", {.size_max = domain::kEmailBytesMax})) {
        wanted.to = ContactTyped(*email);
        if (!wanted.to || wanted.to->channel != domain::Channel::kEmail) {
            in.Note("email", {"邮箱地址无效", "This is not an e-mail address"});
        }
    }
    RT_CHECK_OK(in.Finish());
    const Options& options = services.service.options();
    if (wanted.to && !(options.email_codes && options.mailed_links)) {
        return base::FailText(Code::kChannelUnavailable,
                              {"未启用邮件邀请，请改用邀请链接", "Invitations by mail are not set up; use the link"});
    }
    if (wanted.to) wanted.invitation.target = domain::Masked(*wanted.to);
    return wanted;
}

// Behind '#': browsers do not send it, so no log holds it.
std::string LinkOf(const std::string& token) {
    return "/organisations/join#" + token;
}

Result<Message> MailOf(const AccessServices& services, const Request& request, const domain::Contact& to,
                       const Organisations::Draft& draft) {
    RT_TRY(const Organisation organisation, services.organisations.Get(draft.invitation.organisation));
    RT_TRY(const User inviter, services.service.accounts().Get(UserId{request.principal.user_id}));
    const RoleInfo& role = Info(draft.invitation.role);
    const bool zh = request.locale == base::Locale::kZhCn;
    return services.service.messages().Invite(to, request.locale,
                                              {.organisation = organisation.name,
                                               .inviter = inviter.display_name,
                                               .role = zh ? role.text_zh : role.text_en,
                                               .link = LinkOf(draft.token),
                                               .expires = draft.invitation.expires});
}

// What a mail carries is not told to whoever sends it: the invitation is for who reads that mailbox.
json::Object AnswerOf(const Organisations::Draft& draft) {
    json::Object data = InvitationJson(draft.invitation);
    data.Set("token", draft.mail ? json::Value() : json::Value(draft.token));
    data.Set("url", draft.mail ? json::Value() : json::Value(LinkOf(draft.token)));
    return data;
}

Result<Response> Invite(const AccessServices& services, const Request& request) {
    namespace idempotency = storage::idempotency;
    RT_TRY(const Wanted wanted, ReadWanted(services, request));
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    const Granter granter = GranterOf(request);
    RT_TRY(Organisations::Draft draft,
           services.organisations.DraftInvitation(OrganisationId{scope.organisation}, wanted.invitation, granter));
    if (wanted.to) {
        RT_TRY(draft.mail, MailOf(services, request, *wanted.to, draft));
    }
    RT_TRY(idempotency::Key key, idempotency::ReadKey(request.HeaderValue("idempotency-key"), request.principal.user_id,
                                                      "POST " + request.path, request.body));
    const Service::Parts& parts = services.service.parts();
    if (!key.key.empty()) {
        idempotency::SealAnswers(key, services.service.options().field_ring->FixedKey("auth.answers"), parts.random);
    }
    const std::string body = net::Created(AnswerOf(draft)).body;
    RT_TRY(const idempotency::Answer answer,
           idempotency::Write(parts.db, key, draft.invitation.created, "invitation.create",
                              [&](storage::sql::Writer& writer) -> Result<idempotency::Answer> {
                                  RT_CHECK_OK(services.organisations.InviteIn(writer, draft, granter.actor));
                                  return idempotency::Answer{201, body, false};
                              }));
    Response response = net::Created(json::Object{});
    response.body = answer.body;
    if (answer.replayed) response.With("Idempotency-Replayed", "true");
    response.With("Cache-Control", "no-store");
    return response;
}

Result<Response> ListInvitations(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_TRY(const auto rows, services.organisations.Invitations(OrganisationId{scope.organisation}));
    json::Array data;
    for (const Invitation& invitation : rows) data.emplace_back(InvitationJson(invitation));
    return net::Page(std::move(data), {});
}

Result<Response> RevokeInvitation(const AccessServices& services, const Request& request) {
    RT_TRY(const ScopeIds scope, ScopeOf(services, request));
    RT_CHECK_OK(services.organisations.Revoke(OrganisationId{scope.organisation}, request.Param("invitation"),
                                              GranterOf(request)));
    return net::NoContent();
}

Result<std::string> ReadToken(const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    std::string token = in.Text("token", {.size_max = kTokenCharsMax});
    RT_CHECK_OK(in.Finish());
    return token;
}

json::Object OfferJson(const Organisations::Offer& offer) {
    return {{"organisation", json::Object{{"id", offer.organisation.public_id},
                                          {"slug", offer.organisation.slug},
                                          {"name", offer.organisation.name}}},
            {"role", Name(offer.invitation.role)},
            {"expires", base::FormatRfc3339(offer.invitation.expires)}};
}

Result<Response> LookUp(const AccessServices& services, const Request& request) {
    RT_TRY(const std::string token, ReadToken(request));
    RT_TRY(const auto offer, services.organisations.LookUp(token));
    return net::Success(OfferJson(offer));
}

Result<Response> Accept(const AccessServices& services, const Request& request) {
    RT_TRY(const std::string token, ReadToken(request));
    RT_TRY(const auto offer, services.organisations.Accept(token, UserId{request.principal.user_id}, ActorOf(request)));
    return net::Success(OfferJson(offer));
}

constexpr const char* kTokenExample = R"({"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})";

}  // namespace

net::RouteTable OrganisationRoutes(const AccessServices& services, const std::string& base) {
    const std::string one = "/organisations/{organisation}";
    constexpr Scope kHere = Scope::kOrganisation;
    AccessTable table(services, base);
    table.Add("admin.organisation.list", Method::kGet, "/admin/organisations", Permission::kUserView, Scope::kPlatform,
              "All organisations, newest first (?q, ?limit, ?cursor).", {}, ListAll);
    table.Add("organisation.mine", Method::kGet, "/organisations", "The caller's organisations with his role.", {},
              ListOwn);
    table.Add("organisation.create", Method::kPost, "/organisations", Permission::kOrgCreate, Scope::kPlatform,
              "Makes an organisation; the maker owns it.", R"({"name":"第一中学","slug":"no1-school"})", Create);
    table.Add("organisation.get", Method::kGet, one, Permission::kEventView, kHere,
              "An organisation and what the caller may do there.", {}, Get);
    table.Add("organisation.edit", Method::kPatch, one, Permission::kOrgEdit, kHere,
              "Changes name and address, closes it (owners) or opens it again (administrators); needs If-Match.",
              R"({"name":"第一中学"})", Patch);
    table.Add("organisation.members", Method::kGet, one + "/members", Permission::kEventView, kHere, "The members.", {},
              ListGrants);
    table.Add("organisation.member.change", Method::kPatch, one + "/members/{member}", Permission::kMemberManage, kHere,
              "Changes a member's role; needs If-Match.", R"({"role":"editor","expires":null})", ChangeGrant);
    table.Add("organisation.member.remove", Method::kDelete, one + "/members/{member}", Permission::kMemberManage,
              kHere, "Removes a member; it holds at once.", {}, TakeGrant);
    table.Add("organisation.leave", Method::kPost, one + "/leave", Permission::kEventView, kHere,
              "Gives one's own role up; the last owner stays.", {}, Leave);
    table.Add("organisation.hand_over", Method::kPost, one + "/handover", Permission::kOrgOwn, kHere,
              "Makes another member the owner; the caller becomes a manager.", R"({"user":"lin"})", HandOver);
    return table.Take();
}

net::RouteTable InvitationRoutes(const AccessServices& services, const std::string& base) {
    const std::string path = "/organisations/{organisation}/invitations";
    constexpr Scope kHere = Scope::kOrganisation;
    constexpr Permission kManage = Permission::kMemberManage;
    AccessTable table(services, base);
    table
        .Add("organisation.invite", Method::kPost, path, kManage, kHere,
             "Makes an invitation, for one person: its token is shown this once, or mailed to `email` alone. 503 "
             "CHANNEL_UNAVAILABLE when no mail can be sent.",
             R"({"role":"editor","expires_in_hours":168})", Invite)
        .idempotency = net::Idempotency::kAccepted;
    table.Add("organisation.invitation.list", Method::kGet, path, kManage, kHere, "Open invitations.", {},
              ListInvitations);
    table.Add("organisation.invitation.revoke", Method::kDelete, path + "/{invitation}", kManage, kHere,
              "Revokes an invitation.", {}, RevokeInvitation);
    table.Add("organisation.invitation.lookup", Method::kPost, "/organisation-invitations/lookup",
              "What an invitation leads to.", kTokenExample, LookUp);
    table.Add("organisation.invitation.accept", Method::kPost, "/organisation-invitations/accept",
              "Accepts an invitation.", kTokenExample, Accept);
    return table.Take();
}

}  // namespace rt::auth::api
