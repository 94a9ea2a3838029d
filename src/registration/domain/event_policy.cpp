#include "registration/domain/event_policy.h"

namespace rt::registration {
namespace {

using base::FieldError;

}  // namespace

std::vector<FieldError> CheckPolicy(const EventPolicy& policy, const EventTimes& times) {
    std::vector<FieldError> out;
    if (policy.roster_lock_at.has_value()) {
        if (*policy.roster_lock_at < times.reg_open) {
            out.push_back({"roster_lock_at",
                           {"名单锁定不能早于报名开始", "The roster cannot be locked before registration opens"}});
        } else if (*policy.roster_lock_at > times.ends) {
            out.push_back(
                {"roster_lock_at", {"名单锁定不能晚于活动结束", "The roster must be locked before the event ends"}});
        }
    }
    if (policy.guardian_under_age > policy.minor_under_age) {
        out.push_back({"guardian_under_age",
                       {"不能大于未成年人年龄线", "It cannot be above the age under which one counts as a minor"}});
    }
    return out;
}

}  // namespace rt::registration
