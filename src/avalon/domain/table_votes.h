// Votes beside the game: to pause it, to void it, to give a seat to a bot (avalon.md §1.9). Bots have no vote.
#pragma once

#include "avalon/domain/state.h"

namespace rt::avalon {

// More than half of the humans.
int PauseVotesNeeded(const State& state);
// One more than Good has seats, so that one of Evil agrees; all humans when they are fewer.
int VoidVotesNeeded(const State& state);
// More than half of the other humans.
int BotVotesNeeded(const State& state, Seat target);

}  // namespace rt::avalon
