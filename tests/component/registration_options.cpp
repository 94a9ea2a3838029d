// Options of a field that only so many may choose: what a team's answers take, at the limit and about it, and on the
// waiting list (registration.md §3.2, §3.5).
#include <doctest/doctest.h>

#include "base/encoding.h"
#include "registration/store/units.h"
#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::FormScope;
using S = RegistrationState;

namespace {

constexpr std::int64_t kPlaces = 3;
constexpr const char* kLarge = "L";
constexpr const char* kMedium = "M";

// Every member says which shirt he wants; there are kPlaces of size L.
OpenEvent WithShirts(World& world, bool waitlist) {
    EventPlan plan;
    plan.team_max = 10;
    plan.policy.waitlist.enabled = waitlist;
    plan.policy.waitlist.promotion = registration::Promotion::kAuto;
    const auto event = world.Open(plan);
    registration::Field field;
    field.key = "size";
    field.type = registration::FieldType::kSingle;
    field.label = {"尺码", "Size"};
    field.options = {{"M", {"中", "Medium"}}, {"L", {"大", "Large"}}};
    world.AskMembers(event, field);
    const store::QuotaKey key{.event = event.event.id,
                              .unit = registration::QuotaUnit::kOption,
                              .option = store::OptionKey{FormScope::kMember, "size", "L"}};
    const store::NewQuota fresh{world.ids.Next<registration::QuotaId>(), base::NewPublicId(world.random)};
    REQUIRE(world
                .Write(World::Organiser(), 64,
                       [&](store::Writer& w, store::Commit& c) -> Status {
                           RT_TRY(const auto quota, store::EnsureQuota(w, key, fresh));
                           return store::SetCap(w, c, quota, kPlaces, std::nullopt);
                       })
                .ok());
    return event;
}

// A team from user `first` on, of whom so many want L and one more M.
std::string TeamWanting(World& world, const OpenEvent& event, std::int64_t first, std::int64_t large) {
    const auto team = world.ReadyTeam(event, first, large + 1);
    for (std::int64_t i = 0; i < large; ++i) world.Answer(event, team, first + i, {{"size", kLarge}});
    world.Answer(event, team, first + large, {{"size", kMedium}});
    return team;
}

std::int64_t Choices(World& world, const std::string& team) {
    const auto facts = world.Team(team);
    const auto needs = world.db->Read([&](store::Reader& r) {
        return store::ChoicesOf(r, {facts.id, facts.division, facts.member_count});
    });
    REQUIRE(needs.ok());
    REQUIRE(needs->size() <= 1);
    return needs->empty() ? 0 : needs->front().qty;
}

std::int64_t Taken(World& world) {
    return world.Count({"t.taken", "SELECT held + confirmed + blocked FROM quota WHERE scope = 'OPTION'"});
}

}  // namespace

TEST_CASE("an option for three: one fewer and exactly as many are taken, one more is refused and takes nothing") {
    World world;
    world.AddUsers(20);
    const auto event = WithShirts(world, false);
    for (const std::int64_t large : {std::int64_t{0}, kPlaces - 1, kPlaces, kPlaces + 1}) {
        CAPTURE(large);
        const auto team = TeamWanting(world, event, 1, large);
        CHECK(Choices(world, team) == large);
        CHECK(Taken(world) == 0);
        const auto registration = world.Submit(team, 1);
        CHECK(registration.ok() == (large <= kPlaces));
        if (!registration.ok()) CHECK(registration.error().code == Code::kQuotaFull);
        CHECK(Taken(world) == (large <= kPlaces ? large : 0));
        CHECK(world.Findings() == "");
        if (registration.ok()) REQUIRE(world.Captain(*registration, 1, RegistrationCommand::kCancel).ok());
        CHECK(Taken(world) == 0);
        REQUIRE(world.Disband(team, 1).ok());
    }
}

TEST_CASE("two teams share an option: the second has what the first left, to the last one") {
    World world;
    world.AddUsers(20);
    const auto event = WithShirts(world, false);
    REQUIRE(world.Submit(TeamWanting(world, event, 1, kPlaces - 1), 1).ok());
    const auto greedy = TeamWanting(world, event, 5, 2);
    CHECK(world.Submit(greedy, 5).error().code == Code::kQuotaFull);
    world.Answer(event, greedy, 5, {{"size", kMedium}});
    CHECK(Choices(world, greedy) == 1);
    CHECK(world.Submit(greedy, 5).ok());
    CHECK(Taken(world) == kPlaces);
    CHECK(world.Findings() == "");
}

TEST_CASE("a team waits for an option until as many are free as it chose, not before") {
    World world;
    world.AddUsers(20);
    const auto event = WithShirts(world, true);
    const auto one = world.Submit(TeamWanting(world, event, 1, 1), 1);
    const auto two = world.Submit(TeamWanting(world, event, 4, kPlaces - 1), 4);
    REQUIRE((one.ok() && two.ok()));
    const auto team = TeamWanting(world, event, 8, kPlaces);
    const auto waiting = world.Submit(team, 8);
    REQUIRE(waiting.ok());
    CHECK(world.State(*waiting) == S::kWaitlisted);
    CHECK(Choices(world, team) == kPlaces);
    REQUIRE(world.Captain(*two, 4, RegistrationCommand::kCancel).ok());
    world.Jobs();
    CHECK(world.State(*waiting) == S::kWaitlisted);
    REQUIRE(world.Captain(*one, 1, RegistrationCommand::kCancel).ok());
    world.Jobs();
    CHECK(world.State(*waiting) == S::kConfirmed);
    CHECK(Taken(world) == kPlaces);
    CHECK(world.Findings() == "");
}
