#include "auth/wechat/api.h"

#include <chrono>
#include <condition_variable>
#include <utility>

#include "auth/wechat/signature.h"
#include "base/encoding.h"

namespace rt::auth::wechat {
namespace {

constexpr std::int64_t kTimeoutMillis = 5'000;
constexpr std::size_t kAnswerBytesMax = 64 * 1024;
constexpr std::int64_t kBusyPauseMillis = 150;

// "?a=b&c=d" with escaped values.
std::string Query(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
    std::string out;
    for (const auto& [name, value] : pairs)
        out.append(out.empty() ? "?" : "&").append(name).append("=").append(base::PercentEncode(value));
    return out;
}

// Nobody wakes it: the pool's thread has nothing else to do.
void Pause(std::int64_t milliseconds) {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, std::chrono::milliseconds(milliseconds), [] { return false; });
}

}  // namespace

net::ClientRequest Api::Get(const std::string& path_and_query) const {
    net::ClientRequest request;
    request.url = base_url_ + path_and_query;
    request.timeout_ms = kTimeoutMillis;
    request.answer_bytes_max = kAnswerBytesMax;
    request.addresses = net::AddressPolicy::kAny;
    request.service = "wechat";
    return request;
}

net::ClientRequest Api::Post(const std::string& path_and_query, const json::Value& body) const {
    net::ClientRequest request = Get(path_and_query);
    request.method = net::Method::kPost;
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = json::Encode(body);
    return request;
}

template <class T>
Result<T> Api::Call(std::string_view name, const net::ClientRequest& request, bool* stale,
                    const std::function<Read<T>(std::string_view body)>& read) const {
    for (int attempt = 1;; ++attempt) {
        // A time-out is not repeated: the first call may have used the code up.
        RT_TRY(const net::ClientAnswer answer, parts_.client.Send(request));
        if (answer.status != 200) return Fail(Code::kUpstream, "WeChat: status " + std::to_string(answer.status));
        Read<T> got = read(answer.body);
        parts_.metrics.Get(Metric::kWechatCalls, {name, got.ok ? "ok" : base::Info(got.refusal.error.code).wire}).Add();
        if (got.ok) {
            NoteTrouble({});
            return std::move(got.value);
        }
        if (got.refusal.trouble == Trouble::kBusy && attempt < kTriesMax) {
            Pause(kBusyPauseMillis * attempt);
            continue;
        }
        if (got.refusal.trouble == Trouble::kStaleToken && stale != nullptr) *stale = true;
        if (got.refusal.trouble == Trouble::kOurSettings) {
            parts_.log.Error("WeChat refuses our settings", {{"call", name}, {"reason", got.refusal.error.detail}});
            NoteTrouble(std::string(name) + ": " + got.refusal.error.detail);
        }
        return std::move(got.refusal.error);
    }
}

Result<MiniSession> Api::MiniSignIn(const App& app, std::string_view code) const {
    const auto request = Get(
        "/sns/jscode2session" +
        Query({{"appid", app.appid}, {"secret", app.secret}, {"js_code", code}, {"grant_type", "authorization_code"}}));
    return Call<MiniSession>("jscode2session", request, nullptr, ReadMiniSession);
}

Result<AccessToken> Api::FetchAccessToken(const App& app, bool force) const {
    const auto request = Post("/cgi-bin/stable_token", json::Object{{"grant_type", "client_credential"},
                                                                    {"appid", app.appid},
                                                                    {"secret", app.secret},
                                                                    {"force_refresh", force}});
    return Call<AccessToken>("stable_token", request, nullptr, ReadAccessToken);
}

Result<std::string> Api::Phone(const App& app, std::string_view access_token, std::string_view code,
                               bool& stale) const {
    const auto request = Post("/wxa/business/getuserphonenumber" + Query({{"access_token", access_token}}),
                              json::Object{{"code", code}});
    return Call<std::string>("getuserphonenumber", request, &stale,
                             [&](std::string_view body) { return ReadPhone(body, app.appid, parts_.clock.Now()); });
}

Status Api::CheckSession(std::string_view access_token, std::string_view openid, std::string_view session_key,
                         bool& stale) const {
    const auto request = Get("/wxa/checksession" + Query({{"access_token", access_token},
                                                          {"openid", openid},
                                                          {"signature", SessionSignature("", session_key)},
                                                          {"sig_method", "hmac_sha256"}}));
    RT_CHECK_OK(Call<bool>("checksession", request, &stale, ReadPlain));
    return Ok();
}

Result<bool> Api::CheckText(std::string_view access_token, std::string_view openid, std::string_view text,
                            bool& stale) const {
    constexpr int kVersion = 2;
    constexpr int kScene = 2;  // comments: what is written for others to read at once
    auto request = Post("/wxa/msg_sec_check" + Query({{"access_token", access_token}}),
                        json::Object{{"version", kVersion}, {"scene", kScene}, {"openid", openid}, {"content", text}});
    request.timeout_ms = kTextCheckMillis;
    return Call<bool>("msg_sec_check", request, &stale, ReadTextCheck);
}

Result<WebToken> Api::WebSignIn(const App& app, std::string_view code) const {
    const auto request = Get(
        "/sns/oauth2/access_token" +
        Query({{"appid", app.appid}, {"secret", app.secret}, {"code", code}, {"grant_type", "authorization_code"}}));
    return Call<WebToken>("oauth2", request, nullptr, ReadWebToken);
}

Result<WebUser> Api::WebProfile(const WebToken& token) const {
    const auto request = Get(
        "/sns/userinfo" + Query({{"access_token", token.access_token}, {"openid", token.openid}, {"lang", "zh_CN"}}));
    RT_TRY(WebUser user, Call<WebUser>("userinfo", request, nullptr, ReadWebUser));
    if (user.openid != token.openid) return Fail(Code::kUpstream, "WeChat: userinfo of somebody else");
    return user;
}

std::string Api::Trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

void Api::NoteTrouble(std::string text) const {
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(text);
}

}  // namespace rt::auth::wechat
