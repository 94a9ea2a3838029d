// Ratings: what a game changes, and for whom.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "avalon/domain/rating.h"
#include "base/random.h"

using namespace rt;
using namespace rt::avalon;

namespace {

// 3 good, 2 evil, all beginners.
std::vector<RatedSeat> Five() {
    std::vector<RatedSeat> out(5);
    out[3].side = Side::kEvil;
    out[4].side = Side::kEvil;
    return out;
}

}  // namespace

TEST_CASE("equals on a board nobody knows move by half a step, up and down alike") {
    const auto good = RatingChanges(Five(), Side::kGood, {});
    const auto evil = RatingChanges(Five(), Side::kEvil, {});
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(std::abs(good[i]) == kStepNew / 2);
        CHECK(good[i] == -evil[i]);
        CHECK((good[i] > 0) == (i < 3));
    }
}

TEST_CASE("a step is smaller from the twentieth game on: 19, 20, 21") {
    auto seats = Five();
    const auto change = [&](std::int64_t games) {
        seats[0].games = games;
        return RatingChanges(seats, Side::kGood, {})[0];
    };
    CHECK(change(19) == kStepNew / 2);
    CHECK(change(20) == kStep / 2);
    CHECK(change(21) == kStep / 2);
}

TEST_CASE("400 points ahead is ten to one") {
    auto seats = Five();
    for (std::size_t i = 0; i < 3; ++i) seats[i].rating += 400'000;
    CHECK(ExpectedGood(seats, {}) == doctest::Approx(10.0 / 11.0));
    // The favourite gains little by winning and loses much.
    CHECK(RatingChanges(seats, Side::kGood, {})[0] < kStepNew / 5);
    CHECK(RatingChanges(seats, Side::kEvil, {})[0] < -kStepNew * 4 / 5);
}

TEST_CASE("a board that evil mostly wins makes a win of good worth more") {
    const BoardRecord hard{1'000, 300};
    CHECK(ExpectedGood(Five(), hard) == doctest::Approx(320.0 / 1040.0));
    CHECK(RatingChanges(Five(), Side::kGood, hard)[0] > kStepNew / 2);
    CHECK(RatingChanges(Five(), Side::kEvil, hard)[4] < kStepNew / 2);
    // A few games say little.
    CHECK(ExpectedGood(Five(), {3, 0}) > 0.4);
}

TEST_CASE("whoever left has lost, whichever side won") {
    auto seats = Five();
    seats[1].left = true;
    const auto won = RatingChanges(seats, Side::kGood, {});
    CHECK(won[0] == kStepNew / 2);
    CHECK(won[1] == -kStepNew / 2);
    CHECK(RatingChanges(seats, Side::kEvil, {})[1] == -kStepNew / 2);
}

TEST_CASE("no rating falls below the least: one above, on it") {
    auto seats = Five();
    seats[0].rating = kRatingMin + 1;
    CHECK(RatingChanges(seats, Side::kEvil, {})[0] == -1);
    seats[0].rating = kRatingMin;
    CHECK(RatingChanges(seats, Side::kEvil, {})[0] == 0);
}

TEST_CASE("what is expected changes nothing on average") {
    base::SeededRandom random(7);
    for (int round = 0; round < 1'000; ++round) {
        auto seats = Five();
        for (RatedSeat& seat : seats) seat.rating = 1'000'000 + static_cast<std::int64_t>(random.Below(1'000'000));
        const BoardRecord board{100, static_cast<std::int64_t>(random.Below(101))};
        const double good = ExpectedGood(seats, board);
        const auto won = RatingChanges(seats, Side::kGood, board);
        const auto lost = RatingChanges(seats, Side::kEvil, board);
        for (std::size_t i = 0; i < seats.size(); ++i) {
            const double mean = good * static_cast<double>(won[i]) + (1.0 - good) * static_cast<double>(lost[i]);
            CHECK(std::abs(mean) <= 1.0);
        }
    }
}
