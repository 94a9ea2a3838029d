// The state machines against an independent reading of registration.md §3.2, §3.4 and §3.5.
#include "registration/domain/registration_states.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "base/random.h"
#include "registration/domain/event_phase.h"
#include "registration/domain/team_states.h"

using namespace rt::registration;

namespace {

constexpr std::size_t kStates = WordsOf<RegistrationState>().size();

RegistrationState StateAt(std::size_t i) {
    return static_cast<RegistrationState>(i);
}

// The table of the design, as words; anything not written here must be refused.
std::map<std::tuple<std::string_view, std::string_view>, std::string_view> DesignTable(bool reviewed, bool last_stage) {
    return {
        {{"DRAFT", "submit"}, reviewed ? "IN_REVIEW" : "CONFIRMED"},
        {{"DRAFT", "withdraw"}, "WITHDRAWN"},
        {{"DRAFT", "cancel_event"}, "CANCELLED"},
        {{"IN_REVIEW", "approve"}, last_stage ? "CONFIRMED" : "IN_REVIEW"},
        {{"IN_REVIEW", "return"}, "RETURNED"},
        {{"IN_REVIEW", "return_deficient"}, "RETURNED"},
        {{"IN_REVIEW", "reject"}, "REJECTED"},
        {{"IN_REVIEW", "withdraw"}, "WITHDRAWN"},
        {{"IN_REVIEW", "cancel_event"}, "CANCELLED"},
        {{"RETURNED", "resubmit"}, "IN_REVIEW"},
        {{"RETURNED", "withdraw"}, "WITHDRAWN"},
        {{"RETURNED", "expire"}, "EXPIRED"},
        {{"RETURNED", "cancel_event"}, "CANCELLED"},
        {{"CONFIRMED", "cancel"}, "CANCELLED"},
        {{"CONFIRMED", "cancel_event"}, "CANCELLED"},
    };
}

}  // namespace

TEST_CASE("every state and command follows the design's table, and nothing else is possible") {
    for (std::int64_t stages = 0; stages <= 3; ++stages) {
        for (std::int64_t stage = 0; stage <= stages; ++stage) {
            const auto table = DesignTable(stages > 0, stage >= stages);
            for (std::size_t s = 0; s < kStates; ++s) {
                for (std::size_t c = 0; c < kRegistrationCommands; ++c) {
                    const auto command = static_cast<RegistrationCommand>(c);
                    const auto next = Apply(StateAt(s), command, {stage, stages});
                    const auto wanted = table.find({Word(StateAt(s)), Name(command)});
                    CAPTURE(Word(StateAt(s)));
                    CAPTURE(Name(command));
                    REQUIRE(next.has_value() == (wanted != table.end()));
                    if (next.has_value()) CHECK(Word(next->to) == wanted->second);
                }
            }
        }
    }
}

TEST_CASE("ended states are final and own no units") {
    for (std::size_t s = 0; s < kStates; ++s) {
        if (!IsEnded(StateAt(s))) continue;
        for (std::size_t c = 0; c < kRegistrationCommands; ++c) {
            CHECK_FALSE(Apply(StateAt(s), static_cast<RegistrationCommand>(c), {1, 1}).has_value());
        }
    }
}

TEST_CASE("random walks keep the units in step with the state") {
    rt::base::SeededRandom random(20261122);
    for (int walk = 0; walk < 2'000; ++walk) {
        RegistrationState state = RegistrationState::kDraft;
        ReviewPosition position{0, static_cast<std::int64_t>(random.Below(4))};
        enum { kNone, kHeld, kConfirmed } units = kNone;
        for (int step = 0; step < 12; ++step) {
            const auto command = static_cast<RegistrationCommand>(random.Below(kRegistrationCommands));
            const auto next = Apply(state, command, position);
            if (!next.has_value()) continue;
            switch (next->units) {
                case UnitsEffect::kKeep:
                    break;
                case UnitsEffect::kTakeHeld:
                    REQUIRE(units == kNone);
                    units = kHeld;
                    break;
                case UnitsEffect::kTakeConfirmed:
                    REQUIRE(units == kNone);
                    units = kConfirmed;
                    break;
                case UnitsEffect::kConfirm:
                    REQUIRE(units == kHeld);
                    units = kConfirmed;
                    break;
                case UnitsEffect::kRelease:
                    units = kNone;
                    break;
            }
            state = next->to;
            position.stage = next->stage;
            REQUIRE(position.stage <= position.stages);
            REQUIRE((state == RegistrationState::kConfirmed) == (units == kConfirmed));
            REQUIRE((units == kHeld) ==
                    (state == RegistrationState::kInReview || state == RegistrationState::kReturned));
            REQUIRE((position.stage > 0) == (units == kHeld));
            if (IsEnded(state)) REQUIRE(units == kNone);
        }
    }
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
    CHECK(at->units == UnitsEffect::kConfirm);
}

TEST_CASE("team states follow the design: FORMING and READY both ways, SUBMITTED, DISBANDED") {
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

TEST_CASE("members leave once") {
    for (std::size_t s = 0; s < WordsOf<MemberState>().size(); ++s) {
        const auto state = static_cast<MemberState>(s);
        for (std::size_t c = 0; c < kMemberCommands; ++c) {
            const auto next = Apply(state, static_cast<MemberCommand>(c));
            CHECK(next.has_value() == IsActive(state));
        }
    }
    CHECK(Apply(MemberState::kJoined, MemberCommand::kComplete) == MemberState::kConfirmed);
    CHECK(Apply(MemberState::kConfirmed, MemberCommand::kIncomplete) == MemberState::kJoined);
    CHECK(Apply(MemberState::kConfirmed, MemberCommand::kRemove) == MemberState::kRemoved);
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
