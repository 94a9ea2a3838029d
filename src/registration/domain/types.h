// Ids, texts and limits of registration.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/ids.h"

namespace rt::registration {

using UserId = Id<struct UserTag>;
using OrganisationId = Id<struct OrganisationTag>;
using PersonId = Id<struct PersonTag>;
using EventId = Id<struct EventTag>;
using DivisionId = Id<struct DivisionTag>;
using QuotaId = Id<struct QuotaTag>;
using FormId = Id<struct FormTag>;
using FormVersionId = Id<struct FormVersionTag>;
using AnswerSetId = Id<struct AnswerSetTag>;
using TeamId = Id<struct TeamTag>;
using MemberId = Id<struct MemberTag>;
using InviteId = Id<struct InviteTag>;
using RegistrationId = Id<struct RegistrationTag>;
using AllocationId = Id<struct AllocationTag>;
using EntryId = Id<struct EntryTag>;  // of a waiting list
using OfferId = Id<struct OfferTag>;
using ReserveId = Id<struct ReserveTag>;

// A text of the organiser in both languages; `en` may be empty, then `zh` stands for it.
struct I18n {
    std::string zh;
    std::string en;
    const std::string& In(base::Locale locale) const { return locale == base::Locale::kEn && !en.empty() ? en : zh; }
    bool operator==(const I18n&) const = default;
};

inline constexpr std::int64_t kTeamSizeMax = 100;
inline constexpr std::int64_t kCapMax = 10'000'000;
inline constexpr std::int64_t kDivisionsMax = 50;  // of an event
inline constexpr std::int64_t kFieldsMax = 60;     // of a form
inline constexpr std::int64_t kOptionsMax = 100;   // of a field
inline constexpr std::int64_t kInvitesMax = 20;    // live ones of a team
inline constexpr std::int64_t kInviteUsesMax = 1'000;
inline constexpr std::int64_t kInviteHoursMax = 24 * 90;
inline constexpr std::int64_t kReviewStagesMax = 3;
inline constexpr std::int64_t kTitleSizeMax = 120;  // code points, as all sizes of texts
inline constexpr std::int64_t kSummarySizeMax = 500;
inline constexpr std::int64_t kDescriptionSizeMax = 20'000;
inline constexpr std::int64_t kNameSizeMax = 60;
inline constexpr std::int64_t kReasonSizeMax = 500;
inline constexpr std::int64_t kAnswerSizeMax = 5'000;    // what a form may ask for in one text
inline constexpr std::int64_t kLineSizeDefault = 200;    // of a text field without `max`
inline constexpr std::int64_t kAreaSizeDefault = 2'000;  // of a textarea without `max`

}  // namespace rt::registration
