#include "auth/device_life.h"

namespace rt::auth {

DeviceLife DeviceLifeAt(const std::optional<json::Object>& event, base::Time now) {
    if (!event) return DeviceLife::kLapsed;
    const auto text = [&](std::string_view key) -> std::string_view {
        const json::Value* value = event->Find(key);
        return value != nullptr && value->IsString() ? std::string_view(value->AsString()) : std::string_view();
    };
    const auto ends = base::ParseRfc3339(text("ends"));
    if (!ends.ok() || now >= ends->Plus(kDeviceDaysAfterEvent * base::kMicrosPerDay)) return DeviceLife::kLapsed;
    const std::string_view state = text("state");
    return state == "CANCELLED" || state == "ARCHIVED" ? DeviceLife::kOver : DeviceLife::kGood;
}

}  // namespace rt::auth
