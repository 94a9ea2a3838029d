#include <doctest/doctest.h>

#include "auth/domain/session.h"

using rt::Time;
using rt::auth::domain::ClientKind;
using rt::auth::domain::Judge;
using rt::auth::domain::kBrowserRepeatMicros;
using rt::auth::domain::kSessionMicrosMax;
using rt::auth::domain::RefreshVerdict;
using rt::auth::domain::Rotated;
using rt::auth::domain::Session;
using rt::base::kMicrosPerDay;

namespace {

constexpr Time kStart{1'700'000'000'000'000};
constexpr std::int64_t kTtl = 30 * kMicrosPerDay;

Session Fresh(ClientKind client) {
    Session session;
    session.client = client;
    session.token_hash = "one";
    session.issued = kStart;
    session.rotated = kStart;
    session.expires = kStart.Plus(kTtl);
    return session;
}

// By a client of the session's own kind.
RefreshVerdict Judge(const Session& session, const std::string& hash, Time now) {
    return rt::auth::domain::Judge(session, session.client, hash, now);
}

}  // namespace

TEST_CASE("the newest token renews, every other one of a program is reuse") {
    const Session session = Rotated(Fresh(ClientKind::kNative), "two", kStart, kTtl);
    CHECK(Judge(session, "two", kStart) == RefreshVerdict::kRotate);
    CHECK(Judge(session, "one", kStart) == RefreshVerdict::kReused);
    CHECK(Judge(session, "other", kStart) == RefreshVerdict::kReused);
    CHECK(Judge(session, "", kStart) == RefreshVerdict::kReused);
}

TEST_CASE("a browser may repeat itself for ten seconds, and only with the token just spent") {
    Session session = Rotated(Fresh(ClientKind::kBrowser), "two", kStart, kTtl);
    CHECK(Judge(session, "one", kStart) == RefreshVerdict::kRepeat);
    CHECK(Judge(session, "one", kStart.Plus(kBrowserRepeatMicros - 1)) == RefreshVerdict::kRepeat);
    CHECK(Judge(session, "one", kStart.Plus(kBrowserRepeatMicros)) == RefreshVerdict::kReused);
    CHECK(Judge(session, "other", kStart) == RefreshVerdict::kReused);
    session = Rotated(session, "three", kStart, kTtl);
    CHECK(Judge(session, "two", kStart) == RefreshVerdict::kRepeat);
    CHECK(Judge(session, "one", kStart) == RefreshVerdict::kReused);
}

TEST_CASE("nobody repeats a token of another kind of client") {
    const Session browser = Rotated(Fresh(ClientKind::kBrowser), "two", kStart, kTtl);
    CHECK(Judge(browser, ClientKind::kNative, "one", kStart) == RefreshVerdict::kReused);
    const Session native = Rotated(Fresh(ClientKind::kNative), "two", kStart, kTtl);
    CHECK(Judge(native, ClientKind::kBrowser, "one", kStart) == RefreshVerdict::kReused);
}

TEST_CASE("an empty previous hash matches nothing") {
    CHECK(Judge(Fresh(ClientKind::kBrowser), "", kStart) == RefreshVerdict::kReused);
}

TEST_CASE("a session lapses when unused, and in the end in any case") {
    const Session session = Fresh(ClientKind::kNative);
    CHECK(Judge(session, "one", kStart.Plus(kTtl - 1)) == RefreshVerdict::kRotate);
    CHECK(Judge(session, "one", kStart.Plus(kTtl)) == RefreshVerdict::kExpired);
    CHECK(Judge(session, "other", kStart.Plus(kTtl)) == RefreshVerdict::kExpired);
    const Time late = kStart.Plus(kSessionMicrosMax - kMicrosPerDay);
    CHECK(Rotated(session, "two", late, kTtl).expires == kStart.Plus(kSessionMicrosMax));
    CHECK(Rotated(session, "two", kStart.Plus(kTtl), kTtl).expires == kStart.Plus(2 * kTtl));
}
