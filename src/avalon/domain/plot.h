// Plot cards: one row each in plot.cpp (avalon.md §1.8).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rt::avalon {

enum class PlotCard : std::uint8_t {
    kLeadToVictory,
    kAmbush,
    kKingReturns,
    kRestoreHonor,
    kCharge,
    kTrueNature,
    kAreYouTheOne,
    kFoundYou,
    kStrength,
};
inline constexpr int kPlotCards = 9;

enum class PlotKind : std::uint8_t { kKeep, kInstant, kLasting };

struct PlotRow {
    PlotCard card;
    std::string_view name;  // "lead_to_victory"
    PlotKind kind;
    int copies_small;  // in the deck of 5 and 6 players
    int copies_large;  // in the deck of 7 and more
};
const PlotRow& Row(PlotCard card);
std::optional<PlotCard> PlotCardNamed(std::string_view name);
// In the order of the table, for the deal to shuffle.
std::vector<PlotCard> PlotDeck(int players);
int PlotDraws(int players);

}  // namespace rt::avalon
