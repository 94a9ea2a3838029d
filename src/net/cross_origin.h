// Which pages of other origins may read answers (Fetch standard, CORS protocol). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/head.h"

namespace rt::net {

// An origin as browsers send it: "https://example.org", scheme and host in lower case, no default port. INVALID for
// anything else: paths, "*", "null", names without a scheme other than http and https.
Result<std::string> NormaliseOrigin(std::string_view text);

// The request's origin if it is one of `allowed`, compared whole; empty if there is none, more than one, or a stranger.
std::string_view AllowedOrigin(const Head& head, const std::vector<std::string>& allowed);

}  // namespace rt::net
