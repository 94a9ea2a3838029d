// What `serve --demo` puts into an empty data folder: an administrator and an open event.
#pragma once

#include <optional>
#include <string>

#include "app/services.h"

namespace rt::app {

inline constexpr std::string_view kDemoAdministrator = "admin";

// The password of the administrator if one was made, nullopt if there is one already. Before the public reads start, so
// that the first page shows the event. INVALID_STATE in production.
Result<std::optional<std::string>> SetUpDemo(Services& services);

}  // namespace rt::app
