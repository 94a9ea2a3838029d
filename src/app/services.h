// The services over the stores that commands and the server both need.
#pragma once

#include <memory>

#include "app/stores.h"
#include "auth/service.h"
#include "config/config.h"

namespace rt::app {

struct Services {
    Stores& stores;
    std::unique_ptr<auth::Service> auth;

    static Result<std::unique_ptr<Services>> Create(const config::Config& config, Stores& stores);
};

}  // namespace rt::app
