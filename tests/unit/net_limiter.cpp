#include <doctest/doctest.h>

#include <string>

#include "net/rate_limiter.h"

namespace {

using namespace rt;
using net::RateClass;
using net::RateDecision;
using net::RateLimiter;

net::Principal User(std::int64_t id) {
    net::Principal principal;
    principal.user_id = id;
    return principal;
}

os::Address At(std::string_view text) {
    return *os::Address::Parse(text);
}

struct Fixture {
    base::ManualClock clock{Time{1'000'000'000'000}};
    net::RateRules rules{.address_general = {3, 30}, .user_general = {2, 20}, .address_sign_in = {1, 10}};
    RateLimiter limiter{rules, clock, 64};
    const os::Address home = At("192.0.2.1");

    RateDecision Take(RateClass rate_class = RateClass::kRead, std::int64_t user = 0) {
        return limiter.Take(rate_class, User(user), home);
    }
};

TEST_CASE("a bucket gives its limit, then one token an interval, and never more than its limit") {
    Fixture f;
    CHECK(f.Take().remaining == 2);
    CHECK(f.Take(RateClass::kWrite).remaining == 1);
    const RateDecision last = f.Take();
    CHECK(last.allowed);
    CHECK(last.remaining == 0);
    CHECK(last.limit == 3);
    CHECK(last.reset_s == 30);
    const RateDecision refused = f.Take();
    CHECK_FALSE(refused.allowed);
    CHECK(refused.retry_after_s == 10);
    f.clock.Advance(10 * base::kMicrosPerSecond - 1);
    CHECK_FALSE(f.Take().allowed);
    f.clock.Advance(1);
    CHECK(f.Take().allowed);
    CHECK_FALSE(f.Take().allowed);
    f.clock.Advance(base::kMicrosPerDay);
    for (int i = 0; i < 3; ++i) CHECK(f.Take().allowed);
    CHECK_FALSE(f.Take().allowed);
}

TEST_CASE("classes, users and addresses have buckets of their own") {
    Fixture f;
    for (int i = 0; i < 4; ++i) f.Take();
    CHECK_FALSE(f.Take().allowed);
    CHECK(f.Take(RateClass::kSignIn).allowed);
    CHECK_FALSE(f.Take(RateClass::kSignIn).allowed);
    CHECK(f.Take(RateClass::kExport).allowed);
    // A signed-in request counts against the user, whatever the address did.
    CHECK(f.Take(RateClass::kRead, 7).allowed);
    CHECK(f.Take(RateClass::kRead, 7).by_user);
    CHECK_FALSE(f.Take(RateClass::kRead, 7).allowed);
    CHECK(f.Take(RateClass::kRead, 8).allowed);
    CHECK(f.limiter.Take(RateClass::kRead, User(0), At("192.0.2.2")).allowed);
    CHECK_FALSE(f.Take(RateClass::kExempt).counted);
}

TEST_CASE("IPv6 clients share the bucket of their /64") {
    Fixture f;
    for (int i = 0; i < 3; ++i)
        CHECK(f.limiter.Take(RateClass::kRead, User(0), At("2001:db8::" + std::to_string(i))).allowed);
    CHECK_FALSE(f.limiter.Take(RateClass::kRead, User(0), At("2001:db8::ffff:1")).allowed);
    CHECK(f.limiter.Take(RateClass::kRead, User(0), At("2001:db8:0:1::1")).allowed);
}

TEST_CASE("limits change while running, and zero means none") {
    Fixture f;
    for (int i = 0; i < 3; ++i) f.Take();
    net::RateRules rules = f.rules;
    rules.address_general = {6, 30};
    f.limiter.SetRules(rules);
    CHECK(f.limiter.rules().address_general.limit == 6);
    CHECK_FALSE(f.Take().allowed);  // the whole window was used
    f.clock.Advance(5 * base::kMicrosPerSecond);
    CHECK(f.Take().allowed);
    rules.address_general.limit = 0;
    f.limiter.SetRules(rules);
    CHECK_FALSE(f.Take().counted);
}

TEST_CASE("what was used survives a restart, also when the monotonic clock starts anew") {
    Fixture f;
    for (int i = 0; i < 3; ++i) f.Take();
    f.Take(RateClass::kRead, 7);
    const auto saved = f.limiter.TakeDirty(100);
    CHECK(saved.size() == 2);
    CHECK(f.limiter.TakeDirty(100).empty());

    base::ManualClock later{f.clock.Now().Plus(10 * base::kMicrosPerSecond)};
    RateLimiter restarted(f.rules, later, 64);
    restarted.Restore(saved);
    restarted.Restore(std::vector<net::SavedBucket>{{"not a key", later.Now().Plus(1)}});
    CHECK(restarted.size() == 1);  // the user's is full again
    CHECK(restarted.Take(RateClass::kRead, User(0), f.home).allowed);
    CHECK_FALSE(restarted.Take(RateClass::kRead, User(0), f.home).allowed);
    CHECK(restarted.Take(RateClass::kRead, User(7), f.home).remaining == 1);
}

TEST_CASE("a bucket is saved once a tenth of its window was used, or a minute") {
    struct Row {
        net::RateRule rule;
        int unsaved;
    };
    for (const Row& row : {Row{{60, 60}, 5}, Row{{90, 900}, 5}, Row{{100, 900}, 6}}) {
        CAPTURE(row.rule.limit);
        base::ManualClock clock{Time{1'000'000}};
        RateLimiter limiter({.address_general = row.rule}, clock, 64);
        for (int i = 0; i < row.unsaved; ++i) limiter.Take(RateClass::kRead, User(0), At("10.0.0.1"));
        CHECK(limiter.TakeDirty(10).empty());
        limiter.Take(RateClass::kRead, User(0), At("10.0.0.1"));
        CHECK(limiter.TakeDirty(10).size() == 1);
    }
}

TEST_CASE("memory is bounded: a bucket goes that was not used lately") {
    base::ManualClock clock{Time{1'000'000}};
    RateLimiter limiter({.address_general = {1, 900}}, clock, 32);
    REQUIRE(limiter.Take(RateClass::kRead, User(0), At("192.0.2.1")).allowed);
    for (int i = 0; i < 5'000; ++i) {
        limiter.Take(RateClass::kRead, User(0), At("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)));
        // Who keeps coming is not forgotten for all the strangers.
        REQUIRE_FALSE(limiter.Take(RateClass::kRead, User(0), At("192.0.2.1")).allowed);
    }
    CHECK(limiter.size() <= 32);
    CHECK(limiter.size() >= 16);
    CHECK(limiter.TakeDirty(10'000).size() <= 32);
}

TEST_CASE("among very many buckets each is found again, while they come and after others have gone") {
    base::ManualClock clock{Time{1'000'000}};
    constexpr int kBuckets = 20'000;
    const auto address = [](int i) {
        return At("10." + std::to_string(i / 65'536) + "." + std::to_string(i / 256 % 256) + "." +
                  std::to_string(i % 256));
    };
    RateLimiter roomy({.address_general = {5, 900}}, clock, 2 * kBuckets);
    for (std::uint32_t left : {4U, 3U, 2U}) {
        for (int i = 0; i < kBuckets; ++i) {
            REQUIRE(roomy.Take(RateClass::kRead, User(0), address(i)).remaining == left);
        }
    }
    CHECK(roomy.size() == kBuckets);
    RateLimiter narrow({.address_general = {5, 900}}, clock, 1'600);
    for (int i = 0; i < kBuckets; ++i) {
        // New, then known: the newest is never the one that goes.
        REQUIRE(narrow.Take(RateClass::kRead, User(0), address(i)).remaining == 4);
        REQUIRE(narrow.Take(RateClass::kRead, User(0), address(i)).remaining == 3);
    }
    CHECK(narrow.size() == 1'600);
    int known = 0;
    for (int i = kBuckets - 1'600; i < kBuckets; ++i) {
        if (narrow.Take(RateClass::kRead, User(0), address(i)).remaining == 2) ++known;
    }
    CHECK(known > 1'000);  // most of the last 1 600; shards are not filled evenly
}

TEST_CASE("the defaults are those of the design") {
    const net::RateRules rules;
    CHECK(rules.address_general.limit == 100);
    CHECK(rules.address_general.window_s == 900);
    CHECK(rules.user_general.limit == 600);
    CHECK(rules.user_general.window_s == 900);
    CHECK(RateLimiter::kBucketsMaxDefault == 200'000);
}

TEST_CASE("cost: a bucket of units apart from the others, and what was used on top is charged") {
    base::ManualClock clock{Time{1'000'000'000'000}};
    net::RateRules rules{.address_general = {1, 60}, .address_cost = {10, 60}, .user_cost = {5, 60}};
    RateLimiter limiter(rules, clock, 64);
    const os::Address home = At("192.0.2.1");
    CHECK_FALSE(limiter.TakeCost(0, User(0), home).counted);
    CHECK(limiter.TakeCost(4, User(0), home).remaining == 6);
    CHECK(limiter.TakeCost(6, User(0), home).allowed);
    const RateDecision refused = limiter.TakeCost(1, User(0), home);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.retry_after_s == 6);
    CHECK(limiter.Take(RateClass::kRead, User(0), home).allowed);
    const os::Address neighbour = At("192.0.2.2");
    CHECK(limiter.TakeCost(9, User(0), neighbour).remaining == 1);
    CHECK(limiter.TakeCost(1, User(0), neighbour).allowed);
    CHECK_FALSE(limiter.TakeCost(1, User(0), neighbour).allowed);
    // A user has a bucket of his own; a route that costs more than a whole bucket can still be asked for once.
    CHECK(limiter.TakeCost(50, User(7), home).allowed);
    CHECK_FALSE(limiter.TakeCost(1, User(7), home).allowed);
    clock.Advance(60 * base::kMicrosPerSecond);
    CHECK(limiter.TakeCost(1, User(7), home).allowed);
    limiter.ChargeCost(4, User(7), home);
    CHECK_FALSE(limiter.TakeCost(1, User(7), home).allowed);
    // The bucket goes down to empty and not below: what is owed is forgotten beyond one window.
    limiter.ChargeCost(1'000'000, User(7), home);
    clock.Advance(12 * base::kMicrosPerSecond);
    CHECK(limiter.TakeCost(1, User(7), home).allowed);
    CHECK_FALSE(limiter.TakeCost(1, User(7), home).allowed);
}

TEST_CASE("renewals have a bucket of their own") {
    base::ManualClock clock{Time{1'000'000'000'000}};
    net::RateRules rules{.address_general = {1, 60}, .address_token = {2, 60}};
    RateLimiter limiter(rules, clock, 64);
    const os::Address school = At("2001:db8::1");
    CHECK(limiter.Take(RateClass::kRead, User(0), school).allowed);
    CHECK_FALSE(limiter.Take(RateClass::kWrite, User(0), At("2001:db8::2")).allowed);
    CHECK(limiter.Take(RateClass::kToken, User(0), school).allowed);
    CHECK(limiter.Take(RateClass::kToken, User(0), At("2001:db8::ffff")).allowed);
    CHECK_FALSE(limiter.Take(RateClass::kToken, User(0), school).allowed);
    CHECK(limiter.Take(RateClass::kToken, User(0), At("2001:db8:0:1::1")).allowed);
}

TEST_CASE("what is given back can be taken again, and no more than was taken") {
    Fixture f;
    const auto back = [&] { f.limiter.GiveBack(RateClass::kSignIn, User(0), f.home); };
    for (int i = 0; i < 5; ++i) {
        CHECK(f.Take(RateClass::kSignIn).allowed);
        back();
    }
    back();
    CHECK(f.Take(RateClass::kSignIn).allowed);
    CHECK_FALSE(f.Take(RateClass::kSignIn).allowed);
}

TEST_CASE("commands of a socket: the burst less one, the burst, one more, then one an interval") {
    base::ManualClock clock{Time{1'000'000'000'000}};
    net::RateRules rules{.socket_messages = {20, 2}};
    RateLimiter limiter(rules, clock, 64);
    std::int64_t full_at = 0;
    for (int i = 0; i < 20; ++i) CHECK(limiter.TakeCommand(full_at));
    CHECK_FALSE(limiter.TakeCommand(full_at));
    clock.Advance(99'999);
    CHECK_FALSE(limiter.TakeCommand(full_at));
    clock.Advance(1);
    CHECK(limiter.TakeCommand(full_at));
    CHECK_FALSE(limiter.TakeCommand(full_at));
    std::int64_t other = 0;
    CHECK(limiter.TakeCommand(other));
    rules.socket_messages = {0, 2};
    limiter.SetRules(rules);
    CHECK(limiter.TakeCommand(full_at));
}

TEST_CASE("who sends on after he was refused is closed at three times the limit: one less, the limit, one more") {
    base::ManualClock clock{Time{1'000'000'000'000}};
    RateLimiter limiter({.socket_messages = {20, 2}}, clock, 64);
    std::int64_t commands = 0;
    std::int64_t messages = 0;
    int refused = 0;
    for (int i = 0; i < 60; ++i) {
        CHECK(limiter.TakeMessage(messages));
        if (!limiter.TakeCommand(commands)) ++refused;
    }
    CHECK(refused == 40);
    CHECK_FALSE(limiter.TakeMessage(messages));
    clock.Advance(base::kMicrosPerSecond / 30 + 1);
    CHECK(limiter.TakeMessage(messages));
    CHECK_FALSE(limiter.TakeMessage(messages));
}

TEST_CASE("every rule has a name, once") {
    net::RateRules rules;
    for (const net::NamedRateRule& rule : net::NamedRateRules()) rules.*rule.rule = {77, 7};
    static_assert(sizeof(net::RateRules) == 11 * sizeof(net::RateRule));
    CHECK(net::NamedRateRules().size() == 11);
    const auto* all = reinterpret_cast<const net::RateRule*>(&rules);
    for (std::size_t i = 0; i < net::NamedRateRules().size(); ++i) CHECK(all[i].limit == 77);
}

}  // namespace
