// JSON of set-ups, commands and events: what is written is read again, what is wrong is said with its place.
#include <doctest/doctest.h>

#include <set>

#include "avalon/codec.h"
#include "avalon/domain/moves.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;
namespace json = rt::json;

namespace {

json::Value Parsed(const json::Object& object) {
    const auto value = json::Decode(json::Encode(object));
    REQUIRE(value.ok());
    return *value;
}

json::Value Parsed(std::string_view text) {
    const auto value = json::Decode(text);
    REQUIRE(value.ok());
    return *value;
}

std::set<std::string> FieldsOf(const rt::base::Error& error) {
    std::set<std::string> out;
    for (const auto& field : error.fields) out.insert(field.field);
    return out;
}

}  // namespace

TEST_CASE("the log of a game gives the game again") {
    rt::base::SeededRandom random(21);
    std::set<EventType> seen;
    for (int game = 0; game < 150; ++game) {
        const Setup setup = RandomSetup(random);
        auto events = Begin(setup, RandomDeal(setup, random),
                            {"g7", "c0ffee", std::string(32, '\xfe'), {std::string(16, '\0')}}, {2});
        REQUIRE(events.ok());
        State state = Fold(*events);
        std::vector<Event> log = *events;
        while (!state.Over()) {
            Command command = AnyMove(state, random);
            if (random.Below(50) == 0)
                command = {.type = CommandType::kPauseVote, .by = 0, .yes = !state.pause_votes.Has(0)};
            if (random.Below(200) == 0)
                command = {.type = CommandType::kVoidVote, .by = 1, .yes = !state.void_votes.Has(1)};
            if (command.type == CommandType::kQuest || random.Below(9) == 0) command.origin = Origin::kTimeout;
            const auto more = Decide(state, command);
            REQUIRE(more.ok());
            for (const Event& event : *more) {
                Apply(state, event);
                log.push_back(event);
            }
        }
        std::vector<Event> read;
        for (const Event& event : log) {
            seen.insert(event.type);
            const auto one = DecodeEvent(Parsed(EncodeEvent(event)));
            REQUIRE_MESSAGE(one.ok(), one.error().detail);
            CHECK(*one == event);
            read.push_back(*one);
        }
        CHECK(Fold(read) == state);
    }
    CHECK(seen.size() >= 24);
}

TEST_CASE("an event of a later version is read without what is new in it") {
    const auto event = DecodeEvent(Parsed(R"({"type":"voted","by":3,"yes":true,"mood":"grim"})"));
    REQUIRE(event.ok());
    CHECK(event->by == 3);
    CHECK(event->yes);
    CHECK(event->target == kNobody);
    for (const char* text :
         {R"({"type":"danced"})", R"({"by":1})", R"({"type":"voted","by":10})", R"({"type":"started"})",
          R"({"type":"voted","yes":"true"})", R"({"type":"plot_given","card":"joker"})", "3"}) {
        CAPTURE(text);
        CHECK(!DecodeEvent(Parsed(text)).ok());
    }
}

TEST_CASE("set-ups are read as they are written, with the default of what is left out") {
    rt::base::SeededRandom random(23);
    for (int i = 0; i < 300; ++i) {
        const Setup setup = RandomSetup(random);
        const auto read = DecodeSetup(Parsed(EncodeSetup(setup)));
        REQUIRE(read.ok());
        CHECK(*read == setup);
    }
    const auto plain = DecodeSetup(Parsed(R"({"roles":["merlin","assassin"]})"));
    REQUIRE(plain.ok());
    CHECK(plain->options == Options());
    const auto wrong = DecodeSetup(
        Parsed(R"({"roles":["merlin","wizard",3],"options":{"lady":1,"lancelot":4,"timer":"slow","x":0}})"));
    REQUIRE(!wrong.ok());
    CHECK(FieldsOf(wrong.error()) == std::set<std::string>{"roles[1]", "roles[2]", "options.lady", "options.lancelot",
                                                           "options.timer", "options.x"});
}

TEST_CASE("a view as JSON has what the document lists") {
    rt::base::SeededRandom random(24);
    const State state = Started(DefaultSetup(7), random);
    const json::Object view = EncodeView(ViewOf(state, Viewer::At(0)));
    for (const char* key : {"viewer",   "seat",    "setup",     "game_id",   "commitment", "phase",     "waits",
                            "paused",   "seats",   "leader",    "round",     "rejects",    "successes", "fails",
                            "waiting",  "actor",   "ready",     "tentative", "discussed",  "proposals", "voted",
                            "cards_in", "quests",  "my_choice", "lady",      "lancelot",   "plot",      "evil_revealed",
                            "outcome",  "secrets", "actions",   "pause",     "void",       "bot_votes", "log"}) {
        CAPTURE(key);
        CHECK(view.Find(key) != nullptr);
    }
    CHECK(view.Find("seed") == nullptr);
    CHECK(EncodeView(ViewOf(State(), Viewer::Spectator())).Find("setup")->IsNull());
}
