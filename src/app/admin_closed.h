// Administrative commands on the schema of a stopped server; see admin.h.
#pragma once

#include "base/result.h"
#include "base/work.h"
#include "config/config.h"
#include "json/json.h"

namespace rt::app {

Result<json::Value> MigrateUp(const config::Config& config, const json::Value& args, const base::Work& work);
Result<json::Value> MigrateDown(const config::Config& config, const json::Value& args, const base::Work& work);
// args: number (text).
Result<json::Value> MigrateTo(const config::Config& config, const json::Value& args, const base::Work& work);
Result<json::Value> MigrateStatus(const config::Config& config, const json::Value& args);
Result<json::Value> MigratePlan(const config::Config& config, const json::Value& args, const base::Work& work);

}  // namespace rt::app
