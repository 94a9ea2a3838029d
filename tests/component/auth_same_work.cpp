// "The same work whether or not there is an account": statements, commits and messages are counted, hashing by CPU
// work.
#include <doctest/doctest.h>

#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/auth_fixture.h"
#include "support/auth_mail.h"

using rt::Code;
using rt::Metric;
using rt::auth::CodeProof;
using rt::auth::CodePurpose;
using rt::base::kMicrosPerSecond;
using rt::testing::AuthFixture;
using rt::testing::kGoodPassword;
using rt::testing::LinkAddress;
using rt::testing::Mail;
using rt::testing::NativeCaller;
using rt::testing::Outbox;

namespace {

const std::string kKnown = "known@example.org";
const std::string kUnknown = "nobody@example.org";

using Counts = std::map<std::string, double>;

// Every figure of the stores that counts: runs of each named statement, commits of both stores.
Counts CountsNow(AuthFixture& f) {
    Counts out;
    std::string text = f.metrics.PrometheusText();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        const std::size_t blank = line.rfind(' ');
        if (line.starts_with('#') || blank == std::string::npos) continue;
        const std::string name = line.substr(0, blank);
        const bool statement = name.find("sqlite_statement_seconds_count") != std::string::npos;
        if (statement || name.find("_commits_total") != std::string::npos) out[name] = std::stod(line.substr(blank));
    }
    return out;
}

struct Work {
    Counts counts;
    std::size_t messages = 0;
    double hashing = 0;  // CPU seconds of this thread, where bcrypt runs
};

Work WorkOf(AuthFixture& f, const auto& fn) {
    const Counts before = CountsNow(f);
    const std::size_t messages = Outbox(f).size();
    timespec begin{};
    timespec end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    fn();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    Work work;
    for (const auto& [name, value] : CountsNow(f)) {
        const auto old = before.find(name);
        const double more = value - (old == before.end() ? 0 : old->second);
        if (more > 0 && name.find("test.outbox") == std::string::npos) work.counts[name] = more;
    }
    work.messages = Outbox(f).size() - messages;
    work.hashing =
        static_cast<double>(end.tv_sec - begin.tv_sec) + static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e9;
    return work;
}

// A user with a password and an address, and bcrypt dear enough to be seen beside everything else.
struct Fixture : AuthFixture {
    Fixture() {
        options.bcrypt_cost = 10;
        service = NewService();
        LinkAddress(*this, AddUser("known"), kKnown);
        // Statements are prepared and devices known by now, for both.
        for (const char* name : {"known", "nobody"}) static_cast<void>(service->SignIn(name, "wrong", NativeCaller()));
    }
    Code SignInCode(const std::string& name) { return service->SignIn(name, "wrong", NativeCaller()).error().code; }
};

void CheckSame(const Work& known, const Work& unknown) {
    CHECK_FALSE(known.counts.empty());
    CHECK(known.counts == unknown.counts);
    CHECK(known.messages == unknown.messages);
}

}  // namespace

TEST_CASE("a password: the same statements and one hash, by login name and by address") {
    Fixture f;
    const Work nothing = WorkOf(f, [&] { CHECK(f.service->accounts().Count().ok()); });
    for (const auto& [known, unknown] : {std::pair<std::string, std::string>("known", "nobody"), {kKnown, kUnknown}}) {
        CAPTURE(known);
        const Work with = WorkOf(f, [&, &name = known] { CHECK(f.SignInCode(name) == Code::kBadCredentials); });
        const Work without = WorkOf(f, [&, &name = unknown] { CHECK(f.SignInCode(name) == Code::kBadCredentials); });
        CheckSame(with, without);
        // One hash each: neither none nor two. A hash of cost 10 is some 50 ms of CPU, all else well under one.
        CHECK(without.hashing > with.hashing / 1.5);
        CHECK(without.hashing < with.hashing * 1.5);
        CHECK(nothing.hashing < with.hashing / 4);
    }
}

TEST_CASE("a code asked for: the same answer, statements and a row of the outbox, for each purpose") {
    Fixture f;
    for (const bool open : {true, false}) {
        CAPTURE(open);
        f.options.registration_open = open;
        f.service = f.NewService();
        for (const CodePurpose purpose : {CodePurpose::kSignIn, CodePurpose::kReset, CodePurpose::kRegister}) {
            if (purpose == CodePurpose::kRegister && !open) continue;
            CAPTURE(Name(purpose));
            f.clock.Advance(3'600 * kMicrosPerSecond);
            const auto send = [&](const std::string& to) {
                const auto sent = f.service->SendCode(purpose, Mail(to), NativeCaller());
                REQUIRE(sent.ok());
                CHECK(sent->expires_in_s == rt::auth::kCodeTtlSeconds);
                CHECK(sent->resend_in_s == rt::auth::kCodeResendSeconds);
            };
            const Work with = WorkOf(f, [&] { send(kKnown); });
            const Work without = WorkOf(f, [&] { send(kUnknown); });
            CheckSame(with, without);
            CHECK(with.messages == 1);
            // Too soon again is said alike.
            for (const std::string& to : {kKnown, kUnknown}) {
                CHECK(f.service->SendCode(purpose, Mail(to), NativeCaller()).error().code == Code::kTooManyRequests);
            }
        }
    }
}

TEST_CASE("a wrong code: the same refusal and work for e-mail sign-in and for a reset, and no hash") {
    Fixture f;
    const auto wrong = [](const std::string& to) { return CodeProof{Mail(to), "000000"}; };
    const auto by_code = [&](const std::string& to) {
        return f.service->SignInByCode(wrong(to), NativeCaller()).error().code;
    };
    const auto reset = [&](const std::string& to) {
        return f.service->ResetPassword(wrong(to), "another good passphrase", NativeCaller()).error().code;
    };
    for (const bool asked : {false, true}) {
        CAPTURE(asked);
        for (const std::string& to : {kKnown, kUnknown}) {
            if (!asked) break;
            f.clock.Advance(61 * kMicrosPerSecond);
            REQUIRE(f.service->SendCode(CodePurpose::kSignIn, Mail(to), NativeCaller()).ok());
            f.clock.Advance(61 * kMicrosPerSecond);
            REQUIRE(f.service->SendCode(CodePurpose::kReset, Mail(to), NativeCaller()).ok());
        }
        const Work hash = WorkOf(f, [&] { CHECK(f.SignInCode("known") == Code::kBadCredentials); });
        for (const bool sign_in : {true, false}) {
            CAPTURE(sign_in);
            const auto run = [&](const std::string& to) { return sign_in ? by_code(to) : reset(to); };
            const Work with = WorkOf(f, [&] { CHECK(run(kKnown) == Code::kBadCode); });
            const Work without = WorkOf(f, [&] { CHECK(run(kUnknown) == Code::kBadCode); });
            CheckSame(with, without);
            CHECK(with.hashing < hash.hashing / 4);
            CHECK(without.hashing < hash.hashing / 4);
        }
    }
}

TEST_CASE("a refused password is delayed alike: the counts of a name that nobody has grow as well") {
    Fixture f;
    for (int i = 0; i < 5; ++i) {
        CHECK(f.SignInCode("known") == Code::kBadCredentials);
        CHECK(f.SignInCode("nobody") == Code::kBadCredentials);
    }
    const Work with = WorkOf(f, [&] { CHECK(f.SignInCode("known") == Code::kTooManyRequests); });
    const Work without = WorkOf(f, [&] { CHECK(f.SignInCode("nobody") == Code::kTooManyRequests); });
    CheckSame(with, without);
}

TEST_CASE("all spellings of one name are delayed alike, whether or not somebody has it") {
    Fixture f;
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, "13800138000");
    LinkAddress(f, lin, "lin@example.org");
    const std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> cases{
        {{"13800138000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００"},
         {"13900139000", "+86 139-0013-9000", "008613900139000", "１３９００１３９０００"}},
        {{"lin@example.org", "LIN@Example.ORG", "ｌｉｎ＠example.org"},
         {"wei@example.org", "WEI@Example.ORG", "ｗｅｉ＠example.org"}},
        {{"lin", " LIN ", "ｌｉｎ"}, {"wei", " WEI ", "ｗｅｉ"}}};
    for (const auto& [known, unknown] : cases) {
        CAPTURE(known.front());
        f.clock.Advance(2 * 86'400 * kMicrosPerSecond);
        for (std::size_t i = 0; i < 9; ++i) {
            CAPTURE(i);
            const Code with = f.SignInCode(known[i % known.size()]);
            CHECK(with == f.SignInCode(unknown[i % unknown.size()]));
            // The sixth brings a delay, under whichever spelling.
            CHECK(with == (i < 6 ? Code::kBadCredentials : Code::kTooManyRequests));
        }
    }
}

TEST_CASE("an account with three names is not guessed at three times as often") {
    Fixture f;
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, "13800138000");
    LinkAddress(f, lin, "lin@example.org");
    int tried = 0;
    Code last = Code::kBadCredentials;
    // From elsewhere each time, and each name less often than would bring a delay to it alone.
    for (; tried < 40 && last == Code::kBadCredentials; ++tried) {
        const std::string names[] = {"lin", "13800138000", "lin@example.org"};
        const auto caller = NativeCaller("10.0." + std::to_string(tried) + ".1");
        last = f.service->SignIn(names[tried % 3], "wrong", caller).error().code;
    }
    CHECK(last == Code::kTooManyRequests);
    CHECK(tried == 22);
}

TEST_CASE("what strangers try does not keep a device out that has signed in before, nor its owner after a reset") {
    Fixture f;
    const auto lin = f.AddUser("lin");
    LinkAddress(f, lin, "lin@example.org");
    const auto home = NativeCaller("192.0.2.77");
    REQUIRE(f.service->SignIn("lin", kGoodPassword, home).ok());
    const auto guess = [&] {
        for (int i = 0; i < 40; ++i) {
            static_cast<void>(f.service->SignIn("lin", "wrong", NativeCaller("10.1." + std::to_string(i) + ".1")));
        }
    };
    guess();
    const auto elsewhere = NativeCaller("198.51.100.7");
    CHECK(f.service->SignIn("lin", kGoodPassword, elsewhere).error().code == Code::kTooManyRequests);
    CHECK(f.service->SignIn("lin", kGoodPassword, home).ok());
    guess();
    CHECK(f.service->SignIn("lin", kGoodPassword, elsewhere).error().code == Code::kTooManyRequests);
    REQUIRE(f.service->SendCode(CodePurpose::kReset, Mail("lin@example.org"), elsewhere).ok());
    const std::string code = rt::testing::LastCode(f);
    REQUIRE(f.service->ResetPassword({Mail("lin@example.org"), code}, "another good passphrase", elsewhere).ok());
    CHECK(f.service->SignIn("lin", "another good passphrase", elsewhere).ok());
}
