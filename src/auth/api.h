// The HTTP routes of accounts and sessions.
#pragma once

#include <string>

#include "auth/service.h"
#include "net/route.h"

namespace rt::auth {

class SelfService;

struct ApiOptions {
    std::string base = "/api/v1";
};

// `service` must outlive the table.
net::RouteTable Routes(Service& service, const ApiOptions& options);

// One's own account, and an account as administrators see it. Both must outlive the table.
net::RouteTable SelfServiceRoutes(Service& service, const SelfService& self, const ApiOptions& options);

}  // namespace rt::auth
