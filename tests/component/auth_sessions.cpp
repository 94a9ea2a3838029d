#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "support/auth_fixture.h"

using rt::Code;
using rt::Metric;
using rt::auth::Role;
using rt::auth::SignedIn;
using rt::auth::User;
using rt::auth::UserStatus;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthFixture;
using rt::testing::BrowserCaller;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::NativeCaller;

namespace {

constexpr std::int64_t kSecond = kMicrosPerSecond;

SignedIn Renewed(AuthFixture& f, const std::string& token, rt::auth::Caller caller = NativeCaller()) {
    auto done = f.service->Renew(token, caller);
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().detail));
    return *done;
}

}  // namespace

TEST_CASE("renewing gives a new pair; the old refresh token is spent") {
    AuthFixture f;
    f.AddUser("lin");
    const auto first = f.SignIn("lin");
    const auto second = Renewed(f, first.refresh_token);
    CHECK(second.refresh_token != first.refresh_token);
    CHECK(f.Check(second).ok());
    const auto third = Renewed(f, second.refresh_token);
    CHECK(f.Check(third).ok());
}

TEST_CASE("a spent token ends its session, is counted, audited, and voids the access tokens of the session at once") {
    AuthFixture f;
    f.AddUser("lin");
    const auto elsewhere = f.SignIn("lin");
    const auto first = f.SignIn("lin");
    const auto second = Renewed(f, first.refresh_token);
    REQUIRE(f.Check(second).ok());
    CHECK(f.RenewCode(first.refresh_token) == Code::kTokenReused);
    CHECK(f.CheckCode(second) == Code::kTokenExpired);
    CHECK(f.CheckCode(first) == Code::kTokenExpired);
    CHECK(f.RenewCode(second.refresh_token) == Code::kUnauthenticated);
    CHECK(f.metrics.Get(Metric::kTokenReuse).Value() == 1);
    CHECK(f.AuditActions().back() == "session.token_reused");
    CHECK(f.Check(elsewhere).ok());
    CHECK(f.service->Renew(elsewhere.refresh_token, NativeCaller()).ok());
}

TEST_CASE("a token used in parallel by a program: exactly one wins, and the session has ended") {
    for (int round = 0; round < 10; ++round) {
        AuthFixture f;
        f.AddUser("lin");
        const auto first = f.SignIn("lin");
        std::mutex mutex;
        std::vector<SignedIn> winners;
        std::atomic<int> reused{0};
        std::atomic<int> gone{0};
        InParallel(8, [&](int) {
            auto done = f.service->Renew(first.refresh_token, NativeCaller());
            if (done.ok()) {
                const std::scoped_lock lock(mutex);
                winners.push_back(*done);
            } else if (done.error().code == Code::kTokenReused) {
                ++reused;
            } else if (done.error().code == Code::kUnauthenticated || done.error().code == Code::kTokenExpired) {
                ++gone;
            }
        });
        REQUIRE(winners.size() == 1);
        CHECK(reused == 1);
        CHECK(reused + gone == 7);
        CHECK(f.CheckCode(winners[0]) == Code::kTokenExpired);
        CHECK(f.RenewCode(winners[0].refresh_token) == Code::kUnauthenticated);
    }
}

TEST_CASE("tabs of one browser that renew at once all get the same token, and nothing is lost") {
    AuthFixture f;
    f.AddUser("lin");
    const auto first = f.SignIn("lin", BrowserCaller());
    std::mutex mutex;
    std::vector<SignedIn> winners;
    InParallel(8, [&](int) {
        auto done = f.service->Renew(first.refresh_token, BrowserCaller());
        const std::scoped_lock lock(mutex);
        if (done.ok()) winners.push_back(*done);
    });
    REQUIRE(winners.size() == 8);
    for (const SignedIn& winner : winners) {
        CHECK(winner.refresh_token == winners[0].refresh_token);
        CHECK(f.Check(winner).ok());
    }
    CHECK(f.metrics.Get(Metric::kTokenReuse).Value() == 0);
    Renewed(f, winners[0].refresh_token, BrowserCaller());
}

TEST_CASE("a browser's spent token is reuse after ten seconds, or when it is older than the last") {
    AuthFixture f;
    f.AddUser("lin");
    auto first = f.SignIn("lin", BrowserCaller());
    auto second = Renewed(f, first.refresh_token, BrowserCaller());
    f.clock.Advance(10 * kSecond - 1);
    CHECK(Renewed(f, first.refresh_token, BrowserCaller()).refresh_token == second.refresh_token);
    f.clock.Advance(1);
    CHECK(f.RenewCode(first.refresh_token, BrowserCaller()) == Code::kTokenReused);
    CHECK(f.RenewCode(second.refresh_token, BrowserCaller()) == Code::kUnauthenticated);

    first = f.SignIn("lin", BrowserCaller());
    second = Renewed(f, first.refresh_token, BrowserCaller());
    Renewed(f, second.refresh_token, BrowserCaller());
    CHECK(f.RenewCode(first.refresh_token, BrowserCaller()) == Code::kTokenReused);
}

TEST_CASE("a spent token that another kind of client sends has no second chance, and tells nothing") {
    AuthFixture f;
    f.AddUser("lin");
    for (const bool browser : {true, false}) {
        CAPTURE(browser);
        const auto own = browser ? BrowserCaller() : NativeCaller();
        const auto other = browser ? NativeCaller() : BrowserCaller();
        const auto first = f.SignIn("lin", own);
        const auto second = Renewed(f, first.refresh_token, own);
        // The newest is refused where it does not belong, and goes on being good where it does.
        CHECK(f.RenewCode(second.refresh_token, other) == Code::kUnauthenticated);
        CHECK(f.RenewCode(first.refresh_token, other) == Code::kTokenReused);
        CHECK(f.RenewCode(second.refresh_token, own) == Code::kUnauthenticated);
    }
}

TEST_CASE("what is no refresh token of ours is refused and changes nothing") {
    AuthFixture f;
    f.AddUser("lin");
    const auto session = f.SignIn("lin");
    const std::string& token = session.refresh_token;
    for (const std::string& bad :
         {std::string(), std::string("rt1."), std::string("rt2.") + token.substr(4), token.substr(0, token.size() - 1),
          token + "A", token + "=", session.access_token, std::string(10'000, 'A'), "rt1." + std::string(64, 'A')}) {
        CHECK(f.RenewCode(bad) == Code::kUnauthenticated);
    }
    CHECK(f.Check(session).ok());
    Renewed(f, token);
}

TEST_CASE("tokens lapse on their second") {
    AuthFixture f;
    f.AddUser("lin");
    const auto session = f.SignIn("lin");
    f.clock.Advance(899 * kSecond);
    CHECK(f.Check(session).ok());
    f.clock.Advance(1 * kSecond);
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    f.clock.Set(rt::testing::kAuthStart.Plus(30 * rt::base::kMicrosPerDay - 1));
    const auto next = Renewed(f, session.refresh_token);
    f.clock.Advance(30 * rt::base::kMicrosPerDay);
    const Code late = f.RenewCode(next.refresh_token);
    CHECK((late == Code::kUnauthenticated || late == Code::kTokenExpired));
}

TEST_CASE("a changed role voids access tokens at once; renewing brings the new role") {
    AuthFixture f;
    const User user = f.AddUser("lin", Role::kOrganiser);
    const auto session = f.SignIn("lin");
    REQUIRE(f.Check(session).ok());
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.role = Role::kUser}, {}).ok());
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.Check(Renewed(f, session.refresh_token))->role == Role::kUser);
}

TEST_CASE("a locked user is out at once, and comes back only by signing in") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    const auto session = f.SignIn("lin");
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.status = UserStatus::kLocked}, {}).ok());
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.RenewCode(session.refresh_token) == Code::kUnauthenticated);
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.status = UserStatus::kActive}, {}).ok());
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.RenewCode(session.refresh_token) == Code::kUnauthenticated);
    CHECK(f.Check(f.SignIn("lin")).ok());
}

TEST_CASE("a new name leaves sessions alone") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    const auto session = f.SignIn("lin");
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.display_name = "New"}, {}).ok());
    CHECK(f.Check(session).ok());
    Renewed(f, session.refresh_token);
}

TEST_CASE("renewing works while the record refuses to note it") {
    AuthFixture f;
    f.AddUser("lin");
    const auto session = f.SignIn("lin");
    static constexpr rt::storage::sql::Statement kRefuse{
        "test.refuse",
        "CREATE TRIGGER refuse BEFORE UPDATE OF last_active_at ON \"user\""
        " BEGIN SELECT RAISE(ABORT, 'refused'); END"};
    REQUIRE(f.db->Write("test.refuse", [](rt::storage::sql::Writer& w) { return w.Run(kRefuse, {}); }).ok());
    f.clock.Advance(20 * rt::base::kMicrosPerMinute);
    const auto next = Renewed(f, session.refresh_token);
    CHECK(f.Check(next).ok());
}

TEST_CASE("signing out ends one session, signing out everywhere all") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    const auto one = f.SignIn("lin");
    const auto two = f.SignIn("lin");
    const auto three = f.SignIn("lin");
    REQUIRE(f.service->SignOut(one.refresh_token, NativeCaller()).ok());
    CHECK(f.service->SignOut(one.refresh_token, NativeCaller()).ok());
    CHECK(f.service->SignOut("nonsense", NativeCaller()).ok());
    CHECK(f.CheckCode(one) == Code::kTokenExpired);
    CHECK(f.RenewCode(one.refresh_token) == Code::kUnauthenticated);
    CHECK(f.Check(two).ok());
    REQUIRE(f.service->accounts().SignOutEverywhere(user.id, {}).ok());
    for (const SignedIn* session : {&two, &three}) {
        CHECK(f.CheckCode(*session) == Code::kTokenExpired);
        CHECK(f.RenewCode(session->refresh_token) == Code::kUnauthenticated);
    }
}

TEST_CASE("a restart keeps sessions, and what was revoked stays revoked") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    f.AddUser("wei");
    const auto kept = f.SignIn("wei");
    const auto ended = f.SignIn("wei");
    const auto demoted = f.SignIn("lin");
    REQUIRE(f.service->SignOut(ended.refresh_token, NativeCaller()).ok());
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.role = Role::kOrganiser}, {}).ok());
    f.Restart();
    CHECK(f.Check(kept).ok());
    CHECK(f.CheckCode(ended) == Code::kTokenExpired);
    CHECK(f.CheckCode(demoted) == Code::kTokenExpired);
    const auto next = Renewed(f, kept.refresh_token);
    f.Restart();
    CHECK(f.RenewCode(kept.refresh_token) == Code::kTokenReused);
    CHECK(f.CheckCode(next) == Code::kTokenExpired);
    f.Restart();
    CHECK(f.CheckCode(next) == Code::kTokenExpired);
}

TEST_CASE("another process on the same stores learns of revocations when it reloads") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    f.AddUser("wei");
    const auto other = f.NewService();
    const auto lin = f.SignIn("lin");
    const auto wei = f.SignIn("wei");
    CHECK(other->authenticator().Check(lin.access_token).ok());
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.status = UserStatus::kLocked}, {}).ok());
    REQUIRE(f.service->SignOut(wei.refresh_token, NativeCaller()).ok());
    CHECK(other->Renew(lin.refresh_token, NativeCaller()).error().code == Code::kUnauthenticated);
    REQUIRE(other->Reload().ok());
    CHECK(other->authenticator().Check(lin.access_token).error().code == Code::kTokenExpired);
    CHECK(other->authenticator().Check(wei.access_token).error().code == Code::kTokenExpired);
}

TEST_CASE("a new generation, as after a restore, ends everything") {
    AuthFixture f;
    f.AddUser("lin");
    const auto session = f.SignIn("lin");
    REQUIRE(rt::auth::EndEverySession(*f.db, f.clock.Now()).ok());
    REQUIRE(f.service->Reload().ok());
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.RenewCode(session.refresh_token) == Code::kUnauthenticated);
    CHECK(f.Check(f.SignIn("lin")).ok());
}

TEST_CASE("one user has at most fifty sessions; one more ends the oldest") {
    AuthFixture f;
    f.AddUser("lin");
    f.AddUser("wei");
    const auto other = f.SignIn("wei");
    std::vector<SignedIn> sessions;
    for (std::size_t i = 0; i < rt::auth::kSessionsPerUserMax; ++i) {
        sessions.push_back(f.SignIn("lin"));
        f.clock.Advance(kSecond);
    }
    sessions[0] = Renewed(f, sessions[0].refresh_token);
    f.SignIn("lin");
    CHECK(f.RenewCode(sessions[0].refresh_token) == Code::kUnauthenticated);
    Renewed(f, sessions[1].refresh_token);
    Renewed(f, sessions.back().refresh_token);
    Renewed(f, other.refresh_token);
}

TEST_CASE("neither tokens nor names lie readable in the session store") {
    AuthFixture f;
    f.AddUser("lin.wei.someone");
    const auto session = f.SignIn("lin.wei.someone");
    bool found = false;
    const auto scan = [&](const rt::storage::kv::Table& table) {
        REQUIRE(f.kv->Scan(table, "",
                           [&](std::string_view key, std::string_view value) {
                               for (const std::string_view text : {key, value}) {
                                   found = found || text.find(session.refresh_token) != std::string_view::npos ||
                                           text.find("lin.wei.someone") != std::string_view::npos ||
                                           text.find("192.0.2.1") != std::string_view::npos;
                               }
                               return true;
                           })
                    .ok());
    };
    scan({rt::storage::kv::Env::kDurable, "auth.session"});
    scan({rt::storage::kv::Env::kCache, "auth.guess"});
    CHECK_FALSE(found);
}
