#include "avalon/domain/bots/belief.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rt::avalon {
namespace {

// The players' habits that the likelihoods assume.
constexpr double kEvilFails = 0.7;
constexpr double kEvilFailsFirst = 0.5;
constexpr double kEvilApprovesEvil = 0.75;
constexpr double kEvilApprovesClean = 0.35;
constexpr double kGoodApproves = 0.5;
constexpr double kEvilLeadsClean = 0.15;
constexpr double kGoodLeadsClean = 0.45;
// Not zero: Excalibur and the Lancelots can make a card count otherwise than it was played.
constexpr double kImpossible = 1e-4;

double Choose(int n, int k) {
    double out = 1;
    for (int i = 1; i <= k; ++i) out = out * (n - k + i) / i;
    return out;
}

double QuestOdds(const QuestView& quest, SeatSet evil) {
    const int on_team = (quest.team & evil).size();
    if (quest.fails > on_team) return kImpossible;
    const double fails = quest.round == 1 ? kEvilFailsFirst : kEvilFails;
    return Choose(on_team, quest.fails) * std::pow(fails, quest.fails) * std::pow(1 - fails, on_team - quest.fails);
}

double ProposalOdds(const ProposalView& proposal, SeatSet evil) {
    const bool clean = (proposal.team & evil).empty();
    const double leads_clean = evil.Has(proposal.leader) ? kEvilLeadsClean : kGoodLeadsClean;
    double odds = clean ? leads_clean : 1 - leads_clean;
    if (!proposal.approvers.has_value() || proposal.result == ProposalResult::kCarried) return odds;
    const double approves = clean ? kEvilApprovesClean : kEvilApprovesEvil;
    for (const Seat seat : evil) {
        odds *= (proposal.approvers->Has(seat) ? approves : 1 - approves) / kGoodApproves;
    }
    return odds;
}

double SetOdds(const View& view, SeatSet evil) {
    double odds = 1;
    for (const QuestView& quest : view.quests) odds *= QuestOdds(quest, evil);
    for (const ProposalView& proposal : view.proposals) odds *= ProposalOdds(proposal, evil);
    return odds;
}

// Percival's candidates: exactly one of the two is Evil.
SeatSet Candidates(const View& view) {
    SeatSet out;
    for (std::size_t i = 0; i < view.seats.size(); ++i) {
        if (view.seats[i].mark == Mark::kMerlinOrMorgana) out.Add(static_cast<Seat>(i));
    }
    return out;
}

SeatSet Marked(const View& view) {
    return KnownEvil(view).Without(PlaysEvil(view) ? kNobody : view.seat);
}

}  // namespace

bool PlaysEvil(const View& view) {
    return view.seats[static_cast<std::size_t>(view.seat)].side == Side::kEvil;
}

SeatSet Mates(const View& view) {
    return Marked(view).With(view.seat);
}

SeatSet KnownGood(const View& view) {
    SeatSet out;
    if (!PlaysEvil(view)) out.Add(view.seat);
    for (std::size_t i = 0; i < view.seats.size(); ++i) {
        if (view.seats[i].mark == Mark::kMerlin) out.Add(static_cast<Seat>(i));
    }
    for (const Secret& secret : view.secrets) {
        const bool loyalty = secret.kind == SecretKind::kLady || secret.kind == SecretKind::kShown ||
                             secret.kind == SecretKind::kNeighbour;
        if (loyalty && secret.yes) out.Add(secret.subject);
    }
    return out;
}

Odds Suspicion(const View& view) {
    constexpr double kFailed = 0.5;
    constexpr double kSucceeded = 0.06;
    constexpr double kApprovedFailed = 0.06;
    Odds odds{};
    const double base = static_cast<double>(EvilSeats(view.players())) / view.players();
    odds.fill(base);
    for (const QuestView& quest : view.quests) {
        for (const Seat seat : quest.team) {
            double& one = odds[static_cast<std::size_t>(seat)];
            one += quest.fails > 0 ? kFailed * quest.fails / quest.team.size() : -kSucceeded;
        }
        for (const ProposalView& proposal : view.proposals) {
            const bool this_one = proposal.round == quest.round && proposal.result == ProposalResult::kApproved;
            if (!this_one || quest.fails == 0 || !proposal.approvers.has_value()) continue;
            for (const Seat seat : *proposal.approvers) odds[static_cast<std::size_t>(seat)] += kApprovedFailed;
        }
    }
    for (double& one : odds) one = std::clamp(one, 0.02, 0.95);
    for (const Seat seat : Marked(view)) odds[static_cast<std::size_t>(seat)] = 1;
    for (const Seat seat : KnownGood(view)) odds[static_cast<std::size_t>(seat)] = 0;
    return odds;
}

Odds Posterior(const View& view) {
    const SeatSet all = SeatSet::First(view.players());
    const SeatSet marked = Marked(view);
    const SeatSet good = KnownGood(view);
    const SeatSet pair = Candidates(view);
    const int size = EvilSeats(view.players());
    Odds odds{};
    double total = 0;
    for (unsigned bits = 0; bits <= all.bits(); ++bits) {
        const SeatSet evil = SeatSet::FromBits(static_cast<std::uint16_t>(bits));
        if (evil.size() != size || !(marked - evil).empty() || !(evil & good).empty()) continue;
        if (pair.size() == 2 && (evil & pair).size() != 1) continue;
        const double weight = SetOdds(view, evil);
        total += weight;
        for (const Seat seat : evil) odds[static_cast<std::size_t>(seat)] += weight;
    }
    // After the Lancelots changed sides what was known may not fit together any more.
    if (total <= 0) return Suspicion(view);
    for (double& one : odds) one /= total;
    return odds;
}

Odds MerlinSigns(const View& view, SeatSet evil) {
    constexpr double kLed = 1.5;
    Odds signs{};
    for (const ProposalView& proposal : view.proposals) {
        if (proposal.result == ProposalResult::kOpen || proposal.result == ProposalResult::kCarried) continue;
        const bool clean = (proposal.team & evil).empty();
        if (proposal.leader != kNobody) signs[static_cast<std::size_t>(proposal.leader)] += clean ? kLed : -kLed;
        if (!proposal.approvers.has_value()) continue;
        for (int seat = 0; seat < view.players(); ++seat) {
            const bool approved = proposal.approvers->Has(static_cast<Seat>(seat));
            signs[static_cast<std::size_t>(seat)] += approved == clean ? 1 : -1;
        }
    }
    return signs;
}

}  // namespace rt::avalon
