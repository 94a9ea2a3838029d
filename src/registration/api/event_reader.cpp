#include "registration/api/event_reader.h"

#include <algorithm>
#include <utility>

#include "auth/organisations.h"
#include "registration/form_json.h"

namespace rt::registration::api {
namespace {

constexpr json::TextRule kPasscodeRule{.size_min = 4, .size_max = 64};

bool IsZone(std::string_view zone) {
    if (zone.empty() || zone.size() > 64) return false;
    return std::all_of(zone.begin(), zone.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
               c == '-' || c == '+';
    });
}

}  // namespace

Status EventReader::Read() {
    Texts();
    if (use_ == Use::kCreate) organisation_ = in_.OptionalText("organisation", {.size_max = 60});
    Words();
    Times();
    Numbers();
    Clocks();
    Waitlist();
    Ages();
    Passcode();
    Check();
    return in_.Finish();
}

bool EventReader::SaysNull(std::string_view key) const {
    const json::Value* value = body_.Find(key);
    return value != nullptr && value->IsNull();
}

void EventReader::Texts() {
    if (Wants("title")) event_.title = I18nField(in_, "title", {.size_max = kTitleSizeMax});
    if (Has("summary")) event_.summary = I18nField(in_, "summary", {0, kSummarySizeMax, true});
    if (Has("description")) event_.description = I18nField(in_, "description", {0, kDescriptionSizeMax, true});
    if (Has("rules")) event_.rules = I18nField(in_, "rules", {0, kDescriptionSizeMax, true});
    if (Has("venue")) event_.venue = I18nField(in_, "venue", {0, 200, false});
    if (auto slug = in_.OptionalText("slug", {.size_max = 60})) {
        event_.slug = *std::move(slug);
        if (!auth::IsSlug(event_.slug)) {
            in_.Note("slug", {"3 到 60 个小写字母、数字或 -", "3 to 60 lower-case letters, digits or -"});
        }
    }
    event_.tz = in_.OptionalText("tz", {.size_max = 64}).value_or(event_.tz);
    if (!IsZone(event_.tz)) in_.Note("tz", {"时区名称不正确", "Not a time zone name"});
}

void EventReader::Words() {
    Word("type", event_.type);
    Word("visibility", event_.visibility);
    Word("mode", event_.mode);
    Word("hold_policy", event_.hold_policy);
    Word("cancel_policy", event_.policy.cancel_policy);
    Word("admission", event_.policy.admission);
}

void EventReader::Number(std::string_view key, std::int64_t& value, std::int64_t min, std::int64_t max) {
    value = in_.OptionalInt(key, min, max).value_or(value);
}

void EventReader::NumberOrNull(std::string_view key, std::optional<std::int64_t>& value, std::int64_t min,
                               std::int64_t max) {
    if (SaysNull(key)) value.reset();
    if (const auto number = in_.OptionalInt(key, min, max)) value = number;
}

void EventReader::Flag(std::string_view key, bool& value) {
    value = in_.OptionalBool(key).value_or(value);
}

void EventReader::Deadline(std::string_view key, std::optional<base::Time>& value) {
    if (SaysNull(key)) value.reset();
    if (const auto time = in_.OptionalTime(key)) value = time;
}

void EventReader::Ttl(std::string_view key, std::int64_t& micros, std::int64_t unit, std::int64_t min,
                      std::int64_t max) {
    if (const auto number = in_.OptionalInt(key, min, max)) micros = *number * unit;
}

void EventReader::Times() {
    if (Wants("reg_open")) event_.times.reg_open = in_.Time("reg_open");
    if (Wants("reg_close")) event_.times.reg_close = in_.Time("reg_close");
    if (Wants("starts")) event_.times.starts = in_.Time("starts");
    if (Wants("ends")) event_.times.ends = in_.Time("ends");
    Deadline("edit_deadline", event_.edit_deadline);
    Deadline("cancel_deadline", event_.cancel_deadline);
    Deadline("roster_lock_at", event_.policy.roster_lock_at);
}

void EventReader::Numbers() {
    const bool solo = event_.mode == Mode::kSolo;
    if (Wants("team_min") && !(solo && !Has("team_min"))) event_.team_min = in_.Int("team_min", 1, kTeamSizeMax);
    if (Wants("team_max") && !(solo && !Has("team_max"))) event_.team_max = in_.Int("team_max", 1, kTeamSizeMax);
    Number("sub_max", event_.policy.sub_max, 0, kSubMax);
    Number("review_stages", event_.review_stages, 0, kReviewStagesMax);
    Flag("reset_review_on_edit", event_.policy.reset_review_on_edit);
    Number("entries_max_per_person", event_.entries_max_per_person, 1, kEntriesPerPersonMax);
    Number("admission_rate", event_.policy.admission_rate, 1, kAdmissionRateMax);
    NumberOrNull("retention_days", event_.policy.retention_days, 1, kRetentionDaysMax);
    says_quota_ = Has("quota_teams") || SaysNull("quota_teams");
    quota_teams_ = in_.OptionalInt("quota_teams", 0, kCapMax);
}

void EventReader::Clocks() {
    EventPolicy& policy = event_.policy;
    Ttl("draft_ttl_hours", policy.draft_ttl, base::kMicrosPerHour, 1, kTtlHoursMax);
    Ttl("return_ttl_hours", event_.return_ttl, base::kMicrosPerHour, 1, kTtlHoursMax);
    Ttl("pay_ttl_minutes", policy.pay_ttl, base::kMicrosPerMinute, kPayMinutesMin, kPayMinutesMax);
    Ttl("pay_ttl_after_decision_hours", policy.pay_ttl_after_decision, base::kMicrosPerHour, 1, kTtlHoursMax);
    Ttl("offer_ttl_hours", policy.offer_ttl, base::kMicrosPerHour, 1, kTtlHoursMax);
}

void EventReader::Waitlist() {
    WaitlistRules& line = event_.policy.waitlist;
    Flag("waitlist_enabled", line.enabled);
    Word("waitlist_policy", line.policy);
    NumberOrNull("waitlist_cap", line.cap, 1, kWaitlistCapMax);
    Number("max_skips", line.max_skips, 0, kSkipsMax);
    Number("skip_hours", line.skip_hours, 1, kSkipHoursMax);
    Word("promotion", line.promotion);
}

void EventReader::Ages() {
    Number("guardian_under_age", event_.policy.guardian_under_age, 0, kGuardianAgeMax);
    Number("minor_under_age", event_.policy.minor_under_age, 0, kGuardianAgeMax);
}

void EventReader::Passcode() {
    if (SaysNull("passcode")) passcode_ = std::string();
    if (auto passcode = in_.OptionalText("passcode", kPasscodeRule)) passcode_ = *std::move(passcode);
}

void EventReader::Check() {
    const EventTimes& times = event_.times;
    if (times.reg_open >= times.reg_close) {
        in_.Note("reg_close", {"报名截止须晚于报名开始", "Registration must close after it opens"});
    }
    if (times.starts >= times.ends) {
        in_.Note("ends", {"结束时间须晚于开始时间", "The event must end after it starts"});
    }
    if (times.reg_close > times.ends) {
        in_.Note("reg_close", {"报名截止不能晚于活动结束", "Registration must close before the event ends"});
    }
    const auto after_end = [&](std::string_view key, const std::optional<base::Time>& at) {
        const bool said = use_ == Use::kCreate || Has(key) || Has("ends");
        if (said && at.has_value() && *at > times.ends) {
            in_.Note(std::string(key), {"不能晚于活动结束", "It cannot be after the event ends"});
        }
    };
    after_end("edit_deadline", event_.edit_deadline);
    after_end("cancel_deadline", event_.cancel_deadline);
    if (event_.team_min > event_.team_max) {
        in_.Note("team_max", {"人数上限小于下限", "The maximum is below the minimum"});
    }
    if (event_.mode == Mode::kSolo && (event_.team_max != 1 || event_.policy.sub_max != 0)) {
        in_.Note("team_max", {"个人报名的活动每队只有一人", "Where people register alone, a team has one member"});
    }
    if (event_.mode == Mode::kBoth && event_.team_min > 1) {
        in_.Note("team_min", {"允许个人报名时人数下限须为 1", "Where people may register alone, the minimum is one"});
    }
    for (base::FieldError& mistake : CheckPolicy(event_.policy, times)) {
        in_.Note(std::move(mistake.field), std::move(mistake.reason));
    }
}

}  // namespace rt::registration::api
