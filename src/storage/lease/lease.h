// Roles held by lease: one conditional write takes or renews one.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "storage/sql/database.h"

namespace rt::storage::lease {

enum class Role : std::uint8_t {
#define RT_LEASE_ROLE(id, name, what) id,
#include "storage/lease/roles.def"
#undef RT_LEASE_ROLE
};

std::string_view Name(Role role);

// true if `holder` (unique for a process) has the role until now + ttl_micros: taken, renewed, or lapsed elsewhere.
Result<bool> Hold(sql::Database& db, Role role, std::string_view holder, base::Time now, std::int64_t ttl_micros);
// Gives it up; Ok also when another holds it.
Status Release(sql::Database& db, Role role, std::string_view holder);

// Ends every lease. For the start of a process that has the data folder to itself: the holders are dead, and waiting
// for their leases to lapse would hold mail and jobs back.
Status EndAll(sql::Database& db);

// What one process holds. Writes only when a role is not its own yet or half its time is over. Thread-safe.
class Keeper {
  public:
    static constexpr std::int64_t kTtlMicros = 30 * base::kMicrosPerSecond;

    // `holder`: unique for this process. Both outlive the keeper.
    Keeper(sql::Database& db, const base::Clock& clock, std::string holder);
    // Has this process the role now? Takes or renews it where that is due; false also when the store cannot say.
    bool Holds(Role role);
    // Gives up everything, so that the next process need not wait. Holds() takes nothing again.
    void ReleaseAll();

  private:
    sql::Database& db_;
    const base::Clock& clock_;
    const std::string holder_;
    std::mutex mutex_;
    std::map<Role, base::Time> renew_at_;  // of the roles held
    bool ended_ = false;
};

}  // namespace rt::storage::lease
