#include <doctest/doctest.h>

#include <string>

#include "auth/access_token.h"
#include "auth/authenticator.h"
#include "auth/revocations.h"
#include "base/encoding.h"
#include "crypto/hash.h"

using rt::Code;
using rt::auth::AccessClaims;
using rt::auth::AccessTokens;
using rt::auth::Authenticator;
using rt::auth::Revocations;
using rt::auth::Role;
using rt::base::kMicrosPerMinute;
using rt::base::kMicrosPerSecond;
using rt::base::Time;

namespace {

constexpr Time kStart{1'790'000'000 * kMicrosPerSecond};
const std::string kOld(32, 'o');
const std::string kNew(32, 'n');

AccessClaims Claims() {
    return {{77}, "k1x5m921hmjpxyds", Role::kOrganiser, 3,
            1,    "r1dq890qrk3jmxc6", kStart,           kStart.Plus(900 * kMicrosPerSecond)};
}

struct Bench {
    rt::crypto::SystemRandom random;
    rt::base::ManualClock clock{kStart};
    AccessTokens tokens = *AccessTokens::Create({kNew});
    Revocations revocations{900 * kMicrosPerSecond};
    rt::auth::TokenRing ring{tokens};
    Authenticator authenticator{ring, revocations, clock};

    Bench() { revocations.SetGeneration(1); }
    std::string Issue() { return tokens.Issue(Claims(), random); }
};

}  // namespace

TEST_CASE("a token gives back what was put in") {
    Bench bench;
    const auto claims = bench.tokens.Verify(bench.Issue(), kStart);
    REQUIRE(claims.ok());
    CHECK(claims->user.value == 77);
    CHECK(claims->public_id == "k1x5m921hmjpxyds");
    CHECK(claims->role == Role::kOrganiser);
    CHECK(claims->epoch == 3);
    CHECK(claims->generation == 1);
    CHECK(claims->session == "r1dq890qrk3jmxc6");
    CHECK(claims->issued == kStart);
    CHECK(claims->expires == kStart.Plus(900 * kMicrosPerSecond));
}

TEST_CASE("two tokens of one user share nothing that names the id inside") {
    Bench bench;
    const auto sealed = [](const std::string& token) {
        const std::size_t dot = token.find('.');
        const auto payload = rt::base::Base64UrlDecode(token.substr(dot + 1, token.find('.', dot + 1) - dot - 1));
        const std::string text(rt::base::AsText(*payload));
        const std::size_t at = text.find("\"uid\":\"") + 7;
        return text.substr(at, text.find('"', at) - at);
    };
    const std::string one = sealed(bench.Issue());
    CHECK(one != sealed(bench.Issue()));
    CHECK(one.find("77") == std::string::npos);
}

TEST_CASE("keys change with overlap: the new one signs, the old one is still good until it is taken away") {
    Bench bench;
    const AccessTokens before = *AccessTokens::Create({kOld});
    const AccessTokens both = *AccessTokens::Create({kNew, kOld});
    const AccessTokens after = *AccessTokens::Create({kNew});
    const std::string old_token = before.Issue(Claims(), bench.random);
    const std::string new_token = both.Issue(Claims(), bench.random);
    CHECK(both.Verify(old_token, kStart)->user.value == 77);
    CHECK(after.Verify(new_token, kStart)->user.value == 77);
    // Its owner is told to renew.
    CHECK(after.Verify(old_token, kStart).error().code == Code::kTokenExpired);
    CHECK(before.Verify(new_token, kStart).error().code == Code::kTokenExpired);
}

TEST_CASE("secrets: none, or one too short, is refused") {
    CHECK(AccessTokens::Create({}).error().code == Code::kInvalid);
    CHECK(AccessTokens::Create({std::string(31, 'x')}).error().code == Code::kInvalid);
    CHECK(AccessTokens::Create({std::string(32, 'x')}).ok());
}

TEST_CASE("a token lapses on its second, also one that is remembered") {
    Bench bench;
    const std::string token = bench.Issue();
    CHECK(bench.authenticator.Check(token).ok());
    bench.clock.Advance(900 * kMicrosPerSecond - 1);
    CHECK(bench.authenticator.Check(token).ok());
    bench.clock.Advance(1);
    CHECK(bench.authenticator.Check(token).error().code == Code::kTokenExpired);
    CHECK(bench.tokens.Verify(token, bench.clock.Now()).error().code == Code::kTokenExpired);
}

TEST_CASE("an epoch that moved voids older tokens of that user only, until they would have lapsed anyway") {
    Bench bench;
    const std::string token = bench.Issue();
    REQUIRE(bench.authenticator.Check(token).ok());
    bench.revocations.MoveEpoch({78}, 99, kStart);
    bench.revocations.MoveEpoch({77}, 3, kStart);
    CHECK(bench.authenticator.Check(token).ok());
    bench.revocations.MoveEpoch({77}, 4, kStart);
    CHECK(bench.authenticator.Check(token).error().code == Code::kTokenExpired);
    bench.revocations.MoveEpoch({77}, 2, kStart);  // an older report changes nothing
    CHECK(bench.authenticator.Check(token).error().code == Code::kTokenExpired);
    bench.revocations.Sweep(kStart.Plus(900 * kMicrosPerSecond));
    CHECK(bench.revocations.size() == 2);
    bench.revocations.Sweep(kStart.Plus(900 * kMicrosPerSecond + kMicrosPerMinute));
    CHECK(bench.revocations.size() == 0);
}

TEST_CASE("too many revocations at once void every token so far, and none that comes later") {
    Bench bench;
    const std::string token = bench.Issue();
    REQUIRE(bench.authenticator.Check(token).ok());
    for (std::size_t i = 0; i <= Revocations::kEntriesMax; ++i) {
        bench.revocations.MoveEpoch({static_cast<std::int64_t>(i) + 1'000}, 2, kStart);
    }
    CHECK(bench.revocations.size() <= Revocations::kEntriesMax);
    CHECK(bench.authenticator.Check(token).error().code == Code::kTokenExpired);
    bench.clock.Advance(kMicrosPerSecond);
    AccessClaims later = Claims();
    later.issued = bench.clock.Now();
    CHECK(bench.authenticator.Check(bench.tokens.Issue(later, bench.random)).ok());
}

TEST_CASE("more tokens than are remembered are verified all the same") {
    Bench bench;
    const std::string first = bench.Issue();
    REQUIRE(bench.authenticator.Check(first).ok());
    for (std::size_t i = 0; i < Authenticator::kShards * Authenticator::kTokensPerShardMax + 1'000; ++i) {
        if (!bench.authenticator.Check(bench.Issue()).ok()) FAIL("a good token was refused");
    }
    CHECK(bench.authenticator.Check(first).ok());
}
