#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "auth/totp.h"

using rt::base::kMicrosPerSecond;
using rt::base::Time;
namespace totp = rt::auth::totp;

namespace {

const std::string kSecret = "12345678901234567890";  // RFC 6238 appendix B

Time At(std::int64_t seconds) {
    return {seconds * kMicrosPerSecond};
}

}  // namespace

TEST_CASE("the test vectors of RFC 6238 hold") {
    for (const auto& [seconds, code] : {std::pair{59LL, "94287082"},
                                        {1111111109LL, "07081804"},
                                        {1111111111LL, "14050471"},
                                        {1234567890LL, "89005924"},
                                        {2000000000LL, "69279037"},
                                        {20000000000LL, "65353130"}}) {
        CAPTURE(seconds);
        CHECK(totp::CodeAt(kSecret, totp::StepAt(At(seconds)), 8) == code);
    }
}

TEST_CASE("the test vectors of RFC 4226 hold") {
    const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                 "254676", "287922", "162583", "399871", "520489"};
    for (std::int64_t counter = 0; counter < 10; ++counter) CHECK(totp::CodeAt(kSecret, counter) == codes[counter]);
}

TEST_CASE("a code is taken one step early or late, no further, and never twice") {
    const Time now = At(1'790'000'010);
    const std::int64_t step = totp::StepAt(now);
    const auto match = [&](std::int64_t of, std::int64_t last) {
        return totp::MatchingStep(kSecret, totp::CodeAt(kSecret, of), now, last);
    };
    CHECK(match(step - 1, 0) == step - 1);
    CHECK(match(step, 0) == step);
    CHECK(match(step + 1, 0) == step + 1);
    CHECK_FALSE(match(step - 2, 0));
    CHECK_FALSE(match(step + 2, 0));
    CHECK_FALSE(match(step, step));
    CHECK_FALSE(match(step - 1, step));
    CHECK(match(step + 1, step) == step + 1);
    CHECK_FALSE(totp::MatchingStep(kSecret, "", now, 0));
    CHECK_FALSE(totp::MatchingStep(kSecret, totp::CodeAt(kSecret, step) + "0", now, 0));
}

TEST_CASE("secrets are written as authenticator apps read them") {
    CHECK(totp::Base32("") == "");
    CHECK(totp::Base32("f") == "MY");
    CHECK(totp::Base32("fo") == "MZXQ");
    CHECK(totp::Base32("foobar") == "MZXW6YTBOI");
    CHECK(totp::Uri("Round Table", "lin@example.org", "foobar") ==
          "otpauth://totp/Round%20Table:lin%40example.org?secret=MZXW6YTBOI&issuer=Round%20Table&algorithm=SHA1&"
          "digits=6&period=30");
}
