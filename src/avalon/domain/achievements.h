// Achievements: one row each in achievements.def, earned by a rated game and what came before it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "avalon/domain/finished.h"

namespace rt::avalon {

enum class Achievement : std::uint8_t {
#define RT_ACHIEVEMENT(name, word, title_zh, title_en, zh, en, rule) name,
#include "avalon/domain/achievements.def"
#undef RT_ACHIEVEMENT
    kCount_,
};
inline constexpr std::size_t kAchievements = static_cast<std::size_t>(Achievement::kCount_);

// All views are to static storage.
struct AchievementRow {
    Achievement achievement;
    std::string_view word;
    std::string_view title_zh;
    std::string_view title_en;
    std::string_view zh;
    std::string_view en;
};
const std::array<AchievementRow, kAchievements>& AchievementTable();

// Of one player's rated games, this one included.
struct Totals {
    std::int64_t games = 0;
    std::int64_t wins = 0;
    std::int64_t hits = 0;
    std::int64_t streak = 0;  // wins in a row, up to now
    std::array<std::int64_t, kRoles> wins_by_role{};

    bool operator==(const Totals&) const = default;
};

// Those whose rules hold for this seat now, in the order of the table; perhaps earned before. None in a game that is
// not rated, and none for a bot or for whoever left.
std::vector<Achievement> Earned(const Finished& game, const FinishedSeat& seat, const Totals& totals);

}  // namespace rt::avalon
