#include "avalon/codec_internal.h"
#include "base/encoding.h"

namespace rt::avalon {
namespace {

std::string Hex(const std::string& bytes) {
    return base::HexEncode(base::AsBytes(bytes));
}

template <class T, class F>
json::Array ListOf(const std::vector<T>& items, F encode) {
    json::Array out;
    out.reserve(items.size());
    for (const T& item : items) out.emplace_back(encode(item));
    return out;
}

json::Object EncodeSeatView(const SeatView& seat) {
    json::Object out;
    out.Add("player", seat.player);
    out.Add("bot", seat.bot);
    if (seat.role.has_value()) out.Add("role", Row(*seat.role).name);
    if (seat.side.has_value()) out.Add("side", Name(*seat.side));
    if (seat.mark != Mark::kNothing) out.Add("mark", Name(seat.mark));
    if (seat.assassin) out.Add("assassin", true);
    return out;
}

json::Object EncodeProposal(const ProposalView& proposal) {
    json::Object out;
    out.Add("round", proposal.round);
    out.Add("quest", proposal.quest);
    out.Add("attempt", proposal.attempt);
    out.Add("leader", EncodeSeat(proposal.leader));
    out.Add("team", EncodeSeats(proposal.team));
    out.Add("sword", EncodeSeat(proposal.sword));
    out.Add("result", Name(proposal.result));
    out.Add("approvals", proposal.approvals);
    if (proposal.approvers.has_value()) out.Add("approvers", EncodeSeats(*proposal.approvers));
    if (!proposal.open.empty()) {
        out.Add("open", EncodeSeats(proposal.open));
        out.Add("open_approvals", EncodeSeats(proposal.open_approvals));
    }
    return out;
}

json::Object EncodeQuest(const QuestView& quest) {
    json::Object out;
    out.Add("round", quest.round);
    out.Add("quest", quest.quest);
    out.Add("team", EncodeSeats(quest.team));
    out.Add("fails", quest.fails);
    out.Add("succeeded", quest.succeeded);
    if (quest.sword != kNobody) out.Add("sword", EncodeSeat(quest.sword));
    if (quest.sword_target != kNobody) out.Add("sword_target", EncodeSeat(quest.sword_target));
    if (quest.shown != kNobody) out.Add("shown", EncodeSeat(quest.shown));
    if (quest.shown != kNobody) out.Add("shown_success", quest.shown_success);
    if (quest.failed.has_value()) out.Add("failed", EncodeSeats(*quest.failed));
    return out;
}

json::Object EncodeSecret(const Secret& secret) {
    json::Object out;
    out.Add("viewer", EncodeSeat(secret.viewer));
    out.Add("kind", Name(secret.kind));
    out.Add("subject", EncodeSeat(secret.subject));
    out.Add("round", secret.round);
    out.Add("yes", secret.yes);
    return out;
}

json::Object EncodeHeld(const HeldCard& held) {
    json::Object out;
    out.Add("seat", EncodeSeat(held.seat));
    out.Add("card", Row(held.card).name);
    return out;
}

json::Object EncodeLog(const LogEntry& entry) {
    json::Object out;
    out.Add("type", Name(entry.type));
    out.Add("round", entry.round);
    out.Add("attempt", entry.attempt);
    if (entry.by != kNobody) out.Add("by", EncodeSeat(entry.by));
    if (entry.target != kNobody) out.Add("target", EncodeSeat(entry.target));
    out.Add("number", entry.number);
    out.Add("yes", entry.yes);
    if (entry.card.has_value()) out.Add("card", Row(*entry.card).name);
    return out;
}

json::Object EncodeTentative(const Tentative& shown) {
    json::Object out;
    out.Add("team", EncodeSeats(shown.team));
    out.Add("quest", shown.quest);
    out.Add("sword", EncodeSeat(shown.sword));
    return out;
}

void AddProof(const View& view, json::Object& out) {
    out.Add("setup", view.setup.has_value() ? json::Value(EncodeSetup(*view.setup)) : json::Value());
    out.Add("game_id", view.game_id);
    out.Add("commitment", view.commitment);
    if (view.seed.empty()) return;
    out.Add("seed", Hex(view.seed));
    out.Add("client_bytes", ListOf(view.client_bytes, Hex));
}

void AddProgress(const View& view, json::Object& out) {
    out.Add("phase", Name(view.phase));
    out.Add("waits", view.waits);
    out.Add("paused", view.paused);
    out.Add("seats", ListOf(view.seats, EncodeSeatView));
    out.Add("leader", EncodeSeat(view.leader));
    out.Add("round", view.round);
    out.Add("rejects", view.rejects);
    out.Add("successes", view.successes);
    out.Add("fails", view.fails);
    out.Add("waiting", EncodeSeats(view.waiting));
    out.Add("actor", EncodeSeat(view.actor));
    out.Add("ready", EncodeSeats(view.ready));
    out.Add("tentative", EncodeTentative(view.tentative));
    out.Add("discussed", view.discussed);
    out.Add("proposals", ListOf(view.proposals, EncodeProposal));
    out.Add("voted", EncodeSeats(view.voted));
    out.Add("cards_in", view.cards_in);
    out.Add("quests", ListOf(view.quests, EncodeQuest));
    out.Add("my_choice", view.my_choice.has_value() ? json::Value(*view.my_choice) : json::Value());
}

json::Value LancelotOf(const View& view) {
    if (view.setup->options.lancelot == LancelotVariant::kNone) return {};
    const auto word = [](Loyalty card) { return card == Loyalty::kSwitch ? "switch" : "no_change"; };
    json::Object out;
    out.Add("switched", view.switched);
    out.Add("cards", ListOf(view.loyalty, word));
    out.Add("turned", view.loyalty_turned);
    return out;
}

json::Value PlotOf(const View& view) {
    if (!view.setup->options.plot) return {};
    json::Object out;
    out.Add("table", ListOf(view.plot_table, [](PlotCard card) { return Row(card).name; }));
    out.Add("held", ListOf(view.plot_held, EncodeHeld));
    out.Add("instant", view.plot_instant.has_value() ? json::Value(EncodeHeld(*view.plot_instant)) : json::Value());
    out.Add("left", view.plot_left);
    out.Add("found", EncodeSeat(view.found));
    out.Add("ambushed", EncodeSeats(view.ambushed));
    return out;
}

void AddExpansions(const View& view, json::Object& out) {
    json::Value lady;
    if (view.setup->options.lady) {
        lady = json::Object{{"holder", EncodeSeat(view.lady)}, {"held", EncodeSeats(view.lady_held)}};
    }
    out.Add("lady", std::move(lady));
    out.Add("lancelot", LancelotOf(view));
    out.Add("plot", PlotOf(view));
    out.Add("evil_revealed", view.evil_revealed);
    out.Add("outcome", view.outcome.has_value() ? json::Value(EncodeOutcome(*view.outcome)) : json::Value());
}

void AddVotes(const View& view, json::Object& out) {
    out.Add("pause", json::Object{{"votes", EncodeSeats(view.pause_votes)}, {"needed", view.pause_needed}});
    out.Add("void", json::Object{{"votes", EncodeSeats(view.void_votes)}, {"needed", view.void_needed}});
    out.Add("bot_votes", ListOf(view.bot_votes, EncodeSeats));
}

}  // namespace

json::Object EncodeOutcome(const Outcome& outcome) {
    json::Object out;
    out.Add("winner", Name(outcome.winner));
    out.Add("reason", Name(outcome.reason));
    if (outcome.shot != kNobody) {
        out.Add("shooter", EncodeSeat(outcome.shooter));
        out.Add("shot", EncodeSeat(outcome.shot));
    }
    return out;
}

json::Object EncodeAction(const Action& action) {
    json::Object out;
    out.Add("type", Name(action.type));
    if (!action.seats.empty()) out.Add("seats", EncodeSeats(action.seats));
    if (!action.swords.empty()) out.Add("swords", EncodeSeats(action.swords));
    if (action.pick != 0) out.Add("pick", action.pick);
    if (!action.quests.empty()) {
        out.Add("quests", ListOf(action.quests, [](int quest) { return quest; }));
        out.Add("sizes", ListOf(action.sizes, [](int size) { return size; }));
    }
    if (action.may_yes || action.may_no) {
        out.Add("may_yes", action.may_yes);
        out.Add("may_no", action.may_no);
    }
    if (!action.cards.empty()) out.Add("cards", ListOf(action.cards, EncodeHeld));
    if (action.card.has_value()) out.Add("card", Row(*action.card).name);
    return out;
}

json::Object EncodeView(const View& view) {
    constexpr std::string_view kViewers[] = {"seat", "spectator", "all"};
    json::Object out;
    out.Add("viewer", kViewers[static_cast<std::size_t>(view.viewer)]);
    out.Add("seat", EncodeSeat(view.seat));
    AddProof(view, out);
    AddProgress(view, out);
    if (view.setup.has_value()) AddExpansions(view, out);
    out.Add("secrets", ListOf(view.secrets, EncodeSecret));
    out.Add("actions", ListOf(view.actions, EncodeAction));
    AddVotes(view, out);
    out.Add("log", ListOf(view.log, EncodeLog));
    return out;
}

json::Object EncodeState(const State& state) {
    json::Object out;
    out.Add("phase", Name(state.phase));
    out.Add("leader", EncodeSeat(state.leader));
    out.Add("round", state.round);
    out.Add("rejects", state.rejects);
    out.Add("successes", state.successes);
    out.Add("fails", state.fails);
    out.Add("waiting", EncodeSeats(WaitingFor(state)));
    if (!state.proposals.empty()) {
        const Proposal& last = state.Current();
        out.Add("quest", last.quest);
        out.Add("team", EncodeSeats(last.team));
        out.Add("approvals", EncodeSeats(last.approvals));
        out.Add("result", Name(last.result));
    }
    if (!state.quests.empty()) {
        json::Array results;
        for (const QuestRecord& quest : state.quests) results.emplace_back(quest.succeeded ? "success" : "fail");
        out.Add("quests", std::move(results));
    }
    if (state.lady != kNobody) out.Add("lady", EncodeSeat(state.lady));
    if (state.options().lancelot != LancelotVariant::kNone) out.Add("switched", state.switched);
    if (state.options().plot) out.Add("plot", ListOf(state.plot_held, EncodeHeld));
    return out;
}

}  // namespace rt::avalon
