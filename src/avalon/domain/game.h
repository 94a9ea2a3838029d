// The rules as a pure reducer: a command is decided into events, a state is the fold of events (avalon.md §1.4).
// Chance is in the deal alone, so the same commands on the same deal give the same events, bit for bit.
#pragma once

#include <span>
#include <vector>

#include "avalon/domain/state.h"
#include "base/result.h"

namespace rt::avalon {

// The first events of a game. BAD_SETUP when the setup or the deal is not valid. `bots`: seats that a bot plays.
Result<std::vector<Event>> Begin(const Setup& setup, const Deal& deal, const DealProof& proof, SeatSet bots);

// How often a seat may show another team, or give and take back a vote beside the game, in one phase: the log of a game
// has an end. One seat cannot use up another's.
inline constexpr int kSideMovesMax = 100;

// What the command does, to the end of what follows without anybody's choice. Nothing changes on an error:
// ILLEGAL_MOVE or NOT_YOUR_TURN, with the reason of reasons.h.
Result<std::vector<Event>> Decide(const State& state, const Command& command);

// Events of Begin and Decide only, in their order.
void Apply(State& state, const Event& event);
State Fold(std::span<const Event> events);

// Who the game waits for now. Not to be shown: view.h tells who may know.
SeatSet WaitingFor(const State& state);

// Which members a command may have now, for one seat. Empty `seats` where none is to be named.
struct Action {
    CommandType type = CommandType::kReady;
    SeatSet seats;            // of `team` or `target`
    SeatSet swords;           // of `sword`, for a team that holds it; never the leader
    int pick = 0;             // members of the team; with several quests see `sizes`
    std::vector<int> quests;  // Targeting: those that may be chosen
    std::vector<int> sizes;   // beside `quests`: members of their teams
    bool may_yes = false;     // kVote, kQuest: which values of `yes` are legal
    bool may_no = false;
    std::vector<HeldCard> cards;   // Restore Your Honor: whose and which
    std::optional<PlotCard> card;  // the plot card this is about
    bool operator==(const Action&) const = default;
};
// The moves of the game open to the seat; none when it is not asked, or paused. Every command made from them is legal,
// and every legal command of the game (pause, void and bot votes aside) is made from one of them.
std::vector<Action> ActionsOf(const State& state, Seat seat);

}  // namespace rt::avalon
