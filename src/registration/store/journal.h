// The audit row and the outbox message of a change, in the change's own commit (I12).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

// `before` and `after` are JSON objects or empty; no personal data, no secrets.
struct Change {
    std::string_view action;  // "registration.submit"; static storage
    std::string_view entity;  // "registration"
    std::int64_t entity_id = 0;
    EventId event;
    std::string before;
    std::string after;
    std::string reason;
};

Status Record(Writer& writer, Commit& commit, const Change& change);

// Something others are told of (mails, sockets, webhooks come from it). Takes one id. `payload` is a JSON object.
Status Announce(Writer& writer, Commit& commit, std::string_view topic, const std::string& payload);

// {"state":"A"}: the usual before and after.
std::string StateJson(std::string_view state);

}  // namespace rt::registration::store
