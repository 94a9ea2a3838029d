// Unicode normal forms (UAX #15) through utf8proc. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rt::text {

// NFKC: full-width and other compatibility forms become the plain ones. nullopt if `text` is not UTF-8.
std::optional<std::string> Nfkc(std::string_view text);

// What two names are compared by: NFKC with case folding, without invisible characters (NFKC_Casefold), runs of white
// space as one space, trimmed. nullopt if `text` is not UTF-8.
std::optional<std::string> NameKey(std::string_view text);

}  // namespace rt::text
