// Where the session keys of mini-programs are kept (kWechatSessionTable).
#pragma once

#include <string>
#include <string_view>

#include "auth/user.h"
#include "base/encoding.h"
#include "crypto/hash.h"

namespace rt::auth::wechat {

// The key of this user's row; `appid` is the issuer of his identity.
inline std::string SessionKeyOf(UserId user, std::string_view appid) {
    return base::HexEncode(crypto::Sha256(std::string(appid) + ":" + std::to_string(user.value)));
}

}  // namespace rt::auth::wechat
