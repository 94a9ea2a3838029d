#include <algorithm>

#include "avalon/domain/game.h"
#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

void Note(State& state, const Event& event) {
    LogEntry entry;
    entry.type = event.type;
    entry.round = state.round;
    entry.attempt = state.rejects + 1;
    entry.by = event.by;
    entry.target = event.target;
    entry.number = event.number;
    entry.yes = event.yes;
    if (event.type == EventType::kPlotGiven || event.type == EventType::kPlotTaken ||
        event.type == EventType::kPlotSpent) {
        entry.card = event.card;
    }
    state.log.push_back(entry);
}

void ApplyStart(State& state, const Event& event) {
    state.start = event.start;
    state.leader = event.start->deal.leader;
    state.bots = event.start->bots;
    if (state.options().lady) {
        state.lady = SeatAfter(state.leader, -1, state.players());
        state.lady_held = {state.lady};
    }
    Note(state, event);
}

void ApplyPhase(State& state, const Event& event) {
    if (event.phase != state.phase) state.asked = {};
    if (event.phase == Phase::kPropose) {
        // Back from the speeches: the team that was discussed stays on the table.
        state.discussed = state.phase == Phase::kDiscuss;
        if (!state.discussed) state.tentative = {};
    }
    if (event.phase == Phase::kVote) state.proposals.back().open = state.voted;
    state.side_moves = {};
    state.phase = event.phase;
    state.actor = event.target;
    ++state.waits;
}

void ApplyRound(State& state, const Event& event) {
    state.round = event.number;
    state.rejects = 0;
    state.played = {};
    state.failed = {};
    state.struck = kNobody;
    state.found = kNobody;
    state.ambushed = {};
    Note(state, event);
}

void ApplyProposed(State& state, const Event& event) {
    Proposal proposal;
    proposal.round = state.round;
    proposal.quest = event.number;
    proposal.attempt = state.rejects + 1;
    proposal.leader = event.by;
    proposal.team = event.seats;
    proposal.sword = event.target;
    state.proposals.push_back(proposal);
    state.tentative = {event.seats, event.number, event.target};
    state.voted = {};
    state.approved = {};
    Note(state, event);
}

void ApplyDecided(State& state, const Event& event) {
    Note(state, event);
    state.log.back().number = event.seats.size();
    state.log.back().yes = event.result == ProposalResult::kApproved || event.result == ProposalResult::kCarried;
    state.proposals.back().result = event.result;
    state.proposals.back().approvals = event.seats;
    state.lead_used = false;
    if (!state.log.back().yes) ++state.rejects;
}

void ApplyResolved(State& state, const Event& event) {
    const Proposal& proposal = state.Current();
    QuestRecord record;
    record.round = state.round;
    record.quest = proposal.quest;
    record.team = proposal.team;
    record.fails = event.number;
    record.succeeded = event.yes;
    record.sword = proposal.sword;
    record.sword_target = state.struck;
    record.shown = state.found;
    record.shown_success = state.found != kNobody && !CountsAsFail(state, state.found);
    record.failed = state.failed;
    state.quests.push_back(record);
    ++(event.yes ? state.successes : state.fails);
    Note(state, event);
}

void ApplyPlot(State& state, const Event& event) {
    const PlotKind kind = Row(event.card).kind;
    const auto drop = [&state](Seat seat, PlotCard card) {
        const auto held = std::find(state.plot_held.begin(), state.plot_held.end(), HeldCard{seat, card});
        if (held != state.plot_held.end()) state.plot_held.erase(held);
    };
    if (event.type == EventType::kPlotGiven) {
        state.plot_table.erase(state.plot_table.begin());
        if (kind == PlotKind::kInstant) {
            state.plot_instant = HeldCard{event.target, event.card};
        } else {
            state.plot_held.push_back({event.target, event.card});
        }
    } else if (event.type == EventType::kPlotTaken) {
        drop(event.target, event.card);
        state.plot_held.push_back({event.by, event.card});
    } else {
        if (kind == PlotKind::kInstant) state.plot_instant.reset();
        if (kind != PlotKind::kInstant) drop(event.by, event.card);
        if (event.card == PlotCard::kLeadToVictory) state.lead_used = true;
        if (event.card == PlotCard::kFoundYou) state.found = event.target;
        if (event.card == PlotCard::kAmbush) state.ambushed.Add(event.target);
    }
    Note(state, event);
}

void ApplyDrawn(State& state, const Event& event) {
    const auto first = state.deal().plot.begin() + state.plot_drawn;
    state.plot_table.assign(first, first + event.number);
    state.plot_drawn += event.number;
    Note(state, event);
}

void ApplyEnd(State& state, const Event& event) {
    if (event.type == EventType::kEnded) {
        Outcome outcome = state.outcome.value_or(Outcome());
        outcome.winner = event.side;
        outcome.reason = event.reason;
        state.outcome = outcome;
    }
    state.phase = event.type == EventType::kEnded ? Phase::kEnd : Phase::kVoided;
    state.actor = kNobody;
    state.paused = false;
    ++state.waits;
    Note(state, event);
}

void Toggle(SeatSet& votes, const Event& event) {
    votes = event.yes ? votes.With(event.by) : votes.Without(event.by);
}

void ApplyPause(State& state, const Event& event) {
    state.paused = event.type == EventType::kPaused;
    state.pause_votes = {};
    ++state.waits;
    Note(state, event);
}

// Bots and people who have gone away have no say beside the game.
void DropVotes(State& state, Seat seat) {
    state.pause_votes = state.pause_votes.Without(seat);
    state.void_votes = state.void_votes.Without(seat);
    for (SeatSet& votes : state.bot_votes) votes = votes.Without(seat);
}

void ApplySeat(State& state, const Event& event) {
    const Seat seat = event.type == EventType::kSeatGivenToBot ? event.target : event.by;
    state.bot_votes[static_cast<std::size_t>(seat)] = {};
    if (event.type == EventType::kSeatTakenBack) {
        if (state.bots.Has(seat)) Note(state, event);
        state.bots = state.bots.Without(seat);
        return;
    }
    state.bots.Add(seat);
    DropVotes(state, seat);
    Note(state, event);
}

// Who has left is told by the room and not by the log: he may be back before anybody has noticed.
void ApplyLeft(State& state, const Event& event) {
    if (event.type == EventType::kSeatRejoined) {
        state.left = state.left.Without(event.by);
        return;
    }
    state.left.Add(event.by);
    DropVotes(state, event.by);
}

// What a seat may do again and again.
bool IsSideMove(EventType type) {
    return type == EventType::kSelected || type == EventType::kPauseVoted || type == EventType::kVoidVoted ||
           type == EventType::kBotVoted;
}

// Who is waited for is hidden in these phases, so who was late is, too.
void ApplyTimedOut(State& state, const Event& event) {
    if (state.phase != Phase::kQuest && state.phase != Phase::kAssassinate) Note(state, event);
}

void ApplyMove(State& state, const Event& event) {
    switch (event.type) {
        case EventType::kReadied:
            state.ready.Add(event.by);
            break;
        case EventType::kLeaderMoved:
            state.leader = event.target;
            break;
        case EventType::kSelected:
            state.tentative = {event.seats, event.number, event.target};
            break;
        case EventType::kVoted:
            state.voted.Add(event.by);
            if (event.yes) state.approved.Add(event.by);
            break;
        case EventType::kCardPlayed:
            state.played.Add(event.by);
            if (!event.yes) state.failed.Add(event.by);
            break;
        case EventType::kPassed:
            state.asked.Add(event.by);
            Note(state, event);
            break;
        case EventType::kSecretTold:
            state.secrets.push_back({event.by, event.secret, event.target, state.round, event.yes});
            break;
        case EventType::kLoyaltyTurned:
            state.loyalty_turned = event.number;
            state.switched = state.switched != event.yes;
            Note(state, event);
            break;
        case EventType::kSwordUsed:
            state.struck = event.target;
            Note(state, event);
            break;
        case EventType::kLadyUsed:
            state.lady = event.target;
            state.lady_held.Add(event.target);
            Note(state, event);
            break;
        case EventType::kEvilRevealed:
            state.evil_revealed = true;
            Note(state, event);
            break;
        case EventType::kShot:
            state.outcome = Outcome{Side::kGood, EndReason::kAssassinMissed, event.by, event.target};
            Note(state, event);
            break;
        default:
            break;
    }
}

}  // namespace

void Apply(State& state, const Event& event) {
    if (IsSideMove(event.type)) ++state.side_moves[static_cast<std::size_t>(event.by)];
    switch (event.type) {
        case EventType::kStarted:
            ApplyStart(state, event);
            break;
        case EventType::kPhaseEntered:
            ApplyPhase(state, event);
            break;
        case EventType::kRoundBegun:
            ApplyRound(state, event);
            break;
        case EventType::kProposed:
            ApplyProposed(state, event);
            break;
        case EventType::kTeamDecided:
            ApplyDecided(state, event);
            break;
        case EventType::kQuestResolved:
            ApplyResolved(state, event);
            break;
        case EventType::kPlotDrawn:
            ApplyDrawn(state, event);
            break;
        case EventType::kPlotGiven:
        case EventType::kPlotTaken:
        case EventType::kPlotSpent:
            ApplyPlot(state, event);
            break;
        case EventType::kEnded:
        case EventType::kVoided:
            ApplyEnd(state, event);
            break;
        case EventType::kPauseVoted:
            Toggle(state.pause_votes, event);
            break;
        case EventType::kVoidVoted:
            Toggle(state.void_votes, event);
            break;
        case EventType::kBotVoted:
            Toggle(state.bot_votes[static_cast<std::size_t>(event.target)], event);
            break;
        case EventType::kPaused:
        case EventType::kResumed:
            ApplyPause(state, event);
            break;
        case EventType::kSeatGivenToBot:
        case EventType::kSeatTakenBack:
            ApplySeat(state, event);
            break;
        case EventType::kSeatLeft:
        case EventType::kSeatRejoined:
            ApplyLeft(state, event);
            break;
        case EventType::kTimedOut:
            ApplyTimedOut(state, event);
            break;
        default:
            ApplyMove(state, event);
            break;
    }
}

State Fold(std::span<const Event> events) {
    State state;
    for (const Event& event : events) Apply(state, event);
    return state;
}

bool CountsAsFail(const State& state, Seat seat) {
    return state.failed.Has(seat) != (state.struck == seat);
}

Side State::SideOf(Seat seat) const {
    const Role role = RoleOf(seat);
    const Side dealt = avalon::SideOf(role);
    return switched && IsLancelot(role) ? Opposite(dealt) : dealt;
}

bool State::operator==(const State& other) const {
    const bool same_start = start == nullptr || other.start == nullptr ? start == other.start : *start == *other.start;
    if (!same_start) return false;
    const auto members = [](const State& s) {
        return std::tie(s.phase, s.actor, s.waits, s.paused, s.leader, s.round, s.rejects, s.successes, s.fails,
                        s.switched, s.loyalty_turned, s.ready, s.tentative, s.discussed, s.proposals, s.voted,
                        s.approved, s.asked, s.played, s.failed, s.struck, s.found, s.ambushed, s.quests, s.lady,
                        s.lady_held, s.plot_drawn, s.plot_table, s.plot_held, s.plot_instant, s.lead_used,
                        s.evil_revealed, s.outcome, s.secrets, s.log, s.bots, s.left, s.pause_votes, s.void_votes,
                        s.bot_votes, s.side_moves);
    };
    return members(*this) == members(other);
}

bool Event::operator==(const Event& other) const {
    const bool same_start = start == nullptr || other.start == nullptr ? start == other.start : *start == *other.start;
    const auto members = [](const Event& e) {
        return std::tie(e.type, e.by, e.target, e.seats, e.number, e.yes, e.phase, e.result, e.card, e.secret, e.side,
                        e.reason);
    };
    return same_start && members(*this) == members(other);
}

}  // namespace rt::avalon
