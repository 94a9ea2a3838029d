#include "avalon/domain/achievements.h"

#include <algorithm>

namespace rt::avalon {
namespace {

bool Missed(const Finished& game) {
    return game.reason == EndReason::kAssassinMissed;
}

std::int64_t WinsAs(const Totals& totals, Role role) {
    return totals.wins_by_role[static_cast<std::size_t>(role)];
}

std::int64_t RolesWon(const Totals& totals) {
    return std::count_if(totals.wins_by_role.begin(), totals.wins_by_role.end(),
                         [](std::int64_t wins) { return wins > 0; });
}

using Rule = bool (*)(const FinishedSeat& seat, const Finished& game, const Totals& totals);
constexpr std::array<Rule, kAchievements> kRules{
#define RT_ACHIEVEMENT(name, word, title_zh, title_en, zh, en, rule)           \
    [](const FinishedSeat& seat, const Finished& game, const Totals& totals) { \
        static_cast<void>(seat);                                               \
        static_cast<void>(game);                                               \
        static_cast<void>(totals);                                             \
        return rule;                                                           \
    },
#include "avalon/domain/achievements.def"
#undef RT_ACHIEVEMENT
};

constexpr std::array<AchievementRow, kAchievements> kTable{{
#define RT_ACHIEVEMENT(name, word, title_zh, title_en, zh, en, rule) \
    {Achievement::name, word, title_zh, title_en, zh, en},
#include "avalon/domain/achievements.def"
#undef RT_ACHIEVEMENT
}};

}  // namespace

const std::array<AchievementRow, kAchievements>& AchievementTable() {
    return kTable;
}

std::vector<Achievement> Earned(const Finished& game, const FinishedSeat& seat, const Totals& totals) {
    std::vector<Achievement> out;
    if (!game.rated || seat.bot || seat.left) return out;
    for (std::size_t i = 0; i < kAchievements; ++i) {
        if (kRules[i](seat, game, totals)) out.push_back(static_cast<Achievement>(i));
    }
    return out;
}

}  // namespace rt::avalon
