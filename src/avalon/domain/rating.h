// Rating: Elo between the two sides of a game, corrected by how often good wins on the board (avalon.md §1.12). In
// thousandths of a point. Pure; the same numbers on every run.
#pragma once

#include <cstdint>
#include <vector>

#include "avalon/domain/roles.h"

namespace rt::avalon {

inline constexpr std::int64_t kRatingStart = 1'500'000;
inline constexpr std::int64_t kRatingMin = 100'000;
inline constexpr std::int64_t kShownFromGames = 20;  // rated ones; until then a rating is nobody's business
// What one game can change: more while little is known of a player.
inline constexpr std::int64_t kStepNew = 40'000;
inline constexpr std::int64_t kStep = 24'000;
// Games that a board is taken to have had before its first, half of them won by good.
inline constexpr std::int64_t kBoardPrior = 40;

struct RatedSeat {
    Side side = Side::kGood;  // as at the end
    std::int64_t rating = kRatingStart;
    std::int64_t games = 0;  // rated ones before this
    bool left = false;
};

// Rated games of the board before this one.
struct BoardRecord {
    std::int64_t games = 0;
    std::int64_t good_wins = 0;
};

// How likely good is to win, 0 to 1.
double ExpectedGood(const std::vector<RatedSeat>& seats, const BoardRecord& board);

// What each seat's rating changes by. Whoever left has lost, whatever his side did. No rating falls below kRatingMin.
std::vector<std::int64_t> RatingChanges(const std::vector<RatedSeat>& seats, Side winner, const BoardRecord& board);

}  // namespace rt::avalon
