// The commands of registration on a real store, one after another: states, limits, units, refusals.
#include <doctest/doctest.h>

#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::FormScope;
using registration::QuotaScope;
using registration::QuotaUnit;

namespace {

// The clock passes the start of the event, where rosters would lock.
void NoRosterLock(World& world) {
    world.Run({"t.no_lock", "UPDATE event SET roster_lock_at = 9000000000000000"});
}

template <class T>
Code CodeOf(const Result<T>& result) {
    REQUIRE_FALSE(result.ok());
    return result.error().code;
}

RegistrationState StateOf(World& world, const std::string& registration) {
    const auto row = world.db->Read([&](store::Reader& r) { return store::FindRegistration(r, registration); });
    REQUIRE((row.ok() && row->has_value()));
    return (*row)->state;
}

}  // namespace

TEST_CASE("a team is founded, joined, submitted and confirmed; units, numbers and states agree") {
    World world;
    world.AddUsers(10);
    const auto event =
        world.Open({.team_min = 2, .team_max = 3, .event_teams = 5, .division_teams = 3, .division_persons = 8});
    const auto team = world.Found(event, 1);
    REQUIRE(team.ok());
    CHECK(world.Team(*team).state == TeamState::kForming);
    CHECK(CodeOf(world.Submit(*team, 1)) == Code::kTeamNotReady);
    const auto code = world.Invite(*team, 1);
    REQUIRE(code.ok());
    REQUIRE(world.Join(*code, 2).ok());
    CHECK(world.Team(*team).state == TeamState::kReady);
    CHECK(CodeOf(world.Submit(*team, 2)) == Code::kForbidden);
    CHECK(CodeOf(world.Submit(*team, 5)) == Code::kNotFound);
    const auto registration = world.Submit(*team, 1);
    REQUIRE(registration.ok());
    CHECK(StateOf(world, *registration) == RegistrationState::kConfirmed);
    CHECK(world.Team(*team).state == TeamState::kSubmitted);
    CHECK(CodeOf(world.Submit(*team, 1)) == Code::kInvalidState);
    CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == 1);
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kTeam).confirmed == 1);
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 2);
    CHECK(world.Findings() == "");

    SUBCASE("a later join takes a person's unit, a leaver gives it back") {
        REQUIRE(world.Join(*code, 3).ok());
        CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 3);
        CHECK(CodeOf(world.Join(*code, 4)) == Code::kTeamFull);
        REQUIRE(world.Leave(*team, 3).ok());
        REQUIRE(world.Leave(*team, 2).ok());
        CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 1);
        CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kTeam).confirmed == 1);
        CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration WHERE deficient_since IS NOT NULL"}) == 1);
        CHECK(world.Findings() == "");
        REQUIRE(world.Join(*code, 2).ok());
        CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration WHERE deficient_since IS NOT NULL"}) == 0);
        CHECK(world.Findings() == "");
    }
    SUBCASE("a cancelled registration frees everything once, and the team may try again") {
        REQUIRE(world.Captain(*registration, 1, RegistrationCommand::kCancel).ok());
        CHECK(CodeOf(world.Captain(*registration, 1, RegistrationCommand::kCancel)) == Code::kInvalidState);
        CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).used() == 0);
        CHECK(world.Team(*team).state == TeamState::kReady);
        const auto again = world.Submit(*team, 1);
        REQUIRE(again.ok());
        CHECK(world.Count({"t", "SELECT MAX(friendly_no) FROM registration"}) == 2);
        CHECK(world.Findings() == "");
    }
}

TEST_CASE("a quota at limit-1, limit, limit+1, for teams and for persons") {
    for (const std::int64_t cap : {1, 3}) {
        World world;
        world.AddUsers(10);
        const auto event = world.Open({.event_teams = cap});
        for (std::int64_t i = 1; i <= cap; ++i) {
            REQUIRE(world.Submit(world.ReadyTeam(event, i, 1), i).ok());
        }
        const auto late = world.ReadyTeam(event, 9, 1);
        CHECK(CodeOf(world.Submit(late, 9)) == Code::kQuotaFull);
        CHECK(world.Team(late).state == TeamState::kReady);
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).confirmed == cap);
        CHECK(world.Count({"t", "SELECT last FROM friendly_no"}) == cap);
        CHECK(world.Findings() == "");
    }
    World world;
    world.AddUsers(20);
    const auto event = world.Open({.team_max = 4, .division_persons = 7});
    REQUIRE(world.Submit(world.ReadyTeam(event, 1, 3), 1).ok());
    REQUIRE(world.Submit(world.ReadyTeam(event, 11, 3), 11).ok());
    CHECK(CodeOf(world.Submit(world.ReadyTeam(event, 15, 2), 15)) == Code::kQuotaFull);
    REQUIRE(world.Submit(world.ReadyTeam(event, 18, 1), 18).ok());
    CHECK(world.Quota(event, QuotaScope::kDivision, QuotaUnit::kPerson).confirmed == 7);
    CHECK(world.Findings() == "");
}

TEST_CASE("a team deficient for 72 hours goes back from review, not a microsecond before") {
    for (const std::int64_t off : {-1, 0, 1}) {
        CAPTURE(off);
        World world;
        world.AddUsers(4);
        const auto event = world.Open({.team_min = 2, .team_max = 2, .review_stages = 1, .event_teams = 9});
        NoRosterLock(world);
        const auto team = world.ReadyTeam(event, 1, 2);
        const auto registration = world.Submit(team, 1);
        REQUIRE(registration.ok());
        world.clock.Advance(base::kMicrosPerHour);
        REQUIRE(world.Leave(team, 2).ok());
        world.clock.Advance(72 * base::kMicrosPerHour + off);
        const bool due = off >= 0;
        const auto worked = world.service->RunJobs();
        REQUIRE(worked.ok());
        CHECK(*worked == due);
        CHECK(StateOf(world, *registration) == (due ? RegistrationState::kReturned : RegistrationState::kInReview));
        CHECK(world.Count(
                  {"t", "SELECT COUNT(*) FROM audit WHERE action = 'registration.return_deficient' AND actor = 0"}) ==
              (due ? 1 : 0));
        // The place stays theirs, and the clock of RETURNED runs from here.
        CHECK(world.Quota(event, QuotaScope::kEvent, QuotaUnit::kTeam).held == 1);
        CHECK(world.Findings() == "");
    }
}

TEST_CASE("a team that is whole again before the 72 hours, and one that is CONFIRMED, stay where they are") {
    World world;
    world.AddUsers(8);
    const auto reviewed = world.Open({.team_min = 2, .team_max = 2, .review_stages = 1});
    const auto confirmed = world.Open({.team_min = 2, .team_max = 2});
    NoRosterLock(world);
    const auto first = world.ReadyTeam(reviewed, 1, 2);
    const auto second = world.ReadyTeam(confirmed, 3, 2);
    const auto repaired = world.Submit(first, 1);
    const auto kept = world.Submit(second, 3);
    REQUIRE((repaired.ok() && kept.ok()));
    const auto code = world.Invite(first, 1);
    REQUIRE(code.ok());
    REQUIRE(world.Leave(first, 2).ok());
    REQUIRE(world.Leave(second, 4).ok());
    world.clock.Advance(base::kMicrosPerHour);
    REQUIRE(world.Join(*code, 5).ok());
    world.clock.Advance(400 * base::kMicrosPerHour);
    CHECK_FALSE(*world.service->RunJobs());
    CHECK(StateOf(world, *repaired) == RegistrationState::kInReview);
    CHECK(StateOf(world, *kept) == RegistrationState::kConfirmed);
    CHECK(world.Count({"t", "SELECT COUNT(*) FROM registration WHERE deficient_since IS NOT NULL"}) == 1);
}

TEST_CASE("many deficient teams are returned in chunks") {
    constexpr int kTeams = 51;  // a chunk is 50
    World world;
    world.AddUsers(2 * kTeams);
    const auto event = world.Open({.team_min = 2, .team_max = 2, .review_stages = 1});
    NoRosterLock(world);
    for (int i = 0; i < kTeams; ++i) {
        const auto team = world.ReadyTeam(event, 2 * i + 1, 2);
        REQUIRE(world.Submit(team, 2 * i + 1).ok());
        REQUIRE(world.Leave(team, 2 * i + 2).ok());
    }
    world.clock.Advance(store::kDeficientTtl);
    const auto returned = [&] {
        return world.Count({"t", "SELECT COUNT(*) FROM registration WHERE state = 'RETURNED'"});
    };
    CHECK(*world.service->RunJobs());
    CHECK(returned() == kTeams - 1);
    CHECK(*world.service->RunJobs());
    CHECK(returned() == kTeams);
    CHECK_FALSE(*world.service->RunJobs());
    CHECK(world.Findings() == "");
}

TEST_CASE("an event goes back to draft only without teams and registrations") {
    World world;
    world.AddUsers(4);
    auto event = world.Open({});
    const auto team = world.Found(event, 1);
    REQUIRE(team.ok());
    CHECK(CodeOf(world.TrySetState(event, registration::EventState::kDraft)) == Code::kInvalidState);
    REQUIRE(world.Disband(*team, 1).ok());
    REQUIRE(world.TrySetState(event, registration::EventState::kDraft).ok());
    CHECK(CodeOf(world.Found(event, 2)) == Code::kEventNotOpen);
    CHECK(world.Count({"t",
                       "SELECT COUNT(*) FROM audit a JOIN audit_detail d ON d.seq = a.seq"
                       " WHERE a.action = 'event.set_state' AND d.after = '{\"state\":\"DRAFT\"}'"}) == 1);

    auto other = world.Open({});
    const auto registration = world.Submit(world.ReadyTeam(other, 3, 1), 3);
    REQUIRE(registration.ok());
    REQUIRE(world.Captain(*registration, 3, RegistrationCommand::kCancel).ok());
    CHECK(CodeOf(world.TrySetState(other, registration::EventState::kDraft)) == Code::kInvalidState);
    CHECK(world.Findings() == "");
}
