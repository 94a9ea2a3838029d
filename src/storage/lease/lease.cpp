#include "storage/lease/lease.h"

#include <array>
#include <utility>

namespace rt::storage::lease {
namespace {

using sql::Statement;

constexpr Statement kHold{"lease.hold",
                          "INSERT INTO lease (role, holder, expires, term) VALUES ($1, $2, $3, 1)"
                          " ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, expires = excluded.expires,"
                          " term = CASE WHEN lease.holder = excluded.holder THEN lease.term ELSE lease.term + 1 END"
                          " WHERE lease.holder = excluded.holder OR lease.expires <= $4"};
constexpr Statement kEndAll{"lease.end_all", "DELETE FROM lease"};
constexpr Statement kRelease{"lease.release", "DELETE FROM lease WHERE role = $1 AND holder = $2"};

}  // namespace

std::string_view Name(Role role) {
    static constexpr auto kNames = std::to_array<std::string_view>({
#define RT_LEASE_ROLE(id, name, what) name,
#include "storage/lease/roles.def"
#undef RT_LEASE_ROLE
    });
    return kNames.at(static_cast<std::size_t>(role));
}

Result<bool> Hold(sql::Database& db, Role role, std::string_view holder, base::Time now, std::int64_t ttl_micros) {
    return db.Write("lease.hold", [&](sql::Writer& writer) -> Result<bool> {
        RT_TRY(const std::int64_t changed, writer.Run(kHold, {Name(role), holder, now.Plus(ttl_micros), now}));
        return changed == 1;
    });
}

Status Release(sql::Database& db, Role role, std::string_view holder) {
    return db.Write("lease.release", [&](sql::Writer& writer) -> Status {
        RT_CHECK_OK(writer.Run(kRelease, {Name(role), holder}));
        return Ok();
    });
}

Status EndAll(sql::Database& db) {
    return db.Write("lease.end_all", [](sql::Writer& writer) -> Status {
        RT_CHECK_OK(writer.Run(kEndAll, {}));
        return Ok();
    });
}

Keeper::Keeper(sql::Database& db, const base::Clock& clock, std::string holder)
    : db_(db), clock_(clock), holder_(std::move(holder)) {}

bool Keeper::Holds(Role role) {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    const base::Time now = clock_.Now();
    const auto held = renew_at_.find(role);
    // A clock that was set back makes it renew: the other processes judge by the same clock.
    if (held != renew_at_.end() && now < held->second && held->second.micros - now.micros <= kTtlMicros / 2) {
        return true;
    }
    const auto taken = Hold(db_, role, holder_, now, kTtlMicros);
    if (taken.ok() && *taken) {
        renew_at_[role] = now.Plus(kTtlMicros / 2);
        return true;
    }
    renew_at_.erase(role);
    return false;
}

void Keeper::ReleaseAll() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    // What cannot be released lapses.
    for (const auto& [role, renew_at] : renew_at_) static_cast<void>(Release(db_, role, holder_));
    renew_at_.clear();
}

}  // namespace rt::storage::lease
