// What shows that the one who is signed in is the owner of the account: an access token alone does not. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "auth/domain/contact.h"
#include "base/clock.h"

namespace rt::auth::domain {

// An address that was added more recently is no proof while an older one can give it: whoever added it may not be the
// owner, who has this long to find out.
inline constexpr std::int64_t kAddressAgeMicros = 72 * base::kMicrosPerHour;
// This long after signing in by WeChat the sign-in itself is the proof of an account that has no other.
inline constexpr std::int64_t kFreshSignInMicros = 10 * base::kMicrosPerMinute;

// A way into the account beside a password.
struct WayIn {
    std::optional<Channel> channel;  // by which a code is sent; nullopt: WeChat
    bool usable = true;              // can codes be sent by that channel?
    base::Time since;
};

// What this account can show now.
struct Proofs {
    bool password = false;
    bool email = false;
    bool phone = false;
    bool fresh_sign_in = false;

    bool any_but_sign_in() const { return password || email || phone; }
    bool Has(Channel channel) const { return channel == Channel::kEmail ? email : phone; }
};

// The sign-in that the request belongs to.
struct SignInSeen {
    std::string_view method;
    base::Time at;
};

Proofs ProofsOf(bool has_password, const std::vector<WayIn>& ways, const std::optional<SignInSeen>& sign_in,
                base::Time now);

}  // namespace rt::auth::domain
