// What an organiser's hand does to clocks and states: a pause, a reopening, a review that begins anew (registration.md
// §3.2, §3.5).
#include <doctest/doctest.h>

#include "registration/place_view.h"
#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::CancelPolicy;
using registration::EventState;
using registration::HoldPolicy;
using registration::OfferState;
using registration::Promotion;
using registration::QuotaScope;
using registration::QuotaUnit;
using C = RegistrationCommand;
using S = RegistrationState;

namespace {

template <class T>
Code CodeOf(const Result<T>& result) {
    REQUIRE_FALSE(result.ok());
    return result.error().code;
}

void NoRosterLock(World& world) {
    world.Run({"t.lock", "UPDATE event SET roster_lock_at = 9000000000000000"});
}

std::string Entry(World& world, const OpenEvent& event, std::int64_t user) {
    const auto registration = world.Submit(world.ReadyTeam(event, user, 1), user);
    REQUIRE(registration.ok());
    return *registration;
}

Result<store::RegistrationRow> AsOrganiser(World& world, const std::string& registration, C command) {
    const auto commit = world.Commit(World::Organiser(), store::kCommandIds);
    return world.db->Write("test", [&](store::Writer& w) {
        auto mine = commit;
        if (command == C::kGrantCancel || command == C::kRefuseCancel) {
            return store::DecideCancel(w, mine, {registration, command, "why", {}});
        }
        return store::RunAsCaptain(w, mine, {registration, command, {}, {}});
    });
}

std::vector<std::string_view> Actions(World& world, const std::string& registration, const store::Actor& viewer) {
    const auto row = world.db->Read([&](store::Reader& r) { return store::FindRegistration(r, registration); });
    const auto team = world.db->Read([&](store::Reader& r) { return store::FindTeam(r, (*row)->team); });
    return registration::ActionsFor(**row, **team, viewer, world.clock.Now(), false);
}

bool Has(const std::vector<std::string_view>& actions, std::string_view word) {
    return std::find(actions.begin(), actions.end(), word) != actions.end();
}

constexpr std::int64_t kHour = base::kMicrosPerHour;
constexpr std::int64_t kDay = base::kMicrosPerDay;

}  // namespace

TEST_CASE("a pause stops the clocks, and they run anew when it is over") {
    World world;
    world.AddUsers(20);
    EventPlan plan;
    plan.event_teams = 1;
    SUBCASE("of a draft that has its place") {
        plan.hold_policy = HoldPolicy::kAtCreate;
        auto event = world.Open(plan);
        REQUIRE(world.Found(event, 1).ok());
        world.clock.Advance(kHour);
        world.SetState(event, EventState::kPaused);
        world.clock.Advance(9 * kDay);
        world.Jobs();
        CHECK(world.Count({"test.registration_draft", "SELECT COUNT(*) FROM registration WHERE state = 'DRAFT'"}) == 1);
        world.SetState(event, EventState::kPublished);
        world.clock.Advance(plan.policy.draft_ttl - 1);
        world.Jobs();
        CHECK(world.Count({"test.registration_draft", "SELECT COUNT(*) FROM registration WHERE state = 'DRAFT'"}) == 1);
        world.clock.Advance(1);
        world.Jobs();
        CHECK(world.Count({"test.registration_expired", "SELECT COUNT(*) FROM registration WHERE state = 'EXPIRED'"}) ==
              1);
    }
    SUBCASE("of one that was returned") {
        plan.review_stages = 1;
        auto event = world.Open(plan);
        const auto returned = Entry(world, event, 1);
        REQUIRE(world.Review(returned, C::kReturn, "x").ok());
        world.SetState(event, EventState::kPaused);
        world.clock.Advance(9 * kDay);
        world.Jobs();
        CHECK(world.State(returned) == S::kReturned);
        world.SetState(event, EventState::kPublished);
        REQUIRE(world.Captain(returned, 1, C::kResubmit).ok());
    }
    SUBCASE("of an offer") {
        plan.policy.waitlist.enabled = true;
        plan.policy.waitlist.promotion = Promotion::kOffer;
        auto event = world.Open(plan);
        NoRosterLock(world);
        event.event.policy.roster_lock_at = base::Time{9'000'000'000'000'000};
        const auto holder = Entry(world, event, 1);
        const auto offered = Entry(world, event, 2);
        REQUIRE(world.Captain(holder, 1, C::kCancel).ok());
        world.SetState(event, EventState::kPaused);
        world.clock.Advance(9 * kDay);
        world.Jobs();
        REQUIRE(world.Place(offered)->offer == OfferState::kOpen);
        SUBCASE("accepted meanwhile") {}
        SUBCASE("accepted afterwards") {
            world.SetState(event, EventState::kPublished);
            world.clock.Advance(plan.policy.offer_ttl - 1);
            world.Jobs();
        }
        REQUIRE(world.Accept(offered, 2).ok());
        CHECK(world.State(offered) == S::kConfirmed);
    }
    SUBCASE("what came free meanwhile is given afterwards") {
        plan.policy.waitlist.enabled = true;
        plan.policy.waitlist.promotion = Promotion::kAuto;
        auto event = world.Open(plan);
        const auto holder = Entry(world, event, 1);
        const auto waits = Entry(world, event, 2);
        world.SetState(event, EventState::kPaused);
        REQUIRE(world.Captain(holder, 1, C::kCancel).ok());
        world.Jobs();
        CHECK(world.State(waits) == S::kWaitlisted);
        world.SetState(event, EventState::kPublished);
        world.Jobs();
        CHECK(world.State(waits) == S::kConfirmed);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("a team that is incomplete while the event is paused has its time afterwards") {
    World world;
    world.AddUsers(10);
    auto event = world.Open({.team_min = 2, .team_max = 2, .review_stages = 1});
    NoRosterLock(world);
    const auto team = world.ReadyTeam(event, 1, 2);
    const auto registration = *world.Submit(team, 1);
    REQUIRE(world.Leave(team, 2).ok());
    world.SetState(event, EventState::kPaused);
    world.clock.Advance(2 * store::kDeficientTtl);
    world.Jobs();
    world.SetState(event, EventState::kPublished);
    world.clock.Advance(store::kDeficientTtl - 1);
    world.Jobs();
    CHECK(world.State(registration) == S::kInReview);
    world.clock.Advance(1);
    world.Jobs();
    CHECK(world.State(registration) == S::kReturned);
}

TEST_CASE("what is reopened after the close is told, edited and submitted while its clock runs") {
    World world;
    world.AddUsers(20);
    EventPlan plan;
    plan.event_teams = 2;
    const auto event = world.Open(plan);  // closes after a day
    NoRosterLock(world);
    const auto team = world.ReadyTeam(event, 1, 1);
    const auto registration = *world.Submit(team, 1);
    REQUIRE(world.Captain(registration, 1, C::kCancel).ok());
    const auto other = world.ReadyTeam(event, 2, 1);
    world.clock.Advance(3 * kDay);
    REQUIRE(world.Reopen(registration).ok());
    CHECK(world.Count({"t",
                       "SELECT COUNT(*) FROM inbox WHERE kind = 'reopened' AND \"user\" = 1001"
                       " AND params LIKE '%\"reason\":\"again\"%' AND params LIKE '%\"expires\"%'"}) == 1);
    // Somebody else's window is closed.
    CHECK(CodeOf(world.Submit(other, 2)) == Code::kEventNotOpen);
    SUBCASE("in time") {
        world.clock.Advance(plan.policy.draft_ttl - 1);
        world.Jobs();
        const auto code = world.Invite(team, 1);
        REQUIRE(code.ok());
        REQUIRE(world.Submit(team, 1).ok());
        CHECK(world.State(registration) == S::kConfirmed);
    }
    SUBCASE("too late") {
        world.clock.Advance(plan.policy.draft_ttl);
        world.Jobs();
        CHECK(world.State(registration) == S::kExpired);
        CHECK(CodeOf(world.Submit(team, 1)) == Code::kEventNotOpen);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("the organiser sends in again what he returned") {
    World world;
    world.AddUsers(10);
    auto event = world.Open({.review_stages = 1});
    const auto registration = Entry(world, event, 1);
    REQUIRE(world.Review(registration, C::kReturn, "x").ok());
    CHECK(Has(Actions(world, registration, World::Organiser()), "resubmit"));
    CHECK(CodeOf(world.Captain(registration, 2, C::kResubmit)) == Code::kNotFound);
    REQUIRE(AsOrganiser(world, registration, C::kResubmit).ok());
    CHECK(world.State(registration) == S::kInReview);
    CHECK(world.Findings() == "");
}

TEST_CASE("an edit that begins the review anew is no way round the policy of cancelling") {
    World world;
    world.AddUsers(20);
    EventPlan plan;
    plan.event_teams = 5;
    plan.review_stages = 1;
    plan.policy.reset_review_on_edit = true;
    const auto reviewed_again = [&](const OpenEvent& event) {
        const auto team = world.ReadyTeam(event, 1, 1);
        const auto registration = *world.Submit(team, 1);
        const auto code = world.Invite(team, 1);
        REQUIRE(world.Review(registration, C::kApprove).ok());
        REQUIRE(world.Join(*code, 2).ok());
        REQUIRE(world.State(registration) == S::kInReview);
        return registration;
    };
    SUBCASE("not at all") {
        plan.policy.cancel_policy = CancelPolicy::kNone;
        const auto event = world.Open(plan);
        const auto registration = reviewed_again(event);
        CHECK(CodeOf(world.Captain(registration, 1, C::kWithdraw)) == Code::kForbidden);
        CHECK_FALSE(Has(Actions(world, registration, World::User(1)), "withdraw"));
        REQUIRE(world.Review(registration, C::kReturn, "x").ok());
        CHECK(CodeOf(world.Captain(registration, 1, C::kWithdraw)) == Code::kForbidden);
        REQUIRE(AsOrganiser(world, registration, C::kWithdraw).ok());
        CHECK(IsEnded(world.State(registration)));
    }
    SUBCASE("on request, and what is refused goes on being reviewed") {
        plan.policy.cancel_policy = CancelPolicy::kRequest;
        const auto event = world.Open(plan);
        const auto registration = reviewed_again(event);
        CHECK(Has(Actions(world, registration, World::User(1)), "request_cancel"));
        REQUIRE(world.Captain(registration, 1, C::kWithdraw).ok());
        CHECK(world.State(registration) == S::kCancelRequested);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
        CHECK(world.Findings() == "");
        REQUIRE(AsOrganiser(world, registration, C::kRefuseCancel).ok());
        CHECK(world.State(registration) == S::kInReview);
        REQUIRE(world.Captain(registration, 1, C::kCancel).ok());
        REQUIRE(AsOrganiser(world, registration, C::kGrantCancel).ok());
        CHECK(world.State(registration) == S::kCancelled);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == 0);
    }
    SUBCASE("by himself, until the deadline") {
        const auto event = world.Open(plan);
        const auto registration = reviewed_again(event);
        SUBCASE("before it") {
            REQUIRE(world.Captain(registration, 1, C::kWithdraw).ok());
            CHECK(world.State(registration) == S::kCancelled);
        }
        SUBCASE("after it") {
            world.Run({"t.deadline", "UPDATE event SET cancel_deadline = 1"});
            CHECK(CodeOf(world.Captain(registration, 1, C::kWithdraw)) == Code::kEventNotOpen);
        }
    }
    CHECK(world.Findings() == "");
}
