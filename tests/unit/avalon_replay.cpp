// Games on file: what is printed, and where and why a game that is not legal stops.
#include <doctest/doctest.h>

#include <functional>

#include "avalon/replay.h"

using namespace rt::avalon;
namespace json = rt::json;

namespace {

// Good wins three quests in a row; one proposal of the third is rejected.
constexpr std::string_view kGame = R"({
"players":[{"role":"merlin"},{"role":"percival"},{"role":"servant"},{"role":"assassin"},{"role":"morgana"}],
"leader":0,"options":{},
"quests":[
 {"proposals":[{"leader":0,"team":[0,1],"votes":[true,true,true,false,false]}],"fails":0},
 {"proposals":[{"leader":1,"team":[0,1,4],"votes":[true,true,true,false,true]}],"fails":0},
 {"proposals":[{"leader":2,"team":[2,3],"votes":[false,false,true,true,false]},
               {"leader":3,"team":[1,2],"votes":[true,true,true,true,true]}],"cards":{"1":"success","2":"success"}}],
"assassination":{"by":3,"target":0}})";

std::string Changed(const std::string& from, const std::string& to) {
    std::string text(kGame);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

json::Object Report(const std::string& text) {
    std::string out;
    ReplayFile(text, [&out](std::string_view line) { out += line; });
    const auto value = json::Decode(out);
    REQUIRE(value.ok());
    return value->AsObject();
}

std::string Member(const json::Object& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : "";
}

// "at: reason" of the error; empty when there is none.
std::string Stop(const std::string& text) {
    const json::Object report = Report(text);
    const json::Value* error = report.Find("error");
    if (error == nullptr) return {};
    CHECK(report.Find("outcome") == nullptr);
    CHECK(!Member(error->AsObject(), "message").empty());
    return Member(error->AsObject(), "at") + ": " + Member(error->AsObject(), "reason");
}

}  // namespace

TEST_CASE("a whole game prints its states and its outcome") {
    const json::Object report = Report(std::string(kGame));
    const json::Array& states = report.Find("states")->AsArray();
    CHECK(states.size() == 9);
    CHECK(Member(states.front().AsObject(), "at") == "players");
    CHECK(Member(states.back().AsObject(), "phase") == "end");
    CHECK(Member(states[5].AsObject(), "result") == "rejected");
    CHECK(states[5].Find("rejects")->AsInt() == 1);
    CHECK(Member(report.Find("outcome")->AsObject(), "winner") == "evil");
    CHECK(Member(report.Find("outcome")->AsObject(), "reason") == "assassinated");
    const json::Object missed = Report(Changed(R"("target":0)", R"("target":4)"));
    CHECK(Member(missed.Find("outcome")->AsObject(), "reason") == "assassin_missed");
    CHECK(Stop(Changed(R"("by":3,)", "")).empty());
}

TEST_CASE("the first step that is not legal, where and why") {
    const std::string two = R"({"leader":2,"team":[2,3],"votes":[false,false,true,true,false]})";
    const std::string cards = R"("cards":{"1":"success","2":"success"})";
    const std::tuple<std::string, std::string, std::string> cases[] = {
        {R"("role":"servant")", R"("role":"minion")", "players: good_count"},
        {R"("role":"servant")", R"("role":"merlin")", "players: too_many_copies"},
        {R"({"role":"morgana"}])", R"({"role":"lancelot_evil"}])", "players: lancelots_apart"},
        {R"("options":{})", R"("options":{"lancelot":1})", "options.lancelot: lancelot_missing"},
        {R"("leader":0,"options")", R"("leader":5,"options")", "leader: no_such_seat"},
        {R"("leader":0,"options")", R"("leader":2,"options")", "quests[0].proposals[0].leader: wrong_leader"},
        {R"("leader":3,"team")", R"("leader":2,"team")", "quests[2].proposals[1].leader: wrong_leader"},
        {R"("team":[0,1,4])", R"("team":[0,1])", "quests[1].proposals[0].team: wrong_team_size"},
        {R"("team":[0,1,4])", R"("team":[0,1,1])", "quests[1].proposals[0].team: member_twice"},
        {R"("team":[0,1,4])", R"("team":[0,1,5])", "quests[1].proposals[0].team: no_such_seat"},
        {R"([true,true,true,false,false])", R"([true,true,true,false])", "quests[0].proposals[0].votes: votes_count"},
        {R"([true,true,true,false,false])", R"([true,true,false,false,false])", "quests[0].fails: team_not_approved"},
        {R"("fails":0})", R"("fails":1})", "quests[0].fails: too_many_fails"},
        {R"(,"fails":0})", "}", "quests[0]: cards_missing"},
        {cards, R"("cards":{"1":"success","2":"fail"})", "quests[2].cards.2: good_must_succeed"},
        {cards, R"("cards":{"1":"success"})", "quests[2].cards: cards_missing"},
        {cards, R"("cards":{"1":"success","3":"fail"})", "quests[2].cards.3: not_on_team"},
        {cards, cards + R"(,"fails":1)", "quests[2].fails: too_many_fails"},
        {two + ",", "", "quests[2].proposals[0].leader: wrong_leader"},
        {R"("cards":{"1":"success","2":"success"}})", R"("fails":0,"lady":{"target":3}})",
         "quests[2].lady: step_unwanted"},
        {R"("cards":{"1":"success","2":"success"}})", R"("fails":0,"excalibur":{"target":1}})",
         "quests[2].cards: cards_missing"},
        {R"("target":0)", R"("target":3)", "assassination.target: target_self"},
        {R"("target":0)", R"("target":7)", "assassination.target: no_such_seat"},
        {R"("by":3)", R"("by":4)", "assassination.by: not_the_assassin"},
        {R"("options":{})", R"("options":{"lady":true})", "quests[1].lady: step_missing"},
        {R"("options":{})", R"("options":{"excalibur":true})", "quests[0].proposals[0].sword: sword_missing"},
        {R"("options":{})", R"("options":{"targeting":true})", "quests[0].proposals[0].quest: wrong_quest"},
        {R"("options":{})", R"("options":{"plot":true})", "quests[0].plot: step_missing"},
        {R"("role":"servant")", R"("role":"wizard")", "players[2].role: malformed"},
        {R"("leader":0,"options")", R"("leader":"0","options")", "leader: malformed"},
        {R"("votes":[true,true)", R"("votes":[1,true)", "quests[0].proposals[0].votes[0]: malformed"},
        {R"("options":{})", R"("options":{"ladies":true})", "options.ladies: malformed"},
        {R"("leader":0,"options")", R"("lead":0,"options")", "leader: malformed"},
        {R"("players")", R"("players" "x")", ": malformed"},
    };
    for (const auto& [from, to, expected] : cases) {
        CAPTURE(to);
        CHECK(Stop(Changed(from, to)) == expected);
    }
    const std::string whole(kGame);
    const std::string open = whole.substr(0, whole.find(",\n\"assassination\"")) + "}";
    CHECK(Stop(open) == "assassination: assassination_missing");
    const std::string short_game = whole.substr(0, whole.find(",\n {\"proposals\":[{\"leader\":2")) + "]}";
    CHECK(Stop(short_game) == "quests: quest_missing");
    CHECK(Stop("[]") == ": malformed");
    CHECK(Stop("") == ": malformed");
}

TEST_CASE("the place of an error is said in numbers, too") {
    const json::Object report = Report(Changed(R"("leader":3,"team")", R"("leader":2,"team")"));
    const json::Value& error = *report.Find("error");
    CHECK(error.Find("quest")->AsInt() == 3);
    CHECK(error.Find("proposal")->AsInt() == 2);
    CHECK(error.Find("member")->AsString() == "leader");
    CHECK(report.Find("states")->AsArray().size() == 6);
}

TEST_CASE("a game may end without an assassination") {
    const std::string rejected = R"("votes":[false,false,false,true,true]})";
    std::string quests;
    for (int i = 0; i < 5; ++i) {
        quests += std::string(i == 0 ? "" : ",") + R"({"leader":)" + std::to_string(i) + R"(,"team":[0,1],)" + rejected;
    }
    const std::string players =
        R"({"players":[{"role":"merlin"},{"role":"servant"},{"role":"servant"},{"role":"minion"},{"role":"morgana"}],"leader":0,)";
    const json::Object report = Report(players + R"("quests":[{"proposals":[)" + quests + "]}]}");
    CHECK(Member(report.Find("outcome")->AsObject(), "reason") == "five_rejections");
    CHECK(Stop(players + R"("quests":[{"proposals":[)" + quests + R"(]}],"assassination":{"target":0}})") ==
          "assassination: game_over");
    CHECK(Stop(players + R"("quests":[{"proposals":[)" + quests + R"(]},{"proposals":[]}]})") ==
          "quests[1]: game_over");
}

TEST_CASE("without an Assassin's card `by` names who was designated") {
    const std::string designated = Changed(R"("role":"assassin")", R"("role":"minion")");
    CHECK(Stop(designated).empty());
    std::string other = designated;
    other.replace(other.find(R"("by":3)"), 6, R"("by":4)");
    CHECK(Stop(other).empty());
    other.replace(other.find(R"("by":4)"), 6, R"("by":2)");
    CHECK(Stop(other) == "assassination.by: not_the_assassin");
    other.replace(other.find(R"("by":2)"), 6, R"("by":9)");
    CHECK(Stop(other) == "assassination.by: no_such_seat");
}

TEST_CASE("a file of games gives one line for each, with its number") {
    std::string one(kGame);
    std::erase(one, '\n');
    std::string bad = one;
    bad.replace(bad.find(R"("target":0)"), 10, R"("target":3)");
    std::vector<std::string> lines;
    const auto keep = [&lines](std::string_view line) { lines.emplace_back(line); };
    CHECK(ReplayFile(one + "\n\n" + one + "\n", keep));
    CHECK(lines.size() == 2);
    CHECK(lines[1] == R"({"line":3,"outcome":{"winner":"evil","reason":"assassinated","shooter":3,"shot":0}})"
                      "\n");
    lines.clear();
    CHECK(!ReplayFile(one + "\n" + bad + "\n{\n" + one, keep));
    REQUIRE(lines.size() == 4);
    CHECK(lines[1].starts_with(
        R"({"line":2,"error":{"at":"assassination.target","member":"target","reason":"target_self")"));
    CHECK(lines[2].starts_with(R"({"line":3,"error":{"at":"","reason":"malformed")"));
    CHECK(lines[3].starts_with(R"({"line":4,"outcome")"));
    lines.clear();
    CHECK(!ReplayFile("{\n" + one, keep));
    CHECK(lines.size() == 2);
}
