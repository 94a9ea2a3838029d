#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

#include "auth/totp.h"
#include "base/encoding.h"
#include "support/auth_fixture.h"
#include "support/auth_mail.h"
#include "support/base32.h"

using rt::Code;
using rt::auth::Role;
using rt::auth::StepMethod;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthFixture;
using rt::testing::Base32Decoded;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::LinkAddress;
using rt::testing::NativeCaller;
using rt::testing::Outbox;
namespace totp = rt::auth::totp;

namespace {

constexpr std::int64_t kStep = totp::kStepSeconds * kMicrosPerSecond;

struct StepFixture : AuthFixture {
    explicit StepFixture(Role role = Role::kUser) : user(AddUser("lin", role)) {}

    std::string CodeNow() const { return totp::CodeAt(secret, totp::StepAt(clock.Now())); }
    void TurnOn() {
        const auto enrolment = service->second_steps().Enrol(user);
        REQUIRE(enrolment.ok());
        secret = Base32Decoded(enrolment->secret);
        auto codes = service->second_steps().Confirm(user.id, CodeNow(), {});
        REQUIRE(codes.ok());
        recovery = *codes;
        clock.Advance(kStep);
    }
    std::string Token(const rt::auth::Caller& caller = NativeCaller()) {
        const auto first = service->SignIn("lin", kGoodPassword, caller);
        REQUIRE(first.ok());
        REQUIRE(first->second_step);
        CHECK(first->access_token.empty());
        CHECK(first->refresh_token.empty());
        return first->second_step->token;
    }
    Code Give(const std::string& token, StepMethod method, const std::string& code) {
        const auto done = service->GiveSecondStep(token, method, code, NativeCaller());
        return done.ok() ? Code::kInternal : done.error().code;  // kInternal: signed in
    }

    rt::auth::User user;
    std::string secret;
    std::vector<std::string> recovery;
};

}  // namespace

TEST_CASE("with a second step a password alone gives no session") {
    StepFixture f;
    f.TurnOn();
    const std::string token = f.Token();
    const auto done = f.service->GiveSecondStep(token, StepMethod::kTotp, f.CodeNow(), NativeCaller());
    REQUIRE(done.ok());
    CHECK(done->user.id == f.user.id);
    CHECK(f.Check(*done).ok());
    f.clock.Advance(kStep);
    CHECK(f.Give(token, StepMethod::kTotp, f.CodeNow()) == Code::kUnauthenticated);
}

TEST_CASE("a code of the app works once, whoever sends it and however many at once") {
    StepFixture f;
    f.TurnOn();
    std::vector<std::string> tokens;
    for (int i = 0; i < 20; ++i) tokens.push_back(f.Token(NativeCaller("192.0.2." + std::to_string(i))));
    const std::string code = f.CodeNow();
    std::atomic<int> in{0};
    InParallel(20, [&](int i) {
        const auto done = f.service->GiveSecondStep(tokens[static_cast<std::size_t>(i)], StepMethod::kTotp, code,
                                                    NativeCaller("198.51.100." + std::to_string(i)));
        if (done.ok()) ++in;
    });
    CHECK(in.load() == 1);
    f.Restart();
    REQUIRE(f.service->guesses().Unlock({"user:" + std::to_string(f.user.id.value)}).ok());
    CHECK(f.Give(f.Token(), StepMethod::kTotp, code) == Code::kBadCode);
}

TEST_CASE("a recovery code works once, as people write it, and its owner is told") {
    StepFixture f;
    LinkAddress(f, f.user, "lin@example.org");
    f.TurnOn();
    REQUIRE(f.recovery.size() == rt::auth::kRecoveryCodes);
    std::string typed = f.recovery[0];
    for (char& c : typed) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const std::vector<std::string> tokens{f.Token(), f.Token(NativeCaller("192.0.2.9"))};
    std::atomic<int> in{0};
    InParallel(2, [&](int i) {
        if (f.Give(tokens[static_cast<std::size_t>(i)], StepMethod::kRecovery, typed) == Code::kInternal) ++in;
    });
    CHECK(in.load() == 1);
    CHECK(f.Give(f.Token(), StepMethod::kRecovery, f.recovery[0]) == Code::kBadCode);
    CHECK(f.Give(f.Token(), StepMethod::kRecovery, f.recovery[1]) == Code::kInternal);
    bool told = false;
    for (const auto& message : Outbox(f)) told = told || message.Text("kind") == "recovery_code_used";
    CHECK(told);
}

TEST_CASE("the second step of one sign-in is tried five times") {
    StepFixture f;
    f.TurnOn();
    const std::string token = f.Token();
    for (int i = 0; i < rt::auth::kSecondStepTriesMax; ++i) {
        CHECK(f.Give(token, StepMethod::kTotp, "000000") == Code::kBadCode);
    }
    CHECK(f.Give(token, StepMethod::kTotp, f.CodeNow()) == Code::kUnauthenticated);
}

TEST_CASE("guesses at the second step are slowed down over sign-ins") {
    StepFixture f;
    f.TurnOn();
    for (int i = 0; i < 6; ++i) {
        CHECK(f.Give(f.Token(NativeCaller("192.0.2." + std::to_string(i))), StepMethod::kTotp, "000000") ==
              Code::kBadCode);
    }
    CHECK(f.Give(f.Token(NativeCaller("192.0.2.77")), StepMethod::kTotp, f.CodeNow()) == Code::kTooManyRequests);
    const auto locks = f.service->guesses().LocksOf({"user:" + std::to_string(f.user.id.value)});
    REQUIRE(locks.ok());
    REQUIRE(locks->size() == 1);
    CHECK(locks->front().attempts == 6);
    CHECK(locks->front().wait_s > 0);
    REQUIRE(f.service->guesses().Unlock({"user:" + std::to_string(f.user.id.value)}).ok());
    CHECK(f.Give(f.Token(NativeCaller("192.0.2.78")), StepMethod::kTotp, f.CodeNow()) == Code::kInternal);
}

TEST_CASE("a sign-in that waits for its second step lapses, and ends with a change of the account") {
    StepFixture f;
    f.TurnOn();
    std::string token = f.Token();
    f.clock.Advance(rt::auth::kSecondStepSeconds * kMicrosPerSecond);
    CHECK(f.Give(token, StepMethod::kTotp, f.CodeNow()) == Code::kUnauthenticated);
    token = f.Token();
    REQUIRE(f.service->accounts().SignOutEverywhere(f.user.id, {}).ok());
    CHECK(f.Give(token, StepMethod::kTotp, f.CodeNow()) == Code::kUnauthenticated);
}

TEST_CASE("staff who must have a second step can sign in only to set it up") {
    StepFixture f(Role::kOrganiser);
    const auto before = f.SignIn("lin");
    f.options.staff_second_step = true;
    f.service = f.NewService();
    // A session from before the rule is not renewed.
    CHECK(f.RenewCode(before.refresh_token) == Code::kUnauthenticated);
    const auto first = f.service->SignIn("lin", kGoodPassword, NativeCaller());
    REQUIRE(first.ok());
    REQUIRE(first->second_step);
    CHECK(first->second_step->methods == std::vector<std::string_view>{"enrol"});
    const std::string token = first->second_step->token;
    CHECK(f.Give(token, StepMethod::kTotp, "000000") != Code::kInternal);
    const auto enrolment = f.service->EnrolInSignIn(token);
    REQUIRE(enrolment.ok());
    f.secret = Base32Decoded(enrolment->secret);
    CHECK(f.service->ConfirmInSignIn(token, "000000", NativeCaller()).error().code == Code::kBadCode);
    const auto done = f.service->ConfirmInSignIn(token, f.CodeNow(), NativeCaller());
    REQUIRE(done.ok());
    CHECK(done->recovery_codes.size() == rt::auth::kRecoveryCodes);
    CHECK(f.service->Renew(done->session.refresh_token, NativeCaller()).ok());
    // People are not asked.
    f.AddUser("wuxi");
    CHECK_FALSE(f.SignIn("wuxi").second_step);
}

TEST_CASE("an administrator takes a lost second step away, which ends the sessions") {
    StepFixture f;
    f.TurnOn();
    const auto session = f.service->GiveSecondStep(f.Token(), StepMethod::kTotp, f.CodeNow(), NativeCaller());
    REQUIRE(session.ok());
    REQUIRE(f.service->second_steps().Reset(f.user.id, {}).ok());
    CHECK(f.CheckCode(*session) == Code::kTokenExpired);
    CHECK_FALSE(f.SignIn("lin").second_step);
    CHECK(f.AuditActions().back() == "session.begin");
    CHECK(f.service->second_steps().Reset(f.user.id, {}).error().code == Code::kInvalidState);
}

TEST_CASE("a second step cannot be replaced while it is on") {
    StepFixture f;
    f.TurnOn();
    CHECK(f.service->second_steps().Enrol(f.user).error().code == Code::kInvalidState);
    const auto proof = f.service->CheckStep(f.user.id, StepMethod::kTotp, f.CodeNow(), NativeCaller());
    REQUIRE(proof.ok());
    REQUIRE(f.service->second_steps().Disable(f.user.id, *proof, {}).ok());
    CHECK(f.service->second_steps().Enrol(f.user).ok());
    CHECK_FALSE(f.SignIn("lin").second_step);
}
