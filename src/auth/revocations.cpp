#include "auth/revocations.h"

#include <algorithm>

namespace rt::auth {

void Revocations::BoundLocked(base::Time now) {
    if (users_.size() + sessions_.size() < kEntriesMax) return;
    users_.clear();
    sessions_.clear();
    // Claims carry whole seconds: what was issued within the current one goes too.
    issued_floor_micros_.store((now.micros / base::kMicrosPerSecond + 1) * base::kMicrosPerSecond);
}

void Revocations::MoveEpoch(UserId user, std::int64_t epoch, base::Time now) {
    const std::unique_lock lock(mutex_);
    BoundLocked(now);
    Moved& moved = users_[user.value];
    moved.epoch = std::max(moved.epoch, epoch);
    moved.forget = now.Plus(keep_micros_);
}

void Revocations::EndSession(std::string_view session, base::Time now) {
    const std::unique_lock lock(mutex_);
    BoundLocked(now);
    sessions_.insert_or_assign(std::string(session), now.Plus(keep_micros_));
}

void Revocations::SetGeneration(std::int64_t generation) {
    generation_.store(generation);
}

bool Revocations::Voids(const AccessClaims& claims) const {
    if (claims.generation != generation_.load()) return true;
    if (claims.issued.micros < issued_floor_micros_.load()) return true;
    const std::shared_lock lock(mutex_);
    if (const auto user = users_.find(claims.user.value); user != users_.end() && claims.epoch < user->second.epoch) {
        return true;
    }
    return sessions_.find(std::string_view(claims.session)) != sessions_.end();
}

void Revocations::Sweep(base::Time now) {
    const std::unique_lock lock(mutex_);
    std::erase_if(users_, [&](const auto& entry) { return now >= entry.second.forget; });
    std::erase_if(sessions_, [&](const auto& entry) { return now >= entry.second; });
}

std::size_t Revocations::size() const {
    const std::shared_lock lock(mutex_);
    return users_.size() + sessions_.size();
}

}  // namespace rt::auth
