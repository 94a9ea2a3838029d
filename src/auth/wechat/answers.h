// What WeChat answers, as values. Pure: text in, value or error out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace rt::auth::wechat {

// A mini-program user has signed in there. `session_key` must never leave the server.
struct MiniSession {
    std::string openid;
    std::string session_key;  // base64, as WeChat writes it
    std::string unionid;      // empty unless the app belongs to an open-platform account
};

struct WebToken {
    std::string access_token;
    std::string openid;
    std::string unionid;
    std::string scope;
};

struct WebUser {
    std::string openid;
    std::string unionid;
    std::string nickname;
};

struct AccessToken {
    std::string token;
    std::int64_t expires_in_s = 0;
};

// What to do about an error code, apart from telling the client.
enum class Trouble : std::uint8_t {
    kNone,
    kBusy,         // try again soon
    kStaleToken,   // our access token is not good any more: fetch one and repeat once
    kOurSettings,  // appid, secret, address list, rights: an operator must look
};

struct Refusal {
    Error error;
    Trouble trouble = Trouble::kNone;
};

// The error of an `errcode` that is not 0. `detail` holds the code, never the text (which may hold ids).
Refusal Explain(std::int64_t errcode);

// Each reads one answer: an `errcode` other than 0 becomes its Refusal; a body that is not the JSON expected, or in
// which a required member is missing, empty, too long or of another type, UPSTREAM_FAILED.
template <class T>
struct Read {
    T value{};
    bool ok = false;
    Refusal refusal{};
};
Read<MiniSession> ReadMiniSession(std::string_view body);
Read<WebToken> ReadWebToken(std::string_view body);
Read<WebUser> ReadWebUser(std::string_view body);
Read<AccessToken> ReadAccessToken(std::string_view body);
// The number in E.164 ("+8613800138000"); `appid` must be the watermark's and its time at most kWatermarkMicrosMax ago.
Read<std::string> ReadPhone(std::string_view body, std::string_view appid, base::Time now);
// msg_sec_check (version 2): may others see the text? What WeChat would have a person look at is let through.
Read<bool> ReadTextCheck(std::string_view body);
// errcode and errmsg only.
Read<bool> ReadPlain(std::string_view body);

inline constexpr std::int64_t kWatermarkMicrosMax = 10 * base::kMicrosPerMinute;

}  // namespace rt::auth::wechat
