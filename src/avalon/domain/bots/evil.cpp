#include <algorithm>

#include "avalon/domain/bots/mind.h"

namespace rt::avalon {
namespace {

constexpr double kApprovesCleanFirst = 0.4;
constexpr double kFailsFirst = 0.5;
constexpr double kFails = 0.85;

bool Hard(const Mind& mind) {
    return mind.strength == Strength::kHard;
}

void FillTeam(const Mind& mind, const Action& action, Command& command) {
    const QuestChoice choice = ChooseQuest(action, 0);
    command.quest = choice.quest;
    const int quest = choice.quest != 0 ? choice.quest : mind.view.round;
    const SeatSet mates = Mates(mind.view);
    command.team = {mind.view.seat};
    // As many of Evil as the quest needs, the others as one who is Good would choose them.
    const SeatSet others = mates.Without(mind.view.seat);
    if (FailsRequired(mind.view.players(), quest) > 1 && !others.empty())
        command.team.Add(RandomSeat(others, mind.random));
    const SeatSet rest = action.seats - mates;
    const int missing = choice.size - command.team.size();
    command.team = command.team | RandomSeats(rest, std::min(missing, rest.size()), mind.random);
    const SeatSet fill = action.seats - command.team;
    command.team = command.team | RandomSeats(fill, choice.size - command.team.size(), mind.random);
    const SeatSet swords = command.team & action.swords;
    if (swords.empty()) return;
    const SeatSet armed = swords & mates;
    command.sword = RandomSeat(armed.empty() ? swords : armed, mind.random);
}

bool Approves(const Mind& mind) {
    const int on_team = (mind.Current().team & Mates(mind.view)).size();
    if (on_team >= mind.FailsNeeded()) return true;
    // One more rejection wins.
    if (mind.view.rejects + 1 >= kProposalsMax) return false;
    return mind.view.round == 1 && mind.Chance(kApprovesCleanFirst);
}

bool WantsSuccess(const Mind& mind) {
    const SeatSet on_team = mind.Current().team & Mates(mind.view);
    const int needed = mind.FailsNeeded();
    const bool decisive = mind.view.successes == 2 || mind.view.fails == 2;
    if (!Hard(mind)) return decisive ? false : !mind.Chance(mind.view.round == 1 ? kFailsFirst : kFails);
    if (on_team.size() < needed) return true;
    // One who knows the others lets the first of them do it: two fails tell too much.
    int before = 0;
    for (const Seat seat : on_team) before += seat < mind.view.seat ? 1 : 0;
    if (before >= needed) return true;
    if (decisive || needed > 1) return false;
    return mind.view.round == 1 && mind.Current().team.size() == 2 && !mind.Chance(kFailsFirst);
}

bool PlaysSuccess(const Mind& mind, const Action& action) {
    return action.may_yes && (!action.may_no || WantsSuccess(mind));
}

// Who behaved most like one who knows.
Seat Merlin(const Mind& mind, SeatSet seats) {
    const SeatSet unknown = seats - Mates(mind.view);
    const std::vector<Seat> candidates = (unknown.empty() ? seats : unknown).List();
    const Odds signs = MerlinSigns(mind.view, Mates(mind.view));
    const double noise = Hard(mind) ? 0.5 : 5;
    Seat best = candidates.front();
    double best_score = -1e9;
    for (const Seat seat : candidates) {
        constexpr std::uint64_t kSteps = 1000;
        const double random = static_cast<double>(mind.random.Below(kSteps)) / static_cast<double>(kSteps);
        const double score = signs[static_cast<std::size_t>(seat)] + noise * random;
        if (score <= best_score) continue;
        best = seat;
        best_score = score;
    }
    return best;
}

std::optional<Seat> Aim(const Mind& mind, const Action& action) {
    const SeatSet mates = Mates(mind.view);
    const SeatSet others = action.seats - mates;
    const Seat other = RandomSeat(others.empty() ? action.seats : others, mind.random);
    switch (mind.view.phase) {
        case Phase::kAssassinate:
            return Merlin(mind, action.seats);
        case Phase::kExcalibur: {
            // The own Fail and one turned over are two.
            const bool helps = (mind.Current().team & mates).size() < mind.FailsNeeded() && !others.empty();
            return helps ? std::optional(other) : std::nullopt;
        }
        case Phase::kFound:
            return others.empty() ? std::nullopt : std::optional(other);
        case Phase::kAmbush:
            return std::nullopt;
        case Phase::kPlotDeal: {
            const SeatSet friends = action.seats & mates;
            return friends.empty() ? other : RandomSeat(friends, mind.random);
        }
        default:
            return other;
    }
}

bool UsesCard(const Mind& mind) {
    if (mind.view.phase == Phase::kLead) return !Mates(mind.view).Has(mind.view.leader);
    const bool clean = (mind.Current().team & Mates(mind.view)).size() < mind.FailsNeeded();
    return clean && (mind.view.rejects + 1 >= kProposalsMax || mind.view.successes == 2);
}

}  // namespace

const Choices kEvilChoices{FillTeam, Approves, PlaysSuccess, UsesCard, Aim};

}  // namespace rt::avalon
