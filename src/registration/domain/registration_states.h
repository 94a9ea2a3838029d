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
    kExpire,  // by the clock, or because the waiting list closes
    kCancelEvent,
    kReturnDeficient,  // by the clock: the team stayed deficient for too long
    kWaitlist,         // by the reviewer in place of the last approval, when everything is full
    kPromote,          // off the waiting list: an offer accepted, or AUTO
    kDraw,             // drawn in the lottery
    kMiss,             // not drawn
    kRequestCancel,
    kGrantCancel,
    kRefuseCancel,
    kEdit,    // a change that resets the review
    kReopen,  // by the organiser
    kPay,
    kCheckIn,
    kComplete,
    kNoShow,
};
inline constexpr std::size_t kRegistrationCommands = 23;
// "submit", "return_deficient"; the audit action is "registration." and this.
std::string_view Name(RegistrationCommand command);

// What else decides where a command leads.
struct ReviewPosition {
    std::int64_t stage = 0;   // counts from 1 while IN_REVIEW or RETURNED, or asked from there to be let off; else 0
    std::int64_t stages = 0;  // the event's
    bool approved = false;    // has passed the whole review before
    bool resets = false;      // the event's reset_review_on_edit
    bool priced = false;
    // Of a submit and a draw: straight to a place, into the line of the waiting list, or into the pool of a lottery.
    enum class Entry : std::uint8_t { kPlace, kLine, kPool } entry = Entry::kPlace;
};

struct Transition {
    RegistrationState to;
    std::int64_t stage;
};

// One row of the table.
struct TransitionRow {
    enum class When : std::uint8_t {
        kAlways,
        kPool,
        kLine,
        // The fork of §3.5 where a place is taken: first review, then payment, else done.
        kForkReview,
        kForkPay,
        kForkDone,
        kEarlierStage,
        kLastStage,
        kLastStagePay,
        kLastStageDone,
        kApproved,   // it was CONFIRMED before, and is reviewed again
        kReviewing,  // a review is under way
        kReviewResets,
    };
    RegistrationState from;
    RegistrationCommand command;
    When when;
    RegistrationState to;
};

// nullopt: the command is not possible in this state.
std::optional<Transition> Apply(RegistrationState from, RegistrationCommand command, const ReviewPosition& position);

// Ended registrations own no units and do not count for uniqueness.
bool IsEnded(RegistrationState state);

// What a registration of this state has of every quota it needs: HELD, CONFIRMED, or nothing (nullopt). `approved`: it
// has passed the review before, so that its units stay CONFIRMED while it is reviewed again.
std::optional<AllocationState> UnitsIn(RegistrationState state, HoldPolicy policy, bool approved);

}  // namespace rt::registration
