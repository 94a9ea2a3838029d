// Games per second of the rule engine on one core: bots of one strength decide on views, the reducer does the rest.
// Prints JSON. Usage: bench_avalon_rules SECONDS
#include <chrono>
#include <cstdio>
#include <string>

#include "avalon/domain/bots/bot.h"
#include "avalon/domain/moves.h"
#include "avalon/hashing.h"
#include "base/parse.h"
#include "base/random.h"

namespace {

using namespace rt::avalon;

struct Figures {
    double games = 0;
    double commands = 0;
};

void PlayOne(rt::Random& random, Strength strength, Figures& figures) {
    const int players = kSeatsMin + static_cast<int>(random.Below(kSeatsMax - kSeatsMin + 1));
    const Setup setup = DefaultSetup(players);
    std::string seed(kSeedBytes, '\0');
    for (char& byte : seed) byte = static_cast<char>(random.Below(256));
    DealStream stream(CryptoHashing(), seed, {});
    State state = Fold(*Begin(setup, DrawDeal(setup, stream), {}, {}));
    while (!state.Over()) {
        const Seat seat = RandomSeat(WaitingFor(state), random);
        const auto command = Choose(ViewOf(state, Viewer::At(seat)), strength, random);
        const auto events = Decide(state, *command);
        for (const Event& event : *events) Apply(state, event);
        ++figures.commands;
    }
    ++figures.games;
}

Figures Run(Strength strength, double seconds) {
    using Clock = std::chrono::steady_clock;
    rt::base::SeededRandom random(1);
    Figures figures;
    const auto began = Clock::now();
    double spent = 0;
    while (spent < seconds) {
        PlayOne(random, strength, figures);
        spent = std::chrono::duration<double>(Clock::now() - began).count();
    }
    return {figures.games / spent, figures.commands / spent};
}

}  // namespace

int main(int argc, char** argv) {
    const auto seconds = rt::base::ParseUnsigned(argc > 1 ? argv[1] : "5");
    if (!seconds.has_value()) return 2;
    const Figures easy = Run(Strength::kEasy, static_cast<double>(*seconds));
    const Figures hard = Run(Strength::kHard, static_cast<double>(*seconds));
    std::printf(R"({"games":%.0f,"commands":%.0f,"hard_games":%.0f})"
                "\n",
                easy.games, easy.commands, hard.games);
    return 0;
}
