// The state machine of a registration (registration.md §3.5) as a table. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "registration/domain/words.h"

namespace rt::registration {

enum class RegistrationCommand : std::uint8_t {
    kSubmit,
    kApprove,
    kReturn,
    kReject,
    kResubmit,
    kWithdraw,
    kCancel,
    kExpire,
    kCancelEvent,
    kReturnDeficient,  // by the clock: the team stayed deficient for too long
};
inline constexpr std::size_t kRegistrationCommands = 10;
std::string_view Name(RegistrationCommand command);

// What happens to the registration's units in the same commit.
enum class UnitsEffect : std::uint8_t { kKeep, kTakeHeld, kTakeConfirmed, kConfirm, kRelease };

// Where in the review: `stage` counts from 1 while IN_REVIEW or RETURNED, 0 otherwise; `stages` is the event's.
struct ReviewPosition {
    std::int64_t stage = 0;
    std::int64_t stages = 0;
};

struct Transition {
    RegistrationState to;
    std::int64_t stage;
    UnitsEffect units;
};

// One row of the table. `when` says which review position it is for.
struct TransitionRow {
    enum class When : std::uint8_t { kAlways, kNoReview, kReview, kLastStage, kEarlierStage };
    RegistrationState from;
    RegistrationCommand command;
    When when;
    RegistrationState to;
    UnitsEffect units;
};
std::span<const TransitionRow> RegistrationTable();

// nullopt: the command is not possible in this state.
std::optional<Transition> Apply(RegistrationState from, RegistrationCommand command, ReviewPosition position);

// Ended registrations own no units and do not count for uniqueness.
bool IsEnded(RegistrationState state);

}  // namespace rt::registration
