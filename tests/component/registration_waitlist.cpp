// Waiting lists of whole teams on a real store (registration.md §3.5, W1 to W7).
#include <doctest/doctest.h>

#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::HoldPolicy;
using registration::OfferState;
using registration::Promotion;
using registration::QuotaScope;
using registration::QuotaUnit;
using registration::WaitlistPolicy;
using S = RegistrationState;

namespace {

template <class T>
Code CodeOf(const Result<T>& result) {
    REQUIRE_FALSE(result.ok());
    return result.error().code;
}

EventPlan Plan(WaitlistPolicy policy, Promotion promotion) {
    EventPlan plan;
    plan.policy.waitlist.enabled = true;
    plan.policy.waitlist.policy = policy;
    plan.policy.waitlist.promotion = promotion;
    return plan;
}

// A team of `size` from user `first` on, submitted.
std::string Entry(World& world, const OpenEvent& event, std::int64_t first, std::int64_t size,
                  std::size_t division = 0) {
    const auto registration = world.Submit(world.ReadyTeam(event, first, size, division), first);
    REQUIRE_MESSAGE(registration.ok(), (registration.ok() ? "" : registration.error().detail));
    return *registration;
}

}  // namespace

TEST_CASE("W1, W2, W3: who does not fit waits, who comes later waits behind, and what is freed goes to the head") {
    World world;
    world.AddUsers(40);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.event_teams = 1;
    const auto event = world.Open(plan);
    const auto first = Entry(world, event, 1, 1);
    const auto second = Entry(world, event, 2, 1);
    const auto third = Entry(world, event, 3, 1);
    CHECK(world.State(first) == S::kConfirmed);
    CHECK(world.State(second) == S::kWaitlisted);
    REQUIRE(world.Place(third).has_value());
    CHECK(world.Place(third)->position == 2);
    CHECK(world.Place(third)->of == 2);
    CHECK(world.Findings() == "");
    REQUIRE(world.Captain(first, 1, RegistrationCommand::kCancel).ok());
    CHECK(world.State(second) == S::kConfirmed);
    CHECK(world.Place(third)->position == 1);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
    CHECK(world.Findings() == "");
    // More places: the line is served in the commit that makes them.
    world.SetCap(event, std::nullopt, QuotaUnit::kTeam, 2);
    CHECK(world.State(third) == S::kConfirmed);
    CHECK(world.Findings() == "");
}

TEST_CASE("a list for two: the third is refused, and is taken when one leaves") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.event_teams = 1;
    plan.policy.waitlist.cap = 2;
    const auto event = world.Open(plan);
    Entry(world, event, 1, 1);
    const auto waiting = Entry(world, event, 2, 1);
    Entry(world, event, 3, 1);
    const auto team = world.ReadyTeam(event, 4, 1);
    CHECK(CodeOf(world.Submit(team, 4)) == Code::kWaitlistFull);
    CHECK(world.Team(team).state == TeamState::kReady);
    REQUIRE(world.Captain(waiting, 2, RegistrationCommand::kWithdraw).ok());
    CHECK(world.Submit(team, 4).ok());
    CHECK(world.Findings() == "");
}

TEST_CASE("W5: an offer is kept until it expires; taken, declined, or missed twice") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kOffer);
    plan.event_teams = 1;
    plan.policy.offer_ttl = base::kMicrosPerHour;
    const auto event = world.Open(plan);
    const auto first = Entry(world, event, 1, 1);
    const auto second = Entry(world, event, 2, 1);
    const auto third = Entry(world, event, 3, 1);
    CHECK(CodeOf(world.Accept(second, 2)) == Code::kInvalidState);
    REQUIRE(world.Captain(first, 1, RegistrationCommand::kCancel).ok());
    REQUIRE(world.Place(second)->offer == OfferState::kOpen);
    CHECK(world.Place(second)->expires == world.clock.Now().Plus(base::kMicrosPerHour));
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).blocked == 1);
    CHECK(world.Findings() == "");
    SUBCASE("accepted") {
        CHECK(CodeOf(world.Accept(second, 3)) == Code::kNotFound);
        REQUIRE(world.Accept(second, 2).ok());
        CHECK(world.State(second) == S::kConfirmed);
        CHECK(CodeOf(world.Accept(second, 2)) == Code::kOfferExpired);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
    }
    SUBCASE("declined: the next one is asked") {
        REQUIRE(world.Decline(second, 2).ok());
        CHECK(world.State(second) == S::kWithdrawn);
        CHECK(world.Place(third)->offer == OfferState::kOpen);
    }
    SUBCASE("declined, but kept waiting: behind the other") {
        REQUIRE(world.Decline(second, 2, store::AfterDecline::kStay).ok());
        CHECK(world.State(second) == S::kWaitlisted);
        CHECK(world.Place(third)->offer == OfferState::kOpen);
        CHECK(world.Place(second)->position == 1);
    }
    SUBCASE("missed: at its time, not before; once to the end, then off the list") {
        world.clock.Advance(base::kMicrosPerHour - 1);
        world.Jobs();
        CHECK(world.Place(second)->offer == OfferState::kOpen);
        world.clock.Advance(1);
        CHECK(CodeOf(world.Accept(second, 2)) == Code::kOfferExpired);
        world.Jobs();
        CHECK(world.Place(third)->offer == OfferState::kOpen);
        CHECK(world.State(second) == S::kWaitlisted);
        CHECK(world.Findings() == "");
        REQUIRE(world.Decline(third, 3).ok());
        CHECK(world.Place(second)->offer == OfferState::kOpen);
        world.clock.Advance(base::kMicrosPerHour);
        world.Jobs();
        CHECK(world.State(second) == S::kExpired);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == 0);
    }
    SUBCASE("withdrawn with an offer: its places go on") {
        REQUIRE(world.Captain(second, 2, RegistrationCommand::kWithdraw).ok());
        CHECK(world.Place(third)->offer == OfferState::kOpen);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("a promoted team is reviewed where there is a review") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.event_teams = 1;
    plan.review_stages = 2;
    const auto event = world.Open(plan);
    const auto first = Entry(world, event, 1, 1);
    const auto second = Entry(world, event, 2, 1);
    REQUIRE(world.Review(first, RegistrationCommand::kReject).ok());
    CHECK(world.State(second) == S::kInReview);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).held == 1);
    CHECK(world.Findings() == "");
}

TEST_CASE("BEST_FIT: a small team passes a large one twice, then no more") {
    World world;
    world.AddUsers(60);
    auto plan = Plan(WaitlistPolicy::kBestFit, Promotion::kAuto);
    plan.division_persons = 6;
    plan.policy.waitlist.max_skips = 2;
    const auto event = world.Open(plan);
    const auto keeps = Entry(world, event, 1, 2);
    const auto a = Entry(world, event, 3, 1);
    const auto b = Entry(world, event, 4, 1);
    const auto c = Entry(world, event, 5, 1);
    const auto d = Entry(world, event, 6, 1);
    const auto large = Entry(world, event, 10, 4);
    CHECK(world.State(large) == S::kWaitlisted);
    const auto small = Entry(world, event, 20, 1);
    const auto small2 = Entry(world, event, 21, 1);
    const auto small3 = Entry(world, event, 22, 1);
    REQUIRE(world.Captain(a, 3, RegistrationCommand::kCancel).ok());
    CHECK(world.State(small) == S::kConfirmed);
    REQUIRE(world.Captain(b, 4, RegistrationCommand::kCancel).ok());
    CHECK(world.State(small2) == S::kConfirmed);
    CHECK(world.Place(large)->skips == 2);
    REQUIRE(world.Captain(c, 5, RegistrationCommand::kCancel).ok());
    CHECK(world.State(small3) == S::kWaitlisted);
    // Nor does somebody new.
    CHECK(world.State(Entry(world, event, 30, 1)) == S::kWaitlisted);
    REQUIRE(world.Captain(d, 6, RegistrationCommand::kCancel).ok());
    REQUIRE(world.Captain(keeps, 1, RegistrationCommand::kCancel).ok());
    CHECK(world.State(large) == S::kConfirmed);
    CHECK(world.Findings() == "");
}

TEST_CASE("ACCUMULATE: places are collected for the head; others of another division are not kept waiting") {
    World world;
    world.AddUsers(60);
    auto plan = Plan(WaitlistPolicy::kAccumulate, Promotion::kOffer);
    plan.division_persons = 4;
    plan.divisions = 2;
    const auto event = world.Open(plan);
    std::vector<std::string> singles;
    for (int i = 0; i < 4; ++i) singles.push_back(Entry(world, event, 1 + i, 1));
    const auto large = Entry(world, event, 10, 3);
    const auto small = Entry(world, event, 20, 1);
    CHECK(world.State(Entry(world, event, 30, 1, 1)) == S::kConfirmed);
    REQUIRE(world.Captain(singles.at(0), 1, RegistrationCommand::kCancel).ok());
    CHECK(world.Place(large)->offer == OfferState::kCollecting);
    CHECK(world.Place(large)->collected == 1);
    CHECK(world.State(small) == S::kWaitlisted);
    CHECK(world.Findings() == "");
    SUBCASE("complete: it is offered") {
        REQUIRE(world.Captain(singles.at(1), 2, RegistrationCommand::kCancel).ok());
        REQUIRE(world.Captain(singles.at(2), 3, RegistrationCommand::kCancel).ok());
        CHECK(world.Place(large)->offer == OfferState::kOpen);
        REQUIRE(world.Accept(large, 10).ok());
        CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 4);
    }
    SUBCASE("not complete when the registration closes: who fits is served") {
        world.clock.Advance(base::kMicrosPerDay);
        world.Jobs();
        CHECK_FALSE(world.Place(large)->offer.has_value());
        CHECK(world.Place(small)->offer == OfferState::kOpen);
    }
    SUBCASE("the head leaves: what was collected goes on") {
        REQUIRE(world.Captain(large, 10, RegistrationCommand::kWithdraw).ok());
        CHECK(world.Place(small)->offer == OfferState::kOpen);
    }
    SUBCASE("the head shrinks to what is collected") {
        const auto row = world.db->Read([&](store::Reader& r) { return store::FindRegistration(r, large); });
        const auto team = world.db->Read([&](store::Reader& r) { return store::FindTeam(r, (*row)->team); });
        REQUIRE(world.Leave((*team)->public_id, 11).ok());
        REQUIRE(world.Leave((*team)->public_id, 12).ok());
        CHECK(world.Place(large)->offer == OfferState::kOpen);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("W6: a team that grows goes to the end, one that shrinks keeps its place; below its size it drops out") {
    World world;
    world.AddUsers(40);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.team_min = 2;
    plan.event_teams = 1;
    const auto event = world.Open(plan);
    Entry(world, event, 1, 2);
    const auto team = world.ReadyTeam(event, 10, 3);
    const auto code = world.Invite(team, 10);
    REQUIRE(code.ok());
    const auto second = world.Submit(team, 10);
    REQUIRE(second.ok());
    const auto third = Entry(world, event, 20, 2);
    REQUIRE(world.Leave(team, 12).ok());
    CHECK(world.Place(*second)->position == 1);
    REQUIRE(world.Join(*code, 12).ok());
    CHECK(world.Place(*second)->position == 2);
    CHECK(world.Place(third)->position == 1);
    REQUIRE(world.Leave(team, 11).ok());
    REQUIRE(world.Leave(team, 12).ok());
    world.clock.Advance(store::kDeficientTtl - 1);
    // Its roster is locked later than that.
    world.Run({"t.later", "UPDATE event SET roster_lock_at = 9000000000000000"});
    world.Jobs();
    CHECK(world.State(*second) == S::kWaitlisted);
    world.clock.Advance(1);
    world.Jobs();
    CHECK(world.State(*second) == S::kExpired);
    CHECK(world.State(third) == S::kWaitlisted);
    CHECK(world.Findings() == "");
}

TEST_CASE("W7: lines are served after the close and end at the roster lock") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.event_teams = 1;
    const auto event = world.Open(plan);  // closes after a day, starts after two
    const auto first = Entry(world, event, 1, 1);
    const auto second = Entry(world, event, 2, 1);
    const auto third = Entry(world, event, 3, 1);
    world.clock.Advance(base::kMicrosPerDay + base::kMicrosPerHour);
    REQUIRE(world.Captain(first, 1, RegistrationCommand::kCancel).ok());
    CHECK(world.State(second) == S::kConfirmed);
    world.clock.Advance(base::kMicrosPerDay);
    world.Jobs();
    CHECK(world.State(third) == S::kExpired);
    CHECK(world
              .Team(world.db
                        ->Read([&](store::Reader& r) -> Result<std::string> {
                            RT_TRY(const auto row, store::FindRegistration(r, third));
                            RT_TRY(const auto team, store::FindTeam(r, row->team));
                            return team->public_id;
                        })
                        .value())
              .state == TeamState::kReady);
    CHECK(world.Findings() == "");
}

TEST_CASE("the organiser moves somebody up, and the journal has it") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.event_teams = 1;
    const auto event = world.Open(plan);
    const auto first = Entry(world, event, 1, 1);
    const auto second = Entry(world, event, 2, 1);
    const auto third = Entry(world, event, 3, 1);
    REQUIRE(world
                .Write(World::Organiser(), 8,
                       [&](store::Writer& w, store::Commit& c) {
                           return store::SetPriority(w, c, third, 5, "guests of the city");
                       })
                .ok());
    CHECK(world.Place(third)->position == 1);
    CHECK(world.Place(second)->position == 2);
    REQUIRE(world.Captain(first, 1, RegistrationCommand::kCancel).ok());
    CHECK(world.State(third) == S::kConfirmed);
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM audit WHERE action = 'waitlist.priority'"}) == 1);
}

TEST_CASE("under AT_APPROVE the last approval takes the place; when it is full the reviewer may use the list") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.event_teams = 1;
    plan.review_stages = 2;
    plan.hold_policy = HoldPolicy::kAtApprove;
    const auto event = world.Open(plan);
    const auto first = Entry(world, event, 1, 1);
    const auto second = Entry(world, event, 2, 1);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == 0);
    for (const auto& one : {first, second}) REQUIRE(world.Review(one, RegistrationCommand::kApprove).ok());
    CHECK(CodeOf(world.Submit(world.ReadyTeam(event, 3, 1), 4)) == Code::kNotFound);
    REQUIRE(world.Review(second, RegistrationCommand::kApprove).ok());
    CHECK(world.State(second) == S::kConfirmed);
    CHECK(CodeOf(world.Review(first, RegistrationCommand::kApprove)) == Code::kQuotaFull);
    CHECK(world.State(first) == S::kInReview);
    REQUIRE(world.Review(first, RegistrationCommand::kWaitlist).ok());
    CHECK(world.State(first) == S::kWaitlisted);
    CHECK(world.Findings() == "");
    REQUIRE(world.Captain(second, 2, RegistrationCommand::kCancel).ok());
    // It has passed its review.
    CHECK(world.State(first) == S::kConfirmed);
    CHECK(world.Findings() == "");
}

TEST_CASE("a place that an approval would take belongs to those who wait for it") {
    World world;
    world.AddUsers(10);
    auto plan = Plan(WaitlistPolicy::kStrict, Promotion::kAuto);
    plan.division_persons = 2;
    plan.review_stages = 1;
    plan.hold_policy = HoldPolicy::kAtApprove;
    const auto event = world.Open(plan);
    const auto small = Entry(world, event, 1, 1);
    const auto large = Entry(world, event, 2, 2);
    const auto other = Entry(world, event, 4, 1);
    REQUIRE(world.Review(small, RegistrationCommand::kApprove).ok());
    CHECK(CodeOf(world.Review(large, RegistrationCommand::kApprove)) == Code::kQuotaFull);
    REQUIRE(world.Review(large, RegistrationCommand::kWaitlist).ok());
    CHECK(CodeOf(world.Review(other, RegistrationCommand::kApprove)) == Code::kQuotaFull);
    CHECK(world.Findings() == "");
}
