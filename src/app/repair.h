// What a person would do by hand about damaged stores, on a stopped server.
#pragma once

#include "base/result.h"
#include "base/work.h"
#include "config/config.h"
#include "json/json.h"

namespace rt::app {

// Rows as those of Examine() (doctor.h). Nothing is lost without being kept aside: a copy of the database from before
// its indexes are built anew; the files of a fast side that cannot be read, after which everybody signs in again and
// rooms of Avalon begin anew. CONFLICT while a server runs.
Result<json::Value> RepairStores(const config::Config& config, const json::Value& args, const base::Work& work);

}  // namespace rt::app
