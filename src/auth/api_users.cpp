// One's own account, and everybody's for administrators.
#include <array>
#include <optional>
#include <utility>

#include "auth/api_internal.h"
#include "auth/domain/credentials.h"
#include "net/editing.h"

namespace rt::auth::api {

using net::Request;
using net::Response;

namespace {

constexpr std::array<std::string_view, 3> kRoleWords{"user", "organiser", "admin"};
constexpr std::array<std::string_view, 2> kStatusWords{"ACTIVE", "LOCKED"};
constexpr std::array<std::string_view, 2> kLocaleWords{"zh-CN", "en"};
constexpr std::size_t kSearchBytesMax = 100;

std::optional<Role> ReadRole(json::Reader& in) {
    const auto index = in.OptionalWord("role", kRoleWords);
    return index ? ParseRole(kRoleWords.at(*index)) : std::nullopt;
}

class UserApi {
  public:
    UserApi(Service& service, std::string base) : service_(service), base_(std::move(base)) {}

    Result<Response> GetMe(const Request& request) const {
        RT_TRY(const User user, service_.accounts().Get(UserId{request.principal.user_id}));
        return net::WithRev(net::Success(OwnUser(user)), user.rev);
    }

    Result<Response> PatchMe(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        UserEdit edit;
        edit.display_name = in.OptionalText("display_name", {.size_max = domain::kDisplayNameCharsMax});
        if (const auto index = in.OptionalWord("locale", kLocaleWords)) {
            edit.locale = ParseLocale(kLocaleWords.at(*index));
        }
        RT_CHECK_OK(in.Finish());
        RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
        RT_TRY(const User user,
               service_.accounts().Edit(UserId{request.principal.user_id}, rev, edit, ActorOf(request)));
        return net::WithRev(net::Success(OwnUser(user)), user.rev);
    }

    Result<Response> ChangePassword(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string current = ReadPassword(in, "current_password");
        const std::string password = ReadPassword(in, "password");
        const domain::ClientKind kind = ReadClient(in);
        const ApiTokens tokens = ReadTokens(in);
        RT_CHECK_OK(in.Finish());
        const Caller caller = CallerOf(request, kind);
        RT_TRY(const SignedIn done,
               service_.ChangePassword(UserId{request.principal.user_id}, current, password, tokens, caller));
        return SessionAnswer(request, base_, done, kind, 200);
    }

    Result<Response> List(const Request& request) const {
        RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
        store::Filter filter;
        filter.limit = page.limit;
        if (!page.cursor.empty()) {
            const auto after = base::ParsePublicId(page.cursor);
            if (!after) return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            filter.after = *after;
        }
        filter.text = request.Query("q").value_or("");
        if (filter.text.size() > kSearchBytesMax) {
            return base::InvalidField("q", {"搜索内容过长", "The search text is too long"});
        }
        if (const auto role = request.Query("role"); role && !role->empty()) {
            filter.role = ParseRole(*role);
            if (!filter.role) return base::InvalidField("role", {"没有这个角色", "There is no such role"});
        }
        RT_TRY(const UserPage users, service_.accounts().List(filter));
        json::Array rows;
        for (const User& user : users.users) rows.emplace_back(AdminUser(user));
        return net::Page(std::move(rows), users.next);
    }

    Result<Response> Create(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        NewUser wanted = ReadNewUser(in, request);
        wanted.role = ReadRole(in).value_or(Role::kUser);
        RT_CHECK_OK(in.Finish());
        RT_TRY(const User user, service_.accounts().Create(wanted, ActorOf(request)));
        return net::WithRev(net::Created(AdminUser(user)), user.rev);
    }

    Result<Response> Patch(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        UserEdit edit;
        edit.role = ReadRole(in);
        edit.display_name = in.OptionalText("display_name", {.size_max = domain::kDisplayNameCharsMax});
        if (const auto index = in.OptionalWord("status", kStatusWords)) {
            edit.status = ParseUserStatus(kStatusWords.at(*index));
        }
        RT_CHECK_OK(in.Finish());
        RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
        RT_TRY(const User found, service_.accounts().GetByPublicId(request.Param("user")));
        RT_TRY(const User user, service_.accounts().Edit(found.id, rev, edit, ActorOf(request)));
        return net::WithRev(net::Success(AdminUser(user)), user.rev);
    }

    Result<Response> SetPassword(const Request& request) const {
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        const std::string password = ReadPassword(in, "password");
        RT_CHECK_OK(in.Finish());
        RT_TRY(const User found, service_.accounts().GetByPublicId(request.Param("user")));
        RT_TRY(const User user, service_.accounts().SetPassword(found.id, password, "", ActorOf(request)));
        return net::WithRev(net::Success(AdminUser(user)), user.rev);
    }

  private:
    Service& service_;
    std::string base_;
};

using Method = Result<Response> (UserApi::*)(const Request&) const;

net::Route Make(const UserApi& api, Method handler, net::Method method, std::string name, std::string pattern,
                std::string summary, std::string example) {
    net::Route route;
    route.name = std::move(name);
    route.method = method;
    route.pattern = std::move(pattern);
    route.rate_class = method == net::Method::kGet ? net::RateClass::kRead : net::RateClass::kWrite;
    route.body = example.empty() ? net::BodyKind::kNone : net::BodyKind::kJson;
    route.body_bytes_max = kBodyBytesMax;
    route.summary = std::move(summary);
    route.request_example = std::move(example);
    route.handler = [api, handler](const Request& request) { return (api.*handler)(request); };
    return route;
}

}  // namespace

net::RouteTable MeRoutes(Service& service, const std::string& base) {
    const UserApi api(service, base);
    net::RouteTable table;
    table.push_back(Make(api, &UserApi::GetMe, net::Method::kGet, "me.get", base + "/me", "The signed-in user.", ""));
    table.push_back(Make(api, &UserApi::PatchMe, net::Method::kPatch, "me.edit", base + "/me",
                         "Change one's own display name or language (If-Match).",
                         R"({"display_name":"Lin","locale":"zh-CN"})"));
    table.push_back(
        Make(api, &UserApi::ChangePassword, net::Method::kPost, "me.password", base + "/me/password",
             "Change one's own password; ends all sessions and answers with a new one. With tokens: true one's "
             "API tokens are revoked as well.",
             R"({"current_password":"correct horse battery","password":"staple the battery horse"})"));
    table.back().run = net::Run::kHash;
    table.back().rate_class = net::RateClass::kSignIn;
    return table;
}

net::RouteTable AdminRoutes(Service& service, const std::string& base) {
    const UserApi api(service, base);
    const std::string users = base + "/admin/users";
    net::RouteTable table;
    table.push_back(Make(api, &UserApi::List, net::Method::kGet, "admin.user.list", users,
                         "All accounts, newest first (?q, ?role, ?limit, ?cursor).", ""));
    table.back().cost = 2;  // a search reads every account
    table.push_back(
        Make(api, &UserApi::Create, net::Method::kPost, "admin.user.create", users, "Make an account.",
             R"({"login_name":"lin","password":"correct horse battery","display_name":"Lin","role":"organiser"})"));
    table.back().run = net::Run::kHash;
    table.push_back(Make(api, &UserApi::Patch, net::Method::kPatch, "admin.user.edit", users + "/{user}",
                         "Change role, status or display name (If-Match); effective at once.",
                         R"({"role":"organiser","status":"ACTIVE"})"));
    table.push_back(Make(api, &UserApi::SetPassword, net::Method::kPost, "admin.user.password",
                         users + "/{user}/password", "Set a password; ends all sessions of that user.",
                         R"({"password":"correct horse battery"})"));
    table.back().run = net::Run::kHash;
    for (net::Route& route : table) {
        const bool reads = route.method == net::Method::kGet;
        route.permission = reads ? net::Permission::kUserView : net::Permission::kUserManage;
    }
    return table;
}

}  // namespace rt::auth::api
