#include "ops/api.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "json/reader.h"

namespace rt::ops {

using net::Request;
using net::Response;

namespace {

constexpr std::int64_t kTurnMillisMax = 5'000;  // a reactor turns at least every second

json::Object PeriodJson(const Period& period) {
    const double seconds = static_cast<double>(period.micros) / 1e6;
    const double rate = seconds > 0 ? static_cast<double>(period.requests) / seconds : 0;
    return {{"end", base::FormatRfc3339(period.end)},
            {"seconds", seconds},
            {"requests", period.requests},
            {"requests_per_second", rate},
            {"client_errors", period.client_errors},
            {"server_errors", period.server_errors},
            {"writes", period.writes},
            {"sockets", period.sockets},
            {"connections", period.connections},
            {"p50_ms", period.latency.p50_ms},
            {"p95_ms", period.latency.p95_ms},
            {"p99_ms", period.latency.p99_ms}};
}

std::int64_t Sum(const base::Metrics& metrics, Metric metric) {
    std::int64_t sum = 0;
    metrics.Each(metric, [&](const std::vector<std::string>&, const base::Series& series) { sum += series.Value(); });
    return sum;
}

json::Object NoticeJson(const Notice& notice) {
    return {{"restriction", Name(notice.restriction)},
            {"message", notice.message},
            {"until", notice.until ? json::Value(base::FormatRfc3339(*notice.until)) : json::Value()}};
}

json::Object RuleJson(std::string_view name, const net::RateRule& rule) {
    return {{"name", name}, {"value", rule.limit}, {"unit", "requests per " + std::to_string(rule.window_s) + " s"}};
}

class OpsApi {
  public:
    explicit OpsApi(ApiParts parts) : parts_(std::move(parts)) {}

    Result<Response> Livez(const Request& request) const {
        static_cast<void>(request);
        const bool turning = parts_.oldest_turn_ms() < kTurnMillisMax;
        return Plain(turning ? 200 : 503, turning ? "ok\n" : "a reactor is stuck\n");
    }

    Result<Response> Readyz(const Request& request) const {
        static_cast<void>(request);
        if (parts_.life_cycle.Ready()) return Plain(200, "ready\n");
        const bool maintenance = parts_.life_cycle.phase() == Phase::kReady;
        return Plain(503, (maintenance ? "maintenance" : std::string(Name(parts_.life_cycle.phase()))) + "\n");
    }

    // For load balancers: 503 when red.
    Result<Response> HealthRoot(const Request& request) const {
        const HealthReport report = parts_.health.Latest();
        Response response = net::Success(HealthJson(report, SeesDetails(request)));
        if (report.state == HealthState::kFail) response.status = 503;
        return std::move(response).With("Cache-Control", "no-store");
    }

    // For the console, which has something to show when it is red as well.
    Result<Response> HealthConsole(const Request& request) const {
        return net::Success(HealthJson(parts_.health.Latest(), SeesDetails(request))).With("Cache-Control", "no-store");
    }

    Result<Response> MetricsText(const Request& request) const {
        if (!FromAdminAddress(request) && !IsAdmin(request)) return Fail(Code::kForbidden, "metrics");
        Response response = net::PlainText(200, parts_.metrics.PrometheusText());
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        return response;
    }

    Result<Response> FiguresNow(const Request& request) const {
        json::Object data{{"time", base::FormatRfc3339(request.now)},
                          {"version", base::BuildVersion()},
                          {"uptime_s", UptimeSeconds()},
                          {"now", PeriodJson(parts_.figures.Recent())},
                          {"history", History()},
                          {"stores", Stores()},
                          {"process", Process()},
                          {"jobs", Jobs()}};
        for (const FiguresSection& section : parts_.sections) {
            RT_TRY(json::Value value, section.read());
            data.Set(section.name, std::move(value));
        }
        return net::Success(std::move(data)).With("Cache-Control", "no-store");
    }

    Result<Response> Limits(const Request& request) const {
        static_cast<void>(request);
        const net::RateRules rules = parts_.limiter.rules();
        json::Array rows{
            RuleJson("address_general", rules.address_general), RuleJson("user_general", rules.user_general),
            RuleJson("address_sign_in", rules.address_sign_in), RuleJson("user_sign_in", rules.user_sign_in),
            RuleJson("address_export", rules.address_export),   RuleJson("user_export", rules.user_export)};
        for (const LimitRow& row : parts_.limits) {
            rows.emplace_back(json::Object{{"name", row.name}, {"value", row.value}, {"unit", row.unit}});
        }
        json::Array refused;
        parts_.metrics.Each(
            Metric::kHttpLimited, [&](const std::vector<std::string>& labels, const base::Series& series) {
                refused.emplace_back(
                    json::Object{{"class", labels[0]}, {"scope", labels[1]}, {"requests", series.Value()}});
            });
        return net::Success(json::Object{
            {"limits", std::move(rows)}, {"refused", std::move(refused)}, {"buckets", parts_.limiter.size()}});
    }

    Result<Response> GetNotice(const Request& request) const {
        static_cast<void>(request);
        return net::Success(NoticeJson(parts_.life_cycle.notice()));
    }

    Result<Response> SetNotice(const Request& request) const {
        static constexpr std::array<std::string_view, 3> kWords{"none", "read_only", "maintenance"};
        RT_TRY(const json::Value body, request.Json());
        json::Reader in(body);
        Notice notice;
        notice.restriction = ParseRestriction(kWords.at(in.Word("restriction", kWords))).value_or(Restriction::kNone);
        notice.message = in.OptionalText("message", {.size_max = LifeCycle::kMessageCharsMax}).value_or("");
        notice.until = in.OptionalTime("until");
        RT_CHECK_OK(in.Finish());
        RT_CHECK_OK(parts_.life_cycle.Set(parts_.db, notice));
        return net::Success(NoticeJson(notice));
    }

  private:
    static Response Plain(int status, std::string text) {
        return net::PlainText(status, std::move(text)).With("Cache-Control", "no-store");
    }

    static bool IsAdmin(const Request& request) {
        return !request.principal.anonymous() && request.principal.role == net::Role::kAdmin;
    }

    bool FromAdminAddress(const Request& request) const {
        const auto address = os::Address::Parse(request.client);
        return address && os::AnyContains(parts_.admin_allow, *address);
    }

    bool SeesDetails(const Request& request) const { return IsAdmin(request) || FromAdminAddress(request); }

    std::int64_t UptimeSeconds() const {
        return (parts_.clock.Now().micros - parts_.started.micros) / base::kMicrosPerSecond;
    }

    json::Object HealthJson(const HealthReport& report, bool details) const {
        json::Object out{{"status", Name(report.state)}, {"phase", Name(parts_.life_cycle.phase())}};
        if (!details) return out;
        out.Set("version", base::BuildVersion());
        out.Set("uptime_s", UptimeSeconds());
        out.Set("time", base::FormatRfc3339(parts_.clock.Now()));
        out.Set("restriction", Name(parts_.life_cycle.notice().restriction));
        json::Array components;
        for (const ComponentHealth& component : report.components) {
            components.emplace_back(json::Object{{"name", component.name},
                                                 {"status", Name(component.finding.state)},
                                                 {"summary", component.finding.summary},
                                                 {"latency_ms", static_cast<double>(component.latency_micros) / 1e3},
                                                 {"age_ms", component.age_ms},
                                                 {"figures", component.finding.figures}});
        }
        out.Set("components", std::move(components));
        return out;
    }

    json::Array History() const {
        json::Array rows;
        for (const Period& period : parts_.figures.History()) rows.emplace_back(PeriodJson(period));
        return rows;
    }

    json::Object Stores() const {
        return {{"wal_bytes", parts_.db.wal_bytes()},
                {"writer_queue", parts_.db.queue_depth()},
                {"read_only", parts_.db.read_only()},
                {"commits", Sum(parts_.metrics, Metric::kSqlCommits)},
                {"writes", Sum(parts_.metrics, Metric::kSqlBatchSize)},
                {"lmdb_commits", Sum(parts_.metrics, Metric::kKvCommits)},
                {"lmdb_used_bytes", Sum(parts_.metrics, Metric::kKvPages)},
                {"disk_free_bytes", Sum(parts_.metrics, Metric::kDiskFree)}};
    }

    json::Object Process() const {
        return {{"cpu_ms", Sum(parts_.metrics, Metric::kProcessCpu)},
                {"resident_bytes", Sum(parts_.metrics, Metric::kProcessResident)},
                {"threads", Sum(parts_.metrics, Metric::kProcessThreads)},
                {"open_fds", Sum(parts_.metrics, Metric::kProcessFds)}};
    }

    json::Array Jobs() const {
        json::Array rows;
        for (const JobReport& job : parts_.scheduler.Report()) {
            rows.emplace_back(json::Object{
                {"name", job.name},
                {"every_ms", job.every_ms},
                {"runs", job.runs},
                {"failures", job.failures},
                {"running", job.running},
                {"last_started",
                 job.last_started.micros == 0 ? json::Value() : json::Value(base::FormatRfc3339(job.last_started))},
                {"last_ms", static_cast<double>(job.last_micros) / 1e3},
                {"last_error", job.last_error.empty() ? json::Value() : json::Value(job.last_error)}});
        }
        return rows;
    }

    ApiParts parts_;
};

using Handle = Result<Response> (OpsApi::*)(const Request&) const;

// One row of the table below.
struct RouteRow {
    std::string_view name;
    net::Method method;
    std::string_view path;
    bool at_root;
    net::Access access;
    net::Run run;
    Handle handle;
    std::string_view summary;
    std::string_view example;
};

constexpr auto kRoutes = std::to_array<RouteRow>({
    {"ops.livez", net::Method::kGet, "/livez", true, net::Access::kPublic, net::Run::kInline, &OpsApi::Livez,
     "Do the reactors turn?", ""},
    {"ops.readyz", net::Method::kGet, "/readyz", true, net::Access::kPublic, net::Run::kInline, &OpsApi::Readyz,
     "May this server take traffic? 503 while starting, draining or under maintenance.", ""},
    {"ops.health", net::Method::kGet, "/health", true, net::Access::kPublic, net::Run::kInline, &OpsApi::HealthRoot,
     "Overall status; each component for administrators. 503 when red.", ""},
    {"ops.metrics", net::Method::kGet, "/metrics", true, net::Access::kPublic, net::Run::kInline, &OpsApi::MetricsText,
     "Prometheus text, for administrators' addresses.", ""},
    {"ops.health_console", net::Method::kGet, "/health", false, net::Access::kPublic, net::Run::kInline,
     &OpsApi::HealthConsole, "The same as /health, always 200.", ""},
    {"admin.figures", net::Method::kGet, "/admin/figures", false, net::Access::kAdmin, net::Run::kStore,
     &OpsApi::FiguresNow, "The dashboard: rates, errors, latencies, stores, the last hour by minute.", ""},
    {"admin.limits", net::Method::kGet, "/admin/limits", false, net::Access::kAdmin, net::Run::kStore, &OpsApi::Limits,
     "Every limit in force, and what was refused.", ""},
    {"admin.notice.get", net::Method::kGet, "/admin/notice", false, net::Access::kAdmin, net::Run::kStore,
     &OpsApi::GetNotice, "Maintenance or read-only mode, as set.", ""},
    {"admin.notice.set", net::Method::kPost, "/admin/notice", false, net::Access::kAdmin, net::Run::kStore,
     &OpsApi::SetNotice, "Set or lift maintenance or read-only mode; kept across a restart.",
     R"({"restriction":"none","message":"","until":null})"},
});

}  // namespace

net::RouteTable Routes(ApiParts parts) {
    const std::string base = parts.base;
    const auto api = std::make_shared<OpsApi>(std::move(parts));
    net::RouteTable table;
    for (const RouteRow& row : kRoutes) {
        net::Route route;
        route.name = row.name;
        route.method = row.method;
        route.pattern = (row.at_root ? "" : base) + std::string(row.path);
        route.access = row.access;
        route.run = row.run;
        const bool writes = row.method != net::Method::kGet;
        route.rate_class = row.access == net::Access::kPublic ? net::RateClass::kExempt
                           : writes                           ? net::RateClass::kWrite
                                                              : net::RateClass::kRead;
        route.body = row.example.empty() ? net::BodyKind::kNone : net::BodyKind::kJson;
        route.body_bytes_max = 16 << 10;
        route.summary = row.summary;
        route.request_example = row.example;
        route.handler = [api, handle = row.handle](const Request& request) { return ((*api).*handle)(request); };
        table.push_back(std::move(route));
    }
    return table;
}

}  // namespace rt::ops
