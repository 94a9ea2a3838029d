// The closed vocabularies of registration: one word for one thing in C++, SQL, JSON and metrics.
//   Word(TeamState::kReady) == "READY";  FromWord<TeamState>("READY") == TeamState::kReady
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rt::registration {

enum class EventType : std::uint8_t { kCompetition, kActivity, kTraining };
enum class EventState : std::uint8_t { kDraft, kPublished, kPaused, kCancelled, kArchived };
enum class Phase : std::uint8_t { kUpcoming, kOpen, kClosed, kRunning, kFinished };
enum class Visibility : std::uint8_t { kPublic, kLink, kPrivate };
enum class Mode : std::uint8_t { kTeam, kSolo, kBoth };
enum class HoldPolicy : std::uint8_t { kAtCreate, kAtSubmit, kAtApprove };
enum class CancelPolicy : std::uint8_t { kSelf, kRequest, kNone };
enum class WaitlistPolicy : std::uint8_t { kStrict, kBestFit, kAccumulate };
enum class Promotion : std::uint8_t { kOffer, kAuto };
enum class Admission : std::uint8_t { kOpen, kRate, kLottery };
enum class Gender : std::uint8_t { kFemale, kMale };
enum class QuotaScope : std::uint8_t { kEvent, kDivision, kOption, kCustom };
enum class QuotaUnit : std::uint8_t { kTeam, kPerson, kOption };
enum class Availability : std::uint8_t { kOk, kHeld, kReserved, kGone };
enum class TeamState : std::uint8_t { kForming, kReady, kSubmitted, kLocked, kDisbanded };
enum class TeamKind : std::uint8_t { kTeam, kSolo };
enum class JoinPolicy : std::uint8_t { kCode, kLink, kApproval, kClosed };
enum class InviteKind : std::uint8_t { kCode, kLink, kDirect };
enum class MemberRole : std::uint8_t { kCaptain, kPlayer, kSubstitute, kCoach, kLeader, kManager };
enum class MemberState : std::uint8_t {
    kInvited,
    kPendingCaptain,
    kJoined,
    kConfirmed,
    kDeclined,
    kExpired,
    kRevoked,
    kRejected,
    kLeft,
    kRemoved,
    kSubstituted,
};
enum class GuardianState : std::uint8_t { kNotNeeded, kRequired, kSent, kGranted, kRefused };
enum class GuardianRelation : std::uint8_t { kFather, kMother, kGuardian, kOther };
enum class SubstitutionState : std::uint8_t { kRequested, kApproved, kRejected };
enum class PersonRelation : std::uint8_t { kSelf, kChild, kTeammate, kOther };
enum class ConsentKind : std::uint8_t { kPrivacy, kTerms, kSensitive, kPublish, kPhoto, kWaiver, kGuardian };
enum class IdType : std::uint8_t { kIdCardCn, kPassport, kHkMacao, kTaiwan, kOther };
enum class RegistrationState : std::uint8_t {
    kDraft,
    kPooled,      // waits for the draw of a lottery
    kWaitlisted,  // 候补: waits for a place
    kInReview,    // 待审核: waits for a reviewer
    kReturned,
    kAwaitingPayment,
    kConfirmed,
    kCancelRequested,
    kCheckedIn,
    kCompleted,
    kNoShow,
    kRejected,
    kWithdrawn,
    kExpired,
    kNotDrawn,
    kCancelled,
};
enum class AllocationState : std::uint8_t { kBlocked, kHeld, kConfirmed, kReleased };
enum class AllocationOwner : std::uint8_t { kRegistration, kOffer, kReserve };
enum class ReviewAction : std::uint8_t { kApprove, kReject, kReturn, kWaitlist };
enum class WaitlistState : std::uint8_t { kWaiting, kOffered, kPromoted, kLeft, kExpired };
enum class OfferState : std::uint8_t { kCollecting, kOpen, kAccepted, kDeclined, kExpired };
enum class ReserveState : std::uint8_t { kOpen, kClosed };
enum class DrawState : std::uint8_t { kOpen, kDrawing, kDrawn };
enum class FormScope : std::uint8_t { kTeam, kMember };
enum class FieldType : std::uint8_t {
    kText,
    kTextarea,
    kInt,
    kBool,
    kSingle,
    kMulti,
    kDate,
    kEmail,
    kMobileCn,
    kIdCardCn,
    kDecimal,
    kMoney,
    kDropdown,
    kCascade,
    kTime,
    kDatetime,
    kDaterange,
    kPhone,
    kPassport,
    kUrl,
    kCountry,
    kAddress,
    kFile,
    kImage,
    kSignature,
    kSize,
    kRating,
    kConsent,
    kSection,
    kMarkdown,
};
enum class FormStage : std::uint8_t { kSubmit, kAfterApproval };
enum class UniqueScope : std::uint8_t { kNone, kTeam, kEvent };
enum class DocumentKind : std::uint8_t { kTerms, kWaiver, kPrivacy };
enum class FileReview : std::uint8_t { kPending, kOk, kRejected };
enum class AllowKind : std::uint8_t { kPhone, kId, kStudentNo };

namespace internal {
template <class E>
struct Words;

#define RT_WORDS(E, ...)                                                               \
    template <>                                                                        \
    struct Words<E> {                                                                  \
        static constexpr auto kTable = std::to_array<std::string_view>({__VA_ARGS__}); \
    }
RT_WORDS(EventType, "COMPETITION", "ACTIVITY", "TRAINING");
RT_WORDS(EventState, "DRAFT", "PUBLISHED", "PAUSED", "CANCELLED", "ARCHIVED");
RT_WORDS(Phase, "UPCOMING", "OPEN", "CLOSED", "RUNNING", "FINISHED");
RT_WORDS(Visibility, "PUBLIC", "LINK", "PRIVATE");
RT_WORDS(Mode, "TEAM", "SOLO", "BOTH");
RT_WORDS(HoldPolicy, "AT_CREATE", "AT_SUBMIT", "AT_APPROVE");
RT_WORDS(CancelPolicy, "SELF", "REQUEST", "NONE");
RT_WORDS(WaitlistPolicy, "STRICT", "BEST_FIT", "ACCUMULATE");
RT_WORDS(Promotion, "OFFER", "AUTO");
RT_WORDS(Admission, "OPEN", "RATE", "LOTTERY");
RT_WORDS(Gender, "F", "M");
RT_WORDS(QuotaScope, "EVENT", "DIVISION", "OPTION", "CUSTOM");
RT_WORDS(QuotaUnit, "TEAM", "PERSON", "OPTION");
RT_WORDS(Availability, "OK", "HELD", "RESERVED", "GONE");
RT_WORDS(TeamState, "FORMING", "READY", "SUBMITTED", "LOCKED", "DISBANDED");
RT_WORDS(TeamKind, "TEAM", "SOLO");
RT_WORDS(JoinPolicy, "CODE", "LINK", "APPROVAL", "CLOSED");
RT_WORDS(InviteKind, "CODE", "LINK", "DIRECT");
RT_WORDS(MemberRole, "CAPTAIN", "PLAYER", "SUBSTITUTE", "COACH", "LEADER", "MANAGER");
RT_WORDS(MemberState, "INVITED", "PENDING_CAPTAIN", "JOINED", "CONFIRMED", "DECLINED", "EXPIRED", "REVOKED", "REJECTED",
         "LEFT", "REMOVED", "SUBSTITUTED");
RT_WORDS(GuardianState, "NOT_NEEDED", "REQUIRED", "SENT", "GRANTED", "REFUSED");
RT_WORDS(GuardianRelation, "FATHER", "MOTHER", "GUARDIAN", "OTHER");
RT_WORDS(SubstitutionState, "REQUESTED", "APPROVED", "REJECTED");
RT_WORDS(PersonRelation, "SELF", "CHILD", "TEAMMATE", "OTHER");
RT_WORDS(ConsentKind, "PRIVACY", "TERMS", "SENSITIVE", "PUBLISH", "PHOTO", "WAIVER", "GUARDIAN");
RT_WORDS(IdType, "ID_CARD_CN", "PASSPORT", "HK_MACAO", "TAIWAN", "OTHER");
RT_WORDS(RegistrationState, "DRAFT", "POOLED", "WAITLISTED", "IN_REVIEW", "RETURNED", "AWAITING_PAYMENT", "CONFIRMED",
         "CANCEL_REQUESTED", "CHECKED_IN", "COMPLETED", "NO_SHOW", "REJECTED", "WITHDRAWN", "EXPIRED", "NOT_DRAWN",
         "CANCELLED");
RT_WORDS(AllocationState, "BLOCKED", "HELD", "CONFIRMED", "RELEASED");
RT_WORDS(AllocationOwner, "REGISTRATION", "OFFER", "RESERVE");
RT_WORDS(ReviewAction, "APPROVE", "REJECT", "RETURN", "WAITLIST");
RT_WORDS(WaitlistState, "WAITING", "OFFERED", "PROMOTED", "LEFT", "EXPIRED");
RT_WORDS(OfferState, "COLLECTING", "OPEN", "ACCEPTED", "DECLINED", "EXPIRED");
RT_WORDS(ReserveState, "OPEN", "CLOSED");
RT_WORDS(DrawState, "OPEN", "DRAWING", "DRAWN");
RT_WORDS(FormScope, "TEAM", "MEMBER");
RT_WORDS(FieldType, "text", "textarea", "int", "bool", "single", "multi", "date", "email", "mobile_cn", "id_card_cn",
         "decimal", "money", "dropdown", "cascade", "time", "datetime", "daterange", "phone", "passport", "url",
         "country", "address", "file", "image", "signature", "size", "rating", "consent", "section", "markdown");
RT_WORDS(FormStage, "SUBMIT", "AFTER_APPROVAL");
RT_WORDS(UniqueScope, "NONE", "TEAM", "EVENT");
RT_WORDS(DocumentKind, "TERMS", "WAIVER", "PRIVACY");
RT_WORDS(FileReview, "PENDING", "OK", "REJECTED");
RT_WORDS(AllowKind, "PHONE", "ID", "STUDENT_NO");
#undef RT_WORDS
}  // namespace internal

// All words of a vocabulary, in the order of the enumerators.
template <class E>
constexpr std::span<const std::string_view> WordsOf() {
    return internal::Words<E>::kTable;
}

template <class E>
constexpr std::string_view Word(E value) {
    return internal::Words<E>::kTable[static_cast<std::size_t>(value)];
}

// nullopt when it is no word of this vocabulary.
template <class E>
constexpr std::optional<E> FromWord(std::string_view word) {
    const auto words = WordsOf<E>();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return static_cast<E>(i);
    }
    return std::nullopt;
}

}  // namespace rt::registration
