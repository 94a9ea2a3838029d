// The HTTP routes of operations: probes for machines at the root, the console's under the API.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/build_info.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "net/route.h"
#include "ops/backups.h"
#include "ops/figures.h"
#include "ops/health.h"
#include "ops/life_cycle.h"
#include "ops/scheduler.h"
#include "os/address.h"
#include "storage/audit/trail.h"

namespace rt::ops {

// Gives members of GET /admin/figures from another module ("users", "registrations"); runs on the store pool.
using FiguresSource = std::function<Result<json::Object>()>;

// What an audit row names: the public id and "lin.wei" for ("user", id). Either is empty where there is none; deleted
// accounts keep their id. Runs on the store pool.
struct EntityShown {
    std::string id;
    std::string name;
};
using ShowEntity = std::function<EntityShown(std::string_view entity, std::int64_t id)>;

// The other way round: an id inside for a public id or a name; nullopt if there is none. Runs on the store pool.
using EntityId = std::function<std::optional<std::int64_t>(std::string_view entity, std::string_view text)>;

// Everything must outlive the table.
struct ApiParts {
    const Health& health;
    LifeCycle& life_cycle;
    const Scheduler& scheduler;
    const Figures& figures;
    const base::Metrics& metrics;
    const base::Clock& clock;
    storage::sql::Database& db;
    std::function<std::int64_t()> oldest_turn_ms;
    std::vector<os::Cidr> admin_allow;  // who sees details of health, and metrics
    const storage::audit::Trail& audit;
    ShowEntity show_entity;
    EntityId entity_id;
    Backups& backups;
    std::vector<FiguresSource> sources;
    base::Time started;
    std::string base = "/api/v1";
};

net::RouteTable Routes(ApiParts parts);

}  // namespace rt::ops
