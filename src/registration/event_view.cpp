// What an event's policy and a division's rules look like in JSON.
#include "registration/store/division_rules.h"
#include "registration/store/i18n.h"
#include "registration/views.h"

namespace rt::registration {

void SetPublicPolicy(json::Object& out, const store::Event& event) {
    const EventPolicy& policy = event.policy;
    out.Set("rules", store::ToJson(event.rules));
    out.Set("sub_max", policy.sub_max);
    out.Set("roster_lock_at", TimeJson(policy.roster_lock_at));
    out.Set("cancel_policy", Word(policy.cancel_policy));
    out.Set("waitlist_enabled", policy.waitlist.enabled);
    out.Set("waitlist_policy", Word(policy.waitlist.policy));
    out.Set("waitlist_cap", IntJson(policy.waitlist.cap));
    out.Set("admission", Word(policy.admission));
    out.Set("admission_rate", policy.admission_rate);
    out.Set("guardian_under_age", policy.guardian_under_age);
    out.Set("minor_under_age", policy.minor_under_age);
    out.Set("retention_days", IntJson(policy.retention_days));
}

void SetOrganiserPolicy(json::Object& out, const store::Event& event) {
    const EventPolicy& policy = event.policy;
    out.Set("draft_ttl_hours", policy.draft_ttl / base::kMicrosPerHour);
    out.Set("return_ttl_hours", event.return_ttl / base::kMicrosPerHour);
    out.Set("pay_ttl_minutes", policy.pay_ttl / base::kMicrosPerMinute);
    out.Set("pay_ttl_after_decision_hours", policy.pay_ttl_after_decision / base::kMicrosPerHour);
    out.Set("offer_ttl_hours", policy.offer_ttl / base::kMicrosPerHour);
    out.Set("reset_review_on_edit", policy.reset_review_on_edit);
    out.Set("max_skips", policy.waitlist.max_skips);
    out.Set("skip_hours", policy.waitlist.skip_hours);
    out.Set("promotion", Word(policy.waitlist.promotion));
    out.Set("has_passcode", !event.passcode_hash.empty());
}

void SetDivisionRules(json::Object& out, const store::Division& division, const store::Event& event) {
    out.Set("description", store::ToJson(division.description));
    out.Set("sub_max", division.SubMax(event));
    out.Set("rules", store::ToJson(division.rules));
}

}  // namespace rt::registration
