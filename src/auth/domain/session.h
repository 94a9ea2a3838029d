// A session: one sign-in of one client, kept alive by a chain of refresh tokens of which only the newest is good
// (RFC 9700 §4.14.2). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace rt::auth::domain {

// Who holds the refresh token: a browser's cookie jar, shared by its tabs, or one program.
enum class ClientKind : std::uint8_t { kBrowser, kNative };

// A browser's tabs share one cookie, so two of them may send the same token at the same moment, and an answer may be
// lost on its way. Within this time after a rotation the token just spent is answered once more with the one that took
// its place; later, or from a program, it is reuse.
inline constexpr std::int64_t kBrowserRepeatMicros = 10 * base::kMicrosPerSecond;

// However often it is refreshed, a session ends after this long.
inline constexpr std::int64_t kSessionMicrosMax = 180 * base::kMicrosPerDay;

struct Session {
    std::string public_id;  // names it in access tokens, logs and audit rows; grants nothing
    std::int64_t user_id = 0;
    ClientKind client = ClientKind::kNative;
    std::string token_hash;     // of the one good refresh token
    std::string previous_hash;  // of the one it replaced; empty at first
    base::Time issued;
    base::Time rotated;
    base::Time expires;
    std::int64_t user_session_epoch = 0;  // the user's when it began; a later one ends it
    std::int64_t generation = 0;          // the store's when it began; a restore starts a new one
    std::string device;                   // what the client called itself
    std::string network{};                // where it began, masked: "203.0.113.0/24"
    // Makes the next token out of the last, so that a repeated request gets the same one. Of no use without that token.
    std::string chain{};
    std::string method{};      // of the sign-in: "password", "email", "phone", "wechat_mini", ...
    bool second_step = false;  // was a second step given?
};

enum class RefreshVerdict : std::uint8_t { kRotate, kRepeat, kReused, kExpired };

// What it means that `caller` presents a token with this hash at this moment. Only a browser repeats the token of a
// browser: a program that has one took it out of a cookie.
RefreshVerdict Judge(const Session& session, ClientKind caller, const std::string& hash, base::Time now);

// The session after a rotation. `ttl_micros`: how long a refresh token lives unused.
Session Rotated(Session session, std::string new_hash, base::Time now, std::int64_t ttl_micros);

}  // namespace rt::auth::domain
