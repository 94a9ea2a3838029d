// The queue and the ready check, by the lines of those who wait.
#include "avalon/hashing.h"
#include "support/avalon_rooms_world.h"

namespace rt::avalon {
namespace {

// Answers of the quick match go back at once.
std::string Queue(World& world, std::int64_t user, std::string name, json::Object data) {
    const auto result = world.match->Handle(world.CommandOf(user, std::move(name), std::move(data)));
    world.Pump();
    return result.ok() ? "" : std::string(base::Info(result.error().code).wire);
}

json::Value Last(World& world, std::int64_t user, std::string_view name) {
    const auto& frames = world.LineOf(user)->frames;
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
        if ((*frame)->name == name) return *json::Decode((*frame)->data);
    }
    return {};
}

std::string MatchOf(World& world, std::int64_t user) {
    const json::Value match = Last(world, user, "queue:match");
    return match.IsNull() ? "" : match.Find("matchId")->AsString();
}

}  // namespace

TEST_CASE("a quick match: found, confirmed, begun") {
    World world;
    for (int user = 1; user <= 4; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
    CHECK(MatchOf(world, 1).empty());
    CHECK(Queue(world, 5, "queue:join", {{"players", 5}}).empty());
    const std::string id = MatchOf(world, 1);
    CHECK_FALSE(id.empty());
    CHECK(Queue(world, 1, "queue:join", {{"players", 5}}) == "INVALID_STATE");
    CHECK(Queue(world, 6, "queue:accept", {{"matchId", id}, {"random", world.RandomHex()}}) == "NOT_FOUND");
    for (int user = 1; user <= 5; ++user) {
        CHECK(Queue(world, user, "queue:accept", {{"matchId", id}, {"random", world.RandomHex()}}).empty());
    }
    for (int user = 1; user <= 5; ++user) CHECK(world.LineOf(user)->phase() == "reveal");
    CHECK(world.rooms->size() == 1);
}

TEST_CASE("the deal of a quick match is committed to before anybody gives his bytes, anew for each match") {
    World world;
    const auto meet = [&] {
        for (int user = 1; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
        return Last(world, 1, "queue:match");
    };
    const json::Value first = meet();
    REQUIRE(first.Find("commitment") != nullptr);
    for (int user = 1; user <= 4; ++user) {
        CHECK(Last(world, user + 1, "queue:match") == first);
        CHECK(Queue(world, user, "queue:accept", {{"matchId", *first.Find("matchId")}, {"random", world.RandomHex()}})
                  .empty());
    }
    CHECK(Queue(world, 5, "queue:refuse", {{"matchId", *first.Find("matchId")}}).empty());
    const json::Value second = meet();
    CHECK(*second.Find("commitment") != *first.Find("commitment"));
    CHECK(*second.Find("gameId") != *first.Find("gameId"));
    for (int user = 1; user <= 5; ++user) {
        CHECK(Queue(world, user, "queue:accept", {{"matchId", *second.Find("matchId")}, {"random", world.RandomHex()}})
                  .empty());
    }
    const json::Value& room = world.LineOf(1)->room();
    CHECK(*room.Find("gameId") == *second.Find("gameId"));
    CHECK(*room.Find("commitment") == *second.Find("commitment"));
    CHECK(*world.LineOf(1)->game().Find("commitment") == *second.Find("commitment"));
    world.room_id = room.Find("roomId")->AsString();
    world.PlayOut();
    const std::string seed = world.LineOf(1)->game().Find("seed")->AsString();
    CHECK(Commitment(CryptoHashing(), second.Find("gameId")->AsString(), base::AsText(*base::HexDecode(seed))) ==
          second.Find("commitment")->AsString());
}

TEST_CASE("who refuses twice waits a minute, who does not answer has refused, the others wait in front") {
    World world;
    const auto meet = [&] {
        for (int user = 1; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
        return MatchOf(world, 5);
    };
    CHECK(Queue(world, 5, "queue:refuse", {{"matchId", meet()}}).empty());
    CHECK(Last(world, 5, "queue:state").Find("reason")->AsString() == "refused");
    CHECK(Last(world, 1, "queue:state").Find("state")->AsString() == "waiting");
    const std::string second = meet();
    for (int user = 1; user <= 4; ++user) {
        CHECK(Queue(world, user, "queue:accept", {{"matchId", second}, {"random", world.RandomHex()}}).empty());
    }
    world.Pass(14);
    CHECK(Last(world, 1, "queue:state").Find("state")->AsString() == "matched");
    world.Pass(1);
    CHECK(Last(world, 5, "queue:state").Find("reason")->AsString() == "expired");
    CHECK(Last(world, 1, "queue:state").Find("state")->AsString() == "waiting");
    CHECK(Queue(world, 5, "queue:join", {{"players", 5}}) == "QUEUE_BLOCKED");
    world.Pass(59);
    CHECK(Queue(world, 5, "queue:join", {{"players", 5}}) == "QUEUE_BLOCKED");
    world.Pass(1);
    CHECK(Queue(world, 5, "queue:join", {{"players", 5}}).empty());
    CHECK(MatchOf(world, 1) != second);
}

TEST_CASE("who blocks another is not matched with him, who is away keeps his place for a minute") {
    World world;
    auto wary = std::make_shared<Person>(*world.PersonOf(1));
    wary->blocks = {2};
    world.persons[1] = wary;
    for (int user = 1; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
    CHECK(MatchOf(world, 1).empty());
    world.match->Disconnected(5, world.LineOf(5)->id());
    CHECK(Queue(world, 6, "queue:join", {{"players", 5}}).empty());
    CHECK(MatchOf(world, 6).empty());
    world.Pass(59);
    world.match->Connected(5, world.LineOf(5));
    CHECK_FALSE(MatchOf(world, 1).empty());
    CHECK_FALSE(MatchOf(world, 5).empty());
    CHECK(MatchOf(world, 2).empty());
}

TEST_CASE("to queue again keeps the place, and a second page closed does not lose it") {
    World world;
    for (int user = 1; user <= 4; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 6}}).empty());
    CHECK(Queue(world, 1, "queue:join", {{"players", 6}}).empty());
    const auto second = std::make_shared<TestLine>("second page");
    world.match->Connected(1, second);
    world.match->Disconnected(1, second->id());
    world.Pass(61);
    for (int user = 5; user <= 7; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 6}}).empty());
    CHECK_FALSE(MatchOf(world, 1).empty());
    CHECK(MatchOf(world, 7).empty());
}

TEST_CASE("both pages of a person are asked, and the game is on the one that accepted") {
    World world;
    const auto second = std::make_shared<TestLine>("second page");
    CHECK(Queue(world, 1, "queue:join", {{"players", 5}}).empty());
    world.match->Connected(1, second);
    for (int user = 2; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
    const std::string id = MatchOf(world, 1);
    CHECK(second->frames.back()->name == "queue:match");
    for (int user = 1; user <= 5; ++user) {
        CHECK(Queue(world, user, "queue:accept", {{"matchId", id}, {"random", world.RandomHex()}}).empty());
    }
    CHECK(world.LineOf(1)->phase() == "reveal");
    CHECK(second->frames.back()->data == R"({"state":"idle"})");
    CHECK(second->view.IsNull());
}

TEST_CASE("the pages of a person in the queue: one less than the cap, the cap, one more") {
    World world;
    CHECK(Queue(world, 1, "queue:join", {{"players", 5}}).empty());
    std::vector<std::shared_ptr<TestLine>> pages;
    for (std::size_t i = 1; i <= kQueueLinesMax; ++i) {
        pages.push_back(std::make_shared<TestLine>("page" + std::to_string(i)));
        world.match->Connected(1, pages.back());
    }
    for (int user = 2; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
    CHECK(MatchOf(world, 1).empty());  // the oldest had to go
    for (const auto& page : pages) CHECK(page->frames.back()->name == "queue:match");
}

TEST_CASE("who leaves the queue leaves it on all pages, and in a ready check he refuses") {
    World world;
    const auto second = std::make_shared<TestLine>("second page");
    CHECK(Queue(world, 1, "queue:join", {{"players", 5}}).empty());
    world.match->Connected(1, second);
    CHECK(Queue(world, 1, "queue:leave", {}).empty());
    CHECK(second->frames.back()->data == R"({"state":"idle"})");
    for (int user = 1; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
    CHECK_FALSE(MatchOf(world, 5).empty());
    CHECK(Queue(world, 5, "queue:leave", {}).empty());
    CHECK(Last(world, 5, "queue:state").Find("reason")->AsString() == "refused");
    CHECK(Last(world, 1, "queue:state").Find("state")->AsString() == "waiting");
}

TEST_CASE("who is in too many rooms by the time of the game is left out, and the others wait in front") {
    World world({.rooms_per_user_max = 1});
    for (int user = 1; user <= 5; ++user) CHECK(Queue(world, user, "queue:join", {{"players", 5}}).empty());
    const std::string id = MatchOf(world, 1);
    for (int user = 1; user <= 4; ++user) {
        CHECK(Queue(world, user, "queue:accept", {{"matchId", id}, {"random", world.RandomHex()}}).empty());
    }
    REQUIRE(world.Create(1).empty());
    CHECK(Queue(world, 5, "queue:accept", {{"matchId", id}, {"random", world.RandomHex()}}).empty());
    CHECK(Last(world, 1, "queue:state").Find("state")->AsString() == "idle");
    for (int user = 2; user <= 5; ++user) {
        CHECK(Last(world, user, "queue:state").Find("reason")->AsString() == "others_refused");
    }
    CHECK(world.rooms->size() == 1);
    CHECK(Queue(world, 6, "queue:join", {{"players", 5}}).empty());
    CHECK(MatchOf(world, 2) != id);
    CHECK(MatchOf(world, 6) == MatchOf(world, 2));
}

}  // namespace rt::avalon
