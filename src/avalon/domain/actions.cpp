#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

using Actions = std::vector<Action>;

constexpr int kLastQuest = 5;
constexpr int kSuccessesForLast = 2;

Action Target(SeatSet seats) {
    Action action;
    action.type = CommandType::kTarget;
    action.seats = seats;
    return action;
}

Action Plain(CommandType type) {
    Action action;
    action.type = type;
    return action;
}

// The quests a leader may choose (Targeting): each once, the last only after two successes.
std::vector<int> OpenQuests(const State& state) {
    std::vector<int> out;
    for (int quest = 1; quest <= kQuests; ++quest) {
        bool played = false;
        for (const QuestRecord& record : state.quests) played = played || record.quest == quest;
        const bool early = quest == kLastQuest && state.successes < kSuccessesForLast;
        if (!played && !early) out.push_back(quest);
    }
    return out;
}

Action Team(const State& state, CommandType type) {
    Action action;
    action.type = type;
    action.seats = state.Seats();
    if (state.options().excalibur) action.swords = state.Seats().Without(state.leader);
    if (state.options().targeting) {
        action.quests = OpenQuests(state);
        for (const int quest : action.quests) action.sizes.push_back(TeamSize(state.players(), quest));
    } else {
        action.pick = TeamSize(state.players(), state.round);
    }
    return action;
}

Action Vote() {
    Action action;
    action.type = CommandType::kVote;
    action.may_yes = true;
    action.may_no = true;
    return action;
}

Action QuestCard(const State& state, Seat seat) {
    Action action;
    action.type = CommandType::kQuest;
    const bool evil = state.SideOf(seat) == Side::kEvil;
    const bool forced = evil && IsLancelot(state.RoleOf(seat)) && state.options().LancelotForced();
    action.may_yes = !forced;
    action.may_no = evil;
    return action;
}

Action WithCard(Action action, PlotCard card) {
    action.card = card;
    return action;
}

Actions PlotCardActions(const State& state, Seat seat) {
    const PlotCard card = state.plot_instant->card;
    const int players = state.players();
    Action action = Target(state.Seats().Without(seat));
    if (card == PlotCard::kAreYouTheOne) action.seats = {SeatAfter(seat, -1, players), SeatAfter(seat, 1, players)};
    if (card == PlotCard::kRestoreHonor) {
        action.seats = {};
        action.cards = HeldByOthers(state, seat);
        for (const HeldCard& held : action.cards) action.seats.Add(held.seat);
    }
    return {WithCard(action, card)};
}

// Of a seat that the game waits for.
Actions Asked(const State& state, Seat seat) {
    const Action pass = Plain(CommandType::kPass);
    const auto use_or_pass = [](const Action& use, PlotCard card) -> Actions {
        return {WithCard(use, card), WithCard(Plain(CommandType::kPass), card)};
    };
    switch (state.phase) {
        case Phase::kReveal:
            return {Plain(CommandType::kReady)};
        case Phase::kLead:
            return use_or_pass(Plain(CommandType::kCard), PlotCard::kLeadToVictory);
        case Phase::kPlotDeal:
            return {WithCard(Target(state.Seats().Without(seat)), state.plot_table.front())};
        case Phase::kPlotCard:
            return PlotCardActions(state, seat);
        case Phase::kPropose:
            return {Team(state, CommandType::kPropose), Team(state, CommandType::kSelect)};
        case Phase::kDiscuss:
            return {pass};
        case Phase::kChargeVote:
        case Phase::kVote:
            return {Vote()};
        case Phase::kKing:
            return use_or_pass(Plain(CommandType::kCard), PlotCard::kKingReturns);
        case Phase::kFound:
            return use_or_pass(Target(state.Current().team), PlotCard::kFoundYou);
        case Phase::kQuest:
            return {QuestCard(state, seat)};
        case Phase::kExcalibur:
            return {Target(state.Current().team.Without(seat)), pass};
        case Phase::kAmbush:
            return use_or_pass(Target((state.Current().team - state.ambushed).Without(seat)), PlotCard::kAmbush);
        case Phase::kLady:
            return {Target(state.Seats() - state.lady_held)};
        case Phase::kAssassinate:
            return {Target(state.Seats().Without(seat))};
        default:
            return {};
    }
}

}  // namespace

SeatSet WaitingFor(const State& state) {
    switch (state.phase) {
        case Phase::kLobby:
        case Phase::kEnd:
        case Phase::kVoided:
            return {};
        case Phase::kReveal:
            return state.Seats() - state.ready;
        case Phase::kChargeVote:
            return HoldersOf(state, PlotCard::kCharge) - state.voted;
        case Phase::kVote:
            return state.Seats() - state.voted;
        case Phase::kQuest:
            return state.Current().team - state.played;
        default:
            return {state.actor};
    }
}

std::vector<Action> ActionsOf(const State& state, Seat seat) {
    if (state.start == nullptr || state.paused) return {};
    if (WaitingFor(state).Has(seat)) return Asked(state, seat);
    // The leader shows what he thinks of while the others speak.
    if (state.phase == Phase::kDiscuss && seat == state.leader) return {Team(state, CommandType::kSelect)};
    return {};
}

}  // namespace rt::avalon
