// The tables of the fast side, all of them. A name is on disk: it is never used again for something else.
#pragma once

#include <array>

#include "storage/kv/store.h"

namespace rt::storage::kv {

inline constexpr std::array kTables{
    // A sign-in with the hash of the refresh token in force (auth/).
    Table{Env::kDurable, "auth.session"},
    // The sessions of a user, to end them all.
    Table{Env::kDurable, "auth.user_session"},
    // Sessions that ended before their access tokens did.
    Table{Env::kDurable, "auth.ended_session"},
    // One-time codes that were sent, hashed, and how often they were tried.
    Table{Env::kDurable, "auth.code"},
    // How many codes were sent to a target, for an address, in all.
    Table{Env::kDurable, "auth.code_sent"},
    // Sign-ins that wait for their second step.
    Table{Env::kDurable, "auth.second_step"},
    // Devices and networks a user has signed in from.
    Table{Env::kDurable, "auth.known_device"},
    // Failed sign-ins, for the growing delay.
    Table{Env::kCache, "auth.guess"},
    // Codes of WeChat that were used, session keys, access tokens (auth/wechat/).
    Table{Env::kDurable, "auth.wechat_code"},
    Table{Env::kDurable, "auth.wechat_session"},
    Table{Env::kDurable, "auth.wechat_token"},
    // Token buckets of the rate limiter, saved once a second (net/).
    Table{Env::kCache, "net.rate_bucket"},
    // Account, order under way, certificate and the next attempt (acme/).
    Table{Env::kDurable, "acme.state"},
    // Rooms that live, and the events of their games by number, until the record has them (avalon/).
    Table{Env::kDurable, "avalon.room"},
    Table{Env::kDurable, "avalon.event"},
    // What the health probe writes and reads back (ops/).
    Table{Env::kDurable, "ops.heartbeat"},
};

// Emptied by a restore, after which everyone signs in again.
inline constexpr std::array<std::string_view, 4> kSessionTables{"auth.session", "auth.user_session", "auth.code",
                                                                "auth.second_step"};

}  // namespace rt::storage::kv
