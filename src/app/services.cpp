#include "app/services.h"

#include "app/keys.h"
#include "app/server_options.h"
#include "auth/keys.h"
#include "os/file.h"

namespace rt::app {
namespace {

Result<std::vector<std::string>> JwtSecrets(const config::Config& config, Stores& stores) {
    if (!config.auth_jwt_secret.empty()) return std::vector<std::string>{config.auth_jwt_secret};
    return auth::LoadOrCreateJwtSecrets(stores.folder.Keys(), stores.random);
}

Status CreateClient(const config::Config& config, Services& services) {
    Stores& stores = services.stores;
    RT_TRY(auto allowed, ParseCidrs(config.outgoing_allow, "outgoing.allow"));
    net::ClientOptions options;
    options.dialer = {.ca_file = config.outgoing_ca_file,
                      .extra_ca_file = config.outgoing_extra_ca_file,
                      .name_servers = config.outgoing_name_servers,
                      .allowed = std::move(allowed)};
    services.client = std::make_unique<net::Client>(std::move(options), stores.clock, stores.log, stores.metrics);
    return Ok();
}

Status CreateAuth(const config::Config& config, Services& services) {
    Stores& stores = services.stores;
    RT_TRY(auto secrets, JwtSecrets(config, stores));
    const auth::Options options{.jwt_secrets = std::move(secrets),
                                .bcrypt_cost = static_cast<int>(config.auth_bcrypt_cost),
                                .access_ttl_s = config.auth_access_ttl_s,
                                .refresh_ttl_s = config.auth_refresh_ttl_s,
                                .registration_open = config.auth_registration_open};
    RT_TRY(services.auth, auth::Service::Create(options, {.db = *stores.db,
                                                          .kv = *stores.kv,
                                                          .audit = *stores.trail,
                                                          .clock = stores.clock,
                                                          .random = stores.random,
                                                          .ids = stores.ids,
                                                          .log = stores.log,
                                                          .metrics = stores.metrics}));
    return Ok();
}

Status CreateRegistration(Services& services) {
    Stores& stores = services.stores;
    RT_TRY(const std::string key, LoadOrCreateKey(stores.folder.Keys() + "/field.key", stores.random));
    RT_TRY(services.privacy, registration::Privacy::FromMasters({key}, stores.random));
    services.registration =
        std::make_unique<registration::Service>(registration::Needs{.db = *stores.db,
                                                                    .trail = *stores.trail,
                                                                    .privacy = *services.privacy,
                                                                    .ids = stores.ids,
                                                                    .random = stores.random,
                                                                    .clock = stores.clock,
                                                                    .log = stores.log,
                                                                    .metrics = stores.metrics,
                                                                    .export_folder = stores.folder.Scratch()});
    return Ok();
}

}  // namespace

Result<std::unique_ptr<Services>> Services::Create(const config::Config& config, Stores& stores) {
    auto services = std::make_unique<Services>(stores);
    RT_CHECK_OK(CreateClient(config, *services));
    RT_CHECK_OK(CreateAuth(config, *services));
    RT_CHECK_OK(CreateRegistration(*services));
    return services;
}

storage::backup::Environment Services::BackupEnvironment() const {
    return {.folder = stores.folder.Backups(), .clock = stores.clock, .log = stores.log, .metrics = stores.metrics};
}

Result<storage::backup::Sources> Services::BackupSources() const {
    storage::backup::Sources sources{.db = *stores.db, .kv = *stores.kv, .blob_folder = {}, .files = {}};
    for (const auto& [folder, path] :
         {std::pair{"keys", stores.folder.Keys()}, {"web-root", stores.folder.WebRoot()}}) {
        RT_TRY(const auto names, os::ListFolder(path));
        for (const std::string& name : names)
            sources.files.push_back({std::string(folder) + "/" + name, path + "/" + name});
    }
    return sources;
}

storage::backup::Retention Services::BackupRetention() const {
    return {.daily_days = stores.config.backup_keep_days,
            .weekly_weeks = stores.config.backup_keep_weeks,
            .monthly_months = stores.config.backup_keep_months};
}

}  // namespace rt::app
