// How long a check-in device is good: as long as its event matters.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "json/json.h"

namespace rt::auth {

// A device lapses so long after the end of its event: until then what was scanned offline can still be handed in.
inline constexpr std::int64_t kDeviceDaysAfterEvent = 7;

enum class DeviceLife : std::uint8_t {
    kGood,
    kOver,    // the event was cancelled or archived
    kLapsed,  // it ended kDeviceDaysAfterEvent ago, or is gone
};

// `event`: what ScopeSource::Event() says of it, with its "state" and "ends".
DeviceLife DeviceLifeAt(const std::optional<json::Object>& event, base::Time now);

}  // namespace rt::auth
