// What auth writes to the audit chain, in the commit of the change itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "json/json.h"
#include "storage/audit/trail.h"
#include "storage/sql/database.h"

namespace rt::auth {

// Who did it and from where. `user_id` 0: the operator at the command line, or nobody yet (a sign-in).
struct Actor {
    std::int64_t user_id = 0;
    std::string client{};  // address; empty for the command line
    std::string request_id{};
    std::string via{};  // the API token or device he signed with (net/credential.h)
};

struct AuditEvent {
    std::string_view action;  // "user.create"; static storage
    Actor actor;
    std::int64_t user_id = 0;  // the account concerned
    json::Value before{};      // null or an object; no secrets
    json::Value after{};
    std::string_view entity = "user";  // what `user_id` is an id of; static storage
    std::int64_t organisation = 0;
    std::int64_t event = 0;
};

// Runs inside the writer's closure, so it may run again: no clock, no randomness.
Status AppendAudit(const storage::audit::Trail& trail, storage::sql::Writer& writer, const AuditEvent& event,
                   base::Time at);

}  // namespace rt::auth
