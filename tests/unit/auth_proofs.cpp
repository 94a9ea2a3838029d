#include <doctest/doctest.h>

#include "auth/domain/proofs.h"

using rt::Time;
using rt::auth::domain::Channel;
using rt::auth::domain::kAddressAgeMicros;
using rt::auth::domain::kFreshSignInMicros;
using rt::auth::domain::Proofs;
using rt::auth::domain::ProofsOf;
using rt::auth::domain::SignInSeen;
using rt::auth::domain::WayIn;

namespace {

constexpr Time kNow{1'700'000'000'000'000};
constexpr Time kLong{kNow.micros - 2 * kAddressAgeMicros};
constexpr Time kJust{kNow.micros - 1};

WayIn Email(Time since) {
    return {Channel::kEmail, true, since};
}
WayIn Phone(Time since) {
    return {Channel::kPhone, true, since};
}
WayIn Wechat(Time since) {
    return {std::nullopt, true, since};
}

}  // namespace

TEST_CASE("an address that was added beside an older proof is none for three days") {
    CHECK_FALSE(ProofsOf(true, {Email(kJust)}, {}, kNow).email);
    CHECK_FALSE(ProofsOf(true, {Email(kNow.Plus(1 - kAddressAgeMicros))}, {}, kNow).email);
    CHECK(ProofsOf(true, {Email(kNow.Plus(-kAddressAgeMicros))}, {}, kNow).email);
    const Proofs both = ProofsOf(false, {Email(kLong), Phone(kJust)}, {}, kNow);
    CHECK(both.email);
    CHECK_FALSE(both.phone);
    CHECK_FALSE(ProofsOf(false, {Wechat(kLong), Phone(kJust)}, {}, kNow).phone);
}

TEST_CASE("the only proof there is counts from the start") {
    CHECK(ProofsOf(false, {Email(kJust)}, {}, kNow).email);
    // No code can be sent to the older one.
    CHECK(ProofsOf(false, {{Channel::kEmail, false, kLong}, Phone(kJust)}, {}, kNow).phone);
    CHECK_FALSE(ProofsOf(false, {{Channel::kEmail, false, kLong}}, {}, kNow).email);
    CHECK(ProofsOf(true, {}, {}, kNow).password);
}

TEST_CASE("a fresh sign-in by WeChat is the proof of who has no other") {
    const SignInSeen fresh{"wechat", kNow.Plus(1 - kFreshSignInMicros)};
    CHECK(ProofsOf(false, {Wechat(kLong)}, fresh, kNow).fresh_sign_in);
    CHECK(ProofsOf(false, {Wechat(kLong), Phone(kJust)}, fresh, kNow).fresh_sign_in);
    CHECK_FALSE(ProofsOf(false, {Wechat(kLong)}, {}, kNow).fresh_sign_in);
    CHECK_FALSE(
        ProofsOf(false, {Wechat(kLong)}, SignInSeen{"wechat", kNow.Plus(-kFreshSignInMicros)}, kNow).fresh_sign_in);
    CHECK_FALSE(ProofsOf(false, {Wechat(kLong)}, SignInSeen{"phone", kJust}, kNow).fresh_sign_in);
    CHECK_FALSE(ProofsOf(true, {Wechat(kLong)}, fresh, kNow).fresh_sign_in);
    CHECK_FALSE(ProofsOf(false, {Wechat(kLong), Email(kLong)}, fresh, kNow).fresh_sign_in);
}
