// E-mail addresses and phone numbers in one form each, and what others may see of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rt::auth::domain {

// How a person is reached with a code.
enum class Channel : std::uint8_t { kEmail, kPhone };

// An address of a person. `key` is what it is compared by; `address` is what messages go to.
struct Contact {
    Channel channel = Channel::kEmail;
    std::string address;
    std::string key;
};

inline constexpr std::size_t kEmailBytesMax = 254;  // RFC 5321 §4.5.3.1.3, without the brackets

// Of text that is NFKC already. The domain goes to lower case; the local part is kept for delivery and compared in
// lower case. nullopt for what no ordinary mail server takes: quoted local parts, other than ASCII, domains without a
// dot.
std::optional<Contact> ParseEmail(std::string_view nfkc);

// Of text that is NFKC already: E.164 with "+" (or "00"), or a mainland mobile number with or without 86. Spaces,
// hyphens, dots and parentheses between digits do not count. A mainland number must be a mobile one.
std::optional<Contact> ParsePhone(std::string_view nfkc);

// "l***@example.org", "138****8000", "+44*****5678".
std::string Masked(const Contact& contact);

}  // namespace rt::auth::domain
