// The HTTP routes of operations: probes for machines at the root, the console's under the API.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/build_info.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "net/rate_limiter.h"
#include "net/route.h"
#include "ops/figures.h"
#include "ops/health.h"
#include "ops/life_cycle.h"
#include "ops/scheduler.h"
#include "os/address.h"

namespace rt::ops {

// A named part of GET /admin/figures that another module gives; runs on the store pool.
struct FiguresSection {
    std::string name;  // "users"
    std::function<Result<json::Value>()> read;
};

// A row of GET /admin/limits beside the rate limits.
struct LimitRow {
    std::string name;  // as the option or constant is called
    std::int64_t value = 0;
    std::string unit;  // "bytes", "requests per 900 s"
};

// Everything must outlive the table.
struct ApiParts {
    const Health& health;
    LifeCycle& life_cycle;
    const Scheduler& scheduler;
    const Figures& figures;
    const base::Metrics& metrics;
    const base::Clock& clock;
    const net::RateLimiter& limiter;
    storage::sql::Database& db;
    std::function<std::int64_t()> oldest_turn_ms;
    std::vector<os::Cidr> admin_allow;  // who sees details of health, and metrics
    std::vector<FiguresSection> sections;
    std::vector<LimitRow> limits;
    base::Time started;
    std::string base = "/api/v1";
};

net::RouteTable Routes(ApiParts parts);

}  // namespace rt::ops
