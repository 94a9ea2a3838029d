#include "registration/domain/availability.h"

#include <algorithm>

namespace rt::registration {
namespace {

Availability Of(const QuotaFigures& quota, std::int64_t places) {
    if (!quota.open) return Availability::kGone;
    if (places > 0) return Availability::kOk;
    if (quota.held > 0 && quota.clock_running) return Availability::kHeld;
    return quota.held + quota.blocked > 0 ? Availability::kReserved : Availability::kGone;
}

}  // namespace

Places PlacesOf(std::span<const QuotaFigures> quotas, std::int64_t team_min) {
    Places out;
    for (const QuotaFigures& quota : quotas) {
        if (!quota.cap.has_value() && quota.open) continue;
        const std::int64_t need = quota.unit == QuotaUnit::kPerson ? std::max<std::int64_t>(team_min, 1) : 1;
        const std::int64_t free = quota.open ? std::max<std::int64_t>(*quota.cap - quota.used(), 0) : 0;
        const std::int64_t places = free / need;
        out.availability = std::max(out.availability, Of(quota, places));
        out.left = std::min(out.left.value_or(places), places);
    }
    return out;
}

Places BestOf(std::span<const Places> divisions, std::optional<std::int64_t> event_left) {
    if (divisions.empty()) return {Availability::kGone, 0};
    Places out{Availability::kGone, 0};
    for (const Places& division : divisions) {
        out.availability = std::min(out.availability, division.availability);
        if (!out.left.has_value() || !division.left.has_value()) {
            out.left.reset();
        } else {
            *out.left += *division.left;
        }
    }
    if (event_left.has_value()) out.left = std::min(out.left.value_or(*event_left), *event_left);
    return out;
}

}  // namespace rt::registration
