// He who asked for a job, with what he may do now.
#pragma once

#include <optional>
#include <string>

#include "registration/service.h"

namespace rt::registration {

struct AskedBy {
    EventId event;
    UserId user;
    std::string client;
    std::string job;  // its public id
};
// nullopt when he may no longer do what `wanted` stands for, or the event is gone.
Result<std::optional<store::Actor>> ActorNow(const Service& service, const AskedBy& asked, net::PermissionSet wanted);

}  // namespace rt::registration
