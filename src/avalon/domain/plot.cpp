#include "avalon/domain/plot.h"

#include <array>

namespace rt::avalon {
namespace {

constexpr int kLargeTable = 7;

constexpr auto kTable = std::to_array<PlotRow>({
    {PlotCard::kLeadToVictory, "lead_to_victory", PlotKind::kKeep, 2, 2},
    {PlotCard::kAmbush, "ambush", PlotKind::kKeep, 2, 2},
    {PlotCard::kKingReturns, "king_returns", PlotKind::kKeep, 1, 3},
    {PlotCard::kRestoreHonor, "restore_honor", PlotKind::kInstant, 1, 1},
    {PlotCard::kCharge, "charge", PlotKind::kLasting, 1, 2},
    {PlotCard::kTrueNature, "true_nature", PlotKind::kInstant, 0, 1},
    {PlotCard::kAreYouTheOne, "are_you_the_one", PlotKind::kInstant, 0, 2},
    {PlotCard::kFoundYou, "found_you", PlotKind::kKeep, 0, 1},
    {PlotCard::kStrength, "strength", PlotKind::kInstant, 0, 1},
});
static_assert(kTable.size() == kPlotCards);

}  // namespace

const PlotRow& Row(PlotCard card) {
    return kTable[static_cast<std::size_t>(card)];
}

std::optional<PlotCard> PlotCardNamed(std::string_view name) {
    for (const PlotRow& row : kTable) {
        if (row.name == name) return row.card;
    }
    return std::nullopt;
}

std::vector<PlotCard> PlotDeck(int players) {
    std::vector<PlotCard> deck;
    for (const PlotRow& row : kTable) {
        const int copies = players >= kLargeTable ? row.copies_large : row.copies_small;
        deck.insert(deck.end(), static_cast<std::size_t>(copies), row.card);
    }
    return deck;
}

int PlotDraws(int players) {
    return (players - 3) / 2;
}

}  // namespace rt::avalon
