// The table with access to the members; private to config/.
#pragma once

#include <variant>

#include "config/config.h"

namespace rt::config {

using MemberPointer =
    std::variant<std::int64_t Config::*, bool Config::*, std::string Config::*, std::vector<std::string> Config::*>;

// In the order of Options().
const std::vector<MemberPointer>& Members();

std::vector<std::string> SplitList(std::string_view text);

}  // namespace rt::config
