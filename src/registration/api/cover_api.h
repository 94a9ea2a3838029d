// The picture at the head of an event's page.
#pragma once

#include <string>

#include "net/route.h"
#include "registration/service.h"

namespace rt::registration::api {

net::RouteTable CoverRoutes(Service& service, const std::string& base);

}  // namespace rt::registration::api
