#include "avalon/domain/finished.h"

#include <array>

#include "base/check.h"

namespace rt::avalon {
namespace {

constexpr std::array<std::string_view, kGameResults> kResultNames{"GOOD", "EVIL", "VOIDED"};

// A word of the board for each option that changes who wins; clocks and speech do not.
struct OptionWord {
    std::string_view word;
    bool (*on)(const Options&);
};
constexpr std::array kOptionWords{
    OptionWord{"lady", [](const Options& o) { return o.lady; }},
    OptionWord{"excalibur", [](const Options& o) { return o.excalibur; }},
    OptionWord{"plot", [](const Options& o) { return o.plot; }},
    OptionWord{"targeting", [](const Options& o) { return o.targeting; }},
    OptionWord{"hammer", [](const Options& o) { return o.hammer; }},
    OptionWord{"anonymous", [](const Options& o) { return o.anonymous_votes; }},
    OptionWord{"hidden", [](const Options& o) { return o.hidden_history; }},
    OptionWord{"lancelot1", [](const Options& o) { return o.lancelot == LancelotVariant::kHiddenDeck; }},
    OptionWord{"lancelot2", [](const Options& o) { return o.lancelot == LancelotVariant::kOpenDeck; }},
    OptionWord{"lancelot3", [](const Options& o) { return o.lancelot == LancelotVariant::kKnown; }},
    OptionWord{"forced", [](const Options& o) { return o.LancelotForced(); }},
    OptionWord{"reveal", [](const Options& o) { return o.evil_reveal == EvilReveal::kAll; }},
};

GameResult ResultOf(const State& last) {
    if (last.phase == Phase::kVoided || !last.outcome.has_value()) return GameResult::kVoided;
    return last.outcome->winner == Side::kGood ? GameResult::kGood : GameResult::kEvil;
}

void CountQuests(const State& last, Finished& out) {
    for (const QuestRecord& quest : last.quests) {
        out.fail_cards += quest.fails;
        for (const Seat seat : quest.team) {
            FinishedSeat& who = out.seats[static_cast<std::size_t>(seat)];
            ++who.quests;
            who.quests_good += quest.succeeded ? 1 : 0;
        }
    }
}

void CountProposals(const State& last, Finished& out) {
    for (const Proposal& proposal : last.proposals) {
        if (proposal.leader == kNobody || proposal.result == ProposalResult::kOpen) continue;
        FinishedSeat& who = out.seats[static_cast<std::size_t>(proposal.leader)];
        ++who.proposals;
        const bool went = proposal.result == ProposalResult::kApproved || proposal.result == ProposalResult::kCarried;
        who.approved += went ? 1 : 0;
    }
}

void MarkShot(const Outcome& outcome, Finished& out) {
    if (outcome.shooter == kNobody) return;
    FinishedSeat& shooter = out.seats[static_cast<std::size_t>(outcome.shooter)];
    shooter.shooter = true;
    shooter.hit = outcome.reason == EndReason::kAssassinated;
    if (outcome.shot != kNobody) out.seats[static_cast<std::size_t>(outcome.shot)].shot = true;
}

}  // namespace

std::string_view Name(GameResult result) {
    return kResultNames[static_cast<std::size_t>(result)];
}

std::string BoardOf(const Setup& setup) {
    std::string out = std::to_string(setup.players()) + ":";
    bool first = true;
    for (int i = 0; i < kRoles; ++i) {
        const Role role = static_cast<Role>(i);
        const int count = setup.Count(role);
        if (count == 0) continue;
        if (!first) out += ',';
        first = false;
        out += Row(role).name;
        if (count > 1) out += "*" + std::to_string(count);
    }
    const bool lancelots = setup.options.lancelot != LancelotVariant::kNone;
    for (const OptionWord& option : kOptionWords) {
        if (!option.on(setup.options) || (option.word == "forced" && !lancelots)) continue;
        out += '+';
        out += option.word;
    }
    return out;
}

Finished Finish(const State& last, SeatSet left) {
    RT_CHECK(last.Over() && last.start != nullptr);
    Finished out;
    out.game_id = last.start->proof.game_id;
    out.commitment = last.start->proof.commitment;
    out.board = BoardOf(last.setup());
    out.players = last.players();
    out.result = ResultOf(last);
    if (last.outcome.has_value()) out.reason = last.outcome->reason;
    out.rated = out.result != GameResult::kVoided && last.start->bots.empty();
    out.successes = last.successes;
    out.fails = last.fails;
    out.switched = last.switched;
    out.seats.resize(static_cast<std::size_t>(last.players()));
    const Side winner = out.result == GameResult::kGood ? Side::kGood : Side::kEvil;
    for (const Seat seat : last.Seats()) {
        FinishedSeat& who = out.seats[static_cast<std::size_t>(seat)];
        who.role = last.RoleOf(seat);
        who.side = last.SideOf(seat);
        who.bot = last.start->bots.Has(seat);
        who.left = !who.bot && (last.bots | left).Has(seat);
        who.won = out.result != GameResult::kVoided && who.side == winner && !who.left;
    }
    CountQuests(last, out);
    CountProposals(last, out);
    if (last.outcome.has_value() && out.result != GameResult::kVoided) MarkShot(*last.outcome, out);
    return out;
}

}  // namespace rt::avalon
