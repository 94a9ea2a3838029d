// The checks of single form fields. Each takes what people type and gives the normal form that is stored, or nullopt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "registration/domain/calendar.h"
#include "registration/domain/words.h"

namespace rt::registration {

// Mainland China mobile number, "13812345678"; accepts spaces, dashes, full-width digits and +86.
std::optional<std::string> NormaliseMobileCn(std::string_view typed);

// Mail address with an ASCII domain of at least two labels (the practical part of RFC 5321); the domain in lower case.
std::optional<std::string> NormaliseEmail(std::string_view typed);

// Resident identity card number (GB 11643-1999, 18 characters).
struct IdCardCn {
    using Sex = Gender;
    std::string number;  // 17 digits and a digit or X
    Date birth;
    Sex sex = Sex::kFemale;
};
// nullopt on a wrong length, region, date, a birth after `today`, or a wrong check character.
std::optional<IdCardCn> ParseIdCardCn(std::string_view typed, const Date& today);
// The check character of 17 digits.
char IdCardCheckCharacter(std::string_view digits17);

// "110101********1234" style: what a list may show.
std::string MaskMiddle(std::string_view text);

}  // namespace rt::registration
