// A route for tests: public, outside the rates, with a JSON body where the method has one.
#pragma once

#include <string>
#include <utility>

#include "net/route.h"

namespace rt::test {

inline net::Route TestRoute(std::string name, net::Method method, std::string pattern, net::Run run,
                            net::Handler handler) {
    net::Route route;
    route.name = std::move(name);
    route.method = method;
    route.pattern = std::move(pattern);
    route.access = net::Access::kPublic;
    route.run = run;
    route.rate_class = net::RateClass::kExempt;
    if (method == net::Method::kPost || method == net::Method::kPut || method == net::Method::kPatch) {
        route.body = net::BodyKind::kJson;
    }
    route.handler = std::move(handler);
    return route;
}

}  // namespace rt::test
