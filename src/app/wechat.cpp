#include "app/wechat.h"

#include <utility>

#include "crypto/vault.h"

namespace rt::app {
namespace {

constexpr std::int64_t kProbeEveryMs = 2'000;
constexpr std::string_view kVaultUse = "wechat";

std::string WithoutSlash(std::string url) {
    if (url.ends_with('/')) url.pop_back();
    return url;
}

auth::wechat::Options OptionsOf(const config::Config& config) {
    return {.registration = {config.wechat_appid, config.wechat_secret},
            .avalon = {config.wechat_avalon_appid, config.wechat_avalon_secret},
            .web = {config.wechat_web_appid, config.wechat_web_secret},
            .open_url = WithoutSlash(config.wechat_open_url),
            .public_url = WithoutSlash(config.server_public_url),
            .base = config.server_api_prefix + "/v1"};
}

}  // namespace

Result<std::unique_ptr<Wechat>> Wechat::Create(const config::Config& config, Services& services,
                                               storage::lease::Keeper& leases) {
    const auto vault = std::make_shared<const crypto::Vault>(services.ring, kVaultUse, services.stores.random);
    const auth::wechat::Sealer sealer{
        .seal = [vault](std::string_view context, std::string_view plain) { return vault->Seal(context, plain); },
        .open = [vault](std::string_view context, std::string_view sealed) { return vault->Open(context, sealed); }};
    return std::unique_ptr<Wechat>(new Wechat(config, services, sealer, leases));
}

Wechat::Wechat(const config::Config& config, Services& services, const auth::wechat::Sealer& sealer,
               storage::lease::Keeper& leases)
    : api_(WithoutSlash(config.wechat_api_url), {.client = *services.client,
                                                 .clock = services.stores.clock,
                                                 .log = services.stores.log,
                                                 .metrics = services.stores.metrics}),
      tokens_({.api = api_,
               .kv = *services.stores.kv,
               .clock = services.stores.clock,
               .sealer = sealer,
               .holds_role = [&leases] { return leases.Holds(storage::lease::Role::kTokens); }}),
      sign_ins_(OptionsOf(config), {.auth = *services.auth,
                                    .api = api_,
                                    .tokens = tokens_,
                                    .kv = *services.stores.kv,
                                    .clock = services.stores.clock,
                                    .random = services.stores.random,
                                    .sealer = sealer}) {}

ops::Probe Wechat::Probe() const {
    return {"wechat", kProbeEveryMs, [this]() -> ops::Finding {
                const std::string trouble = api_.Trouble();
                if (trouble.empty()) return {};
                return {ops::HealthState::kWarn, "WeChat refuses our settings: " + trouble, {}};
            }};
}

}  // namespace rt::app
