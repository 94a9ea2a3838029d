// What players look like to each other.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rt::avalon {

inline constexpr std::size_t kNicknameSizeMax = 16;  // code points

// Pictures that every client has; the words are stored, so they are never renamed.
inline constexpr std::array<std::string_view, 16> kAvatars{"owl",  "fox",  "bear",  "wolf",  "deer", "hare",
                                                           "crow", "swan", "cat",   "boar",  "lion", "horse",
                                                           "moth", "frog", "raven", "dragon"};

// Until somebody chooses: nothing of the account shows, and everybody gets the same for the same id.
std::string DefaultNickname(std::string_view public_id);
std::string_view DefaultAvatar(std::string_view public_id);

// What is wrong with a nickname; nullopt: nothing. `key`: the name as names are compared (text::NameKey), so that
// nothing hides behind another script's width or case.
std::optional<base::Text> NicknameProblem(std::string_view nickname, std::string_view key);

}  // namespace rt::avalon
