// Everything a person would check by hand, and what to do about it.
#pragma once

#include "app/services.h"
#include "base/work.h"
#include "json/json.h"

namespace rt::app {

// Rows of {check, state: "ok"|"warn"|"fail", detail, remedy}. Works beside a running server and on a stopped one.
// UNAVAILABLE when `work` was stopped.
Result<json::Value> Examine(Services& services, const json::Value& args, const base::Work& work);

}  // namespace rt::app
