// How this folder keeps what only the server may read. app/ provides it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rt::auth::wechat {

// Thread-safe; texts of base64. What was sealed for one context does not open in another.
struct Sealer {
    std::function<std::string(std::string_view context, std::string_view plain)> seal;
    std::function<Result<std::string>(std::string_view context, std::string_view sealed)> open;
};

}  // namespace rt::auth::wechat
