// The route table as an OpenAPI 3.1 document. Pure.
#pragma once

#include <string>

#include "json/json.h"
#include "net/route.h"

namespace rt::net {

struct OpenApiInfo {
    std::string title;
    std::string version;
    std::string description;
};

// Routes below `api_prefix`, sorted by path. Extensions tell what OpenAPI has no word for: `x-access` (public, user,
// organiser, admin), `x-rate-class`, `x-body-bytes-max`. A request body's schema is drawn from the route's example.
json::Value OpenApiDocument(const RouteTable& routes, const OpenApiInfo& info, std::string_view api_prefix);

}  // namespace rt::net
