// The reducer against an oracle that was written from the rules alone (support/avalon_oracle): who is asked, what is
// legal, and every public fact, before each choice of random games on every board. Controls break one rule of the
// oracle each, and must be found out.
#include "support/avalon_oracle.h"

#include <doctest/doctest.h>

#include <set>

#include "avalon/domain/moves.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;

namespace {

OracleMove ToOracle(const Command& command) {
    OracleMove move;
    move.kind = std::string(Name(command.type));
    move.by = command.by;
    for (const Seat seat : command.team) move.team.insert(seat);
    move.quest = command.quest;
    move.sword = command.sword;
    move.yes = command.yes;
    move.target = command.target;
    if (command.card.has_value()) move.card = std::string(Row(*command.card).name);
    return move;
}

OracleTable ToOracle(const State& state) {
    OracleTable table;
    for (const Role role : state.deal().roles) table.roles.emplace_back(Row(role).name);
    table.leader = state.deal().leader;
    table.assassin = state.deal().assassin;
    for (const Loyalty card : state.deal().loyalty)
        table.loyalty.emplace_back(card == Loyalty::kSwitch ? "switch" : "none");
    for (const PlotCard card : state.deal().plot) table.plot.emplace_back(Row(card).name);
    const Options& options = state.options();
    table.lancelot = static_cast<int>(options.lancelot);
    table.lancelot_must = options.lancelot_must_play == MustPlay::kOn ||
                          (options.lancelot_must_play == MustPlay::kByVariant && table.lancelot == 2);
    table.lady = options.lady;
    table.excalibur = options.excalibur;
    table.with_plot = options.plot;
    table.targeting = options.targeting;
    table.hammer = options.hammer;
    table.round_of_speech = options.speech == Speech::kRound;
    return table;
}

// What differs between the two; empty: nothing.
std::string Differs(const State& state, const OracleFacts& facts) {
    std::set<int> asked;
    for (const Seat seat : WaitingFor(state)) asked.insert(seat);
    std::multiset<std::pair<int, std::string>> held;
    for (const HeldCard& card : state.plot_held) held.insert({card.seat, std::string(Row(card.card).name)});
    std::vector<std::tuple<int, int, bool>> told;
    for (const Secret& secret : state.secrets) told.emplace_back(secret.viewer, secret.subject, secret.yes);
    std::vector<int> fails;
    for (const QuestRecord& quest : state.quests) fails.push_back(quest.fails);
    const std::string winner = state.outcome.has_value() ? std::string(Name(state.outcome->winner)) : "";
    const std::string reason = state.outcome.has_value() ? std::string(Name(state.outcome->reason)) : "";
    if (Name(state.phase) != facts.phase) return "phase " + std::string(Name(state.phase)) + " and " + facts.phase;
    if (asked != facts.asked) return "asked";
    if (state.leader != facts.leader && !state.Over()) return "leader";
    if (state.round != facts.round) return "round";
    if (state.rejects != facts.rejects) return "rejects";
    if (state.successes != facts.successes || state.fails != facts.fails) return "score";
    if (state.lady != facts.lady) return "lady";
    if (state.switched != facts.switched) return "switched";
    if (held != facts.held) return "held";
    if (told != facts.told) return "told";
    if (fails != facts.quest_fails) return "fails";
    if (winner != facts.winner || reason != facts.reason) return "outcome";
    return {};
}

// A command that may or may not be legal.
Command Wild(const State& state, rt::Random& random) {
    constexpr CommandType kTypes[] = {CommandType::kReady, CommandType::kPropose, CommandType::kVote,
                                      CommandType::kQuest, CommandType::kTarget,  CommandType::kCard,
                                      CommandType::kPass};
    Command command{.type = kTypes[random.Below(std::size(kTypes))]};
    if (random.Below(2) == 0) command = AnyMove(state, random);
    const auto seat = [&] { return static_cast<Seat>(random.Below(static_cast<std::uint64_t>(state.players()) + 1)); };
    switch (random.Below(7)) {
        case 0:
            command.by = seat();
            break;
        case 1:
            command.target = seat();
            break;
        case 2:
            command.yes = !command.yes;
            break;
        case 3:
            command.team = SeatSet::FromBits(static_cast<std::uint16_t>(random.Below(1U << 11U)));
            break;
        case 4:
            command.quest = static_cast<int>(random.Below(6));
            break;
        case 5:
            command.sword = random.Below(3) == 0 ? kNobody : seat();
            break;
        default:
            command.card = static_cast<PlotCard>(random.Below(kPlotCards));
            break;
    }
    return command;
}

// One game side by side; the first difference, or nothing.
std::string Compare(const Setup& setup, const Deal& deal, Twist twist, rt::Random& random, int wild) {
    State state = Started(setup, deal);
    std::string found;
    struct Differs2 {};
    const auto ask = [&](const Oracle& oracle) {
        const auto note = [&found](const std::string& what) {
            if (found.empty()) found = what;
        };
        if (found.empty()) note(Differs(state, oracle.facts()));
        for (int i = 0; i < wild && found.empty(); ++i) {
            const Command command = Wild(state, random);
            const bool legal = Decide(state, command).ok();
            if (legal != oracle.Allows(ToOracle(command))) {
                note((legal ? "allows " : "refuses ") + std::string(Name(command.type)) + " in " +
                     oracle.facts().phase);
            }
        }
        if (!found.empty()) throw Differs2();
        const Command command = AnyMove(state, random);
        if (!oracle.Allows(ToOracle(command))) {
            note("made " + std::string(Name(command.type)) + " in " + oracle.facts().phase);
            throw Differs2();
        }
        Do(state, command);
        return ToOracle(command);
    };
    Oracle oracle(ToOracle(state), twist, ask);
    try {
        oracle.Play();
    } catch (const Differs2&) {
        return found;
    }
    return Differs(state, oracle.facts());
}

}  // namespace

TEST_CASE("every board is played as the rules say") {
    rt::base::SeededRandom random(1);
    int boards = 0;
    for (int players = kSeatsMin; players <= kSeatsMax; ++players) {
        for (const std::vector<Role>& roles : LegalBoards(players)) {
            ++boards;
            for (int variant = 0; variant < 2; ++variant) {
                Setup setup{roles, {}};
                if (setup.Has(Role::kLancelotGood)) setup.options.lancelot = LancelotVariant::kHiddenDeck;
                if (variant == 1) RandomOptions(setup, random);
                const std::string found = Compare(setup, RandomDeal(setup, random), Twist::kNone, random, 2);
                REQUIRE_MESSAGE(found.empty(), found);
            }
        }
    }
    CHECK(boards > 300);
}

TEST_CASE("random games with every option go as the rules say") {
    rt::base::SeededRandom random(2);
    for (int game = 0; game < GamesToPlay(6000); ++game) {
        const Setup setup = RandomSetup(random);
        const std::string found = Compare(setup, RandomDeal(setup, random), Twist::kNone, random, 4);
        REQUIRE_MESSAGE(found.empty(), found);
    }
}

TEST_CASE("a rule that is broken is found") {
    for (int twist = 1; twist <= static_cast<int>(Twist::kAmbushBeforeSword); ++twist) {
        rt::base::SeededRandom random(3);
        std::string found;
        for (int game = 0; game < 3000 && found.empty(); ++game) {
            const Setup setup = RandomSetup(random);
            found = Compare(setup, RandomDeal(setup, random), static_cast<Twist>(twist), random, 4);
        }
        CAPTURE(twist);
        CHECK(!found.empty());
    }
}
