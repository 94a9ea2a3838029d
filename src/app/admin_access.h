// Administrative commands on grants, API tokens and the keys of access tokens; see admin.h. A place is named in json by
// `organisation` or `event` (public id or slug), or by neither: the platform.
#pragma once

#include "app/services.h"
#include "json/json.h"

namespace rt::app {

Result<json::Value> GiveGrant(Services& services, const json::Value& args);
Result<json::Value> TakeGrant(Services& services, const json::Value& args);
Result<json::Value> ListGrants(Services& services, const json::Value& args);
Result<json::Value> CreateToken(Services& services, const json::Value& args);
Result<json::Value> ListTokens(Services& services, const json::Value& args);
Result<json::Value> RevokeToken(Services& services, const json::Value& args);
Result<json::Value> RotateJwtKey(Services& services, const json::Value& args);
Result<json::Value> ListJwtKeys(Services& services, const json::Value& args);

}  // namespace rt::app
