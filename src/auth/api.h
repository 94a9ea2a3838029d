// The HTTP routes of accounts and sessions.
#pragma once

#include <string>

#include "auth/service.h"
#include "net/route.h"

namespace rt::auth {

struct ApiOptions {
    std::string base = "/api/v1";
};

// `service` must outlive the table.
net::RouteTable Routes(Service& service, const ApiOptions& options);

}  // namespace rt::auth
