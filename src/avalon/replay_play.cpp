#include "avalon/replay_play.h"

#include <algorithm>
#include <numeric>

namespace rt::avalon {
namespace {

using Stopped = std::optional<Stop>;

Stopped StopAt(std::string at, Reason reason) {
    return Stop{std::move(at), reason};
}

constexpr Reason kReasons[] = {
#define RT_REASON(name, word, zh, en) Reason::name,
#include "avalon/domain/reasons.def"
#undef RT_REASON
};

Reason ReasonNamed(std::string_view word) {
    const auto* const found =
        std::find_if(std::begin(kReasons), std::end(kReasons), [word](Reason reason) { return Word(reason) == word; });
    return found == std::end(kReasons) ? Reason::kMalformed : *found;
}

Command By(CommandType type, Seat by, Seat target = kNobody) {
    Command command{.type = type, .by = by};
    command.target = target;
    return command;
}

// The cards that the file names, in their order, and then the rest of the deck.
std::vector<PlotCard> PlotOf(const FiledGame& game) {
    std::vector<PlotCard> rest = PlotDeck(static_cast<int>(game.roles.size()));
    std::vector<PlotCard> deck;
    for (const FiledQuest& quest : game.quests) {
        for (const FiledPlot& plot : quest.plot) {
            const auto found = std::find(rest.begin(), rest.end(), plot.card);
            if (found != rest.end()) rest.erase(found);
            deck.push_back(plot.card);
        }
    }
    deck.insert(deck.end(), rest.begin(), rest.end());
    return deck;
}

Seat AssassinOf(const FiledGame& game) {
    if (std::find(game.roles.begin(), game.roles.end(), Role::kMerlin) == game.roles.end()) return kNobody;
    const auto card = std::find(game.roles.begin(), game.roles.end(), Role::kAssassin);
    if (card != game.roles.end()) return static_cast<Seat>(card - game.roles.begin());
    const FiledPair shot = game.assassination.value_or(FiledPair());
    if (shot.by != kNobody) return shot.by;
    // Nobody is named: any who may be, but not the one who is shot.
    const SeatSet candidates = AssassinCandidates(game.roles);
    const SeatSet others = candidates.Without(shot.target);
    return others.empty() ? candidates.First() : others.First();
}

// Where a bad setup is wrong, as the file calls it.
std::string SetupAt(const Error& error) {
    const std::string field = error.fields.empty() ? "roles" : error.fields.front().field;
    if (field == "assassin") return "assassination.by";
    if (field == "plot") return "quests";
    return field.starts_with("roles") ? "players" : field;
}

}  // namespace

Stopped FiledPlay::Do(const Command& command, const std::string& at) {
    const auto events = Decide(state_, command);
    if (!events.ok()) {
        const auto& fields = events.error().fields;
        const std::string member = fields.empty() || fields.front().field == "by" ? "" : "." + fields.front().field;
        return StopAt(at + member, ReasonNamed(ReasonWord(events.error())));
    }
    for (const Event& event : *events) Apply(state_, event);
    return {};
}

Stopped FiledPlay::Start() {
    Setup setup{game_.roles, game_.options};
    // Speeches are not on file.
    setup.options.speech = Speech::kFree;
    if (const Status valid = ValidateSetup(setup); !valid.ok()) {
        return StopAt(SetupAt(valid.error()), ReasonNamed(ReasonWord(valid.error())));
    }
    Deal deal;
    deal.order.resize(game_.roles.size());
    std::iota(deal.order.begin(), deal.order.end(), std::uint8_t{0});
    deal.roles = game_.roles;
    deal.leader = game_.leader;
    deal.loyalty = game_.loyalty;
    deal.assassin = AssassinOf(game_);
    if (setup.options.plot) deal.plot = PlotOf(game_);
    if (deal.assassin >= setup.players()) return StopAt("assassination.by", Reason::kNoSuchSeat);
    const auto events = Begin(setup, deal, {}, {});
    if (!events.ok()) {
        const std::string at = SetupAt(events.error());
        if (at == "leader") return StopAt(at, Reason::kNoSuchSeat);
        return StopAt(at, at == "assassination.by" ? Reason::kNotTheAssassin : Reason::kBadDeal);
    }
    state_ = Fold(*events);
    for (const Seat seat : state_.Seats()) {
        if (const Stopped stop = Do(By(CommandType::kReady, seat), "players")) return stop;
    }
    sink_("players", state_);
    return {};
}

Stopped FiledPlay::Run() {
    if (const Stopped stop = Start()) return stop;
    for (std::size_t i = 0; i < game_.quests.size(); ++i) {
        const std::string at = "quests[" + std::to_string(i) + "]";
        if (state_.Over()) return StopAt(at, Reason::kGameOver);
        if (state_.phase == Phase::kAssassinate) return StopAt(at, Reason::kWrongPhase);
        if (const Stopped stop = PlayQuest(game_.quests[i], at)) return stop;
    }
    return PlayShot();
}

Stopped FiledPlay::PlayQuest(const FiledQuest& quest, const std::string& at) {
    for (std::size_t i = 0; i < quest.proposals.size(); ++i) {
        if (const Stopped stop = PlayProposal(quest, i, at)) return stop;
    }
    const bool cards = quest.fails.has_value() || quest.cards.has_value();
    if (state_.phase != Phase::kQuest) {
        if (cards) return StopAt(at + (quest.cards.has_value() ? ".cards" : ".fails"), Reason::kNoQuestYet);
        if (!state_.Over()) return StopAt(at + ".proposals", Reason::kProposalMissing);
        return {};
    }
    if (!cards) return StopAt(at, Reason::kCardsMissing);
    if (const Stopped stop = PlayCards(quest, at)) return stop;
    if (const Stopped stop = PlayAfterCards(quest, at)) return stop;
    sink_(at, state_);
    return PlayLady(quest, at);
}

Stopped FiledPlay::PlayPlot(const FiledQuest& quest, const std::string& at) {
    for (std::size_t i = 0; i < quest.plot.size(); ++i) {
        if (const Stopped stop = PlayOnePlot(quest.plot[i], at + ".plot[" + std::to_string(i) + "]")) return stop;
    }
    if (state_.phase == Phase::kPlotDeal || state_.phase == Phase::kPlotCard) {
        return StopAt(at + ".plot", Reason::kStepMissing);
    }
    return {};
}

Stopped FiledPlay::PlayOnePlot(const FiledPlot& plot, const std::string& at) {
    if (state_.phase == Phase::kPlotDeal) {
        if (const Stopped stop = Do(By(CommandType::kTarget, state_.leader, plot.to), at)) {
            return StopAt(at + ".to", stop->reason);
        }
    } else if (state_.phase != Phase::kPlotCard || plot.card != PlotCard::kStrength) {
        return StopAt(at, Reason::kStepUnwanted);
    }
    const bool own = state_.phase == Phase::kPlotCard && state_.plot_instant->card == plot.card;
    if (!own) return {};
    Command command = By(CommandType::kTarget, state_.actor, plot.target);
    command.card = plot.take;
    return Do(command, at);
}

Stopped FiledPlay::PlayLead(const FiledProposal& proposal, const std::string& at) {
    bool used = false;
    while (state_.phase == Phase::kLead) {
        const bool use = proposal.lead == state_.actor;
        if (const Stopped stop = Do(By(use ? CommandType::kCard : CommandType::kPass, state_.actor), at)) return stop;
        used = used || use;
    }
    if (proposal.lead != kNobody && !used) return StopAt(at + ".lead", Reason::kCardNotHeld);
    return {};
}

Stopped FiledPlay::PlayProposal(const FiledQuest& quest, std::size_t index, const std::string& quest_at) {
    const FiledProposal& proposal = quest.proposals[index];
    const std::string at = quest_at + ".proposals[" + std::to_string(index) + "]";
    if (state_.Over()) return StopAt(at, Reason::kGameOver);
    if (const Stopped stop = PlayLead(proposal, at)) return stop;
    if (index == 0) {
        if (const Stopped stop = PlayPlot(quest, quest_at)) return stop;
    }
    if (state_.phase != Phase::kPropose) return StopAt(at, Reason::kWrongPhase);
    if (proposal.leader != state_.leader) return StopAt(at + ".leader", Reason::kWrongLeader);
    Command command = By(CommandType::kPropose, proposal.leader);
    for (const Seat seat : proposal.team) {
        if (command.team.Has(seat)) return StopAt(at + ".team", Reason::kMemberTwice);
        command.team.Add(seat);
    }
    command.quest = proposal.quest;
    command.sword = proposal.sword;
    if (const Stopped stop = Do(command, at)) return stop;
    if (const Stopped stop = PlayVotes(proposal, at)) return stop;
    if (const Stopped stop = PlayApproved(proposal, at)) return stop;
    sink_(at, state_);
    return {};
}

Stopped FiledPlay::PlayVotes(const FiledProposal& proposal, const std::string& at) {
    const bool voting = state_.phase == Phase::kVote || state_.phase == Phase::kChargeVote;
    if (!voting && !proposal.votes.empty()) return StopAt(at + ".votes", Reason::kVotesUnwanted);
    if (voting && proposal.votes.size() != static_cast<std::size_t>(state_.players())) {
        return StopAt(at + ".votes", Reason::kVotesCount);
    }
    // Twice round at most: holders of Charge vote before the others.
    while (state_.phase == Phase::kVote || state_.phase == Phase::kChargeVote) {
        const Seat seat = WaitingFor(state_).First();
        Command command = By(CommandType::kVote, seat);
        command.yes = proposal.votes[static_cast<std::size_t>(seat)];
        if (const Stopped stop = Do(command, at + ".votes")) return stop;
    }
    return {};
}

Stopped FiledPlay::PlayApproved(const FiledProposal& proposal, const std::string& at) {
    bool king = false;
    while (state_.phase == Phase::kKing) {
        const bool use = proposal.king == state_.actor;
        if (const Stopped stop = Do(By(use ? CommandType::kCard : CommandType::kPass, state_.actor), at)) return stop;
        king = king || use;
    }
    if (proposal.king != kNobody && !king) return StopAt(at + ".king", Reason::kCardNotHeld);
    bool found = false;
    while (state_.phase == Phase::kFound) {
        const bool use =
            proposal.found != kNobody && (proposal.found_by == kNobody || proposal.found_by == state_.actor);
        const Command command = By(use ? CommandType::kTarget : CommandType::kPass, state_.actor, proposal.found);
        if (const Stopped stop = Do(command, at + ".found")) return stop;
        found = found || use;
    }
    if (proposal.found != kNobody && !found) return StopAt(at + ".found", Reason::kCardNotHeld);
    return {};
}

}  // namespace rt::avalon
