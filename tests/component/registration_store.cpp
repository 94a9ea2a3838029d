// The commands of registration on a real store, one after another: states, limits, units, refusals.
#include <doctest/doctest.h>

#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::FormScope;
using registration::QuotaScope;
using registration::QuotaUnit;

namespace {

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
