#include "app/app.h"

#include "app/admin.h"
#include "app/app_internal.h"
#include "app/demo.h"
#include "app/jobs.h"
#include "auth/service.h"
#include "base/build_info.h"
#include "ops/probes.h"
#include "os/process.h"
#include "registration/service.h"

namespace rt::app {
namespace {

constexpr std::int64_t kCertificateProbeMs = 10'000;
constexpr std::int64_t kConsoleProbeMs = 2'000;

}  // namespace

Status App::Parts::Build(ServeOptions& options, Startup& startup) {
    config = options.config;
    conformance = options.conformance;
    read_config = options.read_config;
    apply_to_log = options.apply_to_log;
    RT_TRY(stores, Stores::Open(config, startup, clock, log, metrics));
    RT_CHECK_OK(BuildServices(startup, options.demo));
    RT_CHECK_OK(BuildCertificates(startup, WantsTls(options.inherited)));
    RT_CHECK_OK(BuildOperations());
    RT_CHECK_OK(startup.Run("probes", "see `doctor`", [&]() -> Status {
        health->RunRound();
        return Ok();
    }));
    RT_CHECK_OK(startup.Run("rooms", "see `doctor`", [&] {
        avalon.emplace(config, *services, wechat->sign_ins(), *limiter,
                       [this](net::Run pool, std::function<void()> task) {
                           net::Server* now = running.load();
                           return now != nullptr && now->Submit(pool, std::move(task));
                       });
        return avalon->Start();
    }));
    RT_CHECK_OK(startup.Run("realtime", "", [&] { return BuildRealtime(); }));
    RT_CHECK_OK(BuildServer(options, startup));
    RT_CHECK_OK(startup.Run("control socket", "", [&]() -> Status {
        RT_TRY(control, ControlServer::Start(
                            stores->folder.ControlSocket(),
                            [this](std::string_view command, const json::Value& args, const base::Work& work) {
                                return Control(command, args, work);
                            },
                            [](std::string_view command) {
                                if (command == "health") return CommandKind::kQuick;
                                return IsLong(command) ? CommandKind::kLong : CommandKind::kShort;
                            },
                            log));
        return Ok();
    }));
    RT_CHECK_OK(Announce());
    health->Start([this] { AfterHealthRound(); });
    scheduler->Start();
    couriers->Start();
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
    RT_CHECK_OK(startup.Run("backups", "see `backup list`", [&] { return services->backups->Load(); }));
    RT_TRY(admin_allow, ParseCidrs(config.admin_allow, "admin.allow"));
    life_cycle.emplace(clock, admin_allow);
    RT_CHECK_OK(life_cycle->Load(*stores->db));
    limiter.emplace(Limits(config).rates, clock);
    limits.emplace(*limiter, [this](const ops::ConnectionCaps& caps) {
        if (net::Server* now = running.load())
            now->SetConnectionCaps(static_cast<std::size_t>(caps.total), static_cast<std::size_t>(caps.per_address));
    });
    limits->Configure(Limits(config));
    RT_CHECK_OK(limits->Load(*stores->db));
    if (demo) {
        RT_CHECK_OK(startup.Run("demo", "leave --demo away", [&]() -> Status {
            RT_TRY(demo_password, SetUpDemo(*services));
            return Ok();
        }));
    }
    RT_CHECK_OK(startup.Run("events", "see `doctor`", [&] { return services->registration->Start(); }));
    return startup.Run("rate limits", "", [&] { return RestoreBuckets(*stores->kv, *limiter); });
}

Status App::Parts::BuildOperations() {
    figures.emplace(metrics, clock);
    const auto turn_ms = [this] { return OldestTurnMillis(); };
    const auto newest_backup = [this] { return services->backups->NewestGood(); };
    disk_free_bytes_min = static_cast<std::uint64_t>(config.health_disk_free_bytes_min);
    RT_CHECK_OK(storage::lease::EndAll(*stores->db));
    leases.emplace(*stores->db, clock, std::to_string(os::ProcessId()) + "." + std::to_string(stores->ids.Next()));
    stores->db->GuardCheckpoints([this] { return leases->Holds(storage::lease::Role::kCheckpoint); });
    RT_TRY(wechat, Wechat::Create(config, *services, *leases));
    couriers.emplace(*services->courier, services->notice_mail->Handlers(), *stores, *leases);
    auto probes = ops::StandardProbes({.db = *stores->db,
                                       .kv = *stores->kv,
                                       .data_dir = stores->folder.root,
                                       .clock = clock,
                                       .metrics = metrics,
                                       .disk_free_bytes_min = [this] { return disk_free_bytes_min.load(); },
                                       .oldest_turn_ms = turn_ms,
                                       .newest_good_backup = newest_backup,
                                       .schema_version = [this] { return std::to_string(stores->schema_number); }},
                                      ops::ProbeLimits());
    for (ops::Probe& probe : couriers->Probes(metrics)) probes.push_back(std::move(probe));
    probes.push_back(wechat->Probe());
    probes.push_back(
        {"console", kConsoleProbeMs, [this]() -> ops::Finding {
             if (!services->console_open) return {};
             return {ops::HealthState::kWarn, "the console answers to every address; set admin.console_allow", {}};
         }});
    if (certificates->context()) {
        probes.push_back({"certificate", kCertificateProbeMs, [this] { return certificates->Probe(); }});
    }
    health.emplace(std::move(probes), clock, log, metrics);
    scheduler.emplace(Jobs({.services = *services,
                            .limiter = *limiter,
                            .limits = *limits,
                            .leases = *leases,
                            .rotate_tls_tickets =
                                [this] {
                                    if (certificates->context()) certificates->context()->RotateTicketKeys();
                                },
                            .refresh_certificates = [this] { certificates->Refresh(); },
                            .acme_due = [this] { return acme->Due(); },
                            .step_acme = [this] { StepAcme(); },
                            .submit_outgoing =
                                [this](std::function<void()> task) {
                                    net::Server* now = running.load();
                                    return now != nullptr && now->Submit(net::Run::kOutgoing, std::move(task));
                                }}),
                      clock, log);
    return Ok();
}

ops::LimitSettings App::Parts::Limits(const config::Config& wanted) const {
    return conformance == Conformance::kOff ? LimitsOf(wanted) : ConformanceLimits(wanted);
}

Result<net::AccessLists> App::Parts::AccessLists(const config::Config& wanted) const {
    RT_TRY(net::AccessLists access, AccessListsOf(wanted));
    if (conformance != Conformance::kOff) AllowAnyOrigin(access);
    return access;
}

Status App::Parts::BuildRealtime() {
    hub.emplace(HubOptionsOf(config, conformance),
                realtime::HubParts{
                    .log = log, .metrics = metrics, .clock = clock, .random = stores->random, .limiter = &*limiter});
    if (conformance != Conformance::kOff) {
        for (const char* name : {"/", "/custom"}) hub->AddNamespace(name, conformance_handler);
    } else {
        hub->AddNamespace("/", avalon->service().handler());
    }
    admission = hub->Watch(*life_cycle);
    return hub->Start();
}

Status App::Parts::BuildServer(ServeOptions& options, Startup& startup) {
    return startup.Run("listeners", "choose another --listen, or stop the program that has the port", [&]() -> Status {
        RT_TRY(auto server_options,
               ServerOptionsOf(config, *certificates, options.inherited, stores->folder.Scratch()));
        RT_TRY(server_options.access, AccessLists(config));
        listeners = server_options.listeners;
        std::vector<net::SocketRoute> sockets =
            registration::Sockets(*services->registration, {.base = config.server_api_prefix + "/v1"});
        for (net::SocketRoute& route : hub->Sockets()) sockets.push_back(std::move(route));
        server.emplace(std::move(server_options), net::ServerParts{.routes = Routes(),
                                                                   .sockets = std::move(sockets),
                                                                   .authenticator = services->auth->authenticator(),
                                                                   .admission = *admission,
                                                                   .limiter = *limiter,
                                                                   .log = log,
                                                                   .metrics = metrics,
                                                                   .clock = clock,
                                                                   .random = stores->random,
                                                                   .authorizer = &services->auth->access()});
        running.store(&*server);
        RT_CHECK_OK(server->Start());
        limits->Configure(Limits(config));  // what was set while a former server ran applies to this one too
        return Ok();
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

std::int64_t App::Parts::OldestTurnMillis() const {
    const net::Server* now = running.load();
    return now == nullptr ? 0 : now->OldestTurnMillis();
}

// On the health thread, after every round: figures, process metrics, and the watchdog of systemd, so that a server
// whose probes hang, or whose reactors do not turn, is restarted. A full disk or a slow store is no reason: a restart
// would not help.
void App::Parts::AfterHealthRound() {
    figures->Sample();
    ops::RecordProcess(metrics);
    RecordActiveAccounts();
    const auto interval = notifier.WatchdogIntervalMicros();
    if (!interval.has_value() || clock.MonotonicMicros() < watchdog_due_micros) return;
    if (OldestTurnMillis() > ops::ProbeLimits().turn_fail_ms) return;
    notifier.Watchdog();
    watchdog_due_micros = clock.MonotonicMicros() + *interval / 2;
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
    // Commands and backups under way end by themselves meanwhile; what began them is waited for below.
    parts.control->Close();
    parts.services->backups->Stop();
    parts.hub->Stop();
    const bool clean = parts.server->Drain(parts.config.server_drain_timeout_ms);
    parts.avalon->Stop();
    parts.couriers->Stop();
    parts.services->desk_jobs->Stop();
    parts.scheduler->Stop();
    parts.control.reset();
    parts.health->Stop();
    parts.stores->db->GuardCheckpoints(nullptr);  // the last work on the log is this process's own
    parts.leases->ReleaseAll();
    const Status saved = SaveBuckets(*parts.stores->kv, *parts.limiter);
    if (!saved.ok()) parts.log.Warn("rate buckets were not saved", {{"reason", saved.error().detail}});
    return clean;
}

}  // namespace rt::app
