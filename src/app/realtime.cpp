#include "app/realtime.h"

namespace rt::app {

realtime::HubOptions HubOptionsOf(const config::Config& config, Conformance conformance) {
    realtime::HubOptions options;
    if (conformance != Conformance::kOff) {
        // What the suites expect, unless other times are asked for.
        const config::Config usual;
        const auto time = [](std::int64_t wanted, std::int64_t by_default, std::int64_t of_suites) {
            return wanted == by_default ? of_suites : wanted;
        };
        options.ping_interval_ms = time(config.realtime_ping_interval_ms, usual.realtime_ping_interval_ms, 300);
        options.ping_timeout_ms = time(config.realtime_ping_timeout_ms, usual.realtime_ping_timeout_ms, 200);
        options.connect_timeout_ms = 1'000;
        options.recovery = conformance == Conformance::kWithRecovery;
        options.engine_echo = true;
        return options;
    }
    options.ping_interval_ms = config.realtime_ping_interval_ms;
    options.ping_timeout_ms = config.realtime_ping_timeout_ms;
    options.eio3 = config.realtime_allow_eio3;
    options.sessions_max = static_cast<std::size_t>(config.realtime_sessions_max);
    options.sessions_per_address_max = static_cast<std::size_t>(config.realtime_sessions_per_address_max);
    return options;
}

ops::LimitSettings ConformanceLimits(const config::Config& config) {
    net::RateRules rules;
    for (const net::NamedRateRule& row : net::NamedRateRules()) (rules.*row.rule).limit = 0;
    return {rules, {config.server_connections_max, config.server_connections_per_address_max}};
}

void AllowAnyOrigin(net::AccessLists& access) {
    access.allowed_origins = {"*"};
}

}  // namespace rt::app
