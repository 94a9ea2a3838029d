// The texts to people, from the one table messages.def. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace rt::notify {

struct MessageText {
    std::string_view topic;
    std::string_view kind;
    std::string_view subject_zh;
    std::string_view body_zh;
    std::string_view subject_en;
    std::string_view body_en;
};

const std::vector<MessageText>& MessageTexts();
// nullptr: the table has none.
const MessageText* FindText(std::string_view topic, std::string_view kind);

using Params = std::map<std::string, std::string, std::less<>>;

struct Rendered {
    std::string subject;  // one line
    std::string body;
};

// {name} becomes the parameter, whose line breaks and control characters become blanks; a line of the body with a
// parameter that is absent or empty is left out. Parameters are never looked at for further braces.
Rendered Render(const MessageText& text, base::Locale locale, const Params& params);

// "2026-11-22 22:24 (UTC+8)".
std::string LocalTime(base::Time time);

}  // namespace rt::notify
