// What every command brings to its commit. Closures of the writer may run again, so ids, times and random texts are
// made before: a command is a value, its function a pure change of the store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "json/json.h"
#include "net/http.h"
#include "registration/domain/types.h"
#include "registration/privacy.h"
#include "storage/audit/trail.h"
#include "storage/sql/database.h"

namespace rt::registration::store {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

// Who acts. `user` 0 is the server itself (clocks, chunks of a cancelled event).
struct Actor {
    UserId user;
    net::PermissionSet held;  // in the scope of the event concerned
    std::string client;       // address
    std::string request_id;
    std::string via{};  // the API token or device it was signed with (net/credential.h)

    bool May(net::Permission permission) const { return held.Has(permission); }
    static Actor Server() { return {{}, net::PermissionSet::All(), {}, {}}; }
};

// A supply of ids made in advance. Copy it at the start of a closure: a rerun then uses the same ids. A command that
// serves the waiting list with what it frees may need many more, which are then drawn one by one.
class IdBlock {
  public:
    IdBlock(IdGenerator& ids, std::size_t count) : more_(&ids) {
        ids_.reserve(count);
        for (std::size_t i = 0; i < count; ++i) ids_.push_back(ids.Next());
    }
    std::int64_t Take() { return next_ < ids_.size() ? ids_[next_++] : more_->Next(); }
    template <class TypedId>
    TypedId Take() {
        return TypedId{Take()};
    }

  private:
    IdGenerator* more_;
    std::vector<std::int64_t> ids_;
    std::size_t next_ = 0;
};

// One commit: who, when, the ids it may use, the chain that remembers it, and what opens sealed values (never seals:
// that takes randomness).
struct Commit {
    Actor actor;
    base::Time now;
    IdBlock ids;
    const storage::audit::Trail& trail;
    const Privacy& privacy;
};

// Quotas that one team can touch; bounds the ids of a commit.
inline constexpr std::size_t kQuotasPerTeamMax = 3;
// Ids for taking or freeing everything of one registration: an allocation and a ledger row for each quota.
inline constexpr std::size_t kIdsPerRegistration = 2 * kQuotasPerTeamMax;

}  // namespace rt::registration::store
