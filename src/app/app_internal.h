// What the server consists of, in order; app.cpp builds it, routes.cpp and app_control.cpp say what it answers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acme/manager.h"
#include "app/app.h"
#include "app/avalon.h"
#include "app/certificates.h"
#include "app/control.h"
#include "app/couriers.h"
#include "app/server_options.h"
#include "app/services.h"
#include "app/wechat.h"
#include "net/client.h"
#include "net/server.h"
#include "ops/api.h"
#include "ops/api_limits.h"
#include "ops/figures.h"
#include "ops/health.h"
#include "ops/life_cycle.h"
#include "ops/limits.h"
#include "ops/scheduler.h"
#include "realtime/conformance.h"
#include "realtime/hub.h"
#include "storage/lease/lease.h"

namespace rt::app {

// In order of construction; destroyed in reverse.
struct App::Parts {
    Parts(const base::Clock& the_clock, base::Log& the_log, base::Metrics& the_metrics,
          const os::ServiceNotifier& the_notifier)
        : clock(the_clock), log(the_log), metrics(the_metrics), notifier(the_notifier) {}

    Status Build(ServeOptions& options, Startup& startup);
    Status BuildServices(Startup& startup, bool demo);
    Status BuildOperations();
    Status BuildCertificates(Startup& startup, bool tls_wanted);
    void StepAcme();
    net::RouteTable Routes();
    ops::EntityShown ShowEntity(std::string_view entity, std::int64_t id);
    std::optional<std::int64_t> EntityId(std::string_view entity, std::string_view text);
    Result<json::Object> UserFigures();
    void RecordActiveAccounts();
    std::vector<ops::LimitRow> FixedLimits();
    net::RouteTable LimitRoutes(const std::string& base);
    Status BuildRealtime();
    ops::LimitSettings Limits(const config::Config& wanted) const;
    Result<net::AccessLists> AccessLists(const config::Config& wanted) const;
    Status BuildServer(ServeOptions& options, Startup& startup);
    Status Announce();
    std::int64_t OldestTurnMillis() const;  // of the reactors; 0 before there are any
    void AfterHealthRound();
    Result<json::Value> Control(std::string_view command, const json::Value& args, const base::Work& work);
    Result<json::Value> HealthJson() const;
    Result<std::vector<std::string_view>> Reload();
    std::string MainUrl() const;

    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
    const os::ServiceNotifier& notifier;
    config::Config config;
    Conformance conformance = Conformance::kOff;
    std::function<Result<config::Config>()> read_config;
    std::function<void(const config::Config&)> apply_to_log;
    std::unique_ptr<Stores> stores;
    std::unique_ptr<Services> services;
    std::unique_ptr<Certificates> certificates;
    std::optional<net::Client> acme_client;
    std::optional<acme::Manager> acme;
    std::vector<os::Cidr> admin_allow;
    std::optional<ops::LifeCycle> life_cycle;
    std::optional<net::RateLimiter> limiter;
    std::optional<ops::Limits> limits;
    std::optional<ops::Figures> figures;
    std::optional<storage::lease::Keeper> leases;
    std::unique_ptr<Wechat> wechat;
    std::optional<Couriers> couriers;
    std::optional<ops::Health> health;
    std::optional<ops::Scheduler> scheduler;
    realtime::ConformanceHandler conformance_handler;
    std::optional<Avalon> avalon;
    std::optional<realtime::Hub> hub;
    std::unique_ptr<net::Admission> admission;  // the life cycle, watched by the hub
    std::vector<net::ListenOptions> listeners;
    std::atomic<net::Server*> running{nullptr};  // for the probe, which starts before the server
    std::optional<net::Server> server;
    std::unique_ptr<ControlServer> control;
    std::optional<std::string> demo_password;
    std::vector<std::string> announcements;
    std::int64_t watchdog_due_micros = 0;
    std::atomic<std::uint64_t> disk_free_bytes_min{0};
};

}  // namespace rt::app
