#include "registration/domain/event_phase.h"

#include <array>

#include "registration/domain/state_table.h"

namespace rt::registration {
namespace {

using Row = StateMove<EventState, EventCommand>;

constexpr std::array kTable{
    Row{EventState::kDraft, EventCommand::kPublish, EventState::kPublished},
    Row{EventState::kDraft, EventCommand::kArchive, EventState::kArchived},
    Row{EventState::kPublished, EventCommand::kPause, EventState::kPaused},
    Row{EventState::kPublished, EventCommand::kUnpublish, EventState::kDraft},
    Row{EventState::kPublished, EventCommand::kCancel, EventState::kCancelled},
    Row{EventState::kPublished, EventCommand::kArchive, EventState::kArchived},
    Row{EventState::kPaused, EventCommand::kResume, EventState::kPublished},
    Row{EventState::kPaused, EventCommand::kUnpublish, EventState::kDraft},
    Row{EventState::kPaused, EventCommand::kCancel, EventState::kCancelled},
    Row{EventState::kCancelled, EventCommand::kArchive, EventState::kArchived},
};

}  // namespace

bool TimesAreOrdered(const EventTimes& times) {
    return times.reg_open < times.reg_close && times.reg_close <= times.ends && times.starts < times.ends;
}

EventTimes WithOverride(EventTimes times, const WindowOverride& window) {
    times.reg_open = window.reg_open.value_or(times.reg_open);
    times.reg_close = window.reg_close.value_or(times.reg_close);
    return times;
}

Phase PhaseAt(const EventTimes& times, base::Time now) {
    if (now < times.reg_open) return Phase::kUpcoming;
    if (now < times.reg_close) return Phase::kOpen;
    if (now >= times.ends) return Phase::kFinished;
    return now >= times.starts ? Phase::kRunning : Phase::kClosed;
}

bool TakesRegistrations(EventState state, Phase phase) {
    return state == EventState::kPublished && phase == Phase::kOpen;
}

bool IsShown(EventState state) {
    return state == EventState::kPublished || state == EventState::kPaused || state == EventState::kCancelled;
}

std::optional<EventState> Apply(EventState state, EventCommand command, Phase phase) {
    const bool still_running = state == EventState::kPublished && phase != Phase::kFinished;
    if (command == EventCommand::kArchive && still_running) return std::nullopt;
    return FindMove<EventState, EventCommand>(kTable, state, command);
}

}  // namespace rt::registration
