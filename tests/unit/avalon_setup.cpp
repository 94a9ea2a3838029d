// Boards, roles and who is told what, against the tables of avalon.md §1.1 to §1.3 written out again here.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "avalon/domain/setup.h"
#include "avalon/domain/view.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;

namespace {

using Words = std::multiset<std::string>;

Words WordsOf(const std::vector<Role>& roles) {
    Words out;
    for (const Role role : roles) out.insert(std::string(Row(role).name));
    return out;
}

// Is this a board? By the words of §1.1 and §1.2.
bool IsBoard(const Words& words) {
    static const std::map<std::size_t, std::size_t> kEvil{{5, 2}, {6, 2}, {7, 3}, {8, 3}, {9, 3}, {10, 4}};
    if (!kEvil.contains(words.size())) return false;
    std::size_t evil = 0;
    for (const char* word : {"assassin", "minion", "morgana", "mordred", "oberon", "lancelot_evil"})
        evil += words.count(word);
    if (evil != kEvil.at(words.size())) return false;
    for (const auto& [word, most] : std::map<std::string, std::size_t>{{"servant", 5}, {"minion", 3}}) {
        if (words.count(word) > most) return false;
    }
    for (const char* word :
         {"merlin", "percival", "assassin", "morgana", "mordred", "oberon", "lancelot_good", "lancelot_evil"}) {
        if (words.count(word) > 1) return false;
    }
    if (words.count("lancelot_good") != words.count("lancelot_evil")) return false;
    const bool somebody =
        words.count("assassin") + words.count("minion") + words.count("morgana") + words.count("mordred") > 0;
    return words.count("merlin") == 0 || somebody;
}

void TryAll(std::vector<Role>& roles, int from, std::size_t most, int& boards, int& tried) {
    Setup setup{roles, {}};
    if (setup.Has(Role::kLancelotGood) || setup.Has(Role::kLancelotEvil)) {
        setup.options.lancelot = LancelotVariant::kHiddenDeck;
    }
    const bool legal = ValidateSetup(setup).ok();
    ++tried;
    boards += legal ? 1 : 0;
    if (legal != IsBoard(WordsOf(roles))) FAIL_CHECK("a board is judged wrongly: " << roles.size() << " roles");
    if (roles.size() == most) return;
    for (int i = from; i < kRoles; ++i) {
        roles.push_back(static_cast<Role>(i));
        TryAll(roles, i, most, boards, tried);
        roles.pop_back();
    }
}

std::set<std::string> Words1(const Setup& setup, Severity severity) {
    std::set<std::string> out;
    for (const SetupIssue& issue : CheckSetup(setup)) {
        if (issue.severity == severity) out.insert(std::string(Word(issue.reason)));
    }
    return out;
}

}  // namespace

TEST_CASE("the counts of every table") {
    const std::map<int, std::array<int, 5>> sizes{{5, {2, 3, 2, 3, 3}}, {6, {2, 3, 4, 3, 4}}, {7, {2, 3, 3, 4, 4}},
                                                  {8, {3, 4, 4, 5, 5}}, {9, {3, 4, 4, 5, 5}}, {10, {3, 4, 4, 5, 5}}};
    const std::map<int, int> good{{5, 3}, {6, 4}, {7, 4}, {8, 5}, {9, 6}, {10, 6}};
    for (const auto& [players, teams] : sizes) {
        CHECK(GoodSeats(players) == good.at(players));
        CHECK(GoodSeats(players) + EvilSeats(players) == players);
        for (int quest = 1; quest <= 5; ++quest) {
            CHECK(TeamSize(players, quest) == teams[static_cast<std::size_t>(quest - 1)]);
            CHECK(FailsRequired(players, quest) == (players >= 7 && quest == 4 ? 2 : 1));
        }
    }
}

TEST_CASE("every multiset of up to ten roles is judged as the rules say") {
    int boards = 0;
    int tried = 0;
    std::vector<Role> roles;
    TryAll(roles, 0, 10, boards, tried);
    CHECK(tried == 184'756);  // all multisets of 0 to 10 of ten roles
    CHECK(boards > 300);
    std::vector<Role> eleven(11, Role::kServant);
    CHECK(ValidateSetup({eleven, {}}).error().detail == "players");
}

TEST_CASE("the common boards") {
    const std::map<int, Words> boards{
        {5, {"merlin", "percival", "servant", "morgana", "assassin"}},
        {6, {"merlin", "percival", "servant", "servant", "morgana", "assassin"}},
        {7, {"merlin", "percival", "servant", "servant", "morgana", "assassin", "oberon"}},
        {8, {"merlin", "percival", "servant", "servant", "servant", "morgana", "assassin", "minion"}},
        {9, {"merlin", "percival", "servant", "servant", "servant", "servant", "morgana", "assassin", "mordred"}},
        {10,
         {"merlin", "percival", "servant", "servant", "servant", "servant", "morgana", "assassin", "mordred",
          "oberon"}}};
    for (const auto& [players, words] : boards) {
        CHECK(WordsOf(DefaultSetup(players).roles) == words);
        CHECK(CheckSetup(DefaultSetup(players)).empty());
    }
}

TEST_CASE("what a setup is refused or warned for") {
    Setup setup = DefaultSetup(5);
    setup.roles = {Role::kPercival, Role::kServant, Role::kServant, Role::kMorgana, Role::kMordred};
    setup.options.lady = true;
    CHECK(Words1(setup, Severity::kError).empty());
    CHECK(Words1(setup, Severity::kWarning) == std::set<std::string>{"percival_without_merlin",
                                                                     "morgana_without_percival",
                                                                     "mordred_without_merlin", "lady_small_table"});
    setup = DefaultSetup(5);
    setup.options.lancelot = LancelotVariant::kOpenDeck;
    CHECK(Words1(setup, Severity::kError) == std::set<std::string>{"lancelot_missing"});
    setup.roles = {Role::kMerlin, Role::kLancelotGood, Role::kServant, Role::kLancelotEvil, Role::kOberon};
    CHECK(Words1(setup, Severity::kError) == std::set<std::string>{"no_assassin"});
    setup.options.lancelot = LancelotVariant::kNone;
    CHECK(Words1(setup, Severity::kError) == std::set<std::string>{"no_assassin", "lancelot_variant"});
    setup = DefaultSetup(6);
    for (const auto& [seconds, good] : {std::pair(29, false), {30, true}, {90, true}, {91, false}}) {
        setup.options.speech_seconds = seconds;
        CHECK(ValidateSetup(setup).ok() == good);
    }
    const auto refused = ValidateSetup({std::vector<Role>(4, Role::kServant), {}});
    CHECK(refused.error().code == rt::Code::kBadSetup);
    CHECK(ReasonWord(refused.error()) == "players");
}

TEST_CASE("the matrix of knowledge") {
    // §1.3 in its own letters; L and the differences of variant 3 below.
    const std::vector<std::string> names{"merlin",  "percival", "servant", "assassin",      "minion",
                                         "morgana", "mordred",  "oberon",  "lancelot_good", "lancelot_evil"};
    const std::map<std::string, std::string> rows{
        {"merlin", "- - - E E E - E - E"},        {"percival", "M - - - - M - - - -"},
        {"servant", "- - - - - - - - - -"},       {"assassin", "- - - - E E E - - *"},
        {"minion", "- - - E E E E - - *"},        {"morgana", "- - - E E - E - - *"},
        {"mordred", "- - - E E E - - - *"},       {"oberon", "- - - - - - - - - -"},
        {"lancelot_good", "- - - - - - - - - -"}, {"lancelot_evil", "- - - - - - - - - -"}};
    const std::map<char, Mark> letters{
        {'-', Mark::kNothing}, {'E', Mark::kEvil}, {'M', Mark::kMerlinOrMorgana}, {'*', Mark::kEvilLancelot}};
    for (const auto& [viewer, row] : rows) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            CAPTURE(viewer);
            CAPTURE(names[i]);
            const Role from = *RoleNamed(viewer);
            const Role about = *RoleNamed(names[i]);
            Mark mark = letters.at(row[2 * i]);
            CHECK(Told(from, about, LancelotVariant::kHiddenDeck, Morgana::kPresent) == mark);
            CHECK(Told(from, about, LancelotVariant::kOpenDeck, Morgana::kPresent) == mark);
            if (mark == Mark::kEvilLancelot) mark = Mark::kEvil;
            const bool evil_four =
                names[i] == "assassin" || names[i] == "minion" || names[i] == "morgana" || names[i] == "mordred";
            if (viewer == "lancelot_evil" && evil_four) mark = Mark::kEvil;
            if (viewer.starts_with("lancelot") && names[i].starts_with("lancelot") && viewer != names[i])
                mark = Mark::kLancelot;
            CHECK(Told(from, about, LancelotVariant::kKnown, Morgana::kPresent) == mark);
        }
    }
    CHECK(Told(Role::kPercival, Role::kMerlin, LancelotVariant::kNone, Morgana::kAbsent) == Mark::kMerlin);
}

TEST_CASE("a designated assassin is known to himself and to all Evil who see him, and to nobody else") {
    rt::base::SeededRandom random(4);
    Setup setup{{Role::kMerlin, Role::kPercival, Role::kServant, Role::kServant, Role::kServant, Role::kServant,
                 Role::kMorgana, Role::kMordred, Role::kMinion, Role::kOberon},
                {}};
    for (int game = 0; game < 50; ++game) {
        const State state = Started(setup, random);
        const Seat assassin = state.deal().assassin;
        CHECK(MayBeDesignated(state.RoleOf(assassin)));
        for (const Seat seat : state.Seats()) {
            const View view = ViewOf(state, Viewer::At(seat));
            const bool knows = MayBeDesignated(state.RoleOf(seat));
            for (const Seat other : state.Seats()) {
                CHECK(view.seats[static_cast<std::size_t>(other)].assassin == (knows && other == assassin));
            }
        }
        for (const SeatView& seat : ViewOf(state, Viewer::Spectator()).seats) {
            CHECK(!seat.assassin);
            CHECK(!seat.role.has_value());
            CHECK(seat.mark == Mark::kNothing);
        }
    }
}
