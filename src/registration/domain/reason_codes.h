// Reasons that the server itself gives for what becomes of a registration. The codes are stored where an organiser's
// words would stand, and shown in the reader's language.
#pragma once

#include <string_view>

#include "base/error.h"

namespace rt::registration {

inline constexpr std::string_view kReasonNotDrawn = "#not_drawn";
inline constexpr std::string_view kReasonIncomplete = "#incomplete";
inline constexpr std::string_view kReasonListClosed = "#list_closed";
inline constexpr std::string_view kReasonOffersMissed = "#offers_missed";
inline constexpr std::string_view kReasonDeficient = "#deficient";
inline constexpr std::string_view kReasonImportTakenBack = "#import_taken_back";
inline constexpr std::string_view kReasonEventCancelled = "#event_cancelled";

// What a stored reason says: that of a code, or the words as they were written. Also knows what was stored before there
// were codes.
base::Text ReasonText(std::string_view stored);

}  // namespace rt::registration
