#include <doctest/doctest.h>

#include <vector>

#include "auth/domain/guessing.h"

using rt::Time;
using rt::auth::domain::AfterAttempt;
using rt::auth::domain::AfterForgiven;
using rt::auth::domain::GuessCount;
using rt::auth::domain::GuessRule;
using rt::auth::domain::WaitSeconds;
using rt::base::kMicrosPerSecond;

namespace {

constexpr GuessRule kRule{3, 2, 10, 100};
constexpr Time kStart{1'700'000'000 * kMicrosPerSecond};

GuessCount After(int attempts, Time now) {
    GuessCount count;
    for (int i = 0; i < attempts; ++i) count = AfterAttempt(kRule, count, now);
    return count;
}

}  // namespace

TEST_CASE("the first attempts are free, then the delay doubles up to its maximum") {
    const std::vector<std::int64_t> expected{0, 0, 0, 0, 2, 4, 8, 10, 10};
    for (int attempts = 0; attempts < static_cast<int>(expected.size()); ++attempts) {
        CAPTURE(attempts);
        CHECK(WaitSeconds(kRule, After(attempts, kStart), kStart) == expected[static_cast<std::size_t>(attempts)]);
    }
    CHECK(WaitSeconds(kRule, After(2'000, kStart), kStart) == 10);
}

TEST_CASE("the wait ends on its second") {
    const GuessCount count = After(4, kStart);
    CHECK(WaitSeconds(kRule, count, kStart.Plus(2 * kMicrosPerSecond - 1)) == 1);
    CHECK(WaitSeconds(kRule, count, kStart.Plus(2 * kMicrosPerSecond)) == 0);
}

TEST_CASE("a count is forgotten after a quiet time") {
    const GuessCount count = After(9, kStart);
    const Time late = kStart.Plus(100 * kMicrosPerSecond + 1);
    CHECK(AfterAttempt(kRule, count, late).attempts == 1);
    CHECK(AfterAttempt(kRule, count, kStart.Plus(100 * kMicrosPerSecond)).attempts == 10);
}

TEST_CASE("a clock that was set back locks nobody out for longer than the longest delay") {
    const GuessCount count = After(9, kStart);
    CHECK(WaitSeconds(kRule, count, kStart.Plus(-3'600 * kMicrosPerSecond)) == 10);
}

TEST_CASE("a right attempt is taken back from a shared counter") {
    const GuessCount count = AfterForgiven(kRule, After(4, kStart));
    CHECK(count.attempts == 3);
    CHECK(WaitSeconds(kRule, count, kStart) == 0);
    CHECK(AfterForgiven(kRule, GuessCount()).attempts == 0);
    CHECK(WaitSeconds(kRule, AfterForgiven(kRule, After(6, kStart)), kStart) > 0);
}
