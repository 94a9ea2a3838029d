// The HTTP routes of uploaded files.
#pragma once

#include <string>

#include "files/service.h"
#include "net/route.h"

namespace rt::files {

struct ApiOptions {
    std::string base = "/api/v1";
};

// `service` must outlive the table.
net::RouteTable Routes(Service& service, const ApiOptions& options);

}  // namespace rt::files
