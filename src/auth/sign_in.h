// What goes into a sign-in and what comes out of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/audit.h"
#include "auth/domain/contact.h"
#include "auth/domain/session.h"
#include "auth/one_time_codes.h"
#include "auth/user.h"

namespace rt::auth {

// Where a request comes from and what holds the refresh token.
struct Caller {
    Actor actor;
    domain::ClientKind kind = domain::ClientKind::kNative;
    std::string device;  // User-Agent
    base::Locale locale = base::Locale::kZhCn;
    std::string session{};  // public id of the session that the request belongs to; empty: none
};

// The first step was right; the second is awaited.
struct SecondStep {
    std::string token;
    std::int64_t expires_in_s = 0;
    std::vector<std::string_view> methods;  // "totp" and "recovery", or "enrol": there is none yet, set one up
};

// What a client gets when it has signed in or renewed. With `second_step` there is no session yet and the tokens are
// empty.
struct SignedIn {
    std::string access_token;
    std::int64_t expires_in_s = 0;
    std::string refresh_token;
    std::int64_t refresh_expires_in_s = 0;
    User user;
    domain::ClientKind client = domain::ClientKind::kNative;  // who holds the refresh token
    bool created = false;                                     // the account was made by this sign-in
    std::optional<SecondStep> second_step{};
};

// What who has set up the second step in the middle of a sign-in gets.
struct Confirmed {
    SignedIn session;
    std::vector<std::string> recovery_codes;
};

// An address and the code that came there.
struct CodeProof {
    domain::Contact contact;
    std::string code;
};

// What becomes of a person's API tokens when his sessions end.
enum class ApiTokens : std::uint8_t { kKeep, kRevoke };

// A code is on its way.
struct CodeSent {
    std::int64_t expires_in_s = kCodeTtlSeconds;
    std::int64_t resend_in_s = kCodeResendSeconds;
};

// By which a signed-in person shows again who he is: one of the two, or neither where the sign-in itself is proof
// enough (domain/proofs.h).
struct Reproof {
    std::optional<std::string> password{};
    std::optional<std::string> code{};
};

}  // namespace rt::auth
