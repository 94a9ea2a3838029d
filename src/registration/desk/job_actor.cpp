#include "registration/desk/job_actor.h"

#include "registration/store/events.h"

namespace rt::registration {

Result<std::optional<store::Actor>> ActorNow(const Service& service, const AskedBy& asked, net::PermissionSet wanted) {
    const auto& needs = service.needs();
    RT_TRY(const auto event,
           needs.db.Read([&](store::Reader& reader) { return store::FindEvent(reader, asked.event); }));
    if (!event.has_value()) return std::optional<store::Actor>();
    RT_TRY(const auto rights, needs.access.RightsOf(auth::UserId{asked.user.value}));
    if (rights->status != auth::UserStatus::kActive) return std::optional<store::Actor>();
    const auto held = rights->In({event->organisation.value, event->id.value});
    if (!held.HasAll(wanted)) return std::optional<store::Actor>();
    return std::optional(store::Actor{asked.user, held, asked.client, "job:" + asked.job});
}

}  // namespace rt::registration
