#include "auth/wechat/answers.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/utf8.h"
#include "json/json.h"

namespace rt::auth::wechat {
namespace {

constexpr std::size_t kIdBytesMax = 128;
constexpr std::size_t kTokenBytesMax = 2'048;
constexpr std::size_t kNameBytesMax = 200;
constexpr std::int64_t kTokenSecondsMax = 7'200;
constexpr std::uint32_t kMinuteSeconds = 60;

struct Row {
    std::int64_t errcode;
    Code code;
    Trouble trouble;
};

constexpr std::array kRows{
    Row{-1, Code::kUnavailable, Trouble::kBusy},
    Row{40029, Code::kSignInAgain, Trouble::kNone},  // not a code
    Row{40163, Code::kSignInAgain, Trouble::kNone},  // the code was used
    Row{42003, Code::kSignInAgain, Trouble::kNone},  // the code has lapsed
    Row{41008, Code::kSignInAgain, Trouble::kNone},  // no code
    Row{87009, Code::kSignInAgain, Trouble::kNone},  // the session key is another one by now
    Row{40003, Code::kSignInAgain, Trouble::kNone},  // not an openid of this app
    Row{45011, Code::kTooManyRequests, Trouble::kNone},
    Row{45009, Code::kUnavailable, Trouble::kOurSettings},  // the app's daily quota
    Row{40226, Code::kForbidden, Trouble::kNone},
    Row{40001, Code::kUnavailable, Trouble::kStaleToken},
    Row{40014, Code::kUnavailable, Trouble::kStaleToken},
    Row{42001, Code::kUnavailable, Trouble::kStaleToken},
    Row{40002, Code::kUnavailable, Trouble::kOurSettings},
    Row{40013, Code::kUnavailable, Trouble::kOurSettings},  // appid
    Row{40125, Code::kUnavailable, Trouble::kOurSettings},  // secret
    Row{40164, Code::kUnavailable, Trouble::kOurSettings},  // our address is not on the app's list
    Row{41002, Code::kUnavailable, Trouble::kOurSettings},
    Row{41004, Code::kUnavailable, Trouble::kOurSettings},
    Row{48001, Code::kUnavailable, Trouble::kOurSettings},  // the app has no right to this interface
    Row{50002, Code::kUnavailable, Trouble::kOurSettings},  // the app is restricted
};

Refusal Malformed() {
    return {Fail(Code::kUpstream, "WeChat: an answer that is none"), Trouble::kNone};
}

// The object, if it is one without an error code.
struct Answer {
    json::Value object;
    bool ok = false;
    Refusal refusal{};
};

Answer Decode(std::string_view body) {
    Answer out;
    auto value = json::Decode(body);
    if (!value.ok() || !value->IsObject()) {
        out.refusal = Malformed();
        return out;
    }
    if (const json::Value* errcode = value->Find("errcode")) {
        if (!errcode->IsInt()) {
            out.refusal = Malformed();
            return out;
        }
        if (errcode->AsInt() != 0) {
            out.refusal = Explain(errcode->AsInt());
            return out;
        }
    }
    out.object = std::move(*value);
    out.ok = true;
    return out;
}

// Ids, keys and tokens: printable ASCII.
std::string Token(const json::Value& object, std::string_view key, std::size_t bytes_max) {
    const json::Value* value = object.Find(key);
    if (value == nullptr || !value->IsString()) return {};
    const std::string& text = value->AsString();
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    return plain && text.size() <= bytes_max ? text : std::string();
}

template <class T>
Read<T> Made(Answer answer, bool complete, T value) {
    if (answer.ok && complete) return {std::move(value), true, {}};
    return {{}, false, answer.ok ? Malformed() : std::move(answer.refusal)};
}

}  // namespace

Refusal Explain(std::int64_t errcode) {
    const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.errcode == errcode; });
    const std::string detail = "WeChat: errcode " + std::to_string(errcode);
    if (row == kRows.end()) return {Fail(Code::kUpstream, detail), Trouble::kNone};
    Refusal out{Fail(row->code, detail), row->trouble};
    if (row->code == Code::kForbidden)
        out.error.message = {"该微信账号被限制登录", "WeChat does not let this account sign in"};
    if (row->code == Code::kTooManyRequests) out.error.retry_after_s = kMinuteSeconds;
    if (row->code == Code::kUnavailable)
        out.error.message = {"微信服务暂不可用，请稍后再试",
                             "WeChat is not available right now, please try again later"};
    if (row->trouble == Trouble::kBusy) out.error.retry_after_s = 1;
    return out;
}

Read<MiniSession> ReadMiniSession(std::string_view body) {
    Answer answer = Decode(body);
    MiniSession out{Token(answer.object, "openid", kIdBytesMax), Token(answer.object, "session_key", kIdBytesMax),
                    Token(answer.object, "unionid", kIdBytesMax)};
    const bool complete = !out.openid.empty() && !out.session_key.empty();
    return Made(std::move(answer), complete, std::move(out));
}

Read<WebToken> ReadWebToken(std::string_view body) {
    Answer answer = Decode(body);
    WebToken out{Token(answer.object, "access_token", kTokenBytesMax), Token(answer.object, "openid", kIdBytesMax),
                 Token(answer.object, "unionid", kIdBytesMax), Token(answer.object, "scope", kIdBytesMax)};
    const bool complete = !out.access_token.empty() && !out.openid.empty();
    return Made(std::move(answer), complete, std::move(out));
}

Read<WebUser> ReadWebUser(std::string_view body) {
    Answer answer = Decode(body);
    WebUser out{Token(answer.object, "openid", kIdBytesMax), Token(answer.object, "unionid", kIdBytesMax), {}};
    const json::Value* name = answer.object.Find("nickname");
    if (name != nullptr && name->IsString() && base::IsPlainLine(name->AsString()) &&
        name->AsString().size() <= kNameBytesMax)
        out.nickname = name->AsString();
    const bool complete = !out.openid.empty();
    return Made(std::move(answer), complete, std::move(out));
}

Read<AccessToken> ReadAccessToken(std::string_view body) {
    Answer answer = Decode(body);
    AccessToken out{Token(answer.object, "access_token", kTokenBytesMax), 0};
    const json::Value* seconds = answer.object.Find("expires_in");
    if (seconds != nullptr && seconds->IsInt()) out.expires_in_s = seconds->AsInt();
    const bool complete = !out.token.empty() && out.expires_in_s > 0 && out.expires_in_s <= kTokenSecondsMax;
    return Made(std::move(answer), complete, std::move(out));
}

Read<std::string> ReadPhone(std::string_view body, std::string_view appid, base::Time now) {
    Answer answer = Decode(body);
    const json::Value* info = answer.object.Find("phone_info");
    const json::Value* mark = info == nullptr ? nullptr : info->Find("watermark");
    if (mark == nullptr) return Made(std::move(answer), false, std::string());
    const json::Value* time = mark->Find("timestamp");
    const std::string country = Token(*info, "countryCode", 4);
    const std::string number = Token(*info, "purePhoneNumber", 15);
    const auto digits = [](const std::string& text) {
        return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    const bool fresh = time != nullptr && time->IsInt() && time->AsInt() >= 0 &&
                       time->AsInt() < INT64_MAX / base::kMicrosPerSecond &&
                       std::abs(now.micros - time->AsInt() * base::kMicrosPerSecond) <= kWatermarkMicrosMax;
    const bool ours = Token(*mark, "appid", kIdBytesMax) == appid;
    return Made(std::move(answer), fresh && ours && digits(country) && digits(number), "+" + country + number);
}

Read<bool> ReadTextCheck(std::string_view body) {
    Answer answer = Decode(body);
    const json::Value* result = answer.object.Find("result");
    const std::string suggest = result == nullptr ? std::string() : Token(*result, "suggest", kIdBytesMax);
    const bool known = suggest == "pass" || suggest == "review" || suggest == "risky";
    return Made(std::move(answer), known, suggest != "risky");
}

Read<bool> ReadPlain(std::string_view body) {
    Answer answer = Decode(body);
    return Made(std::move(answer), true, true);
}

}  // namespace rt::auth::wechat
