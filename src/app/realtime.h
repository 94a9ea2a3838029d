// The realtime layer as the server uses it, and what `serve --conformance` changes.
#pragma once

#include <cstdint>

#include "config/config.h"
#include "net/server.h"
#include "ops/limits.h"
#include "realtime/hub.h"

namespace rt::app {

enum class Conformance : std::uint8_t {
    kOff,
    kOn,            // for suites that test the protocols: short times, nobody is asked who he is, no limits
    kWithRecovery,  // the same, but clients may recover their connections, for tests of real clients
};

realtime::HubOptions HubOptionsOf(const config::Config& config, Conformance conformance);

// No rate limits, and any origin.
ops::LimitSettings ConformanceLimits(const config::Config& config);
void AllowAnyOrigin(net::AccessLists& access);

}  // namespace rt::app
