// Fields as the lines of a head: how answers are written without a string for each.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/parse.h"
#include "net/http.h"

namespace rt::net {

// The caller has seen to it that neither text holds a line break.
inline void AppendFieldLine(std::string& lines, std::string_view name, std::string_view value) {
    lines.append(name).append(": ").append(value).append("\r\n");
}

inline bool HasField(const Response& response, std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const Header& header) { return base::EqualsIgnoreAsciiCase(header.name, name); });
}

}  // namespace rt::net
