// Telling captains that a day is left: of their own closing, once.
#include <doctest/doctest.h>

#include "registration/store/deadlines.h"
#include "support/registration_world.h"

namespace {

using namespace rt;           // NOLINT: the module under test
using namespace rt::testing;  // NOLINT
using storage::sql::Statement;

constexpr std::int64_t kTeamsAtOnce = 2;
constexpr Statement kTold{"test.told", "SELECT COUNT(*) FROM inbox WHERE kind = 'deadline_24h' AND team = $1"};
constexpr Statement kClose{"test.close", "UPDATE division SET reg_close = $2 WHERE id = $1"};

// Until nobody is left.
void TellAll(World& world) {
    for (int rounds = 0; rounds < 20; ++rounds) {
        const auto commit = world.Commit(store::Actor::Server(), kTeamsAtOnce);
        const auto told = world.db->Write("test", [&](store::Writer& writer) {
            auto mine = commit;
            return store::TellDeadlines(writer, mine, kTeamsAtOnce);
        });
        REQUIRE(told.ok());
        if (*told == 0) return;
    }
    FAIL("it never ends");
}

std::int64_t ToldOf(World& world, const std::string& team) {
    const auto id = world.Team(team).id;
    const auto count = world.db->Read([&](store::Reader& reader) { return reader.FindInt(kTold, {id}); });
    REQUIRE(count.ok());
    return count->value_or(0);
}

void CloseDivision(World& world, const OpenEvent& event, std::size_t division, std::int64_t micros) {
    REQUIRE(world
                .Write(World::Organiser(), 0,
                       [&](store::Writer& writer, store::Commit& commit) {
                           return writer.RunOne(kClose, {event.divisions.at(division).id, commit.now.Plus(micros)},
                                                Code::kInternal);
                       })
                .ok());
}

TEST_CASE("a captain is told once of the closing of his event, and who has submitted is not") {
    World world;
    world.AddUsers(20);
    const OpenEvent event = world.Open({});
    std::vector<std::string> teams;
    for (std::int64_t user = 1; user <= 5; ++user) teams.push_back(*world.Found(event, user));
    const std::string done = world.ReadyTeam(event, 10, 1);
    REQUIRE(world.Submit(done, 10).ok());
    TellAll(world);
    TellAll(world);
    for (const std::string& team : teams) CHECK(ToldOf(world, team) == 1);
    CHECK(ToldOf(world, done) == 0);
}

TEST_CASE("a division that closes by itself has its own day, and the event's is nothing to it") {
    World world;
    world.AddUsers(20);
    const OpenEvent event = world.Open({.divisions = 3});
    CloseDivision(world, event, 1, 3 * base::kMicrosPerHour);
    CloseDivision(world, event, 2, 60 * base::kMicrosPerHour);
    const std::string with_event = *world.Found(event, 1, 0);
    const std::string sooner = *world.Found(event, 2, 1);
    const std::string later = *world.Found(event, 3, 2);
    TellAll(world);
    CHECK(ToldOf(world, with_event) == 1);
    CHECK(ToldOf(world, sooner) == 1);
    CHECK(ToldOf(world, later) == 0);
    // The event has closed by then, the division has not.
    world.clock.Advance(40 * base::kMicrosPerHour);
    TellAll(world);
    CHECK(ToldOf(world, with_event) == 1);
    CHECK(ToldOf(world, sooner) == 1);
    CHECK(ToldOf(world, later) == 1);
    // A deadline that moved is another one.
    CloseDivision(world, event, 2, 10 * base::kMicrosPerHour);
    TellAll(world);
    CHECK(ToldOf(world, later) == 2);
}

}  // namespace
