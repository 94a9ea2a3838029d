#include "support/avalon_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "avalon/domain/moves.h"
#include "avalon/hashing.h"
#include "base/parse.h"

namespace rt::testing {

using namespace rt::avalon;

namespace {

void Extend(std::vector<Role>& roles, std::size_t players, int from, std::vector<std::vector<Role>>& out) {
    if (roles.size() == players) {
        Setup setup{roles, {}};
        if (setup.Has(Role::kLancelotGood)) setup.options.lancelot = LancelotVariant::kKnown;
        if (ValidateSetup(setup).ok()) out.push_back(roles);
        return;
    }
    for (int i = from; i < kRoles; ++i) {
        roles.push_back(static_cast<Role>(i));
        Extend(roles, players, i, out);
        roles.pop_back();
    }
}

template <class E>
E Any(Random& random, int count) {
    return static_cast<E>(random.Below(static_cast<std::uint64_t>(count)));
}

}  // namespace

std::vector<std::vector<Role>> LegalBoards(int players) {
    std::vector<std::vector<Role>> out;
    std::vector<Role> roles;
    Extend(roles, static_cast<std::size_t>(players), 0, out);
    return out;
}

void RandomOptions(Setup& setup, Random& random) {
    Options& options = setup.options;
    options.lady = random.Below(2) == 0;
    options.excalibur = random.Below(3) == 0;
    options.plot = random.Below(3) == 0;
    options.targeting = random.Below(3) == 0;
    options.hammer = random.Below(4) == 0;
    options.anonymous_votes = random.Below(4) == 0;
    options.hidden_history = random.Below(4) == 0;
    options.shuffle_seats = random.Below(2) == 0;
    options.lancelot = LancelotVariant::kNone;
    if (setup.Has(Role::kLancelotGood)) options.lancelot = static_cast<LancelotVariant>(1 + random.Below(3));
    options.lancelot_must_play = Any<MustPlay>(random, 3);
    options.evil_reveal = Any<EvilReveal>(random, 2);
    options.speech = random.Below(6) == 0 ? Speech::kRound : Speech::kFree;
    options.timeout = Any<TimeoutPolicy>(random, 3);
    options.timer = Any<Timer>(random, 5);
}

Setup RandomSetup(Random& random) {
    static const std::vector<std::vector<std::vector<Role>>> kBoards = [] {
        std::vector<std::vector<std::vector<Role>>> boards;
        for (int players = kSeatsMin; players <= kSeatsMax; ++players) boards.push_back(LegalBoards(players));
        return boards;
    }();
    const auto& boards = kBoards[random.Below(kBoards.size())];
    Setup setup{boards[random.Below(boards.size())], {}};
    RandomOptions(setup, random);
    return setup;
}

Deal RandomDeal(const Setup& setup, Random& random) {
    std::string seed(kSeedBytes, '\0');
    for (char& byte : seed) byte = static_cast<char>(random.Below(256));
    DealStream stream(CryptoHashing(), seed, {});
    return DrawDeal(setup, stream);
}

State Started(const Setup& setup, const Deal& deal) {
    const auto events = Begin(setup, deal, {"game", "c0", std::string(kSeedBytes, 's'), {}}, {});
    REQUIRE_MESSAGE(events.ok(), events.error().detail);
    return Fold(*events);
}

State Started(const Setup& setup, Random& random) {
    return Started(setup, RandomDeal(setup, random));
}

void Do(State& state, const Command& command) {
    const auto events = Decide(state, command);
    REQUIRE_MESSAGE(events.ok(), events.error().detail << " in " << Name(state.phase));
    for (const Event& event : *events) Apply(state, event);
}

Command AnyMove(const State& state, Random& random) {
    const SeatSet waiting = WaitingFor(state);
    REQUIRE(!waiting.empty());
    const Seat seat = RandomSeat(waiting, random);
    const auto command = RandomCommand(ActionsOf(state, seat), seat, random);
    REQUIRE(command.has_value());
    return *command;
}

int GamesToPlay(int plain) {
    const char* asked = std::getenv("RT_AVALON_GAMES");
    const auto games = asked == nullptr ? std::nullopt : base::ParseUnsigned(asked);
    if (games.has_value()) return static_cast<int>(*games);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return std::max(plain / 10, 20);
#else
    return plain;
#endif
}

}  // namespace rt::testing
