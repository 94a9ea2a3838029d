#include "avalon/domain/moves.h"

#include <algorithm>
#include <vector>

namespace rt::avalon {
namespace {

std::size_t Pick(std::size_t count, Random& random) {
    return static_cast<std::size_t>(random.Below(count));
}

void ChooseTeam(const Action& action, Command& command, Random& random) {
    int quest = 0;
    if (!action.quests.empty()) quest = action.quests[Pick(action.quests.size(), random)];
    const QuestChoice choice = ChooseQuest(action, quest);
    command.quest = choice.quest;
    command.team = RandomSeats(action.seats, choice.size, random);
    if (!action.swords.empty()) command.sword = RandomSeat(command.team & action.swords, random);
}

}  // namespace

const Action* FindAction(std::span<const Action> actions, CommandType type) {
    const auto found =
        std::find_if(actions.begin(), actions.end(), [type](const Action& action) { return action.type == type; });
    return found == actions.end() ? nullptr : &*found;
}

Seat RandomSeat(SeatSet seats, Random& random) {
    return seats.List()[Pick(static_cast<std::size_t>(seats.size()), random)];
}

SeatSet RandomSeats(SeatSet seats, int count, Random& random) {
    SeatSet out;
    while (out.size() < count) out.Add(RandomSeat(seats - out, random));
    return out;
}

QuestChoice ChooseQuest(const Action& action, int quest) {
    if (action.quests.empty()) return {0, action.pick};
    const auto found = std::find(action.quests.begin(), action.quests.end(), quest);
    const std::size_t index =
        found == action.quests.end() ? 0 : static_cast<std::size_t>(found - action.quests.begin());
    return {action.quests[index], action.sizes[index]};
}

std::optional<Command> RandomCommand(std::span<const Action> actions, Seat by, Random& random) {
    std::vector<const Action*> choices;
    for (const Action& action : actions) {
        if (action.type != CommandType::kSelect) choices.push_back(&action);
    }
    if (choices.empty()) return std::nullopt;
    const Action& action = *choices[Pick(choices.size(), random)];
    Command command{.type = action.type, .by = by};
    switch (action.type) {
        case CommandType::kPropose:
            ChooseTeam(action, command, random);
            break;
        case CommandType::kVote:
        case CommandType::kQuest:
            command.yes = action.may_yes && (!action.may_no || random.Below(2) == 0);
            break;
        case CommandType::kTarget:
            command.target = RandomSeat(action.seats, random);
            if (!action.cards.empty()) {
                const HeldCard held = action.cards[Pick(action.cards.size(), random)];
                command.target = held.seat;
                command.card = held.card;
            }
            break;
        default:
            break;
    }
    return command;
}

}  // namespace rt::avalon
