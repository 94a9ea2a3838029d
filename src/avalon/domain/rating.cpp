#include "avalon/domain/rating.h"

#include <algorithm>
#include <cmath>

namespace rt::avalon {
namespace {

constexpr double kScale = 400'000.0;  // thousandths that make one ten times as likely to win

double MeanOf(const std::vector<RatedSeat>& seats, Side side) {
    std::int64_t sum = 0;
    std::int64_t count = 0;
    for (const RatedSeat& seat : seats) {
        if (seat.side != side) continue;
        sum += seat.rating;
        ++count;
    }
    return count == 0 ? static_cast<double>(kRatingStart) : static_cast<double>(sum) / static_cast<double>(count);
}

// What the board gives to good, in the unit of ratings.
double AdvantageOf(const BoardRecord& board) {
    const double half = static_cast<double>(kBoardPrior) / 2.0;
    const double good = static_cast<double>(board.good_wins) + half;
    const double evil = static_cast<double>(board.games - board.good_wins) + half;
    return kScale * std::log10(good / evil);
}

}  // namespace

double ExpectedGood(const std::vector<RatedSeat>& seats, const BoardRecord& board) {
    const double ahead = MeanOf(seats, Side::kGood) - MeanOf(seats, Side::kEvil) + AdvantageOf(board);
    return 1.0 / (1.0 + std::pow(10.0, -ahead / kScale));
}

std::vector<std::int64_t> RatingChanges(const std::vector<RatedSeat>& seats, Side winner, const BoardRecord& board) {
    const double good = ExpectedGood(seats, board);
    std::vector<std::int64_t> out;
    out.reserve(seats.size());
    for (const RatedSeat& seat : seats) {
        const double expected = seat.side == Side::kGood ? good : 1.0 - good;
        const double score = seat.side == winner && !seat.left ? 1.0 : 0.0;
        const auto step = static_cast<double>(seat.games < kShownFromGames ? kStepNew : kStep);
        const std::int64_t change = std::llround(step * (score - expected));
        out.push_back(std::max(change, kRatingMin - seat.rating));
    }
    return out;
}

}  // namespace rt::avalon
