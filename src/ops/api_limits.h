// GET and PATCH /admin/limits: every limit in force, and changing those that can be changed while the server runs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "net/route.h"
#include "ops/limits.h"
#include "storage/audit/trail.h"

namespace rt::ops {

// A limit that only a restart changes, or none at all.
struct LimitRow {
    std::string name;  // as the option or constant is called
    std::int64_t limit = 0;
    std::function<std::int64_t()> used;  // null: not counted
};

// Everything must outlive the table.
struct LimitParts {
    Limits& limits;
    std::vector<LimitRow> fixed;
    // What is in use of an adjustable limit, and what its default amounts to; -1: not known.
    std::function<std::int64_t(std::string_view name)> used;
    std::function<std::int64_t(std::string_view name)> in_force;
    storage::sql::Database& db;
    const storage::audit::Trail& audit;
    const base::Metrics& metrics;
    std::string base = "/api/v1";
};

net::RouteTable LimitRoutes(LimitParts parts);

}  // namespace rt::ops
