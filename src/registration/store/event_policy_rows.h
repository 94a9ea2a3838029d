// The columns of an event's policy, for store/events.cpp.
#pragma once

#include "json/json.h"
#include "registration/domain/event_policy.h"
#include "registration/store/commit.h"

namespace rt::registration::store {

// 19 columns, read by ReadPolicy.
#define RT_POLICY_COLUMNS                                                                                   \
    "sub_max, roster_lock_at, draft_ttl, pay_ttl, pay_ttl_after_decision, offer_ttl, reset_review_on_edit," \
    " cancel_policy, waitlist_enabled, waitlist_policy, waitlist_cap, max_skips, skip_hours, promotion,"    \
    " admission, admission_rate, guardian_under_age, minor_under_age, retention_days"
inline constexpr int kPolicyColumns = 19;

EventPolicy ReadPolicy(const Row& row, int first);
// Writes it over the row of the event.
Status PutPolicy(Writer& writer, EventId event, const EventPolicy& policy);
// No team has more substitutes than the event and its divisions allow now (I4); `division` 0: all of them.
Status CheckBenches(Reader& reader, EventId event, DivisionId division);
// For the audit: every rule.
void SetPolicy(json::Object& out, const EventPolicy& policy);

}  // namespace rt::registration::store
