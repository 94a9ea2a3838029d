#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

// The cards that turn the Lancelots (§1.7): variant 1 begins with the third quest played, variant 2 with the first.
constexpr int kHiddenDeckRound = 3;

void TurnLoyalty(Game& game) {
    const State& now = game.now();
    const LancelotVariant variant = now.options().lancelot;
    int card = 0;
    if (variant == LancelotVariant::kOpenDeck) card = now.round;
    if (variant == LancelotVariant::kHiddenDeck) card = now.round - kHiddenDeckRound + 1;
    if (card < 1) return;
    Event event{.type = EventType::kLoyaltyTurned};
    event.number = card;
    event.yes = now.deal().loyalty[static_cast<std::size_t>(card - 1)] == Loyalty::kSwitch;
    game.Emit(event);
}

void Decided(Game& game, ProposalResult result) {
    Event event{.type = EventType::kTeamDecided};
    event.result = result;
    event.seats = game.now().approved;
    game.Emit(event);
    if (result == ProposalResult::kRejected) {
        Rejected(game);
    } else {
        EnterKing(game);
    }
}

void OpenVote(Game& game) {
    const bool hammer = game.now().options().hammer && game.now().rejects + 1 == kProposalsMax;
    if (hammer) {
        Decided(game, ProposalResult::kCarried);
    } else if (!HoldersOf(game.now(), PlotCard::kCharge).empty()) {
        game.Enter(Phase::kChargeVote);
    } else {
        game.Enter(Phase::kVote);
    }
}

Event Team(EventType type, const Game& game, const Command& command) {
    Event event{.type = type};
    event.by = command.by;
    event.seats = command.team;
    event.number = command.quest != 0 || game.now().options().targeting ? command.quest : game.now().round;
    event.target = command.sword;
    return event;
}

}  // namespace

void Game::Enter(Phase phase, Seat actor) {
    Event event{.type = EventType::kPhaseEntered};
    event.phase = phase;
    event.target = actor;
    Emit(event);
}

void Game::Tell(Seat viewer, Seat subject, SecretKind kind, bool yes) {
    Event event{.type = EventType::kSecretTold};
    event.by = viewer;
    event.target = subject;
    event.secret = kind;
    event.yes = yes;
    Emit(event);
}

void NextRound(Game& game) {
    Event event{.type = EventType::kRoundBegun};
    event.number = game.now().round + 1;
    game.Emit(event);
    TurnLoyalty(game);
    StartProposal(game);
}

void StartProposal(Game& game) {
    if (game.now().options().plot) {
        EnterLead(game);
    } else {
        EnterPropose(game);
    }
}

void EnterPropose(Game& game) {
    game.Enter(Phase::kPropose, game.now().leader);
}

void Rejected(Game& game) {
    if (game.now().rejects == kProposalsMax) return End(game, Side::kEvil, EndReason::kFiveRejections);
    Event event{.type = EventType::kLeaderMoved};
    event.target = SeatAfter(game.now().leader, 1, game.now().players());
    game.Emit(event);
    StartProposal(game);
}

void OnReady(Game& game, const Command& command) {
    game.Emit({.type = EventType::kReadied, .by = command.by});
    if (game.now().ready == game.now().Seats()) NextRound(game);
}

void OnSelect(Game& game, const Command& command) {
    game.Emit(Team(EventType::kSelected, game, command));
}

void OnPropose(Game& game, const Command& command) {
    if (game.now().options().speech == Speech::kRound && !game.now().discussed) {
        game.Emit(Team(EventType::kSelected, game, command));
        return game.Enter(Phase::kDiscuss, SeatAfter(game.now().leader, 1, game.now().players()));
    }
    game.Emit(Team(EventType::kProposed, game, command));
    OpenVote(game);
}

void OnSpeechEnd(Game& game) {
    const Seat speaker = game.now().actor;
    game.Emit({.type = EventType::kPassed, .by = speaker});
    const Seat next = SeatAfter(speaker, 1, game.now().players());
    if (next == game.now().leader) return EnterPropose(game);
    game.Enter(Phase::kDiscuss, next);
}

void OnVote(Game& game, const Command& command) {
    Event event{.type = EventType::kVoted, .by = command.by};
    event.yes = command.yes;
    game.Emit(event);
    if (!WaitingFor(game.now()).empty()) return;
    if (game.now().phase == Phase::kChargeVote) return game.Enter(Phase::kVote);
    const bool carried = game.now().approved.size() >= MajorityOf(game.now().players());
    Decided(game, carried ? ProposalResult::kApproved : ProposalResult::kRejected);
}

}  // namespace rt::avalon
