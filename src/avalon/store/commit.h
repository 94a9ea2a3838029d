// What every command of the hall brings to its commit. Closures of the writer may run again, so ids, times and random
// texts are made before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/user.h"
#include "base/clock.h"
#include "storage/audit/trail.h"
#include "storage/sql/database.h"

namespace rt::avalon::store {

using auth::UserId;
using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

// Who acts. `user` 0: the server itself.
struct Actor {
    UserId user;
    std::string client;  // address
    std::string request_id;
    std::string via{};  // the API token it was signed with (net/credential.h)
};

struct Commit {
    Actor actor;
    base::Time now;
    const storage::audit::Trail& trail;
};

// The audit row of a change. `before` and `after` are JSON objects or empty; no personal data.
struct Change {
    std::string_view action;  // "avalon.profile.update"
    std::string_view entity;  // "avalon_report"; "user" where it is about a person
    std::int64_t entity_id = 0;
    std::string before{};
    std::string after{};
    std::string reason{};
};
Status Record(Writer& writer, const Commit& commit, const Change& change);

}  // namespace rt::avalon::store
