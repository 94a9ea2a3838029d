// WeChat's server interfaces as calls. Each takes up to ten seconds: the outgoing pool.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "auth/wechat/answers.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "json/json.h"
#include "net/client.h"

namespace rt::auth::wechat {

// One app at WeChat. An empty appid: not set up.
struct App {
    std::string appid{};
    std::string secret{};
    bool set_up() const { return !appid.empty(); }
};

// Thread-safe. Errors of all calls: SIGN_IN_AGAIN (the code is spent, wrong or old: the client starts again, it never
// repeats), TOO_MANY_REQUESTS (of one user, with retry_after_s), FORBIDDEN (WeChat bars the user), UNAVAILABLE (busy
// after three tries, or our settings are refused), UPSTREAM_FAILED, DEADLINE_EXCEEDED. Secrets, ids and WeChat's own
// texts are in none of them.
class Api {
  public:
    struct Parts {
        const net::Client& client;
        const base::Clock& clock;
        base::Log& log;
        base::Metrics& metrics;
    };
    static constexpr std::int64_t kTextCheckMillis = 3'000;
    static constexpr int kTriesMax = 3;  // of a call that is answered "busy"; a time-out is never repeated

    Api(std::string base_url, Parts parts) : base_url_(std::move(base_url)), parts_(parts) {}

    // GET /sns/jscode2session. Uses the code up.
    Result<MiniSession> MiniSignIn(const App& app, std::string_view code) const;
    // POST /cgi-bin/stable_token. `force`: the one in force is known to be bad.
    Result<AccessToken> FetchAccessToken(const App& app, bool force) const;
    // POST /wxa/business/getuserphonenumber, in E.164. Uses the code up. `stale` is set when the token is not good.
    Result<std::string> Phone(const App& app, std::string_view access_token, std::string_view code, bool& stale) const;
    // GET /wxa/checksession. SIGN_IN_AGAIN: the session key is not the one in force.
    Status CheckSession(std::string_view access_token, std::string_view openid, std::string_view session_key,
                        bool& stale) const;
    // POST /wxa/msg_sec_check, as chat: may others see what this user has written? At most kTextCheckMillis.
    Result<bool> CheckText(std::string_view access_token, std::string_view openid, std::string_view text,
                           bool& stale) const;
    // GET /sns/oauth2/access_token. Uses the code up.
    Result<WebToken> WebSignIn(const App& app, std::string_view code) const;
    // GET /sns/userinfo, for the scope snsapi_userinfo.
    Result<WebUser> WebProfile(const WebToken& token) const;

    // Why the last call was refused for our settings' sake ("jscode2session: WeChat: errcode 40125"); empty after the
    // next good one. For health.
    std::string Trouble() const;

  private:
    template <class T>
    Result<T> Call(std::string_view name, const net::ClientRequest& request, bool* stale,
                   const std::function<Read<T>(std::string_view body)>& read) const;
    net::ClientRequest Get(const std::string& path_and_query) const;
    net::ClientRequest Post(const std::string& path_and_query, const json::Value& body) const;
    void NoteTrouble(std::string text) const;

    const std::string base_url_;
    Parts parts_;
    mutable std::mutex mutex_;
    mutable std::string trouble_;
};

}  // namespace rt::auth::wechat
