// Rules for login names and passwords, after NIST SP 800-63B §3.1.1: length counts, composition rules do not, known
// weak passwords are refused. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rt::auth::domain {

inline constexpr std::size_t kLoginNameCharsMin = 3;
inline constexpr std::size_t kLoginNameCharsMax = 32;
inline constexpr std::size_t kPasswordCharsMin = 8;   // code points
inline constexpr std::size_t kPasswordBytesMax = 72;  // what bcrypt reads
inline constexpr std::size_t kDisplayNameCharsMax = 40;

// Trimmed, ASCII letters in lower case. The one form that is stored, compared and counted.
std::string NormaliseLoginName(std::string_view text);

// What is wrong with a normalised login name: a-z, 0-9, '.', '_' and '-', the first a letter or digit.
std::optional<base::Text> LoginNameProblem(std::string_view normalised);

// Whose password it is to be; names as they are written.
struct PasswordOwner {
    std::string_view login_name;
    std::string_view display_name;
    std::string_view site_name;
};
// What is wrong with a new password: its length (nothing is trimmed or cut), control characters, one that is
// too common (common_passwords.h), one made of the owner's or the site's name.
std::optional<base::Text> PasswordProblem(std::string_view password, const PasswordOwner& owner);
// The same where nothing but a (normalised) login name is known.
std::optional<base::Text> PasswordProblem(std::string_view password, std::string_view login_name);

// The costs of the bcrypt rounds that remain to be done after one of cost `used` (nullopt: none), so that all of them
// together are as much work as one of cost `full`: each cost more doubles the work. Empty where more was done already.
std::vector<int> RemainingCosts(std::optional<int> used, int full);

}  // namespace rt::auth::domain
