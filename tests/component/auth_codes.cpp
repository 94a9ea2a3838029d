#include <doctest/doctest.h>

#include <atomic>
#include <string>

#include "support/auth_fixture.h"
#include "support/auth_mail.h"

using rt::Code;
using rt::auth::CodePurpose;
using rt::auth::kCodeTriesMax;
using rt::base::kMicrosPerDay;
using rt::base::kMicrosPerHour;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthFixture;
using rt::testing::InParallel;
using rt::testing::kGoodPassword;
using rt::testing::kOtherPassword;
using rt::testing::LastCode;
using rt::testing::LinkAddress;
using rt::testing::Mail;
using rt::testing::NativeCaller;
using rt::testing::Outbox;
using rt::testing::Wrong;

namespace {

const std::string kLin = "lin@example.org";

// Room for many codes, for tests of something else.
struct RoomyFixture : AuthFixture {
    RoomyFixture() {
        options.codes = {1'000, 1'000, 1'000};
        service = NewService();
    }
    Code Send(CodePurpose purpose, const std::string& to = kLin, const std::string& client = "192.0.2.1") {
        clock.Advance(61 * kMicrosPerSecond);
        const auto sent = service->SendCode(purpose, Mail(to), NativeCaller(client));
        return sent.ok() ? Code::kInternal : sent.error().code;  // kInternal: sent
    }
    std::string Sent(CodePurpose purpose, const std::string& to = kLin) {
        REQUIRE(Send(purpose, to) == Code::kInternal);
        return LastCode(*this);
    }
    Code SignInCode(const std::string& code, const std::string& to = kLin) {
        // From elsewhere each time: the delays of one address are a test of their own.
        const auto done = service->SignInByCode({Mail(to), code}, NativeCaller("10.0.0." + std::to_string(++calls)));
        return done.ok() ? Code::kInternal : done.error().code;
    }
    int calls = 0;
};

}  // namespace

TEST_CASE("a code signs in the account of its address, once") {
    RoomyFixture f;
    const auto user = f.AddUser("lin");
    LinkAddress(f, user, kLin);
    const std::string code = f.Sent(CodePurpose::kSignIn, "LIN@Example.org");
    const auto message = Outbox(f).back();
    CHECK(message.topic == "mail.code");
    CHECK(message.Text("kind") == "sign-in");
    const auto done = f.service->SignInByCode({Mail(kLin), code}, NativeCaller());
    REQUIRE(done.ok());
    CHECK(done->user.id == user.id);
    CHECK_FALSE(done->created);
    CHECK(f.SignInCode(code) == Code::kBadCode);
}

TEST_CASE("of fifty that present a code at once, one signs in") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    const std::string code = f.Sent(CodePurpose::kSignIn);
    std::atomic<int> taken{0};
    InParallel(50, [&](int i) {
        const auto done = f.service->SignInByCode({Mail(kLin), code}, NativeCaller("192.0.2." + std::to_string(i)));
        if (done.ok()) ++taken;
    });
    CHECK(taken.load() == 1);
}

TEST_CASE("an address without an account makes one, unless registration is closed") {
    RoomyFixture f;
    const auto made = f.service->SignInByCode({Mail(kLin), f.Sent(CodePurpose::kSignIn)}, NativeCaller());
    REQUIRE(made.ok());
    CHECK(made->created);
    CHECK(made->user.login_name.empty());
    const auto again = f.service->SignInByCode({Mail(kLin), f.Sent(CodePurpose::kSignIn)}, NativeCaller());
    REQUIRE(again.ok());
    CHECK_FALSE(again->created);
    CHECK(again->user.id == made->user.id);

    f.options.registration_open = false;
    f.service = f.NewService();
    const std::size_t before = Outbox(f).size();
    CHECK(f.Send(CodePurpose::kSignIn, "new@example.org") == Code::kInternal);
    REQUIRE(Outbox(f).size() == before + 1);
    CHECK(Outbox(f).back().topic == "none.code");
}

TEST_CASE("the fifth wrong try voids a code; a new code voids the one before it") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    std::string code = f.Sent(CodePurpose::kSignIn);
    for (int i = 1; i < kCodeTriesMax; ++i) CHECK(f.SignInCode(Wrong(code)) == Code::kBadCode);
    CHECK(f.SignInCode(code) == Code::kInternal);

    code = f.Sent(CodePurpose::kSignIn);
    for (int i = 0; i < kCodeTriesMax; ++i) CHECK(f.SignInCode(Wrong(code)) == Code::kBadCode);
    CHECK(f.SignInCode(code) == Code::kBadCode);

    const std::string first = f.Sent(CodePurpose::kSignIn);
    const std::string second = f.Sent(CodePurpose::kSignIn);
    if (first != second) CHECK(f.SignInCode(first) == Code::kBadCode);
    CHECK(f.SignInCode(second) == Code::kInternal);
}

TEST_CASE("a code lapses after ten minutes and outlives a restart") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    std::string code = f.Sent(CodePurpose::kSignIn);
    f.Restart();
    f.clock.Advance((rt::auth::kCodeTtlSeconds - 1) * kMicrosPerSecond);
    CHECK(f.SignInCode(code) == Code::kInternal);
    code = f.Sent(CodePurpose::kSignIn);
    f.clock.Advance(rt::auth::kCodeTtlSeconds * kMicrosPerSecond);
    CHECK(f.SignInCode(code) == Code::kBadCode);
}

TEST_CASE("a code of one purpose, address or user is good for no other") {
    RoomyFixture f;
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, kLin);
    const std::string code = f.Sent(CodePurpose::kReset);
    CHECK(f.SignInCode(code) == Code::kBadCode);
    CHECK(f.SignInCode(code, "other@example.org") == Code::kBadCode);
    CHECK(f.service->ResetPassword({Mail(kLin), code}, kOtherPassword, NativeCaller()).ok());

    auto caller = NativeCaller();
    CHECK(f.service->SendCode(CodePurpose::kVerify, Mail("b@example.org"), caller).error().code ==
          Code::kUnauthenticated);
    caller.actor.user_id = lin.id.value;
    f.clock.Advance(61 * kMicrosPerSecond);
    REQUIRE(f.service->SendCode(CodePurpose::kVerify, Mail("b@example.org"), caller).ok());
    const std::string verify = LastCode(f);
    const auto wu = f.AddUser("wuxi");
    CHECK(f.service->TakeCode(CodePurpose::kVerify, {Mail("b@example.org"), verify}, wu.id, caller).error().code ==
          Code::kBadCode);
    CHECK(f.service->TakeCode(CodePurpose::kVerify, {Mail("b@example.org"), verify}, lin.id, caller).ok());
}

TEST_CASE("a reset sets the password, ends all sessions and tells the owner") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    const auto session = f.SignIn("lin");
    const std::string code = f.Sent(CodePurpose::kReset);
    CHECK(f.service->ResetPassword({Mail(kLin), code}, "12345678", NativeCaller()).error().code == Code::kInvalid);
    REQUIRE(f.service->ResetPassword({Mail(kLin), code}, kOtherPassword, NativeCaller()).ok());
    CHECK(f.CheckCode(session) == Code::kTokenExpired);
    CHECK(f.RenewCode(session.refresh_token) == Code::kUnauthenticated);
    CHECK(f.service->SignIn(kLin, kOtherPassword, NativeCaller()).ok());
    CHECK_FALSE(f.service->SignIn("lin", kGoodPassword, NativeCaller()).ok());
    CHECK(Outbox(f).back().Text("kind") == "password_reset");
}

TEST_CASE("without an account a reset is answered and refused alike, and nobody is written to") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    CHECK(f.Send(CodePurpose::kReset) == Code::kInternal);
    CHECK(f.Send(CodePurpose::kReset, "nobody@example.org") == Code::kInternal);
    CHECK(Outbox(f).back().topic == "none.code");
    const auto known = f.service->ResetPassword({Mail(kLin), "000000"}, kOtherPassword, NativeCaller());
    const auto unknown =
        f.service->ResetPassword({Mail("nobody@example.org"), "000000"}, kOtherPassword, NativeCaller());
    CHECK(known.error().code == unknown.error().code);
    CHECK(known.error().code == Code::kBadCode);
}

TEST_CASE("who registers an address that has an account is told so there only") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    CHECK(f.Send(CodePurpose::kRegister) == Code::kInternal);
    CHECK(Outbox(f).back().topic == "mail.notice");
    CHECK(Outbox(f).back().Text("kind") == "account_exists");
    CHECK(Outbox(f).back().Text("code").empty());
}

TEST_CASE("registration with a verified address") {
    RoomyFixture f;
    f.options.registration_needs = rt::auth::Options::Needs::kEmail;
    f.service = f.NewService();
    CHECK(f.service->Register(f.Wanted("lin"), NativeCaller()).error().code == Code::kInvalid);
    const std::string code = f.Sent(CodePurpose::kRegister);
    const rt::auth::CodeProof wrong{Mail(kLin), Wrong(code)};
    CHECK(f.service->Register(f.Wanted("lin"), wrong, NativeCaller()).error().code == Code::kBadCode);
    const auto done = f.service->Register(f.Wanted("lin"), rt::auth::CodeProof{Mail(kLin), code}, NativeCaller());
    REQUIRE(done.ok());
    CHECK(f.service->SignIn(kLin, kGoodPassword, NativeCaller())->user.id == done->user.id);
}

TEST_CASE("messages to one address are limited: at once, in an hour, in a day") {
    AuthFixture f;
    f.options.codes = {7, 1'000, 1'000};
    f.service = f.NewService();
    const auto send = [&] { return f.service->SendCode(CodePurpose::kReset, Mail(kLin), NativeCaller()); };
    REQUIRE(send().ok());
    const auto again = send();
    CHECK(again.error().code == Code::kTooManyRequests);
    CHECK(again.error().retry_after_s == 60);
    for (int i = 2; i <= rt::auth::kCodesPerTargetHour; ++i) {
        f.clock.Advance(60 * kMicrosPerSecond);
        REQUIRE(send().ok());
    }
    f.clock.Advance(60 * kMicrosPerSecond);
    const auto sixth = send();
    CHECK(sixth.error().code == Code::kTooManyRequests);
    CHECK(sixth.error().retry_after_s == 3'600 - 5 * 60);
    f.Restart();
    CHECK(send().error().code == Code::kTooManyRequests);
    f.clock.Advance(kMicrosPerHour);
    REQUIRE(send().ok());
    f.clock.Advance(60 * kMicrosPerSecond);
    REQUIRE(send().ok());  // the seventh of the day
    f.clock.Advance(60 * kMicrosPerSecond);
    CHECK(send().error().code == Code::kTooManyRequests);
    f.clock.Advance(kMicrosPerDay);
    CHECK(send().ok());
}

TEST_CASE("codes asked for by one client, and all of them, are limited") {
    AuthFixture f;
    f.options.codes = {10, 3, 5};
    f.service = f.NewService();
    int name = 0;
    const auto send = [&](const std::string& client) {
        const std::string to = "user" + std::to_string(++name) + "@example.org";
        const auto sent = f.service->SendCode(CodePurpose::kReset, Mail(to), NativeCaller(client));
        return sent.ok() ? std::string() : sent.error().detail;
    };
    for (int i = 0; i < 3; ++i) CHECK(send("192.0.2.1").empty());
    CHECK(send("192.0.2.1") == "codes asked for by one client in an hour");
    CHECK(send("2001:db8:1:2::1").empty());
    CHECK(send("2001:db8:1:2::2").empty());
    CHECK(send("198.51.100.1") == "codes in an hour in all");
}

TEST_CASE("codes lie hashed in the store and sealed in the outbox") {
    RoomyFixture f;
    LinkAddress(f, f.AddUser("lin"), kLin);
    const std::string code = f.Sent(CodePurpose::kSignIn);
    constexpr rt::storage::kv::Table kCodes{rt::storage::kv::Env::kDurable, "auth.code"};
    int rows = 0;
    REQUIRE(f.kv->Scan(kCodes, "",
                       [&](std::string_view key, std::string_view value) {
                           ++rows;
                           CHECK(key.find("lin") == std::string_view::npos);
                           CHECK(value.substr(0, 40).find(code) == std::string_view::npos);
                           return true;
                       })
                .ok());
    CHECK(rows == 1);
    constexpr rt::storage::sql::Statement kPayload{"test.payload", "SELECT payload FROM outbox"};
    REQUIRE(f.db->Read([&](rt::storage::sql::Reader& reader) {
                    return reader.Each(kPayload, {}, [&](const rt::storage::sql::Row& row) {
                        CHECK(row.TextView(0).find("example.org") == std::string_view::npos);
                    });
                })
                .ok());
}

TEST_CASE("a channel that is not set up is refused before anything is counted") {
    AuthFixture f;
    f.options.phone_codes = false;
    f.service = f.NewService();
    CHECK(f.service->SendCode(CodePurpose::kSignIn, Mail("13800138000"), NativeCaller()).error().code ==
          Code::kChannelUnavailable);
    CHECK(f.service->SendCode(CodePurpose::kSignIn, Mail(kLin), NativeCaller()).ok());
}
