// What registration gives to an export of an account, and what goes when the account ends.
#include <doctest/doctest.h>

#include "json/json.h"
#include "registration/personal.h"
#include "support/registration_world.h"

using namespace rt;
using namespace rt::testing;
using registration::FormScope;

namespace {

struct Joined {
    Joined() : records(world.service->needs()) {
        world.AddUsers(5);
        event.emplace(world.Open({.team_min = 1, .team_max = 3}));
        world.AskForCard(*event, FormScope::kMember);
        team = *world.Found(*event, 1);
        card = CardNumber(7);
        const auto code = world.Invite(team, 1);
        REQUIRE(code.ok());
        REQUIRE(world.Join(*code, 2, card).ok());
        member = world.User(2).user;
    }
    bool Blocked(auth::UserId user) {
        const auto blocker =
            world.db->Read([&](store::Reader& reader) { return records.Blocker(reader, user, world.clock.Now()); });
        REQUIRE(blocker.ok());
        return blocker->has_value();
    }
    std::string Exported() {
        const auto all = records.Export(auth::UserId{member.value});
        REQUIRE_MESSAGE(all.ok(), (all.ok() ? "" : all.error().detail));
        return json::Encode(*all);
    }

    World world;
    registration::PersonalRecords records;
    std::optional<OpenEvent> event;
    std::string team;
    std::string card;
    registration::UserId member;
};

}  // namespace

TEST_CASE("an export holds one's own answers in full") {
    Joined j;
    const std::string text = j.Exported();
    CHECK(text.find(j.card) != std::string::npos);
    CHECK(text.find(j.event->event.slug) != std::string::npos);
}

TEST_CASE("a live team holds an account; leaving it, or the end of the event, lets it go") {
    Joined j;
    const auth::UserId captain{j.world.User(1).user.value};
    const auth::UserId member{j.member.value};
    CHECK(j.Blocked(captain));
    CHECK(j.Blocked(member));
    CHECK_FALSE(j.Blocked(auth::UserId{j.world.User(3).user.value}));
    CHECK(j.Blocked(auth::UserId{World::Organiser().user.value}));
    REQUIRE(j.world.Leave(j.team, 2).ok());
    CHECK_FALSE(j.Blocked(member));
    j.world.clock.Set(j.event->event.times.ends);
    CHECK_FALSE(j.Blocked(captain));
}

TEST_CASE("the end of an account takes name, answers and number; the team stays whole") {
    Joined j;
    j.world.clock.Set(j.event->event.times.ends.Plus(1));
    const auto erase = j.records.PrepareErase(auth::UserId{j.member.value}, j.world.clock.Now());
    REQUIRE(j.world.db->Write("test.erase", erase).ok());
    REQUIRE(j.world.db->Write("test.erase", erase).ok());
    const std::string text = j.Exported();
    CHECK(text.find(j.card) == std::string::npos);
    CHECK(text.find("\"name\":\"-\"") != std::string::npos);
    CHECK(j.world.Members(j.team).size() == 2);
    CHECK(j.world.Findings() == "");
}
