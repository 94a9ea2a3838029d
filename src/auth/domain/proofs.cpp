#include "auth/domain/proofs.h"

#include <algorithm>

namespace rt::auth::domain {

Proofs ProofsOf(bool has_password, const std::vector<WayIn>& ways, const std::optional<SignInSeen>& sign_in,
                base::Time now) {
    Proofs out;
    out.password = has_password;
    for (const WayIn& way : ways) {
        if (!way.channel || !way.usable) continue;
        const bool older_there = has_password || std::any_of(ways.begin(), ways.end(), [&](const WayIn& other) {
                                     return other.usable && other.since < way.since;
                                 });
        const bool good = !older_there || now >= way.since.Plus(kAddressAgeMicros);
        if (good) (*way.channel == Channel::kEmail ? out.email : out.phone) = true;
    }
    out.fresh_sign_in =
        !out.any_but_sign_in() && sign_in && sign_in->method == "wechat" && now < sign_in->at.Plus(kFreshSignInMicros);
    return out;
}

}  // namespace rt::auth::domain
