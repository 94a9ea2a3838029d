// A state machine without conditions as a table of moves. Pure.
#pragma once

#include <optional>
#include <span>

namespace rt::registration {

template <class State, class Command>
struct StateMove {
    State from;
    Command command;
    State to;
};

// nullopt: the table has no such move.
template <class State, class Command>
std::optional<State> FindMove(std::span<const StateMove<State, Command>> table, State from, Command command) {
    for (const auto& move : table) {
        if (move.from == from && move.command == command) return move.to;
    }
    return std::nullopt;
}

}  // namespace rt::registration
