// One choice of one bot: what it knows and believes, and how its side decides. A file for Good, one for Evil.
#pragma once

#include "avalon/domain/bots/belief.h"
#include "avalon/domain/moves.h"

namespace rt::avalon {

struct Mind {
    const View& view;
    Strength strength;
    Random& random;
    Odds evil;  // how likely each seat is Evil

    double EvilOf(Seat seat) const { return evil[static_cast<std::size_t>(seat)]; }
    // true with this probability.
    bool Chance(double probability) const {
        constexpr std::uint64_t kSteps = 1'000'000;
        return static_cast<double>(random.Below(kSteps)) < probability * static_cast<double>(kSteps);
    }
    // The `count` seats that are least (or most) likely Evil; equal ones in a random order.
    SeatSet Trusted(SeatSet seats, int count) const;
    Seat MostTrusted(SeatSet seats) const;
    Seat LeastTrusted(SeatSet seats) const;
    // The one of which least is known.
    Seat MostDoubtful(SeatSet seats) const;
    double MeanOf(SeatSet seats) const;
    // What the best team of this size would be suspected of.
    double BestMean(int size) const;
    const ProposalView& Current() const { return view.proposals.back(); }
    int FailsNeeded() const { return FailsRequired(view.players(), Current().quest); }
};

// The choices in which the sides differ.
struct Choices {
    void (*fill_team)(const Mind& mind, const Action& action, Command& command);
    bool (*approves)(const Mind& mind);
    bool (*plays_success)(const Mind& mind, const Action& action);
    bool (*uses_card)(const Mind& mind);
    std::optional<Seat> (*aim)(const Mind& mind, const Action& action);  // nullopt: better not
};
extern const Choices kGoodChoices;
extern const Choices kEvilChoices;

}  // namespace rt::avalon
