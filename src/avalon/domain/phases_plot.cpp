#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

Event Spent(const Command& command, PlotCard card) {
    Event event{.type = EventType::kPlotSpent, .by = command.by, .target = command.target};
    event.card = card;
    return event;
}

void Pass(Game& game, const Command& command) {
    game.Emit({.type = EventType::kPassed, .by = command.by});
}

// Where a kept card is used. `asked` belongs to the present phase: a pass in one window says nothing about the next.
Phase WindowOf(PlotCard card) {
    switch (card) {
        case PlotCard::kLeadToVictory:
            return Phase::kLead;
        case PlotCard::kKingReturns:
            return Phase::kKing;
        case PlotCard::kFoundYou:
            return Phase::kFound;
        default:
            return Phase::kAmbush;
    }
}

// Cards are drawn with the first proposal of a quest only.
void AfterLead(Game& game) {
    const State& now = game.now();
    const int draws = PlotDraws(now.players());
    if (now.plot_drawn < now.round * draws) {
        Event event{.type = EventType::kPlotDrawn, .by = now.leader};
        event.number = draws;
        game.Emit(event);
    }
    DealPlot(game);
}

void Give(Game& game, Seat target) {
    Event event{.type = EventType::kPlotGiven, .by = game.now().leader, .target = target};
    event.card = game.now().plot_table.front();
    game.Emit(event);
    if (!game.now().plot_instant.has_value()) return DealPlot(game);
    const bool nothing_to_take = event.card == PlotCard::kRestoreHonor && HeldByOthers(game.now(), target).empty();
    if (nothing_to_take) {
        Event spent{.type = EventType::kPlotSpent, .by = target};
        spent.card = event.card;
        game.Emit(spent);
        return DealPlot(game);
    }
    game.Enter(Phase::kPlotCard, target);
}

}  // namespace

std::vector<HeldCard> HeldByOthers(const State& state, Seat seat) {
    std::vector<HeldCard> out;
    for (const HeldCard& held : state.plot_held) {
        if (held.seat != seat) out.push_back(held);
    }
    return out;
}

SeatSet HoldersOf(const State& state, PlotCard card) {
    SeatSet out;
    for (const HeldCard& held : state.plot_held) {
        if (held.card == card) out.Add(held.seat);
    }
    return out;
}

Seat NextHolder(const State& state, PlotCard card) {
    SeatSet holders = HoldersOf(state, card);
    if (state.phase == WindowOf(card)) holders = holders - state.asked;
    // To become leader is nothing to the leader; a window is skipped in which nobody could do anything.
    if (card == PlotCard::kLeadToVictory) holders = holders.Without(state.leader);
    for (int step = 0; step < state.players(); ++step) {
        const Seat seat = SeatAfter(state.leader, step, state.players());
        if (!holders.Has(seat)) continue;
        const bool nobody_left =
            card == PlotCard::kAmbush && (state.Current().team - state.ambushed).Without(seat).empty();
        if (!nobody_left) return seat;
    }
    return kNobody;
}

void EnterLead(Game& game) {
    const Seat holder = game.now().lead_used ? kNobody : NextHolder(game.now(), PlotCard::kLeadToVictory);
    if (holder == kNobody) return AfterLead(game);
    game.Enter(Phase::kLead, holder);
}

void OnLead(Game& game, const Command& command) {
    if (command.type == CommandType::kPass) {
        Pass(game, command);
    } else {
        game.Emit(Spent(command, PlotCard::kLeadToVictory));
        game.Emit({.type = EventType::kLeaderMoved, .target = command.by});
    }
    EnterLead(game);
}

void DealPlot(Game& game) {
    if (game.now().plot_table.empty()) return EnterPropose(game);
    if (game.now().plot_table.front() == PlotCard::kStrength) return Give(game, game.now().leader);
    game.Enter(Phase::kPlotDeal, game.now().leader);
}

void OnPlotDeal(Game& game, const Command& command) {
    Give(game, command.target);
}

void OnPlotCard(Game& game, const Command& command) {
    const PlotCard card = game.now().plot_instant->card;
    game.Emit(Spent(command, card));
    const auto good = [&game](Seat seat) { return game.now().SideOf(seat) == Side::kGood; };
    if (card == PlotCard::kRestoreHonor) {
        Event event{.type = EventType::kPlotTaken, .by = command.by, .target = command.target};
        event.card = *command.card;
        game.Emit(event);
    } else if (card == PlotCard::kAreYouTheOne) {
        game.Tell(command.by, command.target, SecretKind::kNeighbour, good(command.target));
    } else {
        game.Tell(command.target, command.by, SecretKind::kShown, good(command.by));
    }
    DealPlot(game);
}

void EnterKing(Game& game) {
    const Seat holder = NextHolder(game.now(), PlotCard::kKingReturns);
    if (holder == kNobody) return EnterFound(game);
    game.Enter(Phase::kKing, holder);
}

void OnKing(Game& game, const Command& command) {
    if (command.type == CommandType::kPass) {
        Pass(game, command);
        return EnterKing(game);
    }
    game.Emit(Spent(command, PlotCard::kKingReturns));
    Event event{.type = EventType::kTeamDecided};
    event.result = ProposalResult::kCancelled;
    event.seats = game.now().Current().approvals;
    game.Emit(event);
    Rejected(game);
}

void EnterFound(Game& game) {
    const Seat holder = game.now().found != kNobody ? kNobody : NextHolder(game.now(), PlotCard::kFoundYou);
    if (holder == kNobody) return EnterQuest(game);
    game.Enter(Phase::kFound, holder);
}

void OnFound(Game& game, const Command& command) {
    if (command.type == CommandType::kPass) {
        Pass(game, command);
    } else {
        game.Emit(Spent(command, PlotCard::kFoundYou));
    }
    EnterFound(game);
}

}  // namespace rt::avalon
