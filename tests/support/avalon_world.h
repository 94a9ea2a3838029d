// Games of Avalon for tests: random boards, deals and moves.
#pragma once

#include <string>
#include <vector>

#include "avalon/domain/game.h"
#include "base/random.h"

namespace rt::testing {

// Every multiset of roles that is a legal board for so many players, found by trying all (the Lancelots included).
std::vector<std::vector<avalon::Role>> LegalBoards(int players);

// A board with every option on or off at random; valid always.
avalon::Setup RandomSetup(Random& random);
// Options at random for this board.
void RandomOptions(avalon::Setup& setup, Random& random);
avalon::Deal RandomDeal(const avalon::Setup& setup, Random& random);

// A game begun; stops the test when the setup is refused.
avalon::State Started(const avalon::Setup& setup, const avalon::Deal& deal);
avalon::State Started(const avalon::Setup& setup, Random& random);
// The command decided and applied; stops the test when it is refused.
void Do(avalon::State& state, const avalon::Command& command);
// Some legal command of some seat that is asked.
avalon::Command AnyMove(const avalon::State& state, Random& random);

// How many games a simulation plays: `plain`, the value of RT_AVALON_GAMES when it is set, less under a sanitizer.
int GamesToPlay(int plain);

}  // namespace rt::testing
