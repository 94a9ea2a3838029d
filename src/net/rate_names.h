// The classes of the rate limiter as metrics and the OpenAPI document name them.
#pragma once

#include <array>
#include <string_view>

#include "net/route.h"

namespace rt::net {

inline constexpr std::array<std::string_view, 6> kRateClassNames{"exempt",  "read",   "write",
                                                                 "sign_in", "export", "token"};
static_assert(kRateClassNames.size() == static_cast<std::size_t>(RateClass::kToken) + 1, "a name for each class");

inline std::string_view Name(RateClass rate_class) {
    return kRateClassNames.at(static_cast<std::size_t>(rate_class));
}

}  // namespace rt::net
