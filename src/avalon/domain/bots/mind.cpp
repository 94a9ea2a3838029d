#include "avalon/domain/bots/mind.h"

#include <algorithm>
#include <cmath>

namespace rt::avalon {
namespace {

std::vector<Seat> ByOdds(const Mind& mind, SeatSet seats) {
    std::vector<Seat> order = seats.List();
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[mind.random.Below(i)]);
    std::stable_sort(order.begin(), order.end(), [&mind](Seat a, Seat b) { return mind.EvilOf(a) < mind.EvilOf(b); });
    return order;
}

Command Decide(const Mind& mind, const Choices& side, const Action& action, const Action* pass) {
    Command command{.type = action.type, .by = mind.view.seat};
    bool passes = false;
    switch (action.type) {
        case CommandType::kPropose:
            side.fill_team(mind, action, command);
            break;
        case CommandType::kVote:
            command.yes = side.approves(mind);
            break;
        case CommandType::kQuest:
            command.yes = side.plays_success(mind, action);
            break;
        case CommandType::kCard:
            passes = !side.uses_card(mind);
            break;
        case CommandType::kTarget: {
            const auto seat = side.aim(mind, action);
            passes = !seat.has_value();
            command.target = seat.value_or(kNobody);
            for (const HeldCard& held : action.cards) {
                if (held.seat == command.target) command.card = held.card;
            }
            break;
        }
        default:
            break;
    }
    if (passes && pass != nullptr) return {.type = CommandType::kPass, .by = mind.view.seat};
    return command;
}

}  // namespace

SeatSet Mind::Trusted(SeatSet seats, int count) const {
    SeatSet out;
    for (const Seat seat : ByOdds(*this, seats)) {
        if (out.size() < count) out.Add(seat);
    }
    return out;
}

Seat Mind::MostTrusted(SeatSet seats) const {
    return ByOdds(*this, seats).front();
}

Seat Mind::LeastTrusted(SeatSet seats) const {
    return ByOdds(*this, seats).back();
}

Seat Mind::MostDoubtful(SeatSet seats) const {
    std::vector<Seat> order = ByOdds(*this, seats);
    return *std::min_element(order.begin(), order.end(),
                             [this](Seat a, Seat b) { return std::abs(EvilOf(a) - 0.5) < std::abs(EvilOf(b) - 0.5); });
}

double Mind::MeanOf(SeatSet seats) const {
    double sum = 0;
    for (const Seat seat : seats) sum += EvilOf(seat);
    return seats.empty() ? 0 : sum / seats.size();
}

double Mind::BestMean(int size) const {
    return MeanOf(Trusted(SeatSet::First(view.players()), size));
}

std::optional<Command> Choose(const View& view, Strength strength, Random& random) {
    if (view.seat == kNobody || view.actions.empty()) return std::nullopt;
    if (strength == Strength::kEasy) return RandomCommand(view.actions, view.seat, random);
    const Action* action = &view.actions.front();
    if (action->type == CommandType::kSelect) return std::nullopt;
    const Action* pass = FindAction(view.actions, CommandType::kPass);
    const Mind mind{view, strength, random, strength == Strength::kHard ? Posterior(view) : Suspicion(view)};
    return Decide(mind, PlaysEvil(view) ? kEvilChoices : kGoodChoices, *action, pass);
}

}  // namespace rt::avalon
