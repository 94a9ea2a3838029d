// Holding, keeping and giving back places on a real store: policies, options, quotas over several divisions, reserves,
// overrides, cancelling, reopening (registration.md §3.2, §3.5).
#include <doctest/doctest.h>

#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::CancelPolicy;
using registration::HoldPolicy;
using registration::QuotaScope;
using registration::QuotaUnit;
using S = RegistrationState;
using C = RegistrationCommand;

namespace {

template <class T>
Code CodeOf(const Result<T>& result) {
    REQUIRE_FALSE(result.ok());
    return result.error().code;
}

std::int64_t Drafts(World& world) {
    return world.Count({"t.drafts", "SELECT COUNT(*) FROM registration WHERE state = 'DRAFT'"});
}

}  // namespace

TEST_CASE("AT_CREATE: the founding takes the team's unit, each join a person's; the clock gives them back") {
    World world;
    world.AddUsers(20);
    EventPlan plan;
    plan.event_teams = 2;
    plan.division_persons = 3;
    plan.team_min = 2;
    plan.hold_policy = HoldPolicy::kAtCreate;
    const auto event = world.Open(plan);
    const auto first = world.Found(event, 1);
    REQUIRE(first.ok());
    CHECK(Drafts(world) == 1);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).held == 1);
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).held == 1);
    const auto second = world.Found(event, 2);
    REQUIRE(second.ok());
    CHECK(CodeOf(world.Found(event, 3)) == Code::kQuotaFull);
    const auto code = world.Invite(*first, 1);
    REQUIRE(world.Join(*code, 4).ok());
    CHECK(CodeOf(world.Join(*code, 5)) == Code::kQuotaFull);
    CHECK(world.Team(*first).member_count == 2);
    CHECK(world.Findings() == "");
    SUBCASE("submitted: what it has becomes its own") {
        const auto done = world.SubmitAs(World::User(1), *first, store::Source::kWeb);
        REQUIRE(done.ok());
        CHECK(done->state == S::kConfirmed);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).held == 1);
        CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration"}) == 2);
    }
    SUBCASE("disbanded") {
        REQUIRE(world.Disband(*second, 2).ok());
        CHECK(Drafts(world) == 1);
        CHECK(world.Found(event, 3).ok());
    }
    SUBCASE("left alone: at the end of draft_ttl, not before") {
        world.clock.Advance(plan.policy.draft_ttl - 1);
        world.Jobs();
        CHECK(Drafts(world) == 2);
        world.clock.Advance(1);
        world.Jobs();
        CHECK(Drafts(world) == 0);
        CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).used() == 0);
        CHECK(world.Team(*first).state == TeamState::kReady);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("AT_APPROVE: review does not hold; the last approval takes, and is refused when all is taken") {
    World world;
    world.AddUsers(20);
    EventPlan plan;
    plan.event_teams = 1;
    plan.review_stages = 3;
    plan.hold_policy = HoldPolicy::kAtApprove;
    const auto event = world.Open(plan);
    const auto a = world.Submit(world.ReadyTeam(event, 1, 1), 1);
    const auto b = world.Submit(world.ReadyTeam(event, 2, 1), 2);
    for (const auto& one : {*a, *b}) {
        for (int stage = 1; stage < 3; ++stage) REQUIRE(world.Review(one, C::kApprove).ok());
    }
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == 0);
    REQUIRE(world.Review(*a, C::kApprove).ok());
    CHECK(CodeOf(world.Review(*b, C::kApprove)) == Code::kQuotaFull);
    CHECK(world.State(*b) == S::kInReview);
    CHECK(CodeOf(world.Review(*b, C::kWaitlist)) == Code::kInvalidState);  // there is no list
    CHECK(world.Findings() == "");
}

TEST_CASE("cancelling: at once, on request, not at all, not after the deadline") {
    World world;
    world.AddUsers(10);
    EventPlan plan;
    plan.event_teams = 5;
    SUBCASE("on request, which the organiser decides") {
        plan.policy.cancel_policy = CancelPolicy::kRequest;
        const auto event = world.Open(plan);
        const auto registration = *world.Submit(world.ReadyTeam(event, 1, 1), 1);
        REQUIRE(world.Captain(registration, 1, C::kCancel).ok());
        CHECK(world.State(registration) == S::kCancelRequested);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
        const auto decide = [&](C command) {
            return world.Write(World::Organiser(), 32, [&](store::Writer& w, store::Commit& c) -> Status {
                RT_TRY([[maybe_unused]] const auto row, store::DecideCancel(w, c, {registration, command, "why", {}}));
                return Ok();
            });
        };
        REQUIRE(decide(C::kRefuseCancel).ok());
        CHECK(world.State(registration) == S::kConfirmed);
        REQUIRE(world.Captain(registration, 1, C::kCancel).ok());
        REQUIRE(decide(C::kGrantCancel).ok());
        CHECK(world.State(registration) == S::kCancelled);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == 0);
        CHECK(decide(C::kGrantCancel).error().code == Code::kInvalidState);
    }
    SUBCASE("not at all") {
        plan.policy.cancel_policy = CancelPolicy::kNone;
        const auto event = world.Open(plan);
        const auto registration = *world.Submit(world.ReadyTeam(event, 1, 1), 1);
        CHECK(CodeOf(world.Captain(registration, 1, C::kCancel)) == Code::kForbidden);
    }
    SUBCASE("not after the deadline (the start)") {
        const auto event = world.Open(plan);
        const auto registration = *world.Submit(world.ReadyTeam(event, 1, 1), 1);
        world.clock.Advance(2 * base::kMicrosPerDay);
        CHECK(CodeOf(world.Captain(registration, 1, C::kCancel)) == Code::kEventNotOpen);
        CHECK(world.State(registration) == S::kConfirmed);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("reopening takes the place anew, or is refused") {
    World world;
    world.AddUsers(10);
    EventPlan plan;
    plan.event_teams = 1;
    const auto event = world.Open(plan);
    const auto team = world.ReadyTeam(event, 1, 1);
    const auto registration = *world.Submit(team, 1);
    REQUIRE(world.Captain(registration, 1, C::kCancel).ok());
    SUBCASE("free: it is a draft with its units, and submitted as the same registration") {
        REQUIRE(world.Reopen(registration).ok());
        CHECK(world.State(registration) == S::kDraft);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).held == 1);
        CHECK(CodeOf(world.Reopen(registration)) == Code::kInvalidState);
        CHECK(world.Findings() == "");
        const auto again = world.SubmitAs(World::User(1), team, store::Source::kWeb);
        REQUIRE(again.ok());
        CHECK(again->public_id == registration);
        CHECK(world.State(registration) == S::kConfirmed);
    }
    SUBCASE("taken by another meanwhile") {
        REQUIRE(world.Submit(world.ReadyTeam(event, 2, 1), 2).ok());
        CHECK(CodeOf(world.Reopen(registration)) == Code::kQuotaFull);
    }
    SUBCASE("the team has another registration") {
        REQUIRE(world.Submit(team, 1).ok());
        CHECK(CodeOf(world.Reopen(registration)) == Code::kInvalidState);
    }
    SUBCASE("the team is gone") {
        REQUIRE(world.Disband(team, 1).ok());
        CHECK(CodeOf(world.Reopen(registration)) == Code::kInvalidState);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("an edit after the confirmation starts the review anew; the place stays until it is rejected") {
    World world;
    world.AddUsers(10);
    EventPlan plan;
    plan.event_teams = 2;
    plan.division_persons = 10;
    plan.review_stages = 2;
    plan.policy.reset_review_on_edit = true;
    const auto event = world.Open(plan);
    const auto team = world.ReadyTeam(event, 1, 2);
    const auto registration = *world.Submit(team, 1);
    for (int i = 0; i < 2; ++i) REQUIRE(world.Review(registration, C::kApprove).ok());
    REQUIRE(world.Leave(team, 2).ok());
    CHECK(world.State(registration) == S::kInReview);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 1);
    CHECK(world.Findings() == "");
    SUBCASE("rejected") {
        REQUIRE(world.Review(registration, C::kReject).ok());
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == 0);
    }
    SUBCASE("approved again") {
        for (int i = 0; i < 2; ++i) REQUIRE(world.Review(registration, C::kApprove).ok());
        CHECK(world.State(registration) == S::kConfirmed);
    }
    CHECK(world.Findings() == "");
}

TEST_CASE("a quota over two of three divisions") {
    World world;
    world.AddUsers(20);
    const auto event = world.Open({.divisions = 3});
    const store::NewQuota fresh{world.ids.Next<registration::QuotaId>(), base::NewPublicId(world.random)};
    REQUIRE(world
                .Write(World::Organiser(), 8,
                       [&](store::Writer& w, store::Commit& c) -> Status {
                           RT_CHECK_OK(store::MakeCustomQuota(w, c,
                                                              {event.event.id,
                                                               {"场地", "Hall"},
                                                               QuotaUnit::kPerson,
                                                               {event.divisions.at(0).id, event.divisions.at(1).id}},
                                                              fresh));
                           return store::SetCap(w, c, fresh.id, 3, std::nullopt);
                       })
                .ok());
    REQUIRE(world.Submit(world.ReadyTeam(event, 1, 2, 0), 1).ok());
    CHECK(CodeOf(world.Submit(world.ReadyTeam(event, 3, 2, 1), 3)) == Code::kQuotaFull);
    REQUIRE(world.Submit(world.ReadyTeam(event, 5, 1, 1), 5).ok());
    REQUIRE(world.Submit(world.ReadyTeam(event, 6, 5, 2), 6).ok());
    CHECK(world.Findings() == "");
}

TEST_CASE("a cap below use is refused with the figures, and taken with a reason; the surplus is remembered") {
    World world;
    world.AddUsers(10);
    const auto event = world.Open({.event_teams = 3});
    std::vector<std::string> registrations;
    for (int i = 1; i <= 3; ++i) registrations.push_back(*world.Submit(world.ReadyTeam(event, i, 1), i));
    const auto quotas = *world.db->Read([&](store::Reader& r) { return store::QuotasOfEvent(r, event.event.id); });
    const auto quota = quotas.at(0).id;
    const auto set = [&](std::optional<std::string> reason) {
        return world.Write(World::Organiser(), 8, [&](store::Writer& w, store::Commit& c) {
            return reason.has_value() ? store::OverrideCap(w, c, quota, 1, std::nullopt, *reason)
                                      : store::SetCap(w, c, quota, 1, std::nullopt);
        });
    };
    const auto refused = set(std::nullopt);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().fields.at(0).reason.en.find("3") != std::string::npos);
    REQUIRE(set("the hall is smaller").ok());
    const auto surplus = [&] { return world.Count({"t.over", "SELECT over_cap_allowed FROM quota"}); };
    CHECK(surplus() == 2);
    CHECK(world.Findings() == "");
    CHECK(CodeOf(world.Submit(world.ReadyTeam(event, 5, 1), 5)) == Code::kQuotaFull);
    REQUIRE(world.Captain(registrations.at(0), 1, C::kCancel).ok());
    CHECK(surplus() == 1);
    CHECK(CodeOf(world.Submit(world.ReadyTeam(event, 6, 1), 6)) == Code::kQuotaFull);
    REQUIRE(world.Captain(registrations.at(1), 2, C::kCancel).ok());
    CHECK(surplus() == 0);
    CHECK(world.Findings() == "");
    world.Run({"t.more", "UPDATE quota SET cap = 0"});
    CHECK(world.Findings().find("I1:") != std::string::npos);
}

TEST_CASE("a reserve: kept for who has the code, exactly as often as it says; what is left comes back") {
    World world;
    world.AddUsers(20);
    const auto event = world.Open({.event_teams = 3, .division_persons = 20, .divisions = 2});
    const auto code = world.Reserve(event, 2, 3);
    REQUIRE(code.ok());
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).blocked == 2);
    CHECK(world.Findings() == "");
    CHECK(CodeOf(world.Reserve(event, 2, 0)) == Code::kQuotaFull);
    REQUIRE(world.Submit(world.ReadyTeam(event, 1, 1), 1).ok());
    CHECK(CodeOf(world.Submit(world.ReadyTeam(event, 2, 1), 2)) == Code::kQuotaFull);
    const auto submit = [&](std::int64_t first, std::int64_t size, std::string_view with, std::size_t division = 0) {
        return world.SubmitAs(World::User(first), world.ReadyTeam(event, first, size, division), store::Source::kWeb,
                              with);
    };
    CHECK(CodeOf(submit(3, 1, "WRONGCOD")) == Code::kInvalid);
    CHECK(CodeOf(submit(4, 1, *code, 1)) == Code::kInvalid);  // another division
    REQUIRE(submit(5, 5, *code).ok());                        // three persons of the stock, two free ones
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).blocked == 0);
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 6);
    REQUIRE(submit(10, 1, *code).ok());
    CHECK(CodeOf(submit(11, 1, *code)) == Code::kQuotaFull);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 3);
    CHECK(world.Findings() == "");
    const auto reserves = *world.db->Read([&](store::Reader& r) { return store::ReservesOf(r, event.event.id); });
    CHECK(reserves.at(0).teams_left == 0);
    REQUIRE(world
                .Write(World::Organiser(), 32,
                       [&](store::Writer& w, store::Commit& c) {
                           return store::CloseReserve(w, c, reserves.at(0).public_id);
                       })
                .ok());
    CHECK(world.Findings() == "");
}

TEST_CASE("the organiser submits for a team outside the windows, and moves it to another division; quotas hold") {
    World world;
    world.AddUsers(20);
    const auto event = world.Open({.event_teams = 10, .division_teams = 2, .divisions = 2});
    const auto team = world.ReadyTeam(event, 1, 2, 1);
    world.clock.Advance(base::kMicrosPerDay);
    CHECK(CodeOf(world.Submit(team, 1)) == Code::kEventNotOpen);
    CHECK(CodeOf(world.SubmitAs(World::User(1), team, store::Source::kAdmin)) == Code::kNotFound);
    const auto done = world.SubmitAs(World::Organiser(), team, store::Source::kAdmin);
    REQUIRE(done.ok());
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration WHERE source = 'ADMIN'"}) == 1);
    const auto move = [&] {
        return world.Write(World::Organiser(), 64, [&](store::Writer& w, store::Commit& c) -> Status {
            RT_TRY([[maybe_unused]] const auto row,
                   store::MoveToDivision(w, c, {done->public_id, event.divisions.at(0).public_id, "age", {}}));
            return Ok();
        });
    };
    REQUIRE(move().ok());
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kTeam, 0).confirmed == 1);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
    CHECK(world.Findings() == "");
}
