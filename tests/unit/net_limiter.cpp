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

TEST_CASE("memory is bounded: the least recently used bucket goes") {
    base::ManualClock clock{Time{1'000'000}};
    RateLimiter limiter({.address_general = {1, 900}}, clock, 32);
    for (int i = 0; i < 5'000; ++i)
        limiter.Take(RateClass::kRead, User(0), At("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)));
    CHECK(limiter.size() <= 32);
    CHECK(limiter.size() >= 16);
    CHECK(limiter.TakeDirty(10'000).size() <= 32);
}

TEST_CASE("the defaults are those of the design") {
    const net::RateRules rules;
    CHECK(rules.address_general.limit == 100);
    CHECK(rules.address_general.window_s == 900);
    CHECK(rules.user_general.limit == 600);
    CHECK(rules.user_general.window_s == 900);
    CHECK(RateLimiter::kBucketsMaxDefault == 200'000);
}

}  // namespace
