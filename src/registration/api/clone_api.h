// Cloning events, and templates.
#pragma once

#include <string>

#include "net/route.h"
#include "registration/service.h"

namespace rt::registration::api {

net::RouteTable CloneRoutes(Service& service, const std::string& base);

}  // namespace rt::registration::api
