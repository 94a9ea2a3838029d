// Races of clubs: the last entries of a division, and a team that changes its club while it is submitted. Built a
// second time without the guards, where each must break.
#include <doctest/doctest.h>

#include "support/registration_clubs.h"
#include "support/registration_race.h"

using namespace rt::testing;

TEST_CASE("race: 20 teams of a club for its three entries in a division") {
    World world;
    world.AddUsers(24);
    const auto event = world.Open({});
    const auto club = NewClub(world, event, "red");
    LimitClubs(world, event, 3);
    std::vector<std::string> teams;
    for (int i = 0; i < 20; ++i) {
        teams.push_back(world.ReadyTeam(event, i + 1, 1));
        REQUIRE(PlayFor(world, teams.back(), i + 1, club.id).ok());
    }
    const int good = Race(20, [&](int i) { return world.Submit(teams.at(i), i + 1).ok(); });
    CHECK((good == 3) == kGuarded);
    CHECK((world.Count({"t.used", "SELECT used FROM club_entry"}) == 3) == kGuarded);
    CheckSweep(world, "3.2");
}

TEST_CASE("race: a team changes its club while it is submitted; the entry is counted for the club it plays for") {
    World world;
    world.AddUsers(60);
    const auto event = world.Open({});
    const auto red = NewClub(world, event, "red");
    const auto blue = NewClub(world, event, "blue");
    for (int round = 0; round < 40; ++round) {
        const int captain = round + 1;
        const auto team = world.ReadyTeam(event, captain, 1);
        REQUIRE(PlayFor(world, team, captain, red.id).ok());
        Race(2, [&](int i) {
            return i == round % 2 ? world.Submit(team, captain).ok() : PlayFor(world, team, captain, blue.id).ok();
        });
    }
    CheckSweep(world, "3.2");
}
