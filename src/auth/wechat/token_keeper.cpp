#include "auth/wechat/token_keeper.h"

#include <chrono>
#include <optional>

#include "auth/kv_tables.h"
#include "json/json.h"

namespace rt::auth::wechat {
namespace {

constexpr std::chrono::seconds kWaitMax{6};  // for another thread's call

std::string Context(const App& app) {
    return "wechat.token:" + app.appid;
}

Error Elsewhere() {
    Error error = Fail(Code::kUnavailable, "WeChat: the access token is being fetched");
    error.retry_after_s = 1;
    return error;
}

}  // namespace

// What does not open (an older key, another format) counts as absent.
Result<std::optional<TokenKeeper::Kept>> TokenKeeper::Load(const App& app) const {
    RT_TRY(const auto sealed, parts_.kv.Get(kWechatTokenTable, app.appid));
    if (!sealed) return std::optional<Kept>();
    const auto plain = parts_.sealer.open(Context(app), *sealed);
    const auto value = plain.ok() ? json::Decode(*plain) : Result<json::Value>(plain.error());
    if (!value.ok()) return std::optional<Kept>();
    const json::Value* token = value->Find("token");
    const json::Value* expires = value->Find("expires");
    const json::Value* fetched = value->Find("fetched");
    if (token == nullptr || !token->IsString() || expires == nullptr || !expires->IsInt() || fetched == nullptr ||
        !fetched->IsInt())
        return std::optional<Kept>();
    return std::optional(Kept{token->AsString(), {expires->AsInt()}, {fetched->AsInt()}});
}

Status TokenKeeper::Save(const App& app, const Kept& kept) {
    const std::string plain = json::Encode(
        json::Object{{"token", kept.token}, {"expires", kept.expires.micros}, {"fetched", kept.fetched.micros}});
    return parts_.kv.Put(kWechatTokenTable, app.appid, parts_.sealer.seal(Context(app), plain), kept.expires);
}

Result<std::string> TokenKeeper::Fetch(const App& app, bool force) {
    const base::Time now = parts_.clock.Now();
    if (!parts_.holds_role()) return Elsewhere();
    RT_TRY(const AccessToken token, parts_.api.FetchAccessToken(app, force));
    const Kept kept{token.token, now.Plus(token.expires_in_s * base::kMicrosPerSecond), now};
    RT_CHECK_OK(Save(app, kept));
    return kept.token;
}

Result<std::string> TokenKeeper::Take(const App& app, const std::string& stale) {
    std::unique_lock lock(mutex_);
    while (true) {
        RT_TRY(const auto kept, Load(app));
        const base::Time now = parts_.clock.Now();
        const bool is_stale = kept && !stale.empty() && kept->token == stale;
        if (kept && !is_stale && now.Plus(kRenewMicros) < kept->expires) return kept->token;
        if (is_stale && now < kept->fetched.Plus(kForceEveryMicros))
            return Fail(Code::kUpstream, "WeChat refuses an access token it has just given");
        if (!fetching_.contains(app.appid)) {
            fetching_.insert(app.appid);
            lock.unlock();
            auto token = Fetch(app, is_stale);
            lock.lock();
            fetching_.erase(app.appid);
            fetched_.notify_all();
            // While another process fetches, the old one is still good.
            const bool still_good = kept && !is_stale && now < kept->expires;
            if (!token.ok() && still_good) return kept->token;
            return token;
        }
        if (fetched_.wait_for(lock, kWaitMax) == std::cv_status::timeout) return Elsewhere();
    }
}

}  // namespace rt::auth::wechat
