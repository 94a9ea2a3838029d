// What a mini-program hands over signed or encrypted with its session key. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "json/json.h"

namespace rt::auth::wechat {

// hmac_sha256(body, key = session_key) in hex: signatures of requests, and of the empty text for checksession.
std::string SessionSignature(std::string_view body, std::string_view session_key);

// AES-128-CBC with PKCS#7 under base64(session_key) and base64(iv), then JSON whose watermark must name `appid` and be
// fresh. SIGN_IN_AGAIN when it does not open (the key is another one by now); FORBIDDEN when it is another app's or
// old.
Result<json::Value> OpenEncryptedData(std::string_view encrypted_data, std::string_view iv,
                                      std::string_view session_key, std::string_view appid, base::Time now);

}  // namespace rt::auth::wechat
