// Many threads at one limit, on the real store. The same file is built a second time without the guards
// (RT_WITHOUT_GUARDS, src/registration/store/guard.h), and then each race must break its invariant: a race test that
// cannot fail proves nothing.
#include "support/registration_race.h"

#include <doctest/doctest.h>

#include <atomic>

using rt::registration::EventState;
using rt::registration::FormScope;
using rt::registration::QuotaScope;
using rt::registration::QuotaUnit;
using namespace rt::testing;

namespace {

// The guard of some invariants is a unique index; the control goes without it.
void DropIndexes(World& world) {
    if (kGuarded) return;
    world.Run({"t.drop1", "DROP INDEX team_member_person"});
    world.Run({"t.drop2", "DROP INDEX team_member_id_bi"});
    world.Run({"t.drop3", "DROP INDEX registration_active"});
}

}  // namespace

TEST_CASE("race: 60 teams for 20 places") {
    World world;
    world.AddUsers(60);
    const auto event = world.Open({.event_teams = 20});
    std::vector<std::string> teams;
    for (int i = 0; i < 60; ++i) teams.push_back(world.ReadyTeam(event, i + 1, 1));
    const int good = Race(60, [&](int i) { return world.Submit(teams.at(i), i + 1).ok(); });
    CHECK((good == 20) == kGuarded);
    CHECK((world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 20) == kGuarded);
    CHECK((world.Count({"t", "SELECT COUNT(*) FROM registration"}) == 20) == kGuarded);
    CheckSweep(world, "I1");
}

TEST_CASE("race: a vector of three quotas; what does not fit takes nothing") {
    World world;
    world.AddUsers(80);
    const auto event = world.Open({.team_max = 2, .event_teams = 100, .division_teams = 25, .division_persons = 31});
    std::vector<std::string> teams;
    for (int i = 0; i < 40; ++i) teams.push_back(world.ReadyTeam(event, 2 * i + 1, 2));
    const int good = Race(40, [&](int i) { return world.Submit(teams.at(i), 2 * i + 1).ok(); });
    CHECK((good == 15) == kGuarded);
    CHECK((world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).used() == 30) == kGuarded);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).used() == good);
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kTeam).used() == good);
    CheckSweep(world, "I1");
}

TEST_CASE("race: 20 people for the last 3 places of a team") {
    World world;
    world.AddUsers(30);
    const auto event = world.Open({.team_max = 4});
    const auto team = world.ReadyTeam(event, 1, 1);
    const auto code = world.Invite(team, 1);
    REQUIRE(code.ok());
    const int good = Race(20, [&](int i) { return world.Join(*code, i + 2).ok(); });
    CHECK((good == 3) == kGuarded);
    CHECK((world.Team(team).member_count == 4) == kGuarded);
    CheckSweep(world, "I4");
}

TEST_CASE("race: one person joins ten teams") {
    World world;
    world.AddUsers(30);
    const auto event = world.Open({});
    DropIndexes(world);
    std::vector<std::string> codes;
    for (int i = 0; i < 10; ++i) codes.push_back(*world.Invite(world.ReadyTeam(event, i + 1, 1), i + 1));
    const int good = Race(10, [&](int i) { return world.Join(codes.at(i), 20).ok(); });
    CHECK((good == 1) == kGuarded);
    CheckSweep(world, "I3");
}

TEST_CASE("race: one identity number in ten teams, by ten accounts") {
    World world;
    world.AddUsers(40);
    const auto event = world.Open({});
    world.AskForCard(event, FormScope::kMember);
    DropIndexes(world);
    std::vector<std::string> codes;
    for (int i = 0; i < 10; ++i) {
        const auto team = world.Found(event, i + 1);
        REQUIRE(team.ok());
        codes.push_back(*world.Invite(*team, i + 1));
    }
    const int good = Race(10, [&](int i) { return world.Join(codes.at(i), 20 + i, CardNumber(7)).ok(); });
    CHECK((good == 1) == kGuarded);
    CheckSweep(world, "I3");
}

TEST_CASE("race: an invitation for 5 and 20 people with it") {
    World world;
    world.AddUsers(30);
    const auto event = world.Open({.team_max = 50});
    const auto code = world.Invite(world.ReadyTeam(event, 1, 1), 1, 5);
    REQUIRE(code.ok());
    const int good = Race(20, [&](int i) { return world.Join(*code, i + 2).ok(); });
    CHECK((good == 5) == kGuarded);
    CHECK((world.Count({"t", "SELECT used FROM team_invite"}) == 5) == kGuarded);
    CheckSweep(world, "I4");
}

TEST_CASE("race: one team submitted ten times") {
    World world;
    world.AddUsers(2);
    const auto event = world.Open({.event_teams = 100});
    DropIndexes(world);
    const auto team = world.ReadyTeam(event, 1, 1);
    const int good = Race(10, [&](int) { return world.Submit(team, 1).ok(); });
    CHECK((good == 1) == kGuarded);
    CHECK((world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1) == kGuarded);
    CheckSweep(world, "I5");
}

TEST_CASE("race: submit against leave; a team that is too small is not submitted, or marked") {
    World world;
    world.AddUsers(80);
    const auto event = world.Open({.team_min = 2, .team_max = 2, .division_persons = 1'000});
    int submitted_first = 0;
    int left_first = 0;
    for (int round = 0; round < 40; ++round) {
        const int captain = 2 * round + 1;
        const auto team = world.ReadyTeam(event, captain, 2);
        std::atomic<bool> submitted{false};
        std::atomic<bool> left{false};
        Race(2, [&](int i) {
            return i == round % 2 ? (submitted = world.Submit(team, captain).ok())
                                  : (left = world.Leave(team, captain + 1).ok());
        });
        CHECK(left.load());
        ++(submitted.load() ? submitted_first : left_first);
    }
    CAPTURE(submitted_first);
    CAPTURE(left_first);
    // Whoever leaves before the submit makes it fail; without the guard every submit goes through.
    CHECK((left_first > 0) == kGuarded);
    CheckSweep(world, "I4");
}

TEST_CASE("race: disband against join; nobody is left on a team that is gone") {
    World world;
    world.AddUsers(80);
    const auto event = world.Open({});
    for (int round = 0; round < 40; ++round) {
        const int captain = 2 * round + 1;
        const auto team = world.ReadyTeam(event, captain, 1);
        const auto code = world.Invite(team, captain);
        REQUIRE(code.ok());
        Race(2, [&](int i) {
            return i == round % 2 ? world.Join(*code, captain + 1).ok() : world.Disband(team, captain).ok();
        });
        CHECK(world.Team(team).state == TeamState::kDisbanded);
    }
    CheckSweep(world, "I4");
}

TEST_CASE("race: a reviewer approves while the captain withdraws; units are freed once or kept") {
    World world;
    world.AddUsers(60);
    const auto event = world.Open({.review_stages = 1, .event_teams = 100});
    int confirmed = 0;
    for (int round = 0; round < 30; ++round) {
        const auto registration = world.Submit(world.ReadyTeam(event, round + 1, 1), round + 1);
        REQUIRE(registration.ok());
        std::atomic<bool> approved{false};
        std::atomic<bool> withdrawn{false};
        Race(2, [&](int i) {
            return i == round % 2
                       ? (approved = world.Review(*registration, RegistrationCommand::kApprove).ok())
                       : (withdrawn = world.Captain(*registration, round + 1, RegistrationCommand::kWithdraw).ok());
        });
        CHECK(approved.load() != withdrawn.load());
        confirmed += approved.load() ? 1 : 0;
    }
    const auto quota = world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam);
    CHECK(quota.confirmed == confirmed);
    CHECK(quota.held == 0);
    CHECK(world.Findings() == "");
}

TEST_CASE("race: back to draft while a team is founded and submitted; never a draft with teams") {
    World world;
    world.AddUsers(40);
    int both = 0;
    int drafts = 0;
    for (int round = 0; round < 40; ++round) {
        const auto event = world.Open({});
        std::atomic<bool> founded{false};
        std::atomic<bool> draft{false};
        Race(2, [&](int i) {
            if (i == round % 2) return draft = world.TrySetState(event, EventState::kDraft).ok();
            const auto team = world.Found(event, round + 1);
            founded = team.ok();
            return team.ok() && world.Submit(*team, round + 1).ok();
        });
        CHECK((founded.load() || draft.load()));
        both += founded.load() && draft.load() ? 1 : 0;
        drafts += draft.load() ? 1 : 0;
    }
    CAPTURE(drafts);
    CHECK((both == 0) == kGuarded);
    CheckSweep(world, "3.2");
}

TEST_CASE("race: 40 teams for a waiting list of 5") {
    World world;
    world.AddUsers(60);
    EventPlan plan;
    plan.event_teams = 1;
    plan.policy.waitlist.enabled = true;
    plan.policy.waitlist.cap = 5;
    const auto event = world.Open(plan);
    REQUIRE(world.Submit(world.ReadyTeam(event, 50, 1), 50).ok());
    std::vector<std::string> teams;
    for (int i = 0; i < 40; ++i) teams.push_back(world.ReadyTeam(event, i + 1, 1));
    const int good = Race(40, [&](int i) { return world.Submit(teams.at(i), i + 1).ok(); });
    CHECK((good == 5) == kGuarded);
    CheckSweep(world, "I10");
}

TEST_CASE("race: 30 teams with the code of a reserve for 10") {
    World world;
    world.AddUsers(40);
    const auto event = world.Open({.event_teams = 12});
    const auto code = world.Reserve(event, 10, 0);
    REQUIRE(code.ok());
    std::vector<std::string> teams;
    for (int i = 0; i < 30; ++i) teams.push_back(world.ReadyTeam(event, i + 1, 1));
    const int good = Race(
        30, [&](int i) { return world.SubmitAs(World::User(i + 1), teams.at(i), store::Source::kWeb, *code).ok(); });
    // Also without the guards: the column refuses to go below zero.
    CHECK(good == 10);
    if (kGuarded) CHECK(world.Findings() == "");
}

TEST_CASE("race: an offer is accepted at the moment it expires, by many and against the clock") {
    World world;
    world.AddUsers(60);
    EventPlan plan;
    plan.event_teams = 1;
    plan.policy.waitlist.enabled = true;
    plan.policy.waitlist.promotion = rt::registration::Promotion::kOffer;
    plan.policy.offer_ttl = rt::base::kMicrosPerHour;
    std::atomic<int> late{0};
    for (int round = 0; round < 12; ++round) {
        const auto event = world.Open(plan);
        const int user = 4 * round + 1;
        const auto first = world.Submit(world.ReadyTeam(event, user, 1), user);
        const auto second = world.Submit(world.ReadyTeam(event, user + 1, 1), user + 1);
        // The next one: what expires goes to him, not back to the one who was late.
        REQUIRE(world.Submit(world.ReadyTeam(event, user + 2, 1), user + 2).ok());
        REQUIRE(second.ok());
        REQUIRE(world.Captain(*first, user, RegistrationCommand::kCancel).ok());
        world.clock.Advance(rt::base::kMicrosPerHour);
        Race(4, [&](int i) {
            if (i == round % 4) return world.service->RunJobs().ok();
            const bool accepted = world.Accept(*second, user + 1).ok();
            late += accepted ? 1 : 0;
            return accepted;
        });
        world.Jobs();
    }
    CHECK((late.load() == 0) == kGuarded);
    if (kGuarded) CHECK(world.Findings() == "");
}

TEST_CASE("race: ten captains accept one offer each, ten times at once; every place is given once") {
    World world;
    world.AddUsers(60);
    EventPlan plan;
    plan.event_teams = 3;
    plan.policy.waitlist.enabled = true;
    plan.policy.waitlist.promotion = rt::registration::Promotion::kOffer;
    const auto event = world.Open(plan);
    std::vector<std::string> has;
    std::vector<std::string> waits;
    for (int i = 1; i <= 3; ++i) has.push_back(*world.Submit(world.ReadyTeam(event, i, 1), i));
    for (int i = 11; i <= 15; ++i) waits.push_back(*world.Submit(world.ReadyTeam(event, i, 1), i));
    for (int i = 1; i <= 3; ++i) REQUIRE(world.Captain(has.at(i - 1), i, RegistrationCommand::kCancel).ok());
    const int good = Race(20, [&](int i) { return world.Accept(waits.at(i % 5), 11 + i % 5).ok(); });
    CHECK(good == 3);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 3);
    if (kGuarded) CHECK(world.Findings() == "");
}
