// The route table of the whole server, and what its admin routes show of the parts.
#include <iterator>

#include "app/app_internal.h"
#include "app/certificates_api.h"
#include "app/field_keys_api.h"
#include "auth/access_api.h"
#include "auth/activity_store.h"
#include "auth/api.h"
#include "auth/api_wechat.h"
#include "auth/domain/guessing.h"
#include "base/embedded.h"
#include "files/api.h"
#include "net/assets.h"
#include "net/openapi.h"
#include "registration/service.h"

namespace rt::embedded {
std::span<const base::EmbeddedFile> WebAssets();
}

namespace rt::app {
namespace {

// GET {prefix}/openapi.json: the document of the table as it stands, made once.
void AddOpenApi(net::RouteTable& routes, const std::string& prefix, const std::string& base) {
    const json::Value document = net::OpenApiDocument(
        routes, {"Roundtable", "1", "Team registration: accounts, events, teams, operations."}, base);
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

std::optional<std::int64_t> App::Parts::EntityId(std::string_view entity, std::string_view text) {
    if (entity != "user") return std::nullopt;
    auth::Accounts& accounts = services->auth->accounts();
    if (const auto known = accounts.Recall(text); known.ok() && *known) return (*known)->id.value;
    const auto user = accounts.GetByLoginName(text);
    return user.ok() ? std::optional(user->id.value) : std::nullopt;
}

// What an audit row shows for an id inside.
ops::EntityShown App::Parts::ShowEntity(std::string_view entity, std::int64_t id) {
    if (entity == "organisation") {
        const auto organisation = services->organisations->Get(auth::OrganisationId{id});
        if (!organisation.ok()) return {};
        return {organisation->public_id, organisation->slug};
    }
    if (entity == "token" || entity == "device") {
        const auto name =
            services->tokens->PublicIdOf(entity == "token" ? net::Credential::kApiToken : net::Credential::kDevice, id);
        if (!name.ok()) return {};
        return {auth::MaskedId(*name), {}};
    }
    if (entity != "user") return {};
    const auto user = services->auth->accounts().Recall(auth::UserId{id});
    if (!user.ok() || !*user) return {};
    return {(*user)->public_id, (*user)->login_name};
}

namespace {

struct ShownPeriod {
    auth::domain::Period period;
    const char* name;
    const char* list;
    std::int64_t rows;
};
constexpr ShownPeriod kShownPeriods[] = {{auth::domain::Period::kDay, "day", "days", 60},
                                         {auth::domain::Period::kWeek, "week", "weeks", 26},
                                         {auth::domain::Period::kMonth, "month", "months", 24}};

// {"day": n, "days": [{"day", "count"}], "week", "weeks", "month", "months"}, the present one last.
Result<json::Value> ActiveFigures(storage::sql::Reader& reader, base::Time now) {
    json::Object out;
    for (const ShownPeriod& one : kShownPeriods) {
        RT_TRY(const auto users, auth::store::ActiveNow(reader, one.period, now));
        RT_TRY(const auto periods, auth::store::ActivePeriods(reader, one.period, one.rows));
        json::Array list;
        for (const auto& row : periods) list.push_back(json::Object{{"day", row.begins}, {"count", row.users}});
        out.Set(one.name, users);
        out.Set(one.list, std::move(list));
    }
    return json::Value(std::move(out));
}

}  // namespace

void App::Parts::RecordActiveAccounts() {
    for (const ShownPeriod& one : kShownPeriods) {
        const auto users = stores->db->Read(
            [&](storage::sql::Reader& reader) { return auth::store::ActiveNow(reader, one.period, clock.Now()); });
        if (users.ok()) metrics.Get(Metric::kActiveAccounts, {one.name}).Set(*users);
    }
}

Result<json::Object> App::Parts::UserFigures() {
    auth::Accounts& accounts = services->auth->accounts();
    RT_TRY(const std::int64_t users, accounts.Count());
    RT_TRY(const std::int64_t active, accounts.CountActive(clock.Now().Plus(-base::kMicrosPerDay)));
    RT_TRY(auto periods,
           stores->db->Read([&](storage::sql::Reader& reader) { return ActiveFigures(reader, clock.Now()); }));
    return json::Object{{"users", users}, {"users_active_day", active}, {"active", std::move(periods)}};
}

std::vector<ops::LimitRow> App::Parts::FixedLimits() {
    return {{"server.upload_bytes_max", config.server_upload_bytes_max, nullptr},
            {"guess.pair_free", auth::domain::kGuessPair.free, nullptr},
            {"guess.account_free", auth::domain::kGuessAccount.free, nullptr},
            {"guess.address_free", auth::domain::kGuessAddress.free, nullptr},
            {"files.count_max", config.files_count_max, nullptr},
            {"files.bytes_max", config.files_bytes_max, nullptr},
            {"sqlite.writer_queue", static_cast<std::int64_t>(stores->db->options().queue_max),
             [this] { return static_cast<std::int64_t>(stores->db->queue_depth()); }},
            {"rate.buckets", static_cast<std::int64_t>(net::RateLimiter::kBucketsMaxDefault),
             [this] { return static_cast<std::int64_t>(limiter->size()); }},
            {"auth.sessions_per_user", static_cast<std::int64_t>(auth::kSessionsPerUserMax), nullptr}};
}

net::RouteTable App::Parts::LimitRoutes(const std::string& base) {
    const auto total = [](std::string_view name) { return name == "server.connections_max"; };
    return ops::LimitRoutes({.limits = *limits,
                             .fixed = FixedLimits(),
                             .used = [this, total](std::string_view name) -> std::int64_t {
                                 const net::Server* now = running.load();
                                 if (now == nullptr || !total(name)) return -1;
                                 return static_cast<std::int64_t>(now->figures().connections);
                             },
                             .in_force = [this, total](std::string_view name) -> std::int64_t {
                                 const net::Server* now = running.load();
                                 if (now == nullptr) return -1;
                                 return static_cast<std::int64_t>(total(name) ? now->connections_max()
                                                                              : now->connections_per_address_max());
                             },
                             .db = *stores->db,
                             .audit = *stores->trail,
                             .metrics = metrics,
                             .base = base});
}

net::RouteTable App::Parts::Routes() {
    const std::string base = config.server_api_prefix + "/v1";
    net::RouteTable routes = auth::Routes(*services->auth, {.base = base});
    const auto add = [&](net::RouteTable more) {
        routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    add(ops::Routes(
        {.health = *health,
         .life_cycle = *life_cycle,
         .scheduler = *scheduler,
         .figures = *figures,
         .metrics = metrics,
         .clock = clock,
         .db = *stores->db,
         .oldest_turn_ms = [this] { return running.load()->OldestTurnMillis(); },
         .admin_allow = admin_allow,
         .audit = *stores->trail,
         .show_entity = [this](std::string_view entity, std::int64_t id) { return ShowEntity(entity, id); },
         .entity_id = [this](std::string_view entity, std::string_view text) { return EntityId(entity, text); },
         .backups = *services->backups,
         .sources = {[this] { return UserFigures(); }, [this] { return services->registration->Totals(); }},
         .started = clock.Now(),
         .base = base}));
    add(LimitRoutes(base));
    add(hub->Routes());
    add(avalon->service().Routes(base));
    add(acme->Routes());
    add(CertificateRoutes({.certificates = *certificates,
                           .acme = *acme,
                           .db = *stores->db,
                           .audit = *stores->trail,
                           .reload = [this]() -> Status {
                               RT_TRY(const config::Config wanted, read_config());
                               return certificates->Reload(wanted);
                           },
                           .base = base}));
    add(FieldKeyRoutes(*services->field_keys, base));
    add(files::Routes(*services->files, {.base = base}));
    add(auth::SelfServiceRoutes(*services->auth, *services->self, {.base = base}));
    add(auth::WechatRoutes(wechat->sign_ins(), base));
    add(auth::AccessRoutes({*services->auth, *services->grants, *services->organisations, *services->tokens}, base));
    add(registration::Routes(*services->registration, {.base = base}));
    add(avalon::HallRoutes(*services->hall, {.base = base}));
    AddOpenApi(routes, config.server_api_prefix, base);
    add(net::AssetRoutes(std::make_shared<const net::Assets>(embedded::WebAssets(), base), stores->folder.WebRoot()));
    return routes;
}

}  // namespace rt::app
