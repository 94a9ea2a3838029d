// Administrative commands on accounts; see admin.h. Arguments are named in json: login_name, role, password,
// display_name.
#pragma once

#include "app/services.h"
#include "json/json.h"

namespace rt::app {

Result<json::Value> CreateUser(Services& services, const json::Value& args);
Result<json::Value> ListUsers(Services& services, const json::Value& args);
Result<json::Value> GrantRole(Services& services, const json::Value& args);
Result<json::Value> SetPassword(Services& services, const json::Value& args);
Result<json::Value> DisableUser(Services& services, const json::Value& args);
Result<json::Value> EnableUser(Services& services, const json::Value& args);
Result<json::Value> UnlockUser(Services& services, const json::Value& args);
Result<json::Value> ListUserSessions(Services& services, const json::Value& args);
Result<json::Value> EndUserSessions(Services& services, const json::Value& args);
Result<json::Value> ResetUserTotp(Services& services, const json::Value& args);
// `user`: login name or public id.
Result<json::Value> DeleteUser(Services& services, const json::Value& args);

}  // namespace rt::app
