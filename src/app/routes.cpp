// The route table of the whole server, and what its admin routes show of the parts.
#include <iterator>

#include "app/app_internal.h"
#include "auth/api.h"
#include "base/build_info.h"
#include "base/embedded.h"
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

}  // namespace rt::app
