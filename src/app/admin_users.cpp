#include "app/admin_users.h"

#include "auth/domain/device.h"
#include "json/reader.h"

namespace rt::app {
namespace {

constexpr std::int64_t kPageRows = 100;

json::Value UserJson(const auth::User& user) {
    return json::Object{{"id", user.public_id},
                        {"login_name", user.login_name},
                        {"display_name", user.display_name},
                        {"role", auth::Name(user.role)},
                        {"status", auth::Name(user.status)},
                        {"created", base::FormatRfc3339(user.created)},
                        {"last_active_at",
                         user.last_active_at ? json::Value(base::FormatRfc3339(*user.last_active_at)) : json::Value()}};
}

Result<auth::Role> RoleOf(std::string_view text) {
    const auto role = auth::ParseRole(text);
    if (role.has_value()) return *role;
    return base::InvalidField("role", {"角色应为 user、organiser 或 admin", "a role is user, organiser or admin"});
}

constexpr json::TextRule kAnyText{.size_min = 0, .size_max = 1000, .multiline = true};

// As it came: spaces belong to a password.
std::string PasswordOf(json::Reader& in) {
    const json::Value* value = in.Any("password");
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

Result<json::Value> EditByName(Services& services, const json::Value& args, const auth::UserEdit& edit) {
    json::Reader in(args);
    const std::string name = in.Text("login_name");
    RT_TRY(const auth::User user, services.auth->accounts().GetNamed(name));
    RT_TRY(const auth::User edited, services.auth->accounts().Edit(user.id, std::nullopt, edit, {}));
    return UserJson(edited);
}

Result<auth::User> Named(Services& services, const json::Value& args) {
    json::Reader in(args);
    const std::string name = in.Text("login_name");
    RT_CHECK_OK(in.Finish());
    return services.auth->accounts().GetNamed(name);
}

}  // namespace

Result<json::Value> CreateUser(Services& services, const json::Value& args) {
    json::Reader in(args);
    auth::NewUser wanted;
    wanted.login_name = in.Text("login_name", kAnyText);
    wanted.password = PasswordOf(in);
    wanted.display_name = in.Text("display_name");
    const std::string role = in.Text("role");
    RT_CHECK_OK(in.Finish());
    RT_TRY(wanted.role, RoleOf(role));
    RT_TRY(const auth::User user, services.auth->accounts().Create(wanted, {}));
    return UserJson(user);
}

Result<json::Value> ListUsers(Services& services, const json::Value& args) {
    json::Reader in(args);
    const auto role = in.OptionalText("role");
    RT_CHECK_OK(in.Finish());
    auth::store::Filter filter;
    filter.limit = kPageRows;
    if (role.has_value()) {
        RT_TRY(filter.role, RoleOf(*role));
    }
    json::Array rows;
    do {
        RT_TRY(const auth::UserPage page, services.auth->accounts().List(filter));
        for (const auth::User& user : page.users) rows.push_back(UserJson(user));
        filter.after = page.next;
    } while (!filter.after.empty() && rows.size() < json::kNodesMax / 20);
    return json::Value(std::move(rows));
}

Result<json::Value> GrantRole(Services& services, const json::Value& args) {
    json::Reader in(args);
    RT_TRY(const auth::Role role, RoleOf(in.Text("role")));
    auth::UserEdit edit;
    edit.role = role;
    return EditByName(services, args, edit);
}

Result<json::Value> SetPassword(Services& services, const json::Value& args) {
    json::Reader in(args);
    const std::string name = in.Text("login_name");
    const std::string password = PasswordOf(in);
    RT_CHECK_OK(in.Finish());
    RT_TRY(const auth::User user, services.auth->accounts().GetNamed(name));
    RT_TRY(const auth::User changed, services.auth->accounts().SetPassword(user.id, password, {}, {}));
    return UserJson(changed);
}

Result<json::Value> DisableUser(Services& services, const json::Value& args) {
    auth::UserEdit edit;
    edit.status = auth::UserStatus::kLocked;
    return EditByName(services, args, edit);
}

Result<json::Value> EnableUser(Services& services, const json::Value& args) {
    auth::UserEdit edit;
    edit.status = auth::UserStatus::kActive;
    return EditByName(services, args, edit);
}

Result<json::Value> UnlockUser(Services& services, const json::Value& args) {
    RT_TRY(const auth::User user, Named(services, args));
    RT_CHECK_OK(services.self->Unlock(user.id, {}));
    return UserJson(user);
}

Result<json::Value> ListUserSessions(Services& services, const json::Value& args) {
    RT_TRY(const auth::User user, Named(services, args));
    RT_TRY(const auto sessions, services.self->Sessions(user.id));
    json::Array rows;
    for (const auth::domain::Session& session : sessions) {
        rows.push_back(json::Object{{"id", session.public_id},
                                    {"device", auth::domain::DeviceLabel(session.device)},
                                    {"client", session.network},
                                    {"method", session.method},
                                    {"created", base::FormatRfc3339(session.issued)},
                                    {"last_used", base::FormatRfc3339(session.rotated)}});
    }
    return json::Value(std::move(rows));
}

Result<json::Value> EndUserSessions(Services& services, const json::Value& args) {
    RT_TRY(const auth::User user, Named(services, args));
    RT_CHECK_OK(services.auth->accounts().SignOutEverywhere(user.id, {}));
    return UserJson(user);
}

Result<json::Value> ResetUserTotp(Services& services, const json::Value& args) {
    RT_TRY(const auth::User user, Named(services, args));
    RT_CHECK_OK(services.auth->second_steps().Reset(user.id, {}));
    return UserJson(user);
}

Result<json::Value> DeleteUser(Services& services, const json::Value& args) {
    json::Reader in(args);
    const std::string wanted = in.Text("user");
    RT_CHECK_OK(in.Finish());
    auto user = services.auth->accounts().GetByLoginName(wanted);
    // Who signs in by WeChat or a code alone has no name.
    if (!user.ok()) user = services.auth->accounts().GetByPublicId(wanted);
    if (!user.ok()) return std::move(user).error();
    RT_TRY(const base::Time due, services.self->PlanEndOf(user->id, {}));
    json::Object out{{"id", user->public_id}, {"delete_at", base::FormatRfc3339(due)}};
    return json::Value(std::move(out));
}

}  // namespace rt::app
