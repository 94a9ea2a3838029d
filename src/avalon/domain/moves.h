// Commands made from actions.
#pragma once

#include <optional>
#include <span>

#include "avalon/domain/game.h"
#include "base/random.h"

namespace rt::avalon {

// The action of this type; nullptr if there is none.
const Action* FindAction(std::span<const Action> actions, CommandType type);

// A legal command, each about as likely as any other of its kind; a tentative team is never chosen. nullopt when there
// is nothing to do.
std::optional<Command> RandomCommand(std::span<const Action> actions, Seat by, Random& random);
// `seats` must not be empty.
Seat RandomSeat(SeatSet seats, Random& random);
// `count` different seats.
SeatSet RandomSeats(SeatSet seats, int count, Random& random);
// The members of the team that this quest (0: the first open one) needs, and the quest to say in the command.
struct QuestChoice {
    int quest = 0;
    int size = 0;
};
QuestChoice ChooseQuest(const Action& action, int quest);

}  // namespace rt::avalon
