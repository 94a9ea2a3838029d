// Invitation codes: 8 characters of Crockford base32 (40 bits), shown as "ABCD-2345".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace rt::registration {

inline constexpr std::size_t kInviteCodeLength = 8;

// Lower case, without the dash.
std::string NewInviteCode(Random& random);
// Takes what people type: either case, dashes and spaces, the look-alikes i, l, o, full-width characters.
std::optional<std::string> ParseInviteCode(std::string_view typed);
// "ABCD-2345".
std::string ShowInviteCode(std::string_view code);

}  // namespace rt::registration
