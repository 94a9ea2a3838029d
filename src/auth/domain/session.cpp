#include "auth/domain/session.h"

#include <algorithm>
#include <utility>

namespace rt::auth::domain {

RefreshVerdict Judge(const Session& session, ClientKind caller, const std::string& hash, base::Time now) {
    if (now >= session.expires) return RefreshVerdict::kExpired;
    if (hash == session.token_hash) return RefreshVerdict::kRotate;
    const bool just_spent = !session.previous_hash.empty() && hash == session.previous_hash &&
                            now < session.rotated.Plus(kBrowserRepeatMicros);
    const bool browsers = session.client == ClientKind::kBrowser && caller == ClientKind::kBrowser;
    if (browsers && just_spent) return RefreshVerdict::kRepeat;
    return RefreshVerdict::kReused;
}

Session Rotated(Session session, std::string new_hash, base::Time now, std::int64_t ttl_micros) {
    session.previous_hash = std::exchange(session.token_hash, std::move(new_hash));
    session.rotated = now;
    session.expires = std::min(now.Plus(ttl_micros), session.issued.Plus(kSessionMicrosMax));
    return session;
}

}  // namespace rt::auth::domain
