// What auth is told when it is built.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "auth/access_token.h"
#include "auth/one_time_codes.h"
#include "crypto/field_ring.h"

namespace rt::auth {

// The keys as read, and what they do.
struct TokenKeys {
    std::vector<SigningKey> keys;
    AccessTokens tokens;
};

struct Options {
    std::vector<std::string> jwt_secrets;  // newest first; they never change
    std::string jwt_folder{};              // without secrets: where keys/jwt.key lies (auth/keys.h)
    TokenRules jwt{};
    std::shared_ptr<const crypto::FieldRing> field_ring{};  // personal data is sealed with its keys
    int bcrypt_cost = 12;
    std::int64_t access_ttl_s = 900;
    std::int64_t refresh_ttl_s = 30 * 86'400;
    bool registration_open = true;  // may anybody make an account?
    // What must be proved by a code to register with a password.
    enum class Needs : std::uint8_t { kNothing, kEmail, kPhone, kEither };
    Needs registration_needs = Needs::kNothing;
    bool staff_second_step = false;  // organisers and administrators sign in with a second step
    bool email_codes = true;         // can mail be sent?
    bool phone_codes = true;         // can SMS be sent?
    bool mailed_links = true;        // is the address known that links in mails begin with?
    bool wechat_web = false;         // is sign-in by pages inside WeChat set up?
    OneTimeCodes::Limits codes{};
    std::int64_t delete_grace_s = 7 * 86'400;
    std::string site_name = "Roundtable";
};

}  // namespace rt::auth
