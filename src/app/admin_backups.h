// Administrative commands on backups; see admin.h. Arguments: id ("latest" is one), into. `work` may stop the long
// ones.
#pragma once

#include "app/services.h"
#include "base/work.h"
#include "json/json.h"

namespace rt::app {

Result<json::Value> CreateBackup(Services& services, const json::Value& args, const base::Work& work);
Result<json::Value> ListBackups(Services& services, const json::Value& args);
Result<json::Value> ShowBackup(Services& services, const json::Value& args);
Result<json::Value> VerifyBackup(Services& services, const json::Value& args, const base::Work& work);
Result<json::Value> PruneBackups(Services& services, const json::Value& args, const base::Work& work);

// On a stopped server: checks, puts in place, keeps the old data aside, ends every session.
Result<json::Value> RestoreBackup(const config::Config& config, const json::Value& args, const base::Work& work);

}  // namespace rt::app
