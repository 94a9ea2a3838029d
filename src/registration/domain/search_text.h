// What a name is found by: the beginnings of its words, and of every character where words are not set apart. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rt::registration {

inline constexpr std::size_t kPartCharactersMax = 12;
inline constexpr std::size_t kPartsMax = 60;

// Of a normalised name (text::NameKey): each part begins at a word, or at a character of Chinese, Japanese, Korean or
// Thai script, and goes on for kPartCharactersMax characters of the name, without its spaces. No part twice; in order.
std::vector<std::string> NameParts(std::string_view name_norm);

// What a part must begin with for `typed` (normalised) to be found: its first kPartCharactersMax characters without
// spaces. Empty for a blank text.
std::string SearchPart(std::string_view typed_norm);

// The least text that is greater than all that begin with `prefix`; empty when there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace rt::registration
