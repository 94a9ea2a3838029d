// Everything a person would check by hand, and what to do about it.
#pragma once

#include "app/services.h"
#include "json/json.h"

namespace rt::app {

// Rows of {check, state: "ok"|"warn"|"fail", detail, remedy}. Works beside a running server and on a stopped one.
Result<json::Value> Examine(Services& services, const json::Value& args);

}  // namespace rt::app
