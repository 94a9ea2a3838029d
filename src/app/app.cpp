#include "app/app.h"

#include <atomic>
#include <optional>

#include "app/admin.h"
#include "app/control.h"
#include "app/demo.h"
#include "app/jobs.h"
#include "app/server_options.h"
#include "app/services.h"
#include "auth/api.h"
#include "base/build_info.h"
#include "base/embedded.h"
#include "net/assets.h"
#include "net/openapi.h"
#include "ops/api.h"
#include "ops/backups.h"
#include "ops/figures.h"
#include "ops/health.h"
#include "ops/life_cycle.h"
#include "ops/probes.h"
#include "os/process.h"
#include "registration/service.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> WebAssets();
}

namespace rt::app {
namespace {

// GET {prefix}/openapi.json: the document of the table as it stands, made once.
void AddOpenApi(net::RouteTable& routes, const std::string& prefix, const std::string& base) {
    const json::Value document = net::OpenApiDocument(
        routes,
        {"Roundtable", std::string(base::BuildVersion()), "Team registration: accounts, events, teams, operations."},
        base);
    net::Route route;
    route.name = "openapi";
    route.pattern = prefix + "/openapi.json";
    route.access = net::Access::kPublic;
    route.run = net::Run::kInline;
    route.summary = "This document.";
    route.handler = [text = json::Encode(document)](const net::Request&) -> Result<net::Response> {
        net::Response response;
        response.content_type = "application/json; charset=utf-8";
        response.body = text;
        return response;
    };
    routes.push_back(std::move(route));
}

}  // namespace

// In order of construction; destroyed in reverse.
struct App::Parts {
    Parts(const base::Clock& the_clock, base::Log& the_log, base::Metrics& the_metrics,
          const os::ServiceNotifier& the_notifier)
        : clock(the_clock), log(the_log), metrics(the_metrics), notifier(the_notifier) {}

    Status Build(ServeOptions& options, Startup& startup);
    Status BuildServices(Startup& startup, bool demo);
    void BuildOperations();
    net::RouteTable Routes();
    std::string EntityName(std::string_view entity, std::int64_t id);
    Result<json::Object> UserFigures();
    std::vector<ops::LimitRow> Limits();
    Status BuildServer(ServeOptions& options, Startup& startup);
    Status Announce();
    void AfterHealthRound();
    Result<json::Value> Control(std::string_view command, const json::Value& args);
    Result<json::Value> HealthJson() const;
    Result<std::vector<std::string_view>> Reload();
    std::string MainUrl() const;

    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
    const os::ServiceNotifier& notifier;
    config::Config config;
    std::function<Result<config::Config>()> read_config;
    std::function<void(const config::Config&)> apply_to_log;
    std::unique_ptr<Stores> stores;
    std::unique_ptr<Services> services;
    std::vector<os::Cidr> admin_allow;
    std::optional<ops::Backups> backups;
    std::optional<ops::LifeCycle> life_cycle;
    std::optional<net::RateLimiter> limiter;
    std::optional<ops::Figures> figures;
    std::optional<storage::outbox::Dispatcher> outbox;
    std::optional<ops::Health> health;
    std::optional<ops::Scheduler> scheduler;
    Tls tls;
    std::vector<net::ListenOptions> listeners;
    std::atomic<net::Server*> running{nullptr};  // for the probe, which starts before the server
    std::optional<net::Server> server;
    std::unique_ptr<ControlServer> control;
    std::optional<std::string> demo_password;
    std::vector<std::string> announcements;
    std::int64_t watchdog_due_micros = 0;
};

Status App::Parts::Build(ServeOptions& options, Startup& startup) {
    config = options.config;
    read_config = options.read_config;
    apply_to_log = options.apply_to_log;
    RT_TRY(stores, Stores::Open(config, startup, clock, log, metrics));
    RT_CHECK_OK(BuildServices(startup, options.demo));
    BuildOperations();
    RT_CHECK_OK(startup.Run("probes", "see `doctor`", [&]() -> Status {
        health->RunRound();
        return Ok();
    }));
    RT_CHECK_OK(BuildServer(options, startup));
    RT_CHECK_OK(startup.Run("control socket", "", [&]() -> Status {
        RT_TRY(control,
               ControlServer::Start(
                   stores->folder.ControlSocket(),
                   [this](std::string_view command, const json::Value& args) { return Control(command, args); }, log));
        return Ok();
    }));
    RT_CHECK_OK(Announce());
    health->Start([this] { AfterHealthRound(); });
    scheduler->Start();
    life_cycle->SetPhase(ops::Phase::kReady);
    metrics.Get(Metric::kBuildInfo, {base::BuildVersion()}).Set(1);
    metrics.Get(Metric::kStartMillis).Set(startup.ElapsedMicros() / base::kMicrosPerMilli);
    return Ok();
}

Status App::Parts::BuildServices(Startup& startup, bool demo) {
    RT_CHECK_OK(startup.Run("accounts", "restore the keys folder from a backup", [&]() -> Status {
        RT_TRY(services, Services::Create(config, *stores));
        return Ok();
    }));
    backups.emplace(ops::Backups::Parts{.environment = services->BackupEnvironment(),
                                        .sources = [this] { return services->BackupSources(); },
                                        .retention = services->BackupRetention()});
    RT_CHECK_OK(startup.Run("backups", "see `backup list`", [&] { return backups->Load(); }));
    RT_TRY(admin_allow, ParseCidrs(config.admin_allow, "admin.allow"));
    life_cycle.emplace(clock, admin_allow);
    RT_CHECK_OK(life_cycle->Load(*stores->db));
    limiter.emplace(RateRulesOf(config), clock);
    if (demo) {
        RT_CHECK_OK(startup.Run("demo", "leave --demo away", [&]() -> Status {
            RT_TRY(demo_password, SetUpDemo(*services));
            return Ok();
        }));
    }
    RT_CHECK_OK(startup.Run("events", "see `doctor`", [&] { return services->registration->Start(); }));
    return startup.Run("rate limits", "", [&] { return RestoreBuckets(*stores->kv, *limiter); });
}

void App::Parts::BuildOperations() {
    figures.emplace(metrics, clock);
    const auto turn_ms = [this]() -> std::int64_t {
        const net::Server* now = running.load();
        return now == nullptr ? 0 : now->OldestTurnMillis();
    };
    const auto newest_backup = [this] { return backups->NewestGood(); };
    ops::ProbeLimits limits;
    limits.disk_free_bytes_min = static_cast<std::uint64_t>(config.health_disk_free_bytes_min);
    health.emplace(ops::StandardProbes({.db = *stores->db,
                                        .kv = *stores->kv,
                                        .data_dir = stores->folder.root,
                                        .clock = clock,
                                        .metrics = metrics,
                                        .oldest_turn_ms = turn_ms,
                                        .newest_good_backup = newest_backup,
                                        .schema_version = [this] { return std::to_string(stores->schema_number); }},
                                       limits),
                   clock, log, metrics);
    outbox.emplace(*stores->db, clock, log, metrics, std::map<std::string, storage::outbox::Handler, std::less<>>{});
    const std::string holder = std::to_string(os::ProcessId()) + "." + std::to_string(stores->ids.Next());
    scheduler.emplace(Jobs({.services = *services,
                            .limiter = *limiter,
                            .outbox = *outbox,
                            .backups = *backups,
                            .backup_hour = config.backup_hour,
                            .holder = holder,
                            .rotate_tls_tickets =
                                [this] {
                                    if (tls.context != nullptr) tls.context->RotateTicketKeys();
                                }}),
                      clock, log);
}

// What an audit row shows for an id inside.
std::string App::Parts::EntityName(std::string_view entity, std::int64_t id) {
    if (entity != "user") return {};
    const auto user = services->auth->accounts().Get(auth::UserId{id});
    return user.ok() ? user->login_name : std::string();
}

Result<json::Object> App::Parts::UserFigures() {
    auth::Accounts& accounts = services->auth->accounts();
    RT_TRY(const std::int64_t users, accounts.Count());
    RT_TRY(const std::int64_t active, accounts.CountActive(clock.Now().Plus(-base::kMicrosPerDay)));
    return json::Object{{"users", users}, {"users_active_day", active}};
}

std::vector<ops::LimitRow> App::Parts::Limits() {
    const auto figures_now = [this] {
        const net::Server* now = running.load();
        return now == nullptr ? net::ServerFigures() : now->figures();
    };
    return {{"server.connections_max", config.server_connections_max,
             [=] { return static_cast<std::int64_t>(figures_now().connections); }},
            {"server.connections_per_address_max", config.server_connections_per_address_max, nullptr},
            {"server.upload_bytes_max", config.server_upload_bytes_max, nullptr},
            {"sqlite.writer_queue", static_cast<std::int64_t>(stores->db->options().queue_max),
             [this] { return static_cast<std::int64_t>(stores->db->queue_depth()); }},
            {"rate.buckets", static_cast<std::int64_t>(net::RateLimiter::kBucketsMaxDefault),
             [this] { return static_cast<std::int64_t>(limiter->size()); }},
            {"auth.sessions_per_user", static_cast<std::int64_t>(auth::kSessionsPerUserMax), nullptr}};
}

net::RouteTable App::Parts::Routes() {
    const std::string base = config.server_api_prefix + "/v1";
    net::RouteTable routes = auth::Routes(*services->auth, {.base = base});
    const auto add = [&](net::RouteTable more) {
        routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    add(ops::Routes({.health = *health,
                     .life_cycle = *life_cycle,
                     .scheduler = *scheduler,
                     .figures = *figures,
                     .metrics = metrics,
                     .clock = clock,
                     .limiter = *limiter,
                     .db = *stores->db,
                     .oldest_turn_ms = [this] { return running.load()->OldestTurnMillis(); },
                     .admin_allow = admin_allow,
                     .audit = *stores->trail,
                     .entity_name = [this](std::string_view entity, std::int64_t id) { return EntityName(entity, id); },
                     .backups = *backups,
                     .sources = {[this] { return UserFigures(); }, [this] { return services->registration->Totals(); }},
                     .limits = Limits(),
                     .started = clock.Now(),
                     .base = base}));
    add(registration::Routes(*services->registration, {.base = base}));
    AddOpenApi(routes, config.server_api_prefix, base);
    add(net::AssetRoutes(std::make_shared<const net::Assets>(embedded::WebAssets()), stores->folder.WebRoot()));
    return routes;
}

Status App::Parts::BuildServer(ServeOptions& options, Startup& startup) {
    RT_CHECK_OK(startup.Run("certificate", "check server.tls_certificate and server.tls_key", [&]() -> Status {
        RT_TRY(tls, LoadTls(config, options.inherited, stores->folder.Keys(), clock.Now(), stores->random));
        return Ok();
    }));
    return startup.Run("listeners", "choose another --listen, or stop the program that has the port", [&]() -> Status {
        RT_TRY(auto server_options, ServerOptionsOf(config, tls, options.inherited, stores->folder.Scratch()));
        listeners = server_options.listeners;
        server.emplace(std::move(server_options), net::ServerParts{.routes = Routes(),
                                                                   .sockets = {},
                                                                   .authenticator = services->auth->authenticator(),
                                                                   .admission = *life_cycle,
                                                                   .limiter = *limiter,
                                                                   .log = log,
                                                                   .metrics = metrics,
                                                                   .clock = clock,
                                                                   .random = stores->random});
        running.store(&*server);
        return server->Start();
    });
}

std::string App::Parts::MainUrl() const {
    if (!config.server_public_url.empty()) return config.server_public_url;
    const auto bound = server->endpoints();
    return bound.empty() ? std::string() : UrlOf(listeners.front(), bound.front());
}

Status App::Parts::Announce() {
    if (demo_password.has_value()) {
        announcements.push_back("Sign in as the administrator of the demo (told only this once):\n  " + MainUrl() +
                                "/admin   name: " + std::string(kDemoAdministrator) + "   password: " + *demo_password);
    }
    RT_TRY(const auto token, services->auth->NewSetupToken());
    if (token.has_value()) {
        announcements.push_back("There is no administrator yet. Open this link once to make one:\n  " + MainUrl() +
                                "/setup?token=" + *token);
    }
    return Ok();
}

// On the health thread, after every round: figures, process metrics, and the watchdog of systemd, so that a server
// whose probes hang is restarted.
void App::Parts::AfterHealthRound() {
    figures->Sample();
    ops::RecordProcess(metrics);
    const auto interval = notifier.WatchdogIntervalMicros();
    if (!interval.has_value() || clock.MonotonicMicros() < watchdog_due_micros) return;
    notifier.Watchdog();
    watchdog_due_micros = clock.MonotonicMicros() + *interval / 2;
}

// Commands that need the running server; the others work on the stores.
Result<json::Value> App::Parts::Control(std::string_view command, const json::Value& args) {
    if (command == "health") return HealthJson();
    if (command != "config.reload") return Administer(*services, command, args);
    RT_TRY(const auto keys, Reload());
    json::Array need_restart;
    for (const std::string_view key : keys) need_restart.push_back(key);
    return json::Value(json::Object{{"need_restart", std::move(need_restart)}});
}

Result<json::Value> App::Parts::HealthJson() const {
    const ops::HealthReport report = health->Latest();
    json::Array components;
    for (const ops::ComponentHealth& one : report.components) {
        components.push_back(json::Object{
            {"name", one.name}, {"state", ops::Name(one.finding.state)}, {"summary", one.finding.summary}});
    }
    return json::Value(json::Object{{"state", ops::Name(report.state)},
                                    {"ready", life_cycle->Ready()},
                                    {"phase", ops::Name(life_cycle->phase())},
                                    {"components", std::move(components)}});
}

Result<std::vector<std::string_view>> App::Parts::Reload() {
    RT_TRY(const config::Config wanted, read_config());
    apply_to_log(wanted);
    return config::NeedRestart(config, wanted);
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<App>> App::Start(ServeOptions options, Startup& startup, const base::Clock& clock,
                                        base::Log& log, base::Metrics& metrics, const os::ServiceNotifier& notifier) {
    RT_CHECK_OK(startup.Run("components", "", [] { return CheckComponents(Components()); }));
    RT_CHECK_OK(startup.Run("open files", "raise LimitNOFILE of the service", [&]() -> Status {
        RT_TRY(const std::uint64_t limit, os::RaiseOpenFilesLimit());
        log.Info("open files", {{"limit", limit}});
        return Ok();
    }));
    std::unique_ptr<App> app(new App(std::make_unique<Parts>(clock, log, metrics, notifier)));
    RT_CHECK_OK(app->parts_->Build(options, startup));
    return app;
}

App::~App() = default;

std::vector<std::string> App::urls() const {
    std::vector<std::string> out;
    const auto bound = parts_->server->endpoints();
    for (std::size_t i = 0; i < bound.size(); ++i) out.push_back(UrlOf(parts_->listeners[i], bound[i]));
    return out;
}

const std::vector<std::string>& App::announcements() const {
    return parts_->announcements;
}

Result<std::vector<std::string_view>> App::Reload() {
    return parts_->Reload();
}

bool App::Stop() {
    Parts& parts = *parts_;
    parts.life_cycle->SetPhase(ops::Phase::kDraining);
    parts.control.reset();
    const bool clean = parts.server->Drain(parts.config.server_drain_timeout_ms);
    parts.scheduler->Stop();
    parts.health->Stop();
    const Status saved = SaveBuckets(*parts.stores->kv, *parts.limiter);
    if (!saved.ok()) parts.log.Warn("rate buckets were not saved", {{"reason", saved.error().detail}});
    return clean;
}

}  // namespace rt::app
