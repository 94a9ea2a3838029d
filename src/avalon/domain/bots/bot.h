// Players without a person. They know what a View tells their seat and nothing else; every command is legal.
#pragma once

#include <cstdint>
#include <optional>

#include "avalon/domain/view.h"
#include "base/random.h"

namespace rt::avalon {

enum class Strength : std::uint8_t { kEasy, kNormal, kHard };

// nullopt: the seat of the view is asked nothing. The room waits a random time, the same for every role and choice.
std::optional<Command> Choose(const View& view, Strength strength, Random& random);

}  // namespace rt::avalon
