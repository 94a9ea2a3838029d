// The access token of each app, of which WeChat lets few be fetched: kept sealed in LMDB for all processes, fetched by
// the one that holds the lease `tokens`, one call at a time.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "auth/wechat/api.h"
#include "auth/wechat/sealer.h"
#include "base/clock.h"
#include "storage/kv/store.h"

namespace rt::auth::wechat {

// Thread-safe; may call WeChat: the outgoing pool.
class TokenKeeper {
  public:
    struct Parts {
        const Api& api;
        storage::kv::Store& kv;
        const base::Clock& clock;
        Sealer sealer;
        std::function<bool()> holds_role;  // has this process the lease `tokens`?
    };
    // A token is renewed when less of its life is left; WeChat keeps the old one good as long.
    static constexpr std::int64_t kRenewMicros = 5 * base::kMicrosPerMinute;
    // A forced renewal is not repeated sooner (WeChat allows twenty a day).
    static constexpr std::int64_t kForceEveryMicros = 2 * base::kMicrosPerMinute;

    explicit TokenKeeper(Parts parts) : parts_(std::move(parts)) {}

    // UNAVAILABLE when another process is fetching it, else as Api::FetchAccessToken.
    Result<std::string> Get(const App& app) { return Take(app, {}); }
    // The one to use after `stale` was refused.
    Result<std::string> Replace(const App& app, const std::string& stale) { return Take(app, stale); }

  private:
    struct Kept {
        std::string token;
        base::Time expires;
        base::Time fetched;
    };
    Result<std::string> Take(const App& app, const std::string& stale);
    Result<std::optional<Kept>> Load(const App& app) const;
    Status Save(const App& app, const Kept& kept);
    Result<std::string> Fetch(const App& app, bool force);

    Parts parts_;
    std::mutex mutex_;
    std::condition_variable fetched_;
    std::set<std::string> fetching_;  // appids
};

}  // namespace rt::auth::wechat
