// From the configuration to the values of the network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/certificates.h"
#include "config/config.h"
#include "net/rate_limiter.h"
#include "net/server.h"
#include "ops/limits.h"
#include "os/service.h"

namespace rt::app {

// VALIDATION_FAILED with every address that is none.
Result<std::vector<os::Cidr>> ParseCidrs(const std::vector<std::string>& texts, std::string_view option);

// Origins and the addresses of the console. VALIDATION_FAILED with every entry that is none.
Result<net::AccessLists> AccessListsOf(const config::Config& config);

// In production, without addresses of the console: told by health and doctor, since the first administrator comes so.
bool ConsoleOpen(const config::Config& config);

net::RateRules RateRulesOf(const config::Config& config);
ops::LimitSettings LimitsOf(const config::Config& config);

// Is one of the sockets from systemd for https? It then speaks TLS in any case.
bool WantsTls(const std::vector<os::ListenSocket>& inherited);

// Takes the inherited sockets over: "https" speaks TLS, "http" redirects when there is a real certificate or will be.
Result<net::ServerOptions> ServerOptionsOf(const config::Config& config, const Certificates& certificates,
                                           std::vector<os::ListenSocket>& inherited, const std::string& upload_folder);

// "https://127.0.0.1:3000".
std::string UrlOf(const net::ListenOptions& listener, const os::Endpoint& bound);

}  // namespace rt::app
