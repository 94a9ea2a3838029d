// Works off the jobs of desk_job.h: the same commands as single actions, in small commits, so that nobody else waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registration/service.h"
#include "registration/store/desk_job.h"

namespace rt::registration {

// The permission that an action needs, of him who asks and again while it runs; nullopt: no such action.
std::optional<net::Permission> PermissionForAction(std::string_view kind, std::string_view action);

// The filter in the spec of a job and back: what was typed is not kept where it may be a number of a person.
json::Object FilterSpec(const store::RegistrationFilter& filter);
store::RegistrationFilter FilterOfSpec(const json::Value& spec, EventId event);

// Not thread-safe.
class BulkRunner {
  public:
    explicit BulkRunner(Service& service) : service_(service) {}

    // One short step of one job; false when there is none that is not over.
    Result<bool> Step();

  private:
    Status Prepare(const store::DeskJob& job);
    Status Work(const store::DeskJob& job);
    Status End(const store::DeskJob& job, std::string_view error);
    Result<std::optional<store::Actor>> ActorOf(const store::DeskJob& job);

    Service& service_;
    store::JobId last_;
};

}  // namespace rt::registration
