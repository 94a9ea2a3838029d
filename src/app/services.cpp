#include "app/services.h"

#include "auth/keys.h"

namespace rt::app {
namespace {

Result<std::vector<std::string>> JwtSecrets(const config::Config& config, Stores& stores) {
    if (!config.auth_jwt_secret.empty()) return std::vector<std::string>{config.auth_jwt_secret};
    return auth::LoadOrCreateJwtSecrets(stores.folder.Keys(), stores.random);
}

}  // namespace

Result<std::unique_ptr<Services>> Services::Create(const config::Config& config, Stores& stores) {
    RT_TRY(auto secrets, JwtSecrets(config, stores));
    const auth::Options options{.jwt_secrets = std::move(secrets),
                                .bcrypt_cost = static_cast<int>(config.auth_bcrypt_cost),
                                .access_ttl_s = config.auth_access_ttl_s,
                                .refresh_ttl_s = config.auth_refresh_ttl_s,
                                .registration_open = config.auth_registration_open};
    auto services = std::unique_ptr<Services>(new Services{stores, nullptr});
    RT_TRY(services->auth, auth::Service::Create(options, {.db = *stores.db,
                                                           .kv = *stores.kv,
                                                           .audit = *stores.trail,
                                                           .clock = stores.clock,
                                                           .random = stores.random,
                                                           .ids = stores.ids,
                                                           .log = stores.log,
                                                           .metrics = stores.metrics}));
    return services;
}

}  // namespace rt::app
