#include "registration/place_view.h"

#include <algorithm>

#include "registration/store/waitlist.h"
#include "registration/views.h"

namespace rt::registration {
namespace {

using S = RegistrationState;

bool IsBeforeConfirmed(S state) {
    return !IsEnded(state) && state < S::kConfirmed;
}

void AddCaptains(std::vector<std::string_view>& out, const store::RegistrationRow& row, const store::TeamFacts& team,
                 base::Time now, bool has_offer) {
    // What has been confirmed is left by the policy, also while it is reviewed again.
    const bool confirmed = row.state == S::kConfirmed ||
                           (row.approved_at.has_value() && (row.state == S::kInReview || row.state == S::kReturned));
    if (IsBeforeConfirmed(row.state) && !confirmed) out.emplace_back("withdraw");
    if (row.state == S::kReturned) out.emplace_back("resubmit");
    if (confirmed && now < team.cancel_deadline && team.cancel_policy != CancelPolicy::kNone) {
        out.emplace_back(team.cancel_policy == CancelPolicy::kRequest ? "request_cancel" : "cancel");
    }
    if (has_offer) {
        out.emplace_back("accept_offer");
        out.emplace_back("decline_offer");
    }
}

void AddReviewers(std::vector<std::string_view>& out, const store::RegistrationRow& row, const store::TeamFacts& team) {
    if (row.state == S::kInReview) {
        for (const char* word : {"approve", "return", "reject"}) out.emplace_back(word);
        const bool last = row.review_stage >= team.review_stages;
        if (last && team.waitlist_enabled && team.hold_policy == HoldPolicy::kAtApprove) out.emplace_back("waitlist");
    }
    if (row.state == S::kCancelRequested) {
        out.emplace_back("grant_cancel");
        out.emplace_back("refuse_cancel");
    }
}

void AddOrganisers(std::vector<std::string_view>& out, const store::RegistrationRow& row,
                   const store::TeamFacts& team) {
    if (IsBeforeConfirmed(row.state)) out.emplace_back("withdraw");
    if (row.state == S::kReturned) out.emplace_back("resubmit");
    if (row.state == S::kConfirmed) out.emplace_back("cancel");
    if (!IsEnded(row.state)) out.emplace_back("move");
    if (row.state == S::kWaitlisted) out.emplace_back("set_priority");
    if (IsEnded(row.state) && team.state != TeamState::kDisbanded && !team.draft &&
        team.event_state != EventState::kCancelled && team.event_state != EventState::kArchived) {
        out.emplace_back("reopen");
    }
}

json::Value ClockJson(std::string_view kind, base::Time until) {
    return json::Object{{"kind", kind}, {"until", TimeJson(until)}};
}

Result<json::Value> ClockOf(store::Reader& reader, const store::RegistrationRow& row,
                            const std::optional<store::PlaceInLine>& place) {
    const bool offered = place.has_value() && place->expires.has_value();
    if (!offered && row.state != S::kDraft && row.state != S::kReturned) return json::Value();
    RT_TRY(const auto event, store::FindEvent(reader, row.event));
    // The clocks stand meanwhile.
    if (event->state == EventState::kPaused) return json::Value();
    if (offered) return ClockJson("offer", *place->expires);
    const bool draft = row.state == S::kDraft;
    return ClockJson(draft ? "draft" : "return",
                     event->ClockFrom(row.since).Plus(draft ? event->policy.draft_ttl : event->return_ttl));
}

// `persons`: counted ones of the team, for whom places are collected.
json::Value WaitlistJson(const std::optional<store::PlaceInLine>& place, std::int64_t persons) {
    if (!place.has_value()) return {};
    const bool collecting = place->offer == OfferState::kCollecting;
    json::Value offer;
    if (place->offer == OfferState::kOpen) offer = json::Object{{"expires", TimeJson(place->expires)}};
    return json::Object{{"position", place->position},
                        {"of", place->of},
                        {"since", TimeJson(place->at)},
                        {"offer", std::move(offer)},
                        {"collecting", collecting},
                        {"collected", place->collected},
                        {"needed", persons}};
}

}  // namespace

std::vector<std::string_view> ActionsFor(const store::RegistrationRow& row, const store::TeamFacts& team,
                                         const store::Actor& viewer, base::Time now, bool has_offer) {
    std::vector<std::string_view> out;
    if (team.IsCaptain(viewer)) AddCaptains(out, row, team, now, has_offer);
    if (viewer.May(net::Permission::kRegReview)) AddReviewers(out, row, team);
    if (!viewer.May(net::Permission::kRegEdit)) return out;
    // Who is captain too, of teams he imported, has each word once; an organiser does not ask himself.
    std::erase(out, "request_cancel");
    std::vector<std::string_view> more;
    AddOrganisers(more, row, team);
    for (const std::string_view word : more) {
        if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
    }
    return out;
}

Status AddPlace(store::Reader& reader, json::Object& out, const store::RegistrationRow& row,
                const store::TeamFacts& team, const store::Actor& viewer, base::Time now) {
    std::optional<store::PlaceInLine> place;
    if (row.state == S::kWaitlisted) {
        RT_TRY(place, store::PlaceOf(reader, row.id));
    }
    RT_TRY(auto clock, ClockOf(reader, row, place));
    const bool has_offer = place.has_value() && place->offer == OfferState::kOpen &&
                           (*place->expires > now || team.event_state == EventState::kPaused);
    json::Array actions;
    for (const std::string_view word : ActionsFor(row, team, viewer, now, has_offer)) actions.emplace_back(word);
    out.Set("review_stages", team.review_stages);
    out.Set("clock", std::move(clock));
    out.Set("waitlist", WaitlistJson(place, team.member_count));
    out.Set("actions", std::move(actions));
    return Ok();
}

}  // namespace rt::registration
