#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

constexpr int kQuestsToWin = 3;
// The Lady is used after the second, third and fourth quest played.
constexpr int kLadyRoundMin = 2;
constexpr int kLadyRoundMax = 4;

void NextLeader(Game& game) {
    Event event{.type = EventType::kLeaderMoved};
    event.target = SeatAfter(game.now().leader, 1, game.now().players());
    game.Emit(event);
    NextRound(game);
}

void AfterQuest(Game& game) {
    const State& now = game.now();
    if (now.fails == kQuestsToWin) return End(game, Side::kEvil, EndReason::kThreeFails);
    if (now.successes == kQuestsToWin) {
        if (now.deal().assassin == kNobody) return End(game, Side::kGood, EndReason::kThreeSuccesses);
        if (now.options().evil_reveal == EvilReveal::kAll) game.Emit({.type = EventType::kEvilRevealed});
        return game.Enter(Phase::kAssassinate, now.deal().assassin);
    }
    if (now.lady != kNobody && now.round >= kLadyRoundMin && now.round <= kLadyRoundMax) {
        return game.Enter(Phase::kLady, now.lady);
    }
    NextLeader(game);
}

void Resolve(Game& game) {
    const Proposal& proposal = game.now().Current();
    Event event{.type = EventType::kQuestResolved};
    for (const Seat seat : proposal.team) event.number += CountsAsFail(game.now(), seat) ? 1 : 0;
    event.yes = event.number < FailsRequired(game.now().players(), proposal.quest);
    game.Emit(event);
    AfterQuest(game);
}

void EnterAmbush(Game& game) {
    const State& now = game.now();
    const Seat holder = now.options().plot ? NextHolder(now, PlotCard::kAmbush) : kNobody;
    if (holder == kNobody) return Resolve(game);
    game.Enter(Phase::kAmbush, holder);
}

}  // namespace

void End(Game& game, Side winner, EndReason reason) {
    Event event{.type = EventType::kEnded};
    event.side = winner;
    event.reason = reason;
    game.Emit(event);
}

void EnterQuest(Game& game) {
    game.Enter(Phase::kQuest);
}

void OnQuestCard(Game& game, const Command& command) {
    Event event{.type = EventType::kCardPlayed, .by = command.by};
    event.yes = command.yes;
    game.Emit(event);
    if (!WaitingFor(game.now()).empty()) return;
    const Seat sword = game.now().Current().sword;
    if (sword != kNobody) return game.Enter(Phase::kExcalibur, sword);
    EnterAmbush(game);
}

void OnSword(Game& game, const Command& command) {
    if (command.type == CommandType::kPass) {
        game.Emit({.type = EventType::kPassed, .by = command.by});
    } else {
        game.Emit({.type = EventType::kSwordUsed, .by = command.by, .target = command.target});
        game.Tell(command.by, command.target, SecretKind::kExcalibur, !game.now().failed.Has(command.target));
    }
    EnterAmbush(game);
}

void OnAmbush(Game& game, const Command& command) {
    if (command.type == CommandType::kPass) {
        game.Emit({.type = EventType::kPassed, .by = command.by});
    } else {
        Event event{.type = EventType::kPlotSpent, .by = command.by, .target = command.target};
        event.card = PlotCard::kAmbush;
        game.Emit(event);
        game.Tell(command.by, command.target, SecretKind::kAmbush, !CountsAsFail(game.now(), command.target));
    }
    EnterAmbush(game);
}

void OnLady(Game& game, const Command& command) {
    game.Emit({.type = EventType::kLadyUsed, .by = command.by, .target = command.target});
    game.Tell(command.by, command.target, SecretKind::kLady, game.now().SideOf(command.target) == Side::kGood);
    NextLeader(game);
}

void OnShot(Game& game, const Command& command) {
    game.Emit({.type = EventType::kShot, .by = command.by, .target = command.target});
    if (game.now().RoleOf(command.target) == Role::kMerlin) {
        End(game, Side::kEvil, EndReason::kAssassinated);
    } else {
        End(game, Side::kGood, EndReason::kAssassinMissed);
    }
}

}  // namespace rt::avalon
