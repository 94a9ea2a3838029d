// Bots play whole games on every board, legally and by what they are told; the stronger ones win more often. Seeds are
// fixed, so the figures are the same in every run.
#include <doctest/doctest.h>

#include "avalon/domain/bots/bot.h"
#include "avalon/domain/moves.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;

namespace {

struct Strengths {
    Strength good;
    Strength evil;
};

State PlayBots(State state, Strengths strengths, rt::Random& random) {
    for (int moves = 0; !state.Over(); ++moves) {
        REQUIRE(moves < 5000);
        const Seat seat = RandomSeat(WaitingFor(state), random);
        const Strength strength = SideOf(state.RoleOf(seat)) == Side::kGood ? strengths.good : strengths.evil;
        const auto command = Choose(ViewOf(state, Viewer::At(seat)), strength, random);
        REQUIRE(command.has_value());
        Do(state, *command);
    }
    return state;
}

double GoodWins(int players, Strengths strengths, int games) {
    rt::base::SeededRandom random(41);
    int wins = 0;
    for (int game = 0; game < games; ++game) {
        const State last = PlayBots(Started(DefaultSetup(players), random), strengths, random);
        wins += last.outcome->winner == Side::kGood ? 1 : 0;
    }
    return static_cast<double>(wins) / games;
}

}  // namespace

TEST_CASE("bots of every strength end games with every option on every number of seats") {
    rt::base::SeededRandom random(42);
    const int games = GamesToPlay(1200);
    for (int game = 0; game < games; ++game) {
        const Strengths strengths{static_cast<Strength>(game % 3), static_cast<Strength>(game / 3 % 3)};
        PlayBots(Started(RandomSetup(random), random), strengths, random);
    }
    for (int players = kSeatsMin; players <= kSeatsMax; ++players) {
        for (const std::vector<Role>& roles : LegalBoards(players)) {
            Setup setup{roles, {}};
            if (setup.Has(Role::kLancelotGood)) setup.options.lancelot = LancelotVariant::kOpenDeck;
            PlayBots(Started(setup, random), {Strength::kNormal, Strength::kHard}, random);
        }
    }
}

TEST_CASE("a stronger side wins more often") {
    constexpr int kGames = 150;
    for (const int players : {5, 7, 10}) {
        CAPTURE(players);
        const auto wins = [&](Strength good, Strength evil) { return GoodWins(players, {good, evil}, kGames); };
        const double even = wins(Strength::kEasy, Strength::kEasy);
        CHECK(wins(Strength::kEasy, Strength::kNormal) < even - 0.1);
        CHECK(wins(Strength::kEasy, Strength::kHard) < even - 0.1);
        CHECK(wins(Strength::kNormal, Strength::kEasy) > even + 0.1);
        CHECK(wins(Strength::kHard, Strength::kEasy) > even + 0.1);
        const double normal = wins(Strength::kNormal, Strength::kNormal);
        CHECK(wins(Strength::kHard, Strength::kNormal) > normal + 0.1);
        CHECK(wins(Strength::kNormal, Strength::kHard) < normal);
    }
}

TEST_CASE("a bot chooses by its view alone") {
    rt::base::SeededRandom random(43);
    int chosen = 0;
    for (int game = 0; game < 60; ++game) {
        State state = Started(RandomSetup(random), random);
        while (!state.Over()) {
            const Seat seat = RandomSeat(WaitingFor(state), random);
            const View view = ViewOf(state, Viewer::At(seat));
            const std::uint64_t seed = random.Next64();
            for (const Strength strength : {Strength::kEasy, Strength::kNormal, Strength::kHard}) {
                rt::base::SeededRandom one(seed);
                rt::base::SeededRandom two(seed);
                const auto command = Choose(view, strength, one);
                REQUIRE(command.has_value());
                CHECK(command->by == seat);
                CHECK(Choose(view, strength, two) == command);
                CHECK(Decide(state, *command).ok());
                ++chosen;
            }
            Do(state, AnyMove(state, random));
        }
        CHECK(!Choose(ViewOf(state, Viewer::At(0)), Strength::kHard, random).has_value());
        CHECK(!Choose(ViewOf(state, Viewer::Spectator()), Strength::kHard, random).has_value());
    }
    CHECK(chosen > 1000);
}
