#include "avalon/domain/view.h"

#include <algorithm>

#include "avalon/domain/table_votes.h"

namespace rt::avalon {
namespace {

// One viewer's eyes on one state.
class Eyes {
  public:
    Eyes(const State& state, const Viewer& viewer) : state_(state), kind_(viewer.kind()), seat_(viewer.seat()) {
        if (kind_ == Viewer::Kind::kSeat && !state.Seats().Has(seat_)) {
            kind_ = Viewer::Kind::kSpectator;
            seat_ = kNobody;
        }
    }
    Viewer::Kind kind() const { return kind_; }
    Seat seat() const { return seat_; }
    bool SeesAll() const { return kind_ == Viewer::Kind::kAllSeeing; }

    bool SeesRole(Seat subject) const {
        if (subject == seat_ || SeesAll() || state_.Over()) return true;
        return state_.evil_revealed && state_.SideOf(subject) == Side::kEvil;
    }

    Mark MarkOf(Seat subject) const {
        if (seat_ == kNobody || subject == seat_) return Mark::kNothing;
        const Morgana morgana = state_.setup().Has(Role::kMorgana) ? Morgana::kPresent : Morgana::kAbsent;
        return Told(state_.RoleOf(seat_), state_.RoleOf(subject), state_.options().lancelot, morgana);
    }

    // Who names Merlin. A designated one is known to himself and to all Evil who see him, from the start.
    bool SeesAssassin(Seat subject) const {
        if (subject != state_.deal().assassin) return false;
        if (SeesRole(subject)) return true;
        const bool designated = !state_.setup().Has(Role::kAssassin);
        return designated && seat_ != kNobody && SideOf(state_.RoleOf(seat_)) == Side::kEvil &&
               MarkOf(subject) != Mark::kNothing;
    }

    // In these phases nobody is told who is waited for.
    SeatSet Visible(SeatSet waiting) const {
        if (SeesAll()) return waiting;
        if (state_.phase == Phase::kQuest) return waiting & SeatSet{seat_};
        if (state_.phase == Phase::kAssassinate && !SeesAssassin(state_.actor)) return {};
        return waiting;
    }

  private:
    const State& state_;
    Viewer::Kind kind_;
    Seat seat_;
};

std::vector<SeatView> SeatsOf(const State& state, const Eyes& eyes) {
    std::vector<SeatView> seats;
    for (const Seat seat : state.Seats()) {
        SeatView view;
        view.player = state.deal().order[static_cast<std::size_t>(seat)];
        view.bot = state.bots.Has(seat);
        if (eyes.SeesRole(seat)) {
            view.role = state.RoleOf(seat);
            view.side = state.SideOf(seat);
        }
        view.mark = eyes.MarkOf(seat);
        view.assassin = eyes.SeesAssassin(seat);
        seats.push_back(view);
    }
    return seats;
}

ProposalView ProposalOf(const State& state, const Proposal& proposal, const Eyes& eyes) {
    ProposalView view;
    view.round = proposal.round;
    view.quest = proposal.quest;
    view.attempt = proposal.attempt;
    view.leader = proposal.leader;
    view.team = proposal.team;
    view.sword = proposal.sword;
    view.result = proposal.result;
    view.open = proposal.open;
    const bool open = proposal.result == ProposalResult::kOpen;
    const SeatSet approvals = open ? state.approved : proposal.approvals;
    view.open_approvals = proposal.open & approvals;
    if (open) return view;
    view.approvals = approvals.size();
    const bool last = &proposal == &state.proposals.back();
    const bool hidden = state.options().hidden_history && !last && !state.Over();
    if (eyes.SeesAll() || (!state.options().anonymous_votes && !hidden)) view.approvers = approvals;
    return view;
}

QuestView QuestOf(const QuestRecord& record, const Eyes& eyes) {
    QuestView view;
    view.round = record.round;
    view.quest = record.quest;
    view.team = record.team;
    view.fails = record.fails;
    view.succeeded = record.succeeded;
    view.sword = record.sword;
    view.sword_target = record.sword_target;
    view.shown = record.shown;
    view.shown_success = record.shown_success;
    if (eyes.SeesAll()) view.failed = record.failed;
    return view;
}

void FillProof(const State& state, View& view) {
    const DealProof& proof = state.start->proof;
    view.game_id = proof.game_id;
    view.commitment = proof.commitment;
    view.setup = state.setup();
    std::sort(view.setup->roles.begin(), view.setup->roles.end());
    if (!state.Over()) return;
    view.seed = proof.seed;
    view.client_bytes = proof.client_bytes;
}

void FillTable(const State& state, View& view) {
    view.phase = state.phase;
    view.waits = state.waits;
    view.paused = state.paused;
    view.leader = state.leader;
    view.round = state.round;
    view.rejects = state.rejects;
    view.successes = state.successes;
    view.fails = state.fails;
    view.ready = state.ready;
    view.tentative = state.tentative;
    view.discussed = state.discussed;
    view.found = state.found;
    view.ambushed = state.ambushed;
    view.evil_revealed = state.evil_revealed;
    view.outcome = state.outcome;
    view.log = state.log;
}

void FillExpansions(const State& state, const Eyes& eyes, View& view) {
    view.lady = state.lady;
    view.lady_held = state.lady_held;
    view.switched = state.switched;
    view.loyalty_turned = state.loyalty_turned;
    const bool open = state.options().lancelot == LancelotVariant::kOpenDeck || eyes.SeesAll() || state.Over();
    const std::vector<Loyalty>& loyalty = state.deal().loyalty;
    view.loyalty.assign(loyalty.begin(), open ? loyalty.end() : loyalty.begin() + state.loyalty_turned);
    view.plot_table = state.plot_table;
    view.plot_held = state.plot_held;
    view.plot_instant = state.plot_instant;
    view.plot_left = static_cast<int>(state.deal().plot.size()) - state.plot_drawn;
}

void FillVotes(const State& state, View& view) {
    view.pause_votes = state.pause_votes;
    view.pause_needed = PauseVotesNeeded(state);
    view.void_votes = state.void_votes;
    view.void_needed = VoidVotesNeeded(state);
    view.bot_votes.assign(state.bot_votes.begin(), state.bot_votes.begin() + state.players());
}

std::optional<int> ChoiceOf(const State& state, Seat seat) {
    const bool voting = state.phase == Phase::kVote || state.phase == Phase::kChargeVote;
    if (voting && state.voted.Has(seat)) return state.approved.Has(seat) ? 1 : 0;
    if (state.phase == Phase::kQuest && state.played.Has(seat)) return state.failed.Has(seat) ? 0 : 1;
    return std::nullopt;
}

}  // namespace

View ViewOf(const State& state, const Viewer& viewer) {
    View view;
    if (state.start == nullptr) return view;
    const Eyes eyes(state, viewer);
    view.viewer = eyes.kind();
    view.seat = eyes.seat();
    FillProof(state, view);
    FillTable(state, view);
    view.seats = SeatsOf(state, eyes);
    view.waiting = eyes.Visible(WaitingFor(state));
    view.actor = eyes.Visible({state.actor}).Has(state.actor) ? state.actor : kNobody;
    for (const Proposal& proposal : state.proposals) view.proposals.push_back(ProposalOf(state, proposal, eyes));
    view.voted = state.voted;
    view.cards_in = state.phase == Phase::kQuest ? state.played.size() : 0;
    for (const QuestRecord& record : state.quests) view.quests.push_back(QuestOf(record, eyes));
    view.my_choice = ChoiceOf(state, eyes.seat());
    FillExpansions(state, eyes, view);
    for (const Secret& secret : state.secrets) {
        if (eyes.SeesAll() || (secret.viewer == eyes.seat() && eyes.seat() != kNobody)) view.secrets.push_back(secret);
    }
    if (eyes.seat() != kNobody) view.actions = ActionsOf(state, eyes.seat());
    FillVotes(state, view);
    return view;
}

SeatSet KnownEvil(const View& view) {
    SeatSet out;
    for (std::size_t i = 0; i < view.seats.size(); ++i) {
        const SeatView& seat = view.seats[i];
        const bool marked = seat.mark == Mark::kEvil || seat.mark == Mark::kEvilLancelot;
        if (marked || (seat.side == Side::kEvil)) out.Add(static_cast<Seat>(i));
    }
    for (const Secret& secret : view.secrets) {
        const bool loyalty = secret.kind == SecretKind::kLady || secret.kind == SecretKind::kShown ||
                             secret.kind == SecretKind::kNeighbour;
        if (loyalty && !secret.yes && secret.viewer == view.seat) out.Add(secret.subject);
    }
    return out;
}

}  // namespace rt::avalon
