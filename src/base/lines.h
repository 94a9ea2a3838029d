// A text of lines, as files of keys are written.
#pragma once

#include <string_view>
#include <vector>

#include "base/parse.h"

namespace rt::base {

// The lines without the blanks around them; those that are empty then are left out. Views into `text`.
inline std::vector<std::string_view> LinesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = TrimAscii(text.substr(0, end));
        if (!line.empty()) lines.push_back(line);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

}  // namespace rt::base
