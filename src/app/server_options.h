// From the configuration to the values of the network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "crypto/tls.h"
#include "net/rate_limiter.h"
#include "net/server.h"
#include "ops/limits.h"
#include "os/service.h"

namespace rt::app {

// VALIDATION_FAILED with every address that is none.
Result<std::vector<os::Cidr>> ParseCidrs(const std::vector<std::string>& texts, std::string_view option);

net::RateRules RateRulesOf(const config::Config& config);
ops::LimitSettings LimitsOf(const config::Config& config);

enum class Certificate : std::uint8_t { kNone, kOwn, kSelfSigned };

struct Tls {
    std::shared_ptr<crypto::TlsContext> context;  // null for kNone
    Certificate certificate = Certificate::kNone;
};

// Certificate and key of the configuration. Without them, but with a socket for https from systemd, a self-signed one
// that is made once in `key_folder`: no browser trusts it, but the port speaks TLS until there is a real one.
Result<Tls> LoadTls(const config::Config& config, const std::vector<os::ListenSocket>& inherited,
                    const std::string& key_folder, base::Time now, Random& random);

// Takes the inherited sockets over: "https" speaks TLS, "http" redirects when the certificate is a real one.
Result<net::ServerOptions> ServerOptionsOf(const config::Config& config, const Tls& tls,
                                           std::vector<os::ListenSocket>& inherited, const std::string& upload_folder);

// "https://127.0.0.1:3000".
std::string UrlOf(const net::ListenOptions& listener, const os::Endpoint& bound);

}  // namespace rt::app
