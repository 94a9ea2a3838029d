// Small things the files of Service share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/domain/contact.h"
#include "auth/user.h"
#include "base/error.h"

namespace rt::auth {

// What guesses are counted by: an account, or what was typed where there is none.
std::string GuessSubject(UserId user);
std::string GuessSubject(std::string_view typed);

// An e-mail address or a phone number, if what was typed is one.
std::optional<domain::Contact> ContactTyped(std::string_view typed);

// "203.0.113.0/24", "2001:db8:1::/48": tells a person whether it was he without saying where he lives.
std::string MaskedNetwork(std::string_view client);

Error AccountLocked();

}  // namespace rt::auth
