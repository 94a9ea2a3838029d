// Clocks as pure decisions (avalon.md §1.9). The room keeps the time: it starts a clock whenever State::waits rises,
// and sends what TimeoutCommand says for each seat of WaitingFor when the clock ends.
#pragma once

#include <cstdint>
#include <optional>

#include "avalon/domain/game.h"
#include "base/random.h"

namespace rt::avalon {

inline constexpr std::uint32_t kPauseSecondsMax = 900;
inline constexpr std::uint32_t kAbsentSecondsMin = 180;  // before a seat may be given to a bot
inline constexpr std::uint32_t kRestartGraceSeconds =
    120;  // clocks stand after a restart until all are back, or so long

// How long the present wait may take; nullopt: no clock (over, paused, endless, or nobody is asked).
std::optional<std::uint32_t> WaitSeconds(const State& state);

// How long the present wait is borne before who is asked counts as away, where no clock plays for him: as long as the
// clock is, without one (Timer::kEndless) as the longest. nullopt: nobody is asked.
std::optional<std::uint32_t> PatienceSeconds(const State& state);

// What is played for the seat when its clock has ended, with origin kTimeout; legal always. nullopt: nothing (it is not
// asked, or the policy is PAUSE: the clock stops until the seat acts). `random`: not the stream of the deal.
std::optional<Command> TimeoutCommand(const State& state, Seat seat, Random& random);

}  // namespace rt::avalon
