// The state machines against an independent reading of registration.md §3.2, §3.4 and §3.5.
#include "registration/domain/registration_states.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "registration/domain/event_phase.h"
#include "registration/domain/team_states.h"

using namespace rt::registration;

namespace {

constexpr std::size_t kStates = WordsOf<RegistrationState>().size();

RegistrationState StateAt(std::size_t i) {
    return static_cast<RegistrationState>(i);
}

using Position = ReviewPosition;
using Entry = ReviewPosition::Entry;

// Every combination of what decides beside the state.
std::vector<Position> Positions() {
    std::vector<Position> out;
    for (std::int64_t stages = 0; stages <= 3; ++stages) {
        for (std::int64_t stage = 0; stage <= stages; ++stage) {
            for (int bits = 0; bits < 8; ++bits) {
                for (const Entry entry : {Entry::kPlace, Entry::kLine, Entry::kPool}) {
                    out.push_back({stage, stages, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, entry});
                }
            }
        }
    }
    return out;
}

// fork of the design: review first, then payment, else done.
std::string_view Fork(const Position& at) {
    if (at.stages > 0 && !at.approved) return "IN_REVIEW";
    return at.priced ? "AWAITING_PAYMENT" : "CONFIRMED";
}

// The table of the design, as words; anything not written here must be refused.
std::map<std::pair<std::string_view, std::string_view>, std::string_view> DesignTable(const Position& at) {
    std::map<std::pair<std::string_view, std::string_view>, std::string_view> table;
    const bool last = at.stage >= at.stages;
    const std::string_view entered = at.entry == Entry::kPool   ? "POOLED"
                                     : at.entry == Entry::kLine ? "WAITLISTED"
                                                                : Fork(at);
    table[{"DRAFT", "submit"}] = entered;
    if (at.entry != Entry::kPool) table[{"POOLED", "draw"}] = entered;
    table[{"POOLED", "miss"}] = "NOT_DRAWN";
    if (at.entry == Entry::kPlace) table[{"WAITLISTED", "promote"}] = Fork(at);
    table[{"IN_REVIEW", "approve"}] = !last ? "IN_REVIEW" : at.priced ? "AWAITING_PAYMENT" : "CONFIRMED";
    if (last) table[{"IN_REVIEW", "waitlist"}] = "WAITLISTED";
    table[{"IN_REVIEW", "return"}] = "RETURNED";
    table[{"IN_REVIEW", "reject"}] = "REJECTED";
    table[{"RETURNED", "resubmit"}] = "IN_REVIEW";
    table[{"AWAITING_PAYMENT", "pay"}] = "CONFIRMED";
    for (const char* state : {"IN_REVIEW", "AWAITING_PAYMENT"}) table[{state, "return_deficient"}] = "RETURNED";
    for (const char* state : {"DRAFT", "RETURNED", "WAITLISTED", "AWAITING_PAYMENT"}) {
        table[{state, "expire"}] = "EXPIRED";
    }
    for (const char* state : {"DRAFT", "POOLED", "WAITLISTED", "IN_REVIEW", "RETURNED", "AWAITING_PAYMENT"}) {
        table[{state, "withdraw"}] = "WITHDRAWN";
    }
    table[{"CONFIRMED", "cancel"}] = "CANCELLED";
    table[{"CONFIRMED", "request_cancel"}] = "CANCEL_REQUESTED";
    table[{"CANCEL_REQUESTED", "grant_cancel"}] = "CANCELLED";
    // What was reviewed again when its captain asked goes on being reviewed.
    table[{"CANCEL_REQUESTED", "refuse_cancel"}] = at.stage > 0 ? "IN_REVIEW" : "CONFIRMED";
    for (const char* state : {"IN_REVIEW", "RETURNED"}) {
        if (at.approved) table[{state, "cancel"}] = "CANCELLED";
        if (at.approved) table[{state, "request_cancel"}] = "CANCEL_REQUESTED";
    }
    if (at.resets && at.stages > 0) {
        for (const char* state : {"CONFIRMED", "IN_REVIEW"}) table[{state, "edit"}] = "IN_REVIEW";
    }
    table[{"CONFIRMED", "check_in"}] = "CHECKED_IN";
    table[{"CONFIRMED", "no_show"}] = "NO_SHOW";
    table[{"CHECKED_IN", "complete"}] = "COMPLETED";
    for (const std::string_view state : WordsOf<RegistrationState>()) {
        const bool ended = IsEnded(*FromWord<RegistrationState>(state));
        if (ended) table[{state, "reopen"}] = "DRAFT";
        if (!ended) table[{state, "cancel_event"}] = "CANCELLED";
    }
    return table;
}

}  // namespace

TEST_CASE("every state and command follows the design's table, and nothing else is possible") {
    for (const Position& at : Positions()) {
        const auto table = DesignTable(at);
        for (std::size_t s = 0; s < kStates; ++s) {
            for (std::size_t c = 0; c < kRegistrationCommands; ++c) {
                const auto command = static_cast<RegistrationCommand>(c);
                const auto next = Apply(StateAt(s), command, at);
                const auto wanted = table.find({Word(StateAt(s)), Name(command)});
                CAPTURE(Word(StateAt(s)));
                CAPTURE(Name(command));
                REQUIRE(next.has_value() == (wanted != table.end()));
                if (next.has_value()) CHECK(Word(next->to) == wanted->second);
            }
        }
    }
}

TEST_CASE("exactly these states have ended: they own no units, and only a reopening leads out of them") {
    const std::set<std::string_view> ended{"REJECTED", "WITHDRAWN", "EXPIRED", "NOT_DRAWN", "CANCELLED"};
    for (std::size_t s = 0; s < kStates; ++s) {
        CHECK(IsEnded(StateAt(s)) == ended.contains(Word(StateAt(s))));
        if (!IsEnded(StateAt(s))) continue;
        for (const HoldPolicy policy : {HoldPolicy::kAtCreate, HoldPolicy::kAtSubmit, HoldPolicy::kAtApprove}) {
            CHECK_FALSE(UnitsIn(StateAt(s), policy, false).has_value());
            CHECK_FALSE(UnitsIn(StateAt(s), policy, true).has_value());
        }
    }
}

TEST_CASE("when a place is taken, by policy") {
    using S = RegistrationState;
    using A = AllocationState;
    using P = HoldPolicy;
    const auto has = [](S state, P policy, bool approved = false) { return UnitsIn(state, policy, approved); };
    CHECK(has(S::kDraft, P::kAtCreate) == A::kHeld);
    CHECK(has(S::kInReview, P::kAtSubmit) == A::kHeld);
    CHECK_FALSE(has(S::kInReview, P::kAtApprove).has_value());
    CHECK_FALSE(has(S::kDraft, P::kAtApprove).has_value());
    CHECK(has(S::kInReview, P::kAtApprove, true) == A::kConfirmed);
    CHECK(has(S::kReturned, P::kAtSubmit) == A::kHeld);
    for (const P policy : {P::kAtCreate, P::kAtSubmit, P::kAtApprove}) {
        CHECK_FALSE(has(S::kWaitlisted, policy).has_value());
        CHECK_FALSE(has(S::kPooled, policy).has_value());
        CHECK(has(S::kAwaitingPayment, policy) == A::kHeld);
        for (const S state : {S::kConfirmed, S::kCancelRequested, S::kCheckedIn, S::kCompleted, S::kNoShow}) {
            CHECK(has(state, policy) == A::kConfirmed);
        }
    }
}

TEST_CASE("random walks: the stage is that of the review, and every walk can end") {
    rt::base::SeededRandom random(20261122);
    std::set<std::string_view> seen;
    for (int walk = 0; walk < 4'000; ++walk) {
        RegistrationState state = RegistrationState::kDraft;
        Position at{.stages = static_cast<std::int64_t>(random.Below(4)), .resets = random.Below(2) == 1};
        for (int step = 0; step < 16; ++step) {
            const auto command = static_cast<RegistrationCommand>(random.Below(kRegistrationCommands));
            at.entry = static_cast<Entry>(random.Below(3));
            const auto next = Apply(state, command, at);
            if (!next.has_value()) continue;
            state = next->to;
            at.stage = next->stage;
            seen.insert(Word(state));
            REQUIRE(at.stage <= at.stages);
            const bool reviewed = state == RegistrationState::kInReview || state == RegistrationState::kReturned;
            REQUIRE((at.stage > 0) == reviewed);
            REQUIRE((IsEnded(state) || Apply(state, RegistrationCommand::kCancelEvent, at).has_value()));
        }
    }
    CHECK(seen.size() == kStates - 1);  // all but AWAITING_PAYMENT: nothing has a price here
}

TEST_CASE("three stages take three approvals, and a return resumes at its stage") {
    auto at = Apply(RegistrationState::kDraft, RegistrationCommand::kSubmit, {0, 3});
    REQUIRE(at.has_value());
    CHECK(at->stage == 1);
    at = Apply(at->to, RegistrationCommand::kApprove, {at->stage, 3});
    CHECK(at->stage == 2);
    at = Apply(at->to, RegistrationCommand::kReturn, {at->stage, 3});
    CHECK(at->to == RegistrationState::kReturned);
    at = Apply(at->to, RegistrationCommand::kResubmit, {at->stage, 3});
    CHECK(at->stage == 2);
    at = Apply(at->to, RegistrationCommand::kApprove, {at->stage, 3});
    CHECK(at->to == RegistrationState::kInReview);
    CHECK(at->stage == 3);
    at = Apply(at->to, RegistrationCommand::kApprove, {at->stage, 3});
    CHECK(at->to == RegistrationState::kConfirmed);
}

TEST_CASE("where the event says so, an edit or a resubmission starts the review anew") {
    const Position resets{.stage = 3, .stages = 3, .resets = true};
    CHECK(Apply(RegistrationState::kReturned, RegistrationCommand::kResubmit, resets)->stage == 1);
    CHECK(Apply(RegistrationState::kInReview, RegistrationCommand::kEdit, resets)->stage == 1);
    CHECK(Apply(RegistrationState::kConfirmed, RegistrationCommand::kEdit, {.stages = 3, .resets = true})->stage == 1);
    CHECK_FALSE(Apply(RegistrationState::kConfirmed, RegistrationCommand::kEdit, {.stages = 3}).has_value());
}

TEST_CASE("team states follow the design: FORMING and READY both ways, SUBMITTED, LOCKED, DISBANDED") {
    using T = TeamState;
    using C = TeamCommand;
    const std::map<std::tuple<T, C>, T> table{
        {{T::kForming, C::kRosterReady}, T::kReady},
        {{T::kForming, C::kRosterNotReady}, T::kForming},
        {{T::kForming, C::kDisband}, T::kDisbanded},
        {{T::kReady, C::kRosterReady}, T::kReady},
        {{T::kReady, C::kRosterNotReady}, T::kForming},
        {{T::kReady, C::kSubmit}, T::kSubmitted},
        {{T::kReady, C::kDisband}, T::kDisbanded},
        {{T::kSubmitted, C::kRosterReady}, T::kSubmitted},
        {{T::kSubmitted, C::kRosterNotReady}, T::kSubmitted},
        {{T::kSubmitted, C::kRegistrationEnded}, T::kForming},
        {{T::kSubmitted, C::kLock}, T::kLocked},
        {{T::kLocked, C::kRosterReady}, T::kLocked},
        {{T::kLocked, C::kRosterNotReady}, T::kLocked},
        {{T::kLocked, C::kRegistrationEnded}, T::kForming},
        {{T::kLocked, C::kUnlock}, T::kSubmitted},
    };
    for (std::size_t s = 0; s < WordsOf<T>().size(); ++s) {
        for (std::size_t c = 0; c < kTeamCommands; ++c) {
            const auto next = Apply(static_cast<T>(s), static_cast<C>(c));
            const auto wanted = table.find({static_cast<T>(s), static_cast<C>(c)});
            REQUIRE(next.has_value() == (wanted != table.end()));
            if (next.has_value()) CHECK(*next == wanted->second);
        }
    }
}

TEST_CASE("member states follow the design: invited and asking, on the team, gone once") {
    using M = MemberState;
    using C = MemberCommand;
    const std::map<std::tuple<M, C>, M> table{
        {{M::kInvited, C::kAccept}, M::kJoined},
        {{M::kInvited, C::kDecline}, M::kDeclined},
        {{M::kInvited, C::kExpire}, M::kExpired},
        {{M::kInvited, C::kRevoke}, M::kRevoked},
        {{M::kPendingCaptain, C::kAccept}, M::kJoined},
        {{M::kPendingCaptain, C::kReject}, M::kRejected},
        {{M::kPendingCaptain, C::kLeave}, M::kLeft},
        {{M::kJoined, C::kComplete}, M::kConfirmed},
        {{M::kJoined, C::kIncomplete}, M::kJoined},
        {{M::kJoined, C::kLeave}, M::kLeft},
        {{M::kJoined, C::kRemove}, M::kRemoved},
        {{M::kJoined, C::kSubstitute}, M::kSubstituted},
        {{M::kConfirmed, C::kComplete}, M::kConfirmed},
        {{M::kConfirmed, C::kIncomplete}, M::kJoined},
        {{M::kConfirmed, C::kLeave}, M::kLeft},
        {{M::kConfirmed, C::kRemove}, M::kRemoved},
        {{M::kConfirmed, C::kSubstitute}, M::kSubstituted},
    };
    for (std::size_t s = 0; s < WordsOf<M>().size(); ++s) {
        for (std::size_t c = 0; c < kMemberCommands; ++c) {
            const auto next = Apply(static_cast<M>(s), static_cast<C>(c));
            const auto wanted = table.find({static_cast<M>(s), static_cast<C>(c)});
            REQUIRE(next.has_value() == (wanted != table.end()));
            if (next.has_value()) CHECK(*next == wanted->second);
        }
    }
}

TEST_CASE("readiness at the limits of the size") {
    const auto ready = [](std::int64_t counted, std::int64_t confirmed, bool form) {
        const Roster roster{counted, confirmed, 3, 5, form};
        CHECK(MissingFor(roster).empty() == IsReady(roster));
        return IsReady(roster);
    };
    CHECK_FALSE(ready(2, 2, true));
    CHECK(ready(3, 3, true));
    CHECK(ready(5, 5, true));
    CHECK_FALSE(ready(6, 6, true));
    CHECK_FALSE(ready(4, 3, true));
    CHECK_FALSE(ready(4, 4, false));
}

TEST_CASE("the phase of an event at every edge") {
    const EventTimes times{{100}, {200}, {300}, {400}};
    REQUIRE(TimesAreOrdered(times));
    const std::pair<std::int64_t, Phase> rows[] = {
        {99, Phase::kUpcoming}, {100, Phase::kOpen},    {199, Phase::kOpen},    {200, Phase::kClosed},
        {299, Phase::kClosed},  {300, Phase::kRunning}, {399, Phase::kRunning}, {400, Phase::kFinished},
    };
    for (const auto& [now, phase] : rows) CHECK(PhaseAt(times, {now}) == phase);
    // Registration may go on while the event runs.
    const EventTimes late{{100}, {350}, {300}, {400}};
    CHECK(PhaseAt(late, {349}) == Phase::kOpen);
    CHECK(PhaseAt(late, {350}) == Phase::kRunning);
    const auto own = WithOverride(times, {rt::base::Time{150}, std::nullopt});
    CHECK(PhaseAt(own, {149}) == Phase::kUpcoming);
    CHECK(PhaseAt(own, {150}) == Phase::kOpen);
    CHECK_FALSE(TimesAreOrdered({{100}, {100}, {300}, {400}}));
    CHECK_FALSE(TimesAreOrdered({{100}, {401}, {300}, {400}}));
    CHECK_FALSE(TimesAreOrdered({{100}, {200}, {400}, {400}}));
}

TEST_CASE("events move as the design says") {
    using S = EventState;
    using C = EventCommand;
    CHECK(Apply(S::kDraft, C::kPublish, Phase::kUpcoming) == S::kPublished);
    CHECK_FALSE(Apply(S::kPublished, C::kPublish, Phase::kOpen).has_value());
    CHECK(Apply(S::kPublished, C::kPause, Phase::kOpen) == S::kPaused);
    CHECK(Apply(S::kPaused, C::kResume, Phase::kOpen) == S::kPublished);
    CHECK(Apply(S::kPaused, C::kCancel, Phase::kOpen) == S::kCancelled);
    CHECK_FALSE(Apply(S::kPublished, C::kArchive, Phase::kRunning).has_value());
    CHECK(Apply(S::kPublished, C::kArchive, Phase::kFinished) == S::kArchived);
    CHECK(Apply(S::kPublished, C::kUnpublish, Phase::kOpen) == S::kDraft);
    CHECK(Apply(S::kPaused, C::kUnpublish, Phase::kUpcoming) == S::kDraft);
    CHECK_FALSE(Apply(S::kDraft, C::kUnpublish, Phase::kUpcoming).has_value());
    for (std::size_t c = 0; c < kEventCommands; ++c) {
        CHECK_FALSE(Apply(S::kArchived, static_cast<C>(c), Phase::kFinished).has_value());
        if (static_cast<C>(c) != C::kArchive) {
            CHECK_FALSE(Apply(S::kCancelled, static_cast<C>(c), Phase::kOpen).has_value());
        }
    }
    CHECK(TakesRegistrations(S::kPublished, Phase::kOpen));
    CHECK_FALSE(TakesRegistrations(S::kPaused, Phase::kOpen));
    CHECK_FALSE(TakesRegistrations(S::kPublished, Phase::kClosed));
}
