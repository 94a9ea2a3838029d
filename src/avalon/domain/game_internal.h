// How a command runs: a working copy of the state that every event is applied to at once, and the ways from one phase
// to the next. A file of its own for each group of phases.
#pragma once

#include <utility>
#include <vector>

#include "avalon/domain/game.h"

namespace rt::avalon {

inline Error Illegal(Reason reason, std::string field = {}) {
    return Refuse(Code::kIllegalMove, reason, std::move(field));
}

class Game {
  public:
    explicit Game(const State& state) : state_(state) {}
    const State& now() const { return state_; }
    void Emit(Event event) {
        Apply(state_, event);
        events_.push_back(std::move(event));
    }
    // A phase in which one seat is asked, or (kNobody) several are.
    void Enter(Phase phase, Seat actor = kNobody);
    void Tell(Seat viewer, Seat subject, SecretKind kind, bool yes);
    std::vector<Event> Take() { return std::move(events_); }

  private:
    State state_;
    std::vector<Event> events_;
};

// phases_team.cpp: from the start of a quest to a team that is approved.
void NextRound(Game& game);
void StartProposal(Game& game);
void EnterPropose(Game& game);
void Rejected(Game& game);
void OnReady(Game& game, const Command& command);
void OnSelect(Game& game, const Command& command);
void OnPropose(Game& game, const Command& command);
void OnSpeechEnd(Game& game);
void OnVote(Game& game, const Command& command);

// phases_quest.cpp: from the cards to the next leader, or the end.
void EnterQuest(Game& game);
void OnQuestCard(Game& game, const Command& command);
void OnSword(Game& game, const Command& command);
void OnAmbush(Game& game, const Command& command);
void OnLady(Game& game, const Command& command);
void OnShot(Game& game, const Command& command);
void End(Game& game, Side winner, EndReason reason);

// phases_plot.cpp
void EnterLead(Game& game);
void DealPlot(Game& game);
void EnterKing(Game& game);
void EnterFound(Game& game);
void OnLead(Game& game, const Command& command);
void OnPlotDeal(Game& game, const Command& command);
void OnPlotCard(Game& game, const Command& command);
void OnKing(Game& game, const Command& command);
void OnFound(Game& game, const Command& command);
// The next holder to be asked in a window of this card, in seat order from the leader; kNobody when all were.
Seat NextHolder(const State& state, PlotCard card);
SeatSet HoldersOf(const State& state, PlotCard card);
std::vector<HeldCard> HeldByOthers(const State& state, Seat seat);

// table_votes.cpp: pause, void, seats for bots.
bool IsTableCommand(CommandType type);
Result<std::vector<Event>> DecideTable(const State& state, const Command& command);

// check.cpp: is the command one of the seat's actions? If not, why.
Status CheckMove(const State& state, const Command& command);
// Has the seat side moves left in this phase?
Status CheckSideMoves(const State& state, Seat by);
// apply.cpp. Did the card of this seat, as it counts after Excalibur, say Fail?
bool CountsAsFail(const State& state, Seat seat);

}  // namespace rt::avalon
