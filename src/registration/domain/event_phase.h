// The state machine of an event and the phase its times put it in. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "registration/domain/words.h"

namespace rt::registration {

struct EventTimes {
    base::Time reg_open;
    base::Time reg_close;  // exclusive; after reg_open, not after `ends`
    base::Time starts;
    base::Time ends;  // after `starts`
};

// A division may open and close on its own.
struct WindowOverride {
    std::optional<base::Time> reg_open;
    std::optional<base::Time> reg_close;
};

bool TimesAreOrdered(const EventTimes& times);
EventTimes WithOverride(EventTimes times, const WindowOverride& window);

// OPEN within [reg_open, reg_close), whatever else is true; before it UPCOMING; then CLOSED, RUNNING, FINISHED.
Phase PhaseAt(const EventTimes& times, base::Time now);

// Captains and members may found, join and submit.
bool TakesRegistrations(EventState state, Phase phase);
// What the public may see.
bool IsShown(EventState state);

enum class EventCommand : std::uint8_t { kPublish, kPause, kResume, kCancel, kArchive, kUnpublish };
inline constexpr std::size_t kEventCommands = 6;

// nullopt: not possible. A published event is archived only when it is FINISHED. kUnpublish also needs an event without
// teams and registrations, which the store checks in the commit.
std::optional<EventState> Apply(EventState state, EventCommand command, Phase phase);

}  // namespace rt::registration
