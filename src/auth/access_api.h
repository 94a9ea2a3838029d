// The HTTP routes of permissions, grants, organisations, API tokens and devices.
#pragma once

#include <string>

#include "auth/grants.h"
#include "auth/organisations.h"
#include "auth/service.h"
#include "auth/tokens.h"
#include "net/route.h"

namespace rt::auth {

// Owned by app/; everything outlives the table.
struct AccessServices {
    Service& service;
    Grants& grants;
    Organisations& organisations;
    Tokens& tokens;
};

net::RouteTable AccessRoutes(AccessServices services, const std::string& base);

}  // namespace rt::auth
