// Rules for login names and passwords, after NIST SP 800-63B §3.1.1: length counts, composition rules do not, known
// weak passwords are refused. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rt::auth::domain {

inline constexpr std::size_t kLoginNameCharsMin = 3;
inline constexpr std::size_t kLoginNameCharsMax = 32;
inline constexpr std::size_t kPasswordBytesMin = 8;
inline constexpr std::size_t kPasswordBytesMax = 72;  // what bcrypt reads
inline constexpr std::size_t kDisplayNameCharsMax = 40;

// Trimmed, ASCII letters in lower case. The one form that is stored, compared and counted.
std::string NormaliseLoginName(std::string_view text);

// What is wrong with a normalised login name: a-z, 0-9, '.', '_' and '-', the first a letter or digit.
std::optional<base::Text> LoginNameProblem(std::string_view normalised);

// What is wrong with a new password for this (normalised) login name. Bytes are counted and nothing is trimmed or cut.
std::optional<base::Text> PasswordProblem(std::string_view password, std::string_view login_name);

}  // namespace rt::auth::domain
