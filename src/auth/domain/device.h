// What a client is called in a list of sessions. Pure.
#pragma once

#include <string>
#include <string_view>

namespace rt::auth::domain {

// "Chrome, Windows" from a User-Agent; "WeChat, Android"; the first word of what it does not know. At most 40 bytes of
// ASCII; "?" for nothing. A hint for people, no proof of anything.
std::string DeviceLabel(std::string_view user_agent);

}  // namespace rt::auth::domain
