// What an organiser decides about an event beside its times and texts (registration.md §3.2). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "registration/domain/event_phase.h"
#include "registration/domain/types.h"

namespace rt::registration {

inline constexpr std::int64_t kSubMax = 50;
inline constexpr std::int64_t kTtlHoursMax = 24 * 90;
// A payment channel needs some minutes to close an order for certain (registration.md §2.4).
inline constexpr std::int64_t kPayMinutesMin = 5;
inline constexpr std::int64_t kPayMinutesMax = 24 * 60;
inline constexpr std::int64_t kWaitlistCapMax = 1'000'000;
inline constexpr std::int64_t kSkipsMax = 100;
inline constexpr std::int64_t kSkipHoursMax = 24 * 30;
inline constexpr std::int64_t kAdmissionRateMax = 10'000;  // passes a second
inline constexpr std::int64_t kGuardianAgeMax = 21;
inline constexpr std::int64_t kRetentionDaysMax = 3'650;
inline constexpr std::int64_t kEntriesPerPersonMax = 100;

struct WaitlistRules {
    bool enabled = false;
    WaitlistPolicy policy = WaitlistPolicy::kStrict;
    std::optional<std::int64_t> cap;  // entries in the line; nullopt: no limit
    std::int64_t max_skips = 3;       // BEST_FIT: after so many, or so many hours after the first, an entry blocks
    std::int64_t skip_hours = 24;
    Promotion promotion = Promotion::kAuto;
    bool operator==(const WaitlistRules&) const = default;
};

// Times to live are µs.
struct EventPolicy {
    std::int64_t sub_max = 0;                  // substitutes of a team
    std::optional<base::Time> roster_lock_at;  // nullopt: when the event starts
    std::int64_t draft_ttl = 24 * base::kMicrosPerHour;
    std::int64_t pay_ttl = base::kMicrosPerHour / 4;
    std::int64_t pay_ttl_after_decision = 48 * base::kMicrosPerHour;
    std::int64_t offer_ttl = 24 * base::kMicrosPerHour;
    bool reset_review_on_edit = false;
    CancelPolicy cancel_policy = CancelPolicy::kSelf;  // of CONFIRMED registrations, by their captain
    WaitlistRules waitlist;
    Admission admission = Admission::kOpen;
    std::int64_t admission_rate = 50;      // RATE: passes a second
    std::int64_t guardian_under_age = 14;  // younger on the day it starts: a guardian consents; 0: never
    std::int64_t minor_under_age = 18;     // younger: counts as a minor
    std::optional<std::int64_t>
        retention_days;  // after the end answers are erased; nullopt: only where a field says so
    bool operator==(const EventPolicy&) const = default;
};

// The mistakes of the policy with the event's times, by field name; empty: it is good.
std::vector<base::FieldError> CheckPolicy(const EventPolicy& policy, const EventTimes& times);

}  // namespace rt::registration
