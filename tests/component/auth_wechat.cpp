// The access token of an app: one owner, one call, sealed.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "auth/kv_tables.h"
#include "auth/wechat/api.h"
#include "auth/wechat/token_keeper.h"
#include "support/local_server.h"
#include "support/temp_dir.h"

namespace {

using namespace rt;
using namespace rt::auth::wechat;  // NOLINT: the module under test
using test::HttpAnswer;
using test::LocalServer;
using test::Peer;

// Turns every byte around: enough to see whether what is kept went through it.
std::string Turned(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(~c);
    return out;
}

struct Fixture {
    Fixture() {
        kv = std::move(*storage::kv::Store::Open({.directory = dir / "kv"}, clock, log, metrics));
        server = std::make_unique<LocalServer>([this](Peer& peer) {
            const std::string request = peer.ReadRequest();
            if (request.find("\"force_refresh\":true") != std::string::npos) ++forced;
            const int number = ++fetches;
            peer.Write(HttpAnswer(answer.empty() ? R"({"access_token":"token-)" + std::to_string(number) +
                                                       R"(","expires_in":7200})"
                                                 : answer));
        });
        client = std::make_unique<net::Client>(net::ClientOptions{}, clock, log, metrics);
        api = std::make_unique<Api>("http://127.0.0.1:" + std::to_string(server->port()),
                                    Api::Parts{*client, clock, log, metrics});
    }
    std::unique_ptr<TokenKeeper> Keeper() {
        Sealer sealer{[](std::string_view context, std::string_view plain) {
                          return Turned(std::string(context) + "|" + std::string(plain));
                      },
                      [](std::string_view context, std::string_view sealed) -> Result<std::string> {
                          const std::string text = Turned(sealed);
                          if (!text.starts_with(std::string(context) + "|")) return Fail(Code::kInternal);
                          return text.substr(context.size() + 1);
                      }};
        return std::make_unique<TokenKeeper>(
            TokenKeeper::Parts{*api, *kv, clock, sealer, [this] { return holds_role.load(); }});
    }

    testing::TempDir dir;
    base::ManualClock clock{base::Time{1'795'357'477 * base::kMicrosPerSecond}};
    base::NullLog log;
    base::Metrics metrics;
    std::unique_ptr<storage::kv::Store> kv;
    std::atomic<bool> holds_role{true};
    std::atomic<int> fetches{0};
    std::atomic<int> forced{0};
    std::string answer;  // instead of a token; set before the call
    std::unique_ptr<LocalServer> server;
    std::unique_ptr<net::Client> client;
    std::unique_ptr<Api> api;
    const App app{"wx1", "secret"};
};

TEST_CASE("many who need the token at once make one call, and the next process finds it") {
    Fixture f;
    const auto keeper = f.Keeper();
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            const auto token = keeper->Get(f.app);
            if (token.ok() && *token == "token-1") ++good;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(good == 8);
    CHECK(f.fetches == 1);
    CHECK(*f.Keeper()->Get(f.app) == "token-1");
    CHECK(f.fetches == 1);
    const auto kept = f.kv->Get(auth::kWechatTokenTable, "wx1");
    REQUIRE(kept.ok());
    REQUIRE(kept->has_value());
    CHECK((*kept)->find("token-1") == std::string::npos);
}

TEST_CASE("the token is renewed five minutes before its end, by the holder of the lease only") {
    Fixture f;
    const auto keeper = f.Keeper();
    CHECK(*keeper->Get(f.app) == "token-1");
    f.clock.Advance(7'200 * base::kMicrosPerSecond - TokenKeeper::kRenewMicros - 1);
    CHECK(*keeper->Get(f.app) == "token-1");
    // Another process has the lease: the old one is good still, then there is none.
    f.holds_role = false;
    f.clock.Advance(1);
    CHECK(*keeper->Get(f.app) == "token-1");
    f.clock.Advance(TokenKeeper::kRenewMicros);
    const auto none = keeper->Get(f.app);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == Code::kUnavailable);
    CHECK(none.error().retry_after_s == 1);
    f.holds_role = true;
    CHECK(*keeper->Get(f.app) == "token-2");
    CHECK(f.forced == 0);
}

TEST_CASE("a token that WeChat refuses is replaced by force, not again and again") {
    Fixture f;
    const auto keeper = f.Keeper();
    CHECK(*keeper->Get(f.app) == "token-1");
    CHECK_FALSE(keeper->Replace(f.app, "token-1").ok());  // fetched just now
    f.clock.Advance(TokenKeeper::kForceEveryMicros);
    CHECK(*keeper->Replace(f.app, "token-1") == "token-2");
    CHECK(f.forced == 1);
    CHECK(*keeper->Replace(f.app, "token-1") == "token-2");  // somebody else has done it
    CHECK(f.fetches == 2);
}

TEST_CASE("when WeChat gives no token everybody is told, and the next one asks again") {
    Fixture f;
    const auto keeper = f.Keeper();
    f.answer = R"({"errcode":40125,"errmsg":"invalid appsecret"})";
    const auto refused = keeper->Get(f.app);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::kUnavailable);
    CHECK(f.api->Trouble() == "stable_token: WeChat: errcode 40125");
    f.answer.clear();
    CHECK(*keeper->Get(f.app) == "token-2");
    CHECK(f.api->Trouble().empty());
}

}  // namespace
