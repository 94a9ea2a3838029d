// Nothing that a viewer may not know reaches him (avalon.md §1.3). Two games under one commitment differ in two seats
// that the viewer cannot tell apart; they are played in step, with every public act the same and the secret ones chosen
// so that the history stays legal in both. What the viewer gets must be the same, byte for byte, until roles are laid
// open.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "avalon/codec.h"
#include "avalon/domain/moves.h"
#include "avalon/domain/view.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;

namespace {

using Bytes = std::function<std::string(const State& state, Seat viewer)>;

Viewer ViewerAt(Seat seat) {
    return seat == kNobody ? Viewer::Spectator() : Viewer::At(seat);
}

std::string ViewBytes(const State& state, Seat viewer) {
    return rt::json::Encode(EncodeView(ViewOf(state, ViewerAt(viewer))));
}

Role& RoleAt(Deal& deal, Seat seat) {
    return deal.roles[static_cast<std::size_t>(seat)];
}

// The same deal with the roles of two seats exchanged. Who is designated goes by the role.
Deal Swapped(Deal deal, Seat a, Seat b) {
    std::swap(RoleAt(deal, a), RoleAt(deal, b));
    if (deal.assassin == a) {
        deal.assassin = b;
    } else if (deal.assassin == b) {
        deal.assassin = a;
    }
    return deal;
}

struct Worlds {
    State one;
    State two;
    Seat viewer = kNobody;
    SeatSet pair;  // who is exchanged

    bool SameSide(Seat seat) const { return one.SideOf(seat) == two.SideOf(seat); }
    bool SameCard(Seat seat) const { return one.failed.Has(seat) == two.failed.Has(seat); }
    bool SameCount(Seat seat) const { return CountsFail(one, seat) == CountsFail(two, seat); }
    static bool CountsFail(const State& state, Seat seat) { return state.failed.Has(seat) != (state.struck == seat); }
};

// Cards for a team, one bit a member (1: Fail), that its members may play in this world.
bool MayPlay(const State& state, SeatSet fails) {
    for (const Seat seat : state.Current().team) {
        const std::vector<Action> actions = ActionsOf(state, seat);
        if (fails.Has(seat) ? !actions.front().may_no : !actions.front().may_yes) return false;
    }
    return true;
}

// Every way the team may play.
std::vector<SeatSet> Plays(const State& state) {
    std::vector<SeatSet> out;
    const SeatSet team = state.Current().team;
    for (unsigned bits = 0; bits <= team.bits(); ++bits) {
        const SeatSet fails = SeatSet::FromBits(static_cast<std::uint16_t>(bits));
        if ((fails - team).empty() && MayPlay(state, fails)) out.push_back(fails);
    }
    return out;
}

// Cards for both worlds with the same public result, the same card of the viewer and of who plays openly; false: none.
bool ChooseCards(const Worlds& worlds, rt::Random& random, SeatSet& one, SeatSet& two) {
    const std::vector<SeatSet> first = Plays(worlds.one);
    const std::vector<SeatSet> second = Plays(worlds.two);
    for (int attempt = 0; attempt < 8; ++attempt) {
        one = first[random.Below(first.size())];
        const std::size_t begin = random.Below(second.size());
        for (std::size_t i = 0; i < second.size(); ++i) {
            two = second[(begin + i) % second.size()];
            const auto same = [&](Seat seat) { return one.Has(seat) == two.Has(seat); };
            if (one.size() == two.size() && same(worlds.viewer) && same(worlds.one.found)) return true;
        }
    }
    return false;
}

// May this target be chosen without the two worlds coming apart before the viewer's eyes?
bool Keeps(const Worlds& worlds, Seat by, Seat target) {
    const Seat viewer = worlds.viewer;
    const PlotCard card = worlds.one.plot_instant.has_value() ? worlds.one.plot_instant->card : PlotCard::kCharge;
    switch (worlds.one.phase) {
        case Phase::kLady:
            return by != viewer || worlds.SameSide(target);
        case Phase::kExcalibur:
            return worlds.SameCard(target);
        case Phase::kAmbush:
            return by != viewer || worlds.SameCount(target);
        case Phase::kPlotCard:
            if (card == PlotCard::kAreYouTheOne) return by != viewer || worlds.SameSide(target);
            if (card == PlotCard::kTrueNature || card == PlotCard::kStrength)
                return target != viewer || worlds.SameSide(by);
            return true;
        default:
            return true;
    }
}

class Run {
  public:
    Run(Worlds worlds, rt::Random& random, Bytes bytes, int bytes_every)
        : worlds_(std::move(worlds)), random_(random), bytes_(std::move(bytes)), bytes_every_(bytes_every) {}

    // false: the viewer could tell the worlds apart.
    bool Play() {
        while (Same()) {
            if (worlds_.one.phase == Phase::kAssassinate || worlds_.one.Over()) return true;
            if (worlds_.one.phase == Phase::kQuest) {
                if (!PlayQuest()) return true;
                if (leaked_) return false;
            } else if (!Step()) {
                return true;
            }
        }
        return false;
    }
    int compared() const { return compared_; }

  private:
    bool Same() {
        ++compared_;
        // Evil laid its cards open: from here on the worlds may differ.
        if (worlds_.one.evil_revealed || worlds_.one.Over() || worlds_.two.Over()) return true;
        const Viewer viewer = ViewerAt(worlds_.viewer);
        if (ViewOf(worlds_.one, viewer) != ViewOf(worlds_.two, viewer)) return false;
        if (compared_ % bytes_every_ != 0) return true;
        return bytes_(worlds_.one, worlds_.viewer) == bytes_(worlds_.two, worlds_.viewer);
    }

    void Both(const Command& command) {
        Do(worlds_.one, command);
        Do(worlds_.two, command);
    }

    // A public act, the same in both. false: there is none that keeps the worlds together.
    bool Step() {
        for (int attempt = 0; attempt < 40; ++attempt) {
            const Command command = AnyMove(worlds_.one, random_);
            if (!Decide(worlds_.two, command).ok()) continue;
            if (command.type == CommandType::kTarget && !Keeps(worlds_, command.by, command.target)) continue;
            Both(command);
            return true;
        }
        return false;
    }

    bool PlayQuest() {
        SeatSet one;
        SeatSet two;
        if (!ChooseCards(worlds_, random_, one, two)) return false;
        while (worlds_.one.phase == Phase::kQuest) {
            const SeatSet waiting = WaitingFor(worlds_.one);
            Command command{.type = CommandType::kQuest, .by = RandomSeat(waiting, random_)};
            command.yes = !one.Has(command.by);
            Do(worlds_.one, command);
            command.yes = !two.Has(command.by);
            Do(worlds_.two, command);
            if (waiting.size() > 1 && !Same()) {
                leaked_ = true;
                return true;
            }
        }
        return true;
    }

    Worlds worlds_;
    rt::Random& random_;
    Bytes bytes_;
    int bytes_every_;
    int compared_ = 0;
    bool leaked_ = false;
};

// Two seats that this viewer cannot tell apart although their roles differ.
bool Indistinct(const State& state, Seat viewer, Seat a, Seat b) {
    if (a == b || a == viewer || b == viewer || state.RoleOf(a) == state.RoleOf(b)) return false;
    const View view = ViewOf(state, ViewerAt(viewer));
    const SeatView& left = view.seats[static_cast<std::size_t>(a)];
    const SeatView& right = view.seats[static_cast<std::size_t>(b)];
    return left.mark == right.mark && left.assassin == right.assassin;
}

struct Tally {
    int games = 0;
    int compared = 0;
    int leaks = 0;
};

Tally PlayPairs(int games, std::uint64_t seed, const Bytes& bytes, int bytes_every) {
    rt::base::SeededRandom random(seed);
    Tally tally;
    while (tally.games < games) {
        const Setup setup = RandomSetup(random);
        const Deal deal = RandomDeal(setup, random);
        const State state = Started(setup, deal);
        const Seat viewer = static_cast<Seat>(random.Below(static_cast<std::uint64_t>(state.players()) + 1)) - 1;
        const Seat a = RandomSeat(state.Seats(), random);
        const Seat b = RandomSeat(state.Seats(), random);
        if (!Indistinct(state, viewer, a, b)) continue;
        Run run({state, Started(setup, Swapped(deal, a, b)), viewer, {a, b}}, random, bytes, bytes_every);
        tally.leaks += run.Play() ? 0 : 1;
        tally.compared += run.compared();
        ++tally.games;
    }
    return tally;
}

}  // namespace

TEST_CASE("two seats that a viewer cannot tell apart may be exchanged without his seeing it") {
    const int games = GamesToPlay(4000);
    const Tally tally = PlayPairs(games, 1, ViewBytes, 16);
    CHECK(tally.leaks == 0);
    // The worlds stay together for a good part of a game.
    CHECK(tally.compared > games * 20);
}

TEST_CASE("every view of a game is compared as bytes") {
    CHECK(PlayPairs(100, 2, ViewBytes, 1).leaks == 0);
}

TEST_CASE("a leak is found, however small") {
    const auto with = [](const std::function<std::string(const State&)>& leak) {
        return [leak](const State& state, Seat viewer) { return ViewBytes(state, viewer) + leak(state); };
    };
    CHECK(PlayPairs(60, 3, with([](const State& state) { return std::to_string(state.deal().assassin); }), 1).leaks >
          0);
    CHECK(PlayPairs(60, 4, with([](const State& state) { return std::to_string(state.failed.bits()); }), 1).leaks > 0);
    CHECK(PlayPairs(60, 5, with([](const State& state) {
                        return std::to_string(ActionsOf(state, WaitingFor(state).First()).size()) +
                               rt::json::Encode(EncodeAction(ActionsOf(state, WaitingFor(state).First()).front()));
                    }),
                    1)
              .leaks > 0);
}

TEST_CASE("nothing tells how somebody chose while others are waited for") {
    rt::base::SeededRandom random(6);
    int choices = 0;
    for (int game = 0; game < 40; ++game) {
        State state = Started(RandomSetup(random), random);
        while (!state.Over()) {
            const Command command = AnyMove(state, random);
            const bool secret = state.phase == Phase::kVote || state.phase == Phase::kQuest;
            Command other = command;
            other.yes = !command.yes;
            if (secret && WaitingFor(state).size() > 1 && Decide(state, other).ok()) {
                State left = state;
                State right = state;
                Do(left, command);
                Do(right, other);
                ++choices;
                CHECK(Decide(state, command)->size() == Decide(state, other)->size());
                for (const Seat viewer : state.Seats()) {
                    const std::string one = ViewBytes(left, viewer);
                    const std::string two = ViewBytes(right, viewer);
                    // The own choice is shown, in as many bytes as the opposite.
                    CHECK(one.size() == two.size());
                    CHECK((viewer == command.by || one == two));
                }
                CHECK(ViewBytes(left, kNobody) == ViewBytes(right, kNobody));
            }
            Do(state, command);
        }
    }
    CHECK(choices > 300);
}

TEST_CASE("who is all-seeing before the end sees what a spectator sees") {
    rt::base::SeededRandom random(7);
    State state = Started(RandomSetup(random), random);
    std::vector<State> states;
    while (!state.Over()) {
        CHECK(ViewOf(state, Viewer::AllSeeing(state)) == ViewOf(state, Viewer::Spectator()));
        states.push_back(state);
        Do(state, AnyMove(state, random));
    }
    const View first = ViewOf(states.front(), Viewer::AllSeeing(state));
    CHECK(first.viewer == Viewer::Kind::kAllSeeing);
    CHECK(first.seats.front().role == state.RoleOf(0));
    CHECK(first.seed.empty());
    CHECK(ViewOf(state, Viewer::Spectator()).seed == std::string(kSeedBytes, 's'));
}
