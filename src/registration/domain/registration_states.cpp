#include "registration/domain/registration_states.h"

#include <array>

namespace rt::registration {
namespace {

using S = RegistrationState;
using C = RegistrationCommand;
using W = TransitionRow::When;
using U = UnitsEffect;

constexpr std::array kTable{
    TransitionRow{S::kDraft, C::kSubmit, W::kNoReview, S::kConfirmed, U::kTakeConfirmed},
    TransitionRow{S::kDraft, C::kSubmit, W::kReview, S::kInReview, U::kTakeHeld},
    TransitionRow{S::kDraft, C::kWithdraw, W::kAlways, S::kWithdrawn, U::kRelease},
    TransitionRow{S::kDraft, C::kCancelEvent, W::kAlways, S::kCancelled, U::kRelease},
    TransitionRow{S::kInReview, C::kApprove, W::kEarlierStage, S::kInReview, U::kKeep},
    TransitionRow{S::kInReview, C::kApprove, W::kLastStage, S::kConfirmed, U::kConfirm},
    TransitionRow{S::kInReview, C::kReturn, W::kAlways, S::kReturned, U::kKeep},
    TransitionRow{S::kInReview, C::kReturnDeficient, W::kAlways, S::kReturned, U::kKeep},
    TransitionRow{S::kInReview, C::kReject, W::kAlways, S::kRejected, U::kRelease},
    TransitionRow{S::kInReview, C::kWithdraw, W::kAlways, S::kWithdrawn, U::kRelease},
    TransitionRow{S::kInReview, C::kCancelEvent, W::kAlways, S::kCancelled, U::kRelease},
    TransitionRow{S::kReturned, C::kResubmit, W::kAlways, S::kInReview, U::kKeep},
    TransitionRow{S::kReturned, C::kWithdraw, W::kAlways, S::kWithdrawn, U::kRelease},
    TransitionRow{S::kReturned, C::kExpire, W::kAlways, S::kExpired, U::kRelease},
    TransitionRow{S::kReturned, C::kCancelEvent, W::kAlways, S::kCancelled, U::kRelease},
    TransitionRow{S::kConfirmed, C::kCancel, W::kAlways, S::kCancelled, U::kRelease},
    TransitionRow{S::kConfirmed, C::kCancelEvent, W::kAlways, S::kCancelled, U::kRelease},
};

constexpr std::array<std::string_view, kRegistrationCommands> kNames{
    "submit",   "approve", "return", "reject",       "resubmit",
    "withdraw", "cancel",  "expire", "cancel_event", "return_deficient",
};

bool Holds(W when, ReviewPosition position) {
    switch (when) {
        case W::kAlways:
            return true;
        case W::kNoReview:
            return position.stages == 0;
        case W::kReview:
            return position.stages > 0;
        case W::kLastStage:
            return position.stage >= position.stages;
        case W::kEarlierStage:
            return position.stage < position.stages;
    }
    return false;
}

std::int64_t StageAfter(const TransitionRow& row, ReviewPosition position) {
    if (row.to == S::kReturned) return position.stage;
    if (row.to != S::kInReview) return 0;
    if (row.command == C::kSubmit) return 1;
    return row.command == C::kApprove ? position.stage + 1 : position.stage;
}

}  // namespace

std::string_view Name(RegistrationCommand command) {
    return kNames[static_cast<std::size_t>(command)];
}

std::span<const TransitionRow> RegistrationTable() {
    return kTable;
}

std::optional<Transition> Apply(RegistrationState from, RegistrationCommand command, ReviewPosition position) {
    for (const TransitionRow& row : kTable) {
        if (row.from == from && row.command == command && Holds(row.when, position)) {
            return Transition{row.to, StageAfter(row, position), row.units};
        }
    }
    return std::nullopt;
}

bool IsEnded(RegistrationState state) {
    return state == S::kRejected || state == S::kWithdrawn || state == S::kExpired || state == S::kCancelled;
}

}  // namespace rt::registration
