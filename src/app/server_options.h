// From the configuration to the values of the network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "crypto/tls.h"
#include "net/rate_limiter.h"
#include "net/server.h"
#include "os/service.h"

namespace rt::app {

// VALIDATION_FAILED with every address that is none.
Result<std::vector<os::Cidr>> ParseCidrs(const std::vector<std::string>& texts, std::string_view option);

net::RateRules RateRulesOf(const config::Config& config);

// Certificate and key of the configuration; null when there are none.
Result<std::shared_ptr<crypto::TlsContext>> LoadTls(const config::Config& config);

// Takes the inherited sockets over: those named "https" speak TLS, "http" redirects when there is TLS.
Result<net::ServerOptions> ServerOptionsOf(const config::Config& config, std::shared_ptr<crypto::TlsContext> tls,
                                           std::vector<os::ListenSocket>& inherited, const std::string& upload_folder);

// "https://127.0.0.1:3000".
std::string UrlOf(const net::ListenOptions& listener, const os::Endpoint& bound);

}  // namespace rt::app
