#include "registration/store/event_policy_rows.h"

#include "registration/store/division_rules.h"

namespace rt::registration::store {
namespace {

constexpr Statement kLongBench{
    "event.long_bench",
    "SELECT t.sub_count FROM team t JOIN event e ON e.id = t.event JOIN division d ON d.id = t.division"
    " WHERE t.event = $1 AND ($2 = 0 OR t.division = $2) AND t.state <> 'DISBANDED'"
    " AND t.sub_count > COALESCE(d.sub_max, e.sub_max) LIMIT 1"};
constexpr Statement kPut{
    "event.put_policy",
    "UPDATE event SET sub_max = $2, roster_lock_at = $3, draft_ttl = $4, pay_ttl = $5, pay_ttl_after_decision = $6,"
    " offer_ttl = $7, reset_review_on_edit = $8, cancel_policy = $9, waitlist_enabled = $10, waitlist_policy = $11,"
    " waitlist_cap = $12, max_skips = $13, skip_hours = $14, promotion = $15, admission = $16, admission_rate = $17,"
    " guardian_under_age = $18, minor_under_age = $19, retention_days = $20 WHERE id = $1"};

}  // namespace

EventPolicy ReadPolicy(const Row& row, int first) {
    EventPolicy out;
    int at = first;
    out.sub_max = row.Int(at++);
    out.roster_lock_at = row.OptionalTime(at++);
    out.draft_ttl = row.Int(at++);
    out.pay_ttl = row.Int(at++);
    out.pay_ttl_after_decision = row.Int(at++);
    out.offer_ttl = row.Int(at++);
    out.reset_review_on_edit = row.Int(at++) != 0;
    out.cancel_policy = *FromWord<CancelPolicy>(row.TextView(at++));
    out.waitlist.enabled = row.Int(at++) != 0;
    out.waitlist.policy = *FromWord<WaitlistPolicy>(row.TextView(at++));
    out.waitlist.cap = row.OptionalInt(at++);
    out.waitlist.max_skips = row.Int(at++);
    out.waitlist.skip_hours = row.Int(at++);
    out.waitlist.promotion = *FromWord<Promotion>(row.TextView(at++));
    out.admission = *FromWord<Admission>(row.TextView(at++));
    out.admission_rate = row.Int(at++);
    out.guardian_under_age = row.Int(at++);
    out.minor_under_age = row.Int(at++);
    out.retention_days = row.OptionalInt(at++);
    return out;
}

Status PutPolicy(Writer& writer, EventId event, const EventPolicy& policy) {
    const WaitlistRules& line = policy.waitlist;
    return writer.RunOne(kPut,
                         {event,
                          policy.sub_max,
                          policy.roster_lock_at,
                          policy.draft_ttl,
                          policy.pay_ttl,
                          policy.pay_ttl_after_decision,
                          policy.offer_ttl,
                          policy.reset_review_on_edit,
                          Word(policy.cancel_policy),
                          line.enabled,
                          Word(line.policy),
                          line.cap,
                          line.max_skips,
                          line.skip_hours,
                          Word(line.promotion),
                          Word(policy.admission),
                          policy.admission_rate,
                          policy.guardian_under_age,
                          policy.minor_under_age,
                          policy.retention_days},
                         Code::kInternal);
}

Status CheckBenches(Reader& reader, EventId event, DivisionId division) {
    RT_TRY(const auto longer, reader.FindInt(kLongBench, {event, division}));
    if (!longer.has_value()) return Ok();
    const std::string size = std::to_string(*longer);
    return base::InvalidField("sub_max",
                              {"已有 " + size + " 名替补的队伍", "There is a team with " + size + " substitutes"});
}

void SetPolicy(json::Object& out, const EventPolicy& policy) {
    const WaitlistRules& line = policy.waitlist;
    out.Set("sub_max", policy.sub_max);
    out.Set("roster_lock_at", policy.roster_lock_at ? json::Value(policy.roster_lock_at->micros) : json::Value());
    out.Set("draft_ttl", policy.draft_ttl);
    out.Set("pay_ttl", policy.pay_ttl);
    out.Set("pay_ttl_after_decision", policy.pay_ttl_after_decision);
    out.Set("offer_ttl", policy.offer_ttl);
    out.Set("reset_review_on_edit", policy.reset_review_on_edit);
    out.Set("cancel_policy", Word(policy.cancel_policy));
    out.Set("waitlist_enabled", line.enabled);
    out.Set("waitlist_policy", Word(line.policy));
    out.Set("waitlist_cap", OrNull(line.cap));
    out.Set("max_skips", line.max_skips);
    out.Set("skip_hours", line.skip_hours);
    out.Set("promotion", Word(line.promotion));
    out.Set("admission", Word(policy.admission));
    out.Set("admission_rate", policy.admission_rate);
    out.Set("guardian_under_age", policy.guardian_under_age);
    out.Set("minor_under_age", policy.minor_under_age);
    out.Set("retention_days", OrNull(policy.retention_days));
}

}  // namespace rt::registration::store
