// Names to addresses, with a deadline (c-ares). Reads /etc/hosts and /etc/resolv.conf anew each time; keeps nothing.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "os/address.h"
#include "os/dial.h"

namespace rt::net {

// Immutable; thread-safe.
class Resolver {
  public:
    // `name_servers`: "192.0.2.53:53", instead of those of /etc/resolv.conf.
    explicit Resolver(const std::vector<std::string>& name_servers);

    // In the order to try them (RFC 6724), at least one. DEADLINE_EXCEEDED, or UPSTREAM_FAILED with the reason.
    Result<std::vector<os::Address>> Resolve(const std::string& name, const os::Deadline& deadline) const;

  private:
    std::string servers_;  // as c-ares takes them
};

}  // namespace rt::net
