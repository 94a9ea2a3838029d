#include "avalon/domain/bots/mind.h"

namespace rt::avalon {
namespace {

// How much worse than the best team a team may be and still be approved; patience wears off.
constexpr double kMargin = 0.1;
constexpr double kMarginPerReject = 0.04;
constexpr double kMerlinSlips = 0.12;
constexpr double kSure = 0.75;

bool LastChance(const Mind& mind) {
    return mind.view.rejects + 1 >= kProposalsMax;
}

bool Approves(const Mind& mind) {
    if (LastChance(mind)) return true;
    const SeatSet team = mind.Current().team;
    const double margin = kMargin + kMarginPerReject * mind.view.rejects;
    const bool good = mind.MeanOf(team) <= mind.BestMean(team.size()) + margin;
    // Who always votes right is found by the assassin.
    const bool merlin = mind.view.seats[static_cast<std::size_t>(mind.view.seat)].role == Role::kMerlin;
    if (merlin && mind.view.successes < 2 && mind.Chance(kMerlinSlips)) return !good;
    return good;
}

void FillTeam(const Mind& mind, const Action& action, Command& command) {
    const QuestChoice choice = ChooseQuest(action, 0);
    command.quest = choice.quest;
    command.team = mind.Trusted(action.seats.Without(mind.view.seat), choice.size - 1).With(mind.view.seat);
    const SeatSet swords = command.team & action.swords;
    if (!swords.empty()) command.sword = mind.MostTrusted(swords);
}

bool PlaysSuccess(const Mind& /*mind*/, const Action& action) {
    return action.may_yes;
}

std::optional<Seat> Aim(const Mind& mind, const Action& action) {
    switch (mind.view.phase) {
        case Phase::kExcalibur: {
            const Seat seat = mind.LeastTrusted(action.seats);
            return mind.EvilOf(seat) > kSure ? std::optional(seat) : std::nullopt;
        }
        case Phase::kFound:
            return mind.LeastTrusted(action.seats);
        case Phase::kPlotDeal:
            return mind.MostTrusted(action.seats);
        case Phase::kPlotCard:
            return action.card == PlotCard::kTrueNature || action.card == PlotCard::kStrength
                       ? mind.MostTrusted(action.seats)
                       : mind.MostDoubtful(action.seats);
        default:
            return mind.MostDoubtful(action.seats);
    }
}

// Lead to Victory from a leader one does not trust; The King Returns for a team one does not.
bool UsesCard(const Mind& mind) {
    if (mind.view.phase == Phase::kLead) return mind.EvilOf(mind.view.leader) > 0.4 || mind.view.rejects >= 2;
    const SeatSet team = mind.Current().team;
    return !LastChance(mind) && mind.MeanOf(team) > mind.BestMean(team.size()) + 2 * kMargin;
}

}  // namespace

const Choices kGoodChoices{FillTeam, Approves, PlaysSuccess, UsesCard, Aim};

}  // namespace rt::avalon
