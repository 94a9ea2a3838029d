#include <doctest/doctest.h>

#include <atomic>
#include <ctime>
#include <string>

#include "auth/passwords.h"
#include "support/auth_fixture.h"

using rt::Code;
using rt::Metric;
using rt::auth::Role;
using rt::auth::User;
using rt::auth::UserStatus;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthFixture;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::NativeCaller;

namespace {

rt::Error RefusalOf(AuthFixture& f, const std::string& name, const std::string& password) {
    const auto done = f.service->SignIn(name, password, NativeCaller());
    REQUIRE_FALSE(done.ok());
    return done.error();
}

// CPU seconds of this thread: work, not time.
double WorkOf(const auto& fn) {
    timespec begin{};
    timespec end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    fn();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return static_cast<double>(end.tv_sec - begin.tv_sec) + static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e9;
}

}  // namespace

TEST_CASE("signing in gives tokens that say who it is") {
    AuthFixture f;
    const User user = f.AddUser("lin", Role::kOrganiser);
    f.clock.Advance(kMicrosPerSecond);
    const auto session = f.SignIn("  LIN ");
    const auto claims = f.Check(session);
    REQUIRE(claims.ok());
    CHECK(claims->user == user.id);
    CHECK(claims->public_id == user.public_id);
    CHECK(claims->role == Role::kOrganiser);
    CHECK(session.expires_in_s == 900);
    CHECK(f.service->accounts().Get(user.id)->last_active_at == f.clock.Now());
    CHECK(f.metrics.Get(Metric::kLogins, {"ok"}).Value() == 1);
    CHECK(f.AuditActions() == std::vector<std::string>{"user.create", "session.begin"});
}

TEST_CASE("a wrong password and an unknown name get the same answer") {
    AuthFixture f;
    f.AddUser("lin");
    const auto wrong = RefusalOf(f, "lin", "not the password");
    for (const char* name : {"nobody", "", "x", "Not A Name!", "\xff"}) {
        const auto unknown = RefusalOf(f, name, "not the password");
        CHECK(unknown.code == wrong.code);
        CHECK(unknown.message.zh == wrong.message.zh);
        CHECK(unknown.fields.size() == wrong.fields.size());
        CHECK(unknown.retry_after_s == wrong.retry_after_s);
    }
    CHECK(RefusalOf(f, "lin", std::string(73, 'x')).code == Code::kBadCredentials);
    CHECK(RefusalOf(f, "lin", std::string(kGoodPassword) + std::string(1, '\0')).code == Code::kBadCredentials);
    CHECK(RefusalOf(f, "lin", "").code == Code::kBadCredentials);
}

TEST_CASE("an unknown name costs the work of a password") {
    rt::crypto::SystemRandom random;
    const rt::auth::Passwords cheap(4, random);
    const rt::auth::Passwords dear(10, random);
    const std::string hash = *dear.Hash(kGoodPassword);
    const double known = WorkOf([&] { CHECK_FALSE(dear.Verify("not the password", hash)); });
    const double unknown = WorkOf([&] { CHECK_FALSE(dear.Verify("not the password", "")); });
    const double too_long = WorkOf([&] { CHECK_FALSE(dear.Verify(std::string(100, 'x'), hash)); });
    const double little = WorkOf([&] { CHECK_FALSE(cheap.Verify("not the password", "")); });
    // Cost 10 is 64 times cost 4; no work at all would be further below still.
    CHECK(unknown > known / 4);
    CHECK(too_long > known / 4);
    CHECK(unknown > little * 8);
}

TEST_CASE("full-width letters typed on another keyboard are the same password") {
    AuthFixture f;
    auto wanted = f.Wanted("lin");
    wanted.password = "ｃorrect horse battery";
    REQUIRE(f.service->accounts().Create(wanted, {}).ok());
    CHECK(f.service->SignIn("lin", "correct horse battery", NativeCaller()).ok());
}

TEST_CASE("wrong passwords are delayed more and more, and the right one waits as well") {
    AuthFixture f;
    f.AddUser("lin");
    for (int i = 0; i < 6; ++i) CHECK(RefusalOf(f, "lin", "wrong").code == Code::kBadCredentials);
    auto refusal = RefusalOf(f, "lin", kGoodPassword);
    CHECK(refusal.code == Code::kTooManyRequests);
    CHECK(refusal.retry_after_s == 2);
    CHECK(f.metrics.Get(Metric::kLogins, {"delayed"}).Value() == 1);
    f.clock.Advance(2 * kMicrosPerSecond - 1);
    CHECK(RefusalOf(f, "lin", kGoodPassword).retry_after_s == 1);
    f.clock.Advance(1);
    CHECK(RefusalOf(f, "lin", "wrong").code == Code::kBadCredentials);
    CHECK(RefusalOf(f, "lin", "wrong").retry_after_s == 4);
    f.clock.Advance(4 * kMicrosPerSecond);
    CHECK(f.service->SignIn("lin", kGoodPassword, NativeCaller()).ok());
    for (int i = 0; i < 5; ++i) CHECK(RefusalOf(f, "lin", "wrong").code == Code::kBadCredentials);
}

TEST_CASE("the delay is the same for a name that nobody has") {
    AuthFixture f;
    for (int i = 0; i < 6; ++i) CHECK(RefusalOf(f, "nobody", "wrong").code == Code::kBadCredentials);
    CHECK(RefusalOf(f, "nobody", "wrong").retry_after_s == 2);
}

TEST_CASE("the delay of one address leaves the owner at another address alone, until many addresses guess") {
    AuthFixture f;
    f.AddUser("lin");
    for (int i = 0; i < 6; ++i) RefusalOf(f, "lin", "wrong");
    CHECK(RefusalOf(f, "lin", "wrong").code == Code::kTooManyRequests);
    CHECK(f.service->SignIn("lin", kGoodPassword, NativeCaller("192.0.2.2")).ok());
    for (int i = 0; i < 21; ++i) {
        const auto caller = NativeCaller("198.51.100." + std::to_string(i));
        CHECK(f.service->SignIn("lin", "wrong", caller).error().code == Code::kBadCredentials);
    }
    CHECK(f.service->SignIn("lin", kGoodPassword, NativeCaller("203.0.113.1")).error().code == Code::kTooManyRequests);
}

TEST_CASE("one address that tries many names is delayed; an IPv6 network counts as one address") {
    AuthFixture f;
    for (int i = 0; i < 51; ++i) {
        const auto caller = NativeCaller("2001:db8:1:2::" + std::to_string(i + 1));
        CHECK(f.service->SignIn("name" + std::to_string(i), "wrong", caller).error().code == Code::kBadCredentials);
    }
    CHECK(f.service->SignIn("fresh", "wrong", NativeCaller("2001:db8:1:2::ffff")).error().code ==
          Code::kTooManyRequests);
    CHECK(f.service->SignIn("fresh", "wrong", NativeCaller("2001:db8:1:3::1")).error().code == Code::kBadCredentials);
}

TEST_CASE("parallel guesses cannot slip past the count") {
    AuthFixture f;
    f.AddUser("lin");
    std::atomic<int> looked_at{0};
    std::atomic<int> delayed{0};
    InParallel(24, [&](int) {
        const auto code = f.service->SignIn("lin", "wrong", NativeCaller()).error().code;
        if (code == Code::kBadCredentials) ++looked_at;
        if (code == Code::kTooManyRequests) ++delayed;
    });
    CHECK(looked_at == 6);
    CHECK(delayed == 18);
}

TEST_CASE("delays survive a restart") {
    AuthFixture f;
    f.AddUser("lin");
    for (int i = 0; i < 6; ++i) RefusalOf(f, "lin", "wrong");
    f.Restart();
    CHECK(RefusalOf(f, "lin", kGoodPassword).code == Code::kTooManyRequests);
}

TEST_CASE("a locked account is told so only with the right password") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.status = UserStatus::kLocked}, {}).ok());
    CHECK(RefusalOf(f, "lin", "wrong").code == Code::kBadCredentials);
    CHECK(RefusalOf(f, "lin", kGoodPassword).code == Code::kForbidden);
    REQUIRE(f.service->accounts().Edit(user.id, std::nullopt, {.status = UserStatus::kActive}, {}).ok());
    CHECK(f.service->SignIn("lin", kGoodPassword, NativeCaller()).ok());
}

TEST_CASE("a hash of a lower cost is made again at sign-in") {
    AuthFixture f;
    const User user = f.AddUser("lin");
    f.options.bcrypt_cost = 5;
    f.service = f.NewService();
    f.SignIn("lin");
    const User after = *f.service->accounts().Get(user.id);
    CHECK(after.password_hash.starts_with("$2b$05$"));
    CHECK(after.rev == user.rev);
    f.SignIn("lin");
    CHECK(f.service->accounts().Get(user.id)->password_hash == after.password_hash);
}
