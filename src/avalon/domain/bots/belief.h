// What a bot makes of the table: how likely each seat is Evil, from the view of its seat alone.
#pragma once

#include <array>

#include "avalon/domain/bots/bot.h"

namespace rt::avalon {

using Odds = std::array<double, kSeatsMax>;

// Rough: suspicion rises with failed quests and with who approved their teams.
Odds Suspicion(const View& view);
// Bayes over every set of Evil that the viewer's knowledge leaves, weighed by quests, teams and votes.
Odds Posterior(const View& view);

// Evil the viewer knows of, itself included when it plays for Evil now.
SeatSet Mates(const View& view);
// Seats the viewer knows to be Good, itself included when it is.
SeatSet KnownGood(const View& view);
bool PlaysEvil(const View& view);

// How much each seat behaved as if it knew who is Evil: the higher, the more likely Merlin.
Odds MerlinSigns(const View& view, SeatSet evil);

}  // namespace rt::avalon
