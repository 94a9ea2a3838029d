// What a person signs in with beside a login name: an e-mail address, a phone number, a WeChat id.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/domain/contact.h"
#include "auth/user.h"
#include "base/clock.h"
#include "base/ids.h"

namespace rt::auth {

using IdentityId = Id<struct IdentityTag>;

// The use of the vault that seals what auth keeps of people.
inline constexpr std::string_view kVaultUse = "auth";
// Where a sealed subject belongs.
std::string SubjectContext(IdentityId id);

enum class IdentityKind : std::uint8_t { kEmail, kPhone, kWechatMini, kWechatWeb, kWechatUnion };

// The words of table and contract: "EMAIL", "PHONE", "WECHAT_MINI", "WECHAT_WEB", "WECHAT_UNION".
std::string_view Name(IdentityKind kind);
std::optional<IdentityKind> ParseIdentityKind(std::string_view text);

// Who it is at whom. `issuer`: the appid, empty where there is none. `subject` in normal form: Contact::key, openid,
// unionid.
struct IdentityKey {
    IdentityKind kind = IdentityKind::kEmail;
    std::string issuer{};
    std::string subject{};
};

// Somebody has just proved to be this.
struct IdentityProof {
    IdentityKey key;
    std::string address{};            // how to write it; empty: as key.subject
    std::vector<IdentityKey> also{};  // what the same proof says as well (the unionid beside an openid)
    std::string display_name{};       // for an account made by it; empty: one is made up
};

IdentityProof ProofOf(const domain::Contact& contact);

// A row of `identity`; `subject` is sealed.
struct Identity {
    IdentityId id;
    std::string public_id;
    UserId user;
    IdentityKind kind = IdentityKind::kEmail;
    std::string issuer;
    std::string subject_bi;
    std::string subject;
    base::Time verified_at;
    base::Time created;
};

}  // namespace rt::auth
