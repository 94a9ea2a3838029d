#include "app/admin_access.h"

#include "auth/keys.h"
#include "json/reader.h"

namespace rt::app {
namespace {

constexpr json::TextRule kAnyText{.size_min = 0, .size_max = 1000, .multiline = true};

// What a command says of its place, before it is looked up.
struct PlaceNames {
    std::optional<std::string> organisation;
    std::optional<std::string> event;
};

PlaceNames ReadPlace(json::Reader& in) {
    return {in.OptionalText("organisation"), in.OptionalText("event")};
}

Result<auth::ScopeIds> Resolve(Services& services, const PlaceNames& names) {
    if (names.event) {
        RT_TRY(const auto scope, services.scopes->Find(net::Scope::kEvent, *names.event));
        if (scope) return *scope;
        return base::InvalidField("event", {"没有这个活动", "there is no such event"});
    }
    if (!names.organisation) return auth::ScopeIds{};
    const auto organisation = services.organisations->Get(*names.organisation);
    if (organisation.ok()) return auth::ScopeIds{organisation->id.value, 0};
    return base::InvalidField("organisation", {"没有这个组织", "there is no such organisation"});
}

Result<json::Value> GrantJson(Services& services, const auth::Grant& grant) {
    std::string where = "platform";
    if (grant.scope.event != 0) {
        RT_TRY(const auto event, services.scopes->Event(grant.scope.event));
        where = event ? "event " + event->Find("slug")->AsString() : "event";
    } else if (grant.scope.organisation != 0) {
        RT_TRY(const auto of, services.organisations->Get(auth::OrganisationId{grant.scope.organisation}));
        where = "organisation " + of.slug;
    }
    return json::Value(
        json::Object{{"id", grant.public_id},
                     {"login_name", grant.login_name},
                     {"role", auth::Name(grant.role)},
                     {"where", where},
                     {"granted_at", base::FormatRfc3339(grant.granted_at)},
                     {"expires", grant.expires ? json::Value(base::FormatRfc3339(*grant.expires)) : json::Value()}});
}

json::Value TokenJson(const auth::ApiToken& token) {
    return json::Object{
        {"id", token.public_id},
        {"name", token.name},
        {"permissions", auth::Words(token.permissions)},
        {"created", base::FormatRfc3339(token.created)},
        {"expires", base::FormatRfc3339(token.expires)},
        {"last_used", token.last_used ? json::Value(base::FormatRfc3339(*token.last_used)) : json::Value()}};
}

Result<auth::User> UserOf(Services& services, json::Reader& in) {
    return services.auth->accounts().GetNamed(in.Text("login_name", kAnyText));
}

}  // namespace

Result<json::Value> GiveGrant(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::User user, UserOf(services, in));
    const auto role = auth::ParseGrantRole(in.Text("role"));
    const PlaceNames place = ReadPlace(in);
    const auto until = in.OptionalTime("until");
    RT_CHECK_OK(in.Finish());
    if (!role) return base::InvalidField("role", {"没有这个角色", "there is no such role"});
    RT_TRY(const auth::ScopeIds scope, Resolve(services, place));
    RT_TRY(const auto grant, services.grants->Give({user.id, *role, scope, until}, auth::Granter::Operator()));
    return GrantJson(services, grant);
}

Result<json::Value> TakeGrant(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::User user, UserOf(services, in));
    const PlaceNames place = ReadPlace(in);
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auth::ScopeIds scope, Resolve(services, place));
    RT_TRY(const auto grants, services.grants->Of(user.id));
    for (const auth::Grant& grant : grants) {
        if (grant.scope != scope) continue;
        RT_CHECK_OK(services.grants->Take(grant.public_id, scope, auth::Granter::Operator()));
        return GrantJson(services, grant);
    }
    return Fail(Code::kNotFound);
}

Result<json::Value> ListGrants(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::User user, UserOf(services, in));
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auto grants, services.grants->Of(user.id));
    json::Array rows;
    for (const auth::Grant& grant : grants) {
        RT_TRY(json::Value row, GrantJson(services, grant));
        rows.push_back(std::move(row));
    }
    return json::Value(std::move(rows));
}

Result<json::Value> CreateToken(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::User user, UserOf(services, in));
    auth::NewToken wanted;
    wanted.user = user.id;
    wanted.name = in.Text("name");
    const std::string words = in.Text("permissions", {.size_max = 1000});
    wanted.permissions = auth::ParseWords(words);
    wanted.days = in.OptionalInt("days", 1, auth::kTokenDaysMax).value_or(auth::kTokenDaysDefault);
    const PlaceNames place = ReadPlace(in);
    RT_CHECK_OK(in.Finish());
    if (auth::Words(wanted.permissions).size() != words.size()) {
        return base::InvalidField("permissions", {"没有这个权限", "there is no such permission, or it is said twice"});
    }
    RT_TRY(wanted.scope, Resolve(services, place));
    RT_TRY(const auto made, services.tokens->Create(wanted, {}));
    json::Value out = TokenJson(made.first);
    out.AsObject().Set("token", made.second);
    return out;
}

Result<json::Value> ListTokens(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::User user, UserOf(services, in));
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auto tokens, services.tokens->Of(user.id));
    json::Array rows;
    for (const auth::ApiToken& token : tokens) rows.push_back(TokenJson(token));
    return json::Value(std::move(rows));
}

Result<json::Value> RevokeToken(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::User user, UserOf(services, in));
    const std::string id = in.Text("id");
    RT_CHECK_OK(in.Finish());
    RT_CHECK_OK(services.tokens->Revoke(id, user.id, {}));
    return json::Value(json::Object{{"id", id}, {"revoked", true}});
}

namespace {

// What is told of a key: never the key.
json::Value KeyJson(const auth::SigningKey& key) {
    const auto made = crypto::JwtKey::Make(key.algorithm, key.material);
    return json::Object{{"kid", made.ok() ? made->id() : std::string()},
                        {"algorithm", Name(key.algorithm)},
                        {"signs_from", base::FormatRfc3339(key.signs_from)}};
}

Status OwnKeys(const Services& services) {
    if (services.auth->options().jwt_secrets.empty()) return Ok();
    const char* zh = "密钥由配置 auth.jwt_secret 给定；请修改配置后重启";
    const char* en = "the key is given by auth.jwt_secret; change the configuration and restart";
    return base::FailText(Code::kInvalidState, {zh, en});
}

}  // namespace

Result<json::Value> RotateJwtKey(Services& services, const json::Value& args) {
    json::Reader in(args);
    const bool at_once = in.OptionalBool("now").value_or(false);
    RT_CHECK_OK(in.Finish());
    RT_CHECK_OK(OwnKeys(services));
    const auth::Options& options = services.auth->options();
    Stores& stores = services.stores;
    RT_TRY(const auto made, auth::RotateSigningKey(options.jwt_folder, options.jwt.algorithm,
                                                   at_once ? auth::Rotation::kAtOnce : auth::Rotation::kGentle,
                                                   stores.random, stores.clock.Now()));
    json::Value out = KeyJson(made);
    const base::Time now = stores.clock.Now();
    RT_CHECK_OK(stores.db->Write("jwt_key.rotate", [&](storage::sql::Writer& writer) {
        return auth::AppendAudit(*stores.trail, writer,
                                 {at_once ? "jwt_key.replace" : "jwt_key.rotate", {}, 0, nullptr, out, "server"}, now);
    }));
    RT_CHECK_OK(services.auth->ReloadKeys());
    return out;
}

Result<json::Value> ListJwtKeys(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_CHECK_OK(in.Finish());
    RT_CHECK_OK(OwnKeys(services));
    RT_TRY(const auto keys, auth::LoadSigningKeys(services.auth->options().jwt_folder));
    json::Array rows;
    for (const auth::SigningKey& key : keys) rows.push_back(KeyJson(key));
    return json::Value(std::move(rows));
}

}  // namespace rt::app
