#include "avalon/domain/timing.h"

#include "avalon/domain/moves.h"
#include "avalon/domain/view.h"

namespace rt::avalon {
namespace {

constexpr std::uint32_t kFirstProposalSeconds = 180;

std::uint32_t PhaseSeconds(const State& state) {
    switch (state.phase) {
        case Phase::kReveal:
            return 30;
        case Phase::kPropose:
            return state.proposals.empty() ? kFirstProposalSeconds : 120;
        case Phase::kChargeVote:
        case Phase::kVote:
            return 45;
        case Phase::kQuest:
            return 40;
        case Phase::kPlotDeal:
        case Phase::kPlotCard:
        case Phase::kLady:
            return 60;
        case Phase::kLead:
        case Phase::kKing:
        case Phase::kFound:
        case Phase::kExcalibur:
        case Phase::kAmbush:
            return 30;
        case Phase::kAssassinate:
            return 180;
        case Phase::kDiscuss:
            return static_cast<std::uint32_t>(state.options().speech_seconds);
        default:
            return 0;
    }
}

// The selection on the table if it is complete, else the leader and the next seats.
Command DefaultTeam(const State& state, const Action& action) {
    const Tentative& shown = state.tentative;
    const QuestChoice choice = ChooseQuest(action, shown.quest);
    Command command{.type = CommandType::kPropose, .by = state.leader, .quest = choice.quest};
    const bool complete = shown.team.size() == choice.size;
    command.team = shown.team;
    if (!complete) {
        command.team = {};
        for (int i = 0; i < choice.size; ++i) command.team.Add(SeatAfter(state.leader, i, state.players()));
    }
    const SeatSet swords = command.team & action.swords;
    if (swords.empty()) return command;
    command.sword = swords.Has(shown.sword) ? shown.sword : kNobody;
    for (int i = 1; command.sword == kNobody; ++i) {
        const Seat seat = SeatAfter(state.leader, i, state.players());
        if (swords.Has(seat)) command.sword = seat;
    }
    return command;
}

Command DefaultShot(const State& state, const Action& action, Random& random) {
    const SeatSet unknown = action.seats - KnownEvil(ViewOf(state, Viewer::At(state.actor)));
    Command command{.type = CommandType::kTarget, .by = state.actor};
    command.target = RandomSeat(unknown.empty() ? action.seats : unknown, random);
    return command;
}

std::optional<Command> DefaultCommand(const State& state, const std::vector<Action>& actions, Seat seat,
                                      Random& random) {
    const Action& first = actions.front();
    Command command{.type = first.type, .by = seat};
    switch (state.phase) {
        case Phase::kPropose:
            return DefaultTeam(state, first);
        case Phase::kChargeVote:
        case Phase::kVote:
            command.yes = state.Current().team.Has(seat);
            return command;
        case Phase::kQuest:
            command.yes = first.may_yes;
            return command;
        case Phase::kAssassinate:
            return DefaultShot(state, first, random);
        default:
            break;
    }
    if (FindAction(actions, CommandType::kPass) == nullptr) return RandomCommand(actions, seat, random);
    command.type = CommandType::kPass;
    return command;
}

}  // namespace

std::optional<std::uint32_t> WaitSeconds(const State& state) {
    const Timer timer = state.start == nullptr ? Timer::kEndless : state.options().timer;
    if (timer == Timer::kEndless || state.paused || state.Over()) return std::nullopt;
    if (state.phase == Phase::kDiscuss) return PhaseSeconds(state);
    constexpr std::uint32_t kHalves[] = {1, 2, 3, 4};
    return PhaseSeconds(state) * kHalves[static_cast<std::size_t>(timer)] / 2;
}

std::optional<std::uint32_t> PatienceSeconds(const State& state) {
    if (state.start == nullptr || state.paused || state.Over()) return std::nullopt;
    if (const auto clock = WaitSeconds(state); clock.has_value()) return clock;
    constexpr std::uint32_t kLongest = 2;
    return PhaseSeconds(state) * kLongest;
}

std::optional<Command> TimeoutCommand(const State& state, Seat seat, Random& random) {
    if (state.start == nullptr || !WaitingFor(state).Has(seat)) return std::nullopt;
    const std::vector<Action> actions = ActionsOf(state, seat);
    if (actions.empty() || state.options().timeout == TimeoutPolicy::kPause) return std::nullopt;
    std::optional<Command> command = state.options().timeout == TimeoutPolicy::kRandom
                                         ? RandomCommand(actions, seat, random)
                                         : DefaultCommand(state, actions, seat, random);
    if (command.has_value()) command->origin = Origin::kTimeout;
    return command;
}

}  // namespace rt::avalon
