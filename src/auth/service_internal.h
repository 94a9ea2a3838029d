// Small things the files of Service share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/domain/contact.h"
#include "auth/identity.h"
#include "auth/user.h"
#include "base/error.h"

namespace rt::auth {

// What guesses are counted by: an account, and what was typed, in one form for all spellings of a name, address or
// number.
std::string GuessSubject(UserId user);
std::string GuessSubject(std::string_view typed);

// What a session keeps of a User-Agent: its first 200 characters, without anything but plain text.
std::string PlainDevice(std::string_view user_agent);

// An e-mail address or a phone number, if what was typed is one.
std::optional<domain::Contact> ContactTyped(std::string_view typed);

// "203.0.113.0/24", "2001:db8:1::/48": tells a person whether it was he without saying where he lives.
std::string MaskedNetwork(std::string_view client);

// What a message calls a way to sign in: the masked address, or WeChat.
std::string ShownWay(IdentityKind kind, std::string_view shown, base::Locale locale);

Error AccountLocked();

}  // namespace rt::auth
