#include "registration/domain/registration_states.h"

#include <array>

namespace rt::registration {
namespace {

using S = RegistrationState;
using C = RegistrationCommand;
using W = TransitionRow::When;

constexpr std::array kTable{
    TransitionRow{S::kDraft, C::kSubmit, W::kPool, S::kPooled},
    TransitionRow{S::kDraft, C::kSubmit, W::kLine, S::kWaitlisted},
    TransitionRow{S::kDraft, C::kSubmit, W::kForkReview, S::kInReview},
    TransitionRow{S::kDraft, C::kSubmit, W::kForkPay, S::kAwaitingPayment},
    TransitionRow{S::kDraft, C::kSubmit, W::kForkDone, S::kConfirmed},
    TransitionRow{S::kDraft, C::kWithdraw, W::kAlways, S::kWithdrawn},
    TransitionRow{S::kDraft, C::kExpire, W::kAlways, S::kExpired},
    TransitionRow{S::kDraft, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kPooled, C::kDraw, W::kLine, S::kWaitlisted},
    TransitionRow{S::kPooled, C::kDraw, W::kForkReview, S::kInReview},
    TransitionRow{S::kPooled, C::kDraw, W::kForkPay, S::kAwaitingPayment},
    TransitionRow{S::kPooled, C::kDraw, W::kForkDone, S::kConfirmed},
    TransitionRow{S::kPooled, C::kMiss, W::kAlways, S::kNotDrawn},
    TransitionRow{S::kPooled, C::kWithdraw, W::kAlways, S::kWithdrawn},
    TransitionRow{S::kPooled, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kWaitlisted, C::kPromote, W::kForkReview, S::kInReview},
    TransitionRow{S::kWaitlisted, C::kPromote, W::kForkPay, S::kAwaitingPayment},
    TransitionRow{S::kWaitlisted, C::kPromote, W::kForkDone, S::kConfirmed},
    TransitionRow{S::kWaitlisted, C::kExpire, W::kAlways, S::kExpired},
    TransitionRow{S::kWaitlisted, C::kWithdraw, W::kAlways, S::kWithdrawn},
    TransitionRow{S::kWaitlisted, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kInReview, C::kApprove, W::kEarlierStage, S::kInReview},
    TransitionRow{S::kInReview, C::kApprove, W::kLastStagePay, S::kAwaitingPayment},
    TransitionRow{S::kInReview, C::kApprove, W::kLastStageDone, S::kConfirmed},
    TransitionRow{S::kInReview, C::kWaitlist, W::kLastStage, S::kWaitlisted},
    TransitionRow{S::kInReview, C::kReturn, W::kAlways, S::kReturned},
    TransitionRow{S::kInReview, C::kReturnDeficient, W::kAlways, S::kReturned},
    TransitionRow{S::kInReview, C::kReject, W::kAlways, S::kRejected},
    TransitionRow{S::kInReview, C::kEdit, W::kReviewResets, S::kInReview},
    TransitionRow{S::kInReview, C::kCancel, W::kApproved, S::kCancelled},
    TransitionRow{S::kInReview, C::kRequestCancel, W::kApproved, S::kCancelRequested},
    TransitionRow{S::kInReview, C::kWithdraw, W::kAlways, S::kWithdrawn},
    TransitionRow{S::kInReview, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kReturned, C::kResubmit, W::kAlways, S::kInReview},
    TransitionRow{S::kReturned, C::kCancel, W::kApproved, S::kCancelled},
    TransitionRow{S::kReturned, C::kRequestCancel, W::kApproved, S::kCancelRequested},
    TransitionRow{S::kReturned, C::kWithdraw, W::kAlways, S::kWithdrawn},
    TransitionRow{S::kReturned, C::kExpire, W::kAlways, S::kExpired},
    TransitionRow{S::kReturned, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kAwaitingPayment, C::kPay, W::kAlways, S::kConfirmed},
    TransitionRow{S::kAwaitingPayment, C::kReturnDeficient, W::kAlways, S::kReturned},
    TransitionRow{S::kAwaitingPayment, C::kExpire, W::kAlways, S::kExpired},
    TransitionRow{S::kAwaitingPayment, C::kWithdraw, W::kAlways, S::kWithdrawn},
    TransitionRow{S::kAwaitingPayment, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kConfirmed, C::kCancel, W::kAlways, S::kCancelled},
    TransitionRow{S::kConfirmed, C::kRequestCancel, W::kAlways, S::kCancelRequested},
    TransitionRow{S::kConfirmed, C::kEdit, W::kReviewResets, S::kInReview},
    TransitionRow{S::kConfirmed, C::kCheckIn, W::kAlways, S::kCheckedIn},
    TransitionRow{S::kConfirmed, C::kNoShow, W::kAlways, S::kNoShow},
    TransitionRow{S::kConfirmed, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kCancelRequested, C::kGrantCancel, W::kAlways, S::kCancelled},
    TransitionRow{S::kCancelRequested, C::kRefuseCancel, W::kReviewing, S::kInReview},
    TransitionRow{S::kCancelRequested, C::kRefuseCancel, W::kAlways, S::kConfirmed},
    TransitionRow{S::kCancelRequested, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kCheckedIn, C::kComplete, W::kAlways, S::kCompleted},
    TransitionRow{S::kCheckedIn, C::kCancelEvent, W::kAlways, S::kCancelled},
    TransitionRow{S::kCompleted, C::kCancelEvent, W::kAlways, S::kCancelled},
    TransitionRow{S::kNoShow, C::kCancelEvent, W::kAlways, S::kCancelled},

    TransitionRow{S::kRejected, C::kReopen, W::kAlways, S::kDraft},
    TransitionRow{S::kWithdrawn, C::kReopen, W::kAlways, S::kDraft},
    TransitionRow{S::kExpired, C::kReopen, W::kAlways, S::kDraft},
    TransitionRow{S::kNotDrawn, C::kReopen, W::kAlways, S::kDraft},
    TransitionRow{S::kCancelled, C::kReopen, W::kAlways, S::kDraft},
};

constexpr std::array<std::string_view, kRegistrationCommands> kNames{
    "submit", "approve", "return",         "reject",           "resubmit",      "withdraw",
    "cancel", "expire",  "cancel_event",   "return_deficient", "waitlist",      "promote",
    "draw",   "miss",    "request_cancel", "grant_cancel",     "refuse_cancel", "edit",
    "reopen", "pay",     "check_in",       "complete",         "no_show",
};

bool Holds(W when, const ReviewPosition& position) {
    const bool placed = position.entry == ReviewPosition::Entry::kPlace;
    const bool reviewed = position.stages > 0 && !position.approved;
    const bool last = position.stage >= position.stages;
    switch (when) {
        case W::kAlways:
            return true;
        case W::kPool:
            return position.entry == ReviewPosition::Entry::kPool;
        case W::kLine:
            return position.entry == ReviewPosition::Entry::kLine;
        case W::kForkReview:
            return placed && reviewed;
        case W::kForkPay:
            return placed && !reviewed && position.priced;
        case W::kForkDone:
            return placed && !reviewed && !position.priced;
        case W::kEarlierStage:
            return !last;
        case W::kLastStage:
            return last;
        case W::kLastStagePay:
            return last && position.priced;
        case W::kLastStageDone:
            return last && !position.priced;
        case W::kApproved:
            return position.approved;
        case W::kReviewing:
            return position.stage > 0;
        case W::kReviewResets:
            return position.resets && position.stages > 0;
    }
    return false;
}

std::int64_t StageAfter(const TransitionRow& row, const ReviewPosition& position) {
    if (row.to == S::kReturned || row.to == S::kCancelRequested) return position.stage;
    if (row.to != S::kInReview) return 0;
    if (row.command == C::kApprove) return position.stage + 1;
    if (row.command == C::kResubmit && !position.resets) return position.stage;
    if (row.command == C::kRefuseCancel) return position.stage;
    return 1;
}

}  // namespace

std::string_view Name(RegistrationCommand command) {
    return kNames[static_cast<std::size_t>(command)];
}

std::optional<Transition> Apply(RegistrationState from, RegistrationCommand command, const ReviewPosition& position) {
    for (const TransitionRow& row : kTable) {
        if (row.from == from && row.command == command && Holds(row.when, position)) {
            return Transition{row.to, StageAfter(row, position)};
        }
    }
    return std::nullopt;
}

bool IsEnded(RegistrationState state) {
    return state == S::kRejected || state == S::kWithdrawn || state == S::kExpired || state == S::kNotDrawn ||
           state == S::kCancelled;
}

std::optional<AllocationState> UnitsIn(RegistrationState state, HoldPolicy policy, bool approved) {
    switch (state) {
        case S::kPooled:
        case S::kWaitlisted:
        case S::kRejected:
        case S::kWithdrawn:
        case S::kExpired:
        case S::kNotDrawn:
        case S::kCancelled:
            return std::nullopt;
        case S::kDraft:
            if (policy == HoldPolicy::kAtApprove) return std::nullopt;
            return AllocationState::kHeld;
        case S::kInReview:
        case S::kReturned:
            if (approved) return AllocationState::kConfirmed;
            if (policy == HoldPolicy::kAtApprove) return std::nullopt;
            return AllocationState::kHeld;
        case S::kAwaitingPayment:
            return AllocationState::kHeld;
        case S::kConfirmed:
        case S::kCancelRequested:
        case S::kCheckedIn:
        case S::kCompleted:
        case S::kNoShow:
            return AllocationState::kConfirmed;
    }
    return std::nullopt;
}

}  // namespace rt::registration
