// What people are told about. The texts are in notify/messages.def, topic "inbox", by the word of the kind.
#pragma once

#include <array>
#include <cstdint>

#include "registration/domain/words.h"

namespace rt::registration {

enum class NoticeKind : std::uint8_t {
    kInvited,             // asked into a team directly
    kJoinToApprove,       // to the captain: somebody asks to join
    kJoinAnswered,        // to who asked; `answer`: ACCEPTED or REFUSED
    kInvitationAccepted,  // to the captain, of a direct invitation; `member`
    kInvitationDeclined,
    kSubmitted,  // waits for review
    kPooled,     // waits for the draw of a lottery
    kNotDrawn,
    kReturned,  // `reason`, as in the next ones
    kApproved,  // passed a stage or all of the review, not yet confirmed
    kRejected,
    kWaitlisted,
    kOffer,  // a place is offered until `expires`
    kOfferExpired,
    kConfirmed,  // has a place
    kCancelled,
    kExpired,                // a deadline has passed, or the waiting list has ended; `reason`
    kCancelRequested,        // to organisers: a captain asks to be let off; `reason`
    kCancelRefused,          // to the captain: the place is kept; `reason`
    kRemoved,                // to who was taken off a team
    kDisbanded,              // to those who were on it
    kDeficient,              // the team no longer meets the rules
    kTeamDeficient,          // to organisers, of the same
    kDeadline,               // the registration closes, or must be repaired, within 24 h: `expires`
    kGuardianLink,           // to who manages a minor: a guardian must agree
    kGuardianAgain,          // to who manages a minor: an organiser corrected whom the guardian had agreed for
    kGuardianAnswered,       // to the captain and who manages the minor; `answer`: ACCEPTED or REFUSED
    kSubstitutionRequested,  // to organisers
    kSubstitutionAnswered,   // `answer`
    kHandedOver,             // to the new captain
    kReopened,               // to the captain: may be submitted again until `expires`; `reason`
    kAnnouncement,
};

namespace internal {
template <>
struct Words<NoticeKind> {
    static constexpr auto kTable = std::to_array<std::string_view>({"invited",
                                                                    "join_to_approve",
                                                                    "join_answered",
                                                                    "invitation_accepted",
                                                                    "invitation_declined",
                                                                    "submitted",
                                                                    "pooled",
                                                                    "not_drawn",
                                                                    "returned",
                                                                    "approved",
                                                                    "rejected",
                                                                    "waitlisted",
                                                                    "offer",
                                                                    "offer_expired",
                                                                    "confirmed",
                                                                    "cancelled",
                                                                    "expired",
                                                                    "cancel_requested",
                                                                    "cancel_refused",
                                                                    "removed",
                                                                    "disbanded",
                                                                    "deficient",
                                                                    "team_deficient",
                                                                    "deadline_24h",
                                                                    "guardian_link",
                                                                    "guardian_again",
                                                                    "guardian_answered",
                                                                    "substitution_requested",
                                                                    "substitution_answered",
                                                                    "handed_over",
                                                                    "reopened",
                                                                    "announcement"});
};
}  // namespace internal

}  // namespace rt::registration
