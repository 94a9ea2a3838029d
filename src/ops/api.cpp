#include "ops/api.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "base/parse.h"
#include "json/reader.h"
#include "net/credential.h"
#include "net/editing.h"
#include "os/file.h"

namespace rt::ops {

using net::Request;
using net::Response;

namespace {

constexpr std::uint64_t kSeqMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kVerifyWaitMs = 40'000;  // below the time a handler is given
constexpr std::uint32_t kAuditCost = 2;
constexpr std::int64_t kTurnMillisMax = 5'000;  // a reactor turns at least every second

double PerSecond(const Period& period) {
    const double seconds = static_cast<double>(period.micros) / 1e6;
    return seconds > 0 ? static_cast<double>(period.requests) / seconds : 0;
}

json::Object PeriodJson(const Period& period) {
    return {{"end", base::FormatRfc3339(period.end)},
            {"seconds", static_cast<double>(period.micros) / 1e6},
            {"requests", period.requests},
            {"per_second", PerSecond(period)},
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

// What was stored as JSON text; null for what was erased or never there.
json::Value StoredJson(const std::string& text) {
    if (text.empty()) return {};
    auto value = json::Decode(text);
    return value.ok() ? std::move(*value) : json::Value();
}

// A command without fields: no body, or an empty object.
Status TakesNothing(const Request& request) {
    if (request.body.empty()) return Ok();
    RT_TRY(const json::Value body, request.Json());
    json::Reader in(body);
    return in.Finish();
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
        const Period now = parts_.figures.Recent();
        const Figures::SinceStart total = parts_.figures.Total();
        json::Object data{
            {"time", base::FormatRfc3339(request.now)},
            {"version", base::BuildVersion()},
            {"uptime_s", UptimeSeconds()},
            {"requests",
             json::Object{{"total", total.requests}, {"errors", total.server_errors}, {"per_second", PerSecond(now)}}},
            {"p50_ms", json::Object{{"all", now.latency.p50_ms}, {"read", now.read_latency.p50_ms}}},
            {"p95_ms", json::Object{{"all", now.latency.p95_ms}, {"read", now.read_latency.p95_ms}}},
            {"sockets", json::Object{{"open", now.sockets}, {"connections", now.connections}}},
            {"store", Store(now)},
            {"process", Process()},
            {"history", History()},
            {"jobs", Jobs()}};
        for (const FiguresSource& source : parts_.sources) {
            RT_TRY(json::Object more, source());
            for (const json::Member& member : more.members()) data.Set(member.first, member.second);
        }
        return net::Success(std::move(data)).With("Cache-Control", "no-store");
    }

    Result<Response> Audit(const Request& request) const {
        RT_TRY(const net::PageQuery page, net::ReadPageQuery(request));
        RT_TRY(auto filter, ReadAuditFilter(request));
        filter.limit = page.limit + 1;
        if (!page.cursor.empty()) {
            const auto before = base::ParseUnsigned(page.cursor);
            if (!before || *before == 0 || *before > kSeqMax) {
                return base::InvalidField("cursor", {"游标无效", "cursor is not valid"});
            }
            filter.before_seq = static_cast<std::int64_t>(*before);
        }
        RT_TRY(auto rows,
               parts_.db.Read([&](storage::sql::Reader& reader) { return parts_.audit.List(reader, filter); }));
        std::string next;
        if (std::ssize(rows) > page.limit) {
            rows.resize(static_cast<std::size_t>(page.limit));
            next = std::to_string(rows.back().seq);
        }
        json::Array data;
        for (const storage::audit::Row& row : rows) data.emplace_back(AuditJson(row));
        return net::Page(std::move(data), next);
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
        RT_CHECK_OK(Note(request, "notice.set", json::Encode(NoticeJson(notice))));
        return net::Success(NoticeJson(notice));
    }

    Result<Response> ListBackups(const Request& request) const {
        static_cast<void>(request);
        RT_TRY(const auto backups, parts_.backups.List());
        json::Array rows;
        for (const BackupRow& row : backups) {
            rows.emplace_back(json::Object{
                {"id", row.id},
                {"created", base::FormatRfc3339(row.made)},
                {"bytes", static_cast<std::int64_t>(row.bytes)},
                {"state", Name(row.state)},
                {"kind", row.reason},
                {"verified_at", row.verified ? json::Value(base::FormatRfc3339(*row.verified)) : json::Value()}});
        }
        return net::Page(std::move(rows), "");
    }

    // 202: it runs on; GET /admin/backups tells how far it is.
    Result<Response> CreateBackup(const Request& request) const {
        RT_CHECK_OK(TakesNothing(request));
        RT_CHECK_OK(parts_.backups.BeginCreate("by hand"));
        RT_CHECK_OK(Note(request, "backup.create", ""));
        Response response = net::Success(json::Object{{"id", "running"}, {"state", Name(BackupState::kRunning)}});
        response.status = 202;
        return response;
    }

    // Waits for a verdict, but not for long: 202 means that it is still looking.
    Result<Response> VerifyBackup(const Request& request) const {
        RT_CHECK_OK(TakesNothing(request));
        const std::string& id = request.Param("backup");
        RT_CHECK_OK(parts_.backups.BeginVerify(id));
        RT_CHECK_OK(Note(request, "backup.verify", json::Encode(json::Object{{"id", id}})));
        const auto verdict = parts_.backups.Wait(kVerifyWaitMs);
        if (!verdict) {
            Response response = net::Success(json::Object{{"id", id}, {"state", Name(BackupState::kVerifying)}});
            response.status = 202;
            return response;
        }
        const BackupState state = verdict->ok() ? BackupState::kOk : BackupState::kDamaged;
        return net::Success(json::Object{{"id", id}, {"ok", verdict->ok()}, {"state", Name(state)}});
    }

  private:
    // ?entity, ?entity_id and ?actor (public id or name; "system" for the server), ?action, ?from, ?until.
    Result<storage::audit::Filter> ReadAuditFilter(const Request& request) const {
        storage::audit::Filter filter;
        filter.entity = request.Query("entity").value_or("");
        filter.action = request.Query("action").value_or("");
        const auto find = [&](std::string_view field, std::string_view entity, std::int64_t& id) -> Status {
            const auto text = request.Query(field);
            if (!text || text->empty()) return Ok();
            const auto found = entity == "user" && *text == "system" ? std::optional<std::int64_t>(0)
                                                                     : parts_.entity_id(entity, *text);
            if (!found) return base::InvalidField(std::string(field), {"没有这个对象", "there is no such thing"});
            id = *found;
            return Ok();
        };
        RT_CHECK_OK(find("entity_id", filter.entity, filter.entity_id));
        std::int64_t actor = -1;
        RT_CHECK_OK(find("actor", "user", actor));
        if (actor >= 0) filter.actor = actor;
        for (const auto& [field, time] : {std::pair{"from", &filter.from}, {"until", &filter.until}}) {
            const auto text = request.Query(field);
            if (!text || text->empty()) continue;
            const auto parsed = base::ParseRfc3339(*text);
            if (!parsed.ok()) return base::InvalidField(field, {"时间格式无效", "not a time (RFC 3339)"});
            *time = *parsed;
        }
        return filter;
    }

    static Response Plain(int status, std::string text) {
        return net::PlainText(status, std::move(text)).With("Cache-Control", "no-store");
    }

    // An audit row of what an administrator did here.
    Status Note(const Request& request, std::string_view action, const std::string& after) const {
        const std::string via = net::Via(request.principal);
        storage::audit::Entry entry;
        entry.at = request.now;
        entry.actor = request.principal.user_id;
        entry.entity = "server";
        entry.action = action;
        entry.client = request.client;
        entry.request_id = request.request_id;
        entry.after = after;
        entry.via = via;
        return parts_.db.Write(action,
                               [&](storage::sql::Writer& writer) { return parts_.audit.Append(writer, entry); });
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
        std::int64_t oldest_ms = 0;
        json::Array components;
        for (const ComponentHealth& component : report.components) {
            oldest_ms = std::max(oldest_ms, component.age_ms);
            json::Object row{{"name", component.name},
                             {"status", Name(component.finding.state)},
                             {"latency_ms", static_cast<double>(component.latency_micros) / 1e3},
                             {"age_ms", component.age_ms},
                             {"detail", component.finding.summary}};
            for (const json::Member& figure : component.finding.figures.members()) row.Set(figure.first, figure.second);
            components.emplace_back(std::move(row));
        }
        out.Set("age_ms", oldest_ms);
        out.Set("components", std::move(components));
        return out;
    }

    json::Array History() const {
        json::Array rows;
        for (const Period& period : parts_.figures.History()) rows.emplace_back(PeriodJson(period));
        return rows;
    }

    json::Object Store(const Period& now) const {
        const auto file = os::FileSize(parts_.db.options().path);
        return {{"commit_ms_p95", now.commit.p95_ms},
                {"writer_queue", parts_.db.queue_depth()},
                {"wal_bytes", parts_.db.wal_bytes()},
                {"db_bytes", file.ok() ? json::Value(static_cast<std::int64_t>(*file)) : json::Value()},
                {"read_only", parts_.db.read_only()},
                {"commits", Sum(parts_.metrics, Metric::kSqlCommits)},
                {"writes", Sum(parts_.metrics, Metric::kSqlBatchSize)},
                {"lmdb_commits", Sum(parts_.metrics, Metric::kKvCommits)},
                {"lmdb_used_bytes", Sum(parts_.metrics, Metric::kKvPages)},
                {"disk_free_bytes", Sum(parts_.metrics, Metric::kDiskFree)}};
    }

    static json::Value TextOrNull(const std::string& text) { return text.empty() ? json::Value() : json::Value(text); }

    // What the actor signed with: the kind, and enough of the id to know it again in the lists of tokens and devices.
    json::Value ViaJson(const std::string& via) const {
        const std::size_t colon = via.find(':');
        if (colon == std::string::npos) return nullptr;
        const std::string kind = via.substr(0, colon);
        const auto id = base::ParseUnsigned(std::string_view(via).substr(colon + 1));
        const EntityShown shown = id ? parts_.show_entity(kind, static_cast<std::int64_t>(*id)) : EntityShown{};
        return json::Object{{"kind", kind}, {"id", TextOrNull(shown.id)}};
    }

    json::Object AuditJson(const storage::audit::Row& row) const {
        // Accounts of WeChat, phones and codes have no name, deleted ones neither: the id tells them apart.
        const auto shown = [&](std::string_view entity, std::int64_t id) {
            return id == 0 ? EntityShown{} : parts_.show_entity(entity, id);
        };
        const auto name = [](const EntityShown& entity) {
            return TextOrNull(entity.name.empty() ? entity.id : entity.name);
        };
        const EntityShown actor = shown("user", row.actor);
        return {{"id", std::to_string(row.seq)},
                {"at", base::FormatRfc3339(row.at)},
                {"actor", name(actor)},
                {"actor_id", TextOrNull(actor.id)},
                {"via", ViaJson(row.via)},
                {"action", row.action},
                {"entity", row.entity},
                {"entity_id", name(shown(row.entity, row.entity_id))},
                {"before", StoredJson(row.before)},
                {"after", StoredJson(row.after)},
                {"reason", row.reason.empty() ? json::Value() : json::Value(row.reason)},
                {"client", row.client},
                {"request_id", row.request_id}};
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
    net::Permission permission;  // on the platform; kNone: for everybody
    net::Run run;
    Handle handle;
    std::string_view summary;
    std::string_view example;
};

constexpr auto kRoutes = std::to_array<RouteRow>({
    {"ops.livez", net::Method::kGet, "/livez", true, net::Permission::kNone, net::Run::kInline, &OpsApi::Livez,
     "Do the reactors turn?", ""},
    {"ops.readyz", net::Method::kGet, "/readyz", true, net::Permission::kNone, net::Run::kInline, &OpsApi::Readyz,
     "May this server take traffic? 503 while starting, draining or under maintenance.", ""},
    {"ops.health", net::Method::kGet, "/health", true, net::Permission::kNone, net::Run::kInline, &OpsApi::HealthRoot,
     "Overall status; each component for administrators. 503 when red.", ""},
    {"ops.metrics", net::Method::kGet, "/metrics", true, net::Permission::kNone, net::Run::kInline,
     &OpsApi::MetricsText, "Prometheus text, for administrators' addresses.", ""},
    {"ops.health_console", net::Method::kGet, "/health", false, net::Permission::kNone, net::Run::kInline,
     &OpsApi::HealthConsole, "The same as /health, always 200.", ""},
    {"admin.figures", net::Method::kGet, "/admin/figures", false, net::Permission::kServerView, net::Run::kStore,
     &OpsApi::FiguresNow, "The dashboard: rates, errors, latencies, stores, the last hour by minute.", ""},
    {"admin.audit", net::Method::kGet, "/admin/audit", false, net::Permission::kAuditView, net::Run::kStore,
     &OpsApi::Audit,
     "Who did what to what, newest first (?entity, ?entity_id, ?actor, ?action, ?from, ?until, ?limit, ?cursor).", ""},
    {"admin.backup.list", net::Method::kGet, "/admin/backups", false, net::Permission::kServerView, net::Run::kStore,
     &OpsApi::ListBackups, "Backups, newest first; the one being made stands first.", ""},
    {"admin.backup.create", net::Method::kPost, "/admin/backups", false, net::Permission::kServerManage,
     net::Run::kStore, &OpsApi::CreateBackup, "Make a backup in the background, and verify it.", "{}"},
    {"admin.backup.verify", net::Method::kPost, "/admin/backups/{backup}/verify", false, net::Permission::kServerManage,
     net::Run::kStore, &OpsApi::VerifyBackup, "Restore a backup into a temporary folder and check it.", "{}"},
    {"admin.notice.get", net::Method::kGet, "/admin/notice", false, net::Permission::kServerView, net::Run::kStore,
     &OpsApi::GetNotice, "Maintenance or read-only mode, as set.", ""},
    {"admin.notice.set", net::Method::kPost, "/admin/notice", false, net::Permission::kServerManage, net::Run::kStore,
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
        route.access = row.permission == net::Permission::kNone ? net::Access::kPublic : net::Access::kUser;
        route.permission = row.permission;
        route.run = row.run;
        const bool writes = row.method != net::Method::kGet;
        route.rate_class = row.permission == net::Permission::kNone ? net::RateClass::kExempt
                           : writes                                 ? net::RateClass::kWrite
                                                                    : net::RateClass::kRead;
        // Rare rows are looked for through the whole chain.
        if (row.name == "admin.audit") route.cost = kAuditCost;
        route.body = row.example.empty() ? net::BodyKind::kNone : net::BodyKind::kJson;
        route.body_bytes_max = 16 << 10;
        // Load balancers probe port 80 by address.
        route.on_redirect = row.path == "/livez" || row.path == "/readyz";
        route.on_sockets = route.on_redirect || row.path == "/health";
        route.summary = row.summary;
        route.request_example = row.example;
        route.handler = [api, handle = row.handle](const Request& request) { return ((*api).*handle)(request); };
        table.push_back(std::move(route));
    }
    return table;
}

}  // namespace rt::ops
