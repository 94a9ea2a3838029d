#include "avalon/domain/table_votes.h"

#include <algorithm>

#include "avalon/domain/game_internal.h"
#include "avalon/domain/timing.h"

namespace rt::avalon {
namespace {

using Events = std::vector<Event>;

Event Vote(EventType type, const Command& command) {
    Event event{.type = type, .by = command.by};
    event.yes = command.yes;
    return event;
}

// A vote twice the same way changes nothing, so it is refused.
Status CheckChange(const State& state, SeatSet votes, const Command& command) {
    if (votes.Has(command.by) == command.yes) return Illegal(Reason::kAlreadyDone);
    return CheckSideMoves(state, command.by);
}

Result<Events> Pause(const State& state, const Command& command) {
    if (state.paused) return Illegal(Reason::kPaused);
    RT_CHECK_OK(CheckChange(state, state.pause_votes, command));
    Game game(state);
    game.Emit(Vote(EventType::kPauseVoted, command));
    if (game.now().pause_votes.size() >= PauseVotesNeeded(state)) game.Emit({.type = EventType::kPaused});
    return game.Take();
}

Result<Events> Resume(const State& state, const Command& command) {
    if (!state.paused) return Illegal(Reason::kNotPaused);
    return Events{{.type = EventType::kResumed, .by = command.by}};
}

Result<Events> Void(const State& state, const Command& command) {
    if (command.by == kNobody) return Events{{.type = EventType::kVoided}};
    RT_CHECK_OK(CheckChange(state, state.void_votes, command));
    Game game(state);
    game.Emit(Vote(EventType::kVoidVoted, command));
    if (game.now().void_votes.size() >= VoidVotesNeeded(state)) game.Emit({.type = EventType::kVoided});
    return game.Take();
}

Result<Events> GiveToBot(const State& state, const Command& command) {
    if (!state.Seats().Has(command.target)) return Illegal(Reason::kNoSuchSeat, "target");
    if (command.target == command.by) return Illegal(Reason::kTargetSelf, "target");
    if (state.bots.Has(command.target)) return Illegal(Reason::kOnlyHumans, "target");
    if (command.yes && command.absent_s < kAbsentSecondsMin) return Illegal(Reason::kNotAbsent, "target");
    RT_CHECK_OK(CheckChange(state, state.bot_votes[static_cast<std::size_t>(command.target)], command));
    Game game(state);
    Event vote = Vote(EventType::kBotVoted, command);
    vote.target = command.target;
    game.Emit(vote);
    const SeatSet votes = game.now().bot_votes[static_cast<std::size_t>(command.target)];
    if (votes.size() >= BotVotesNeeded(state, command.target)) {
        game.Emit({.type = EventType::kSeatGivenToBot, .target = command.target});
    }
    return game.Take();
}

Result<Events> TakeBack(const State& state, const Command& command) {
    const bool bot = state.bots.Has(command.by);
    // A seat that a bot had from the start has no owner.
    if (bot && state.start->bots.Has(command.by)) return Illegal(Reason::kOnlyHumans);
    if (!bot && state.bot_votes[static_cast<std::size_t>(command.by)].empty()) return Illegal(Reason::kNotABot);
    return Events{{.type = EventType::kSeatTakenBack, .by = command.by}};
}

}  // namespace

int PauseVotesNeeded(const State& state) {
    return MajorityOf(state.Humans().size());
}

int VoidVotesNeeded(const State& state) {
    return std::min(GoodSeats(state.players()) + 1, state.Humans().size());
}

int BotVotesNeeded(const State& state, Seat target) {
    return MajorityOf(state.Humans().Without(target).size());
}

bool IsTableCommand(CommandType type) {
    return type >= CommandType::kPauseVote;
}

Result<Events> DecideTable(const State& state, const Command& command) {
    if (state.Over()) return Illegal(Reason::kGameOver);
    const bool room =
        command.by == kNobody && (command.type == CommandType::kResume || command.type == CommandType::kVoidVote);
    if (!room && !state.Seats().Has(command.by)) return Illegal(Reason::kNoSuchSeat, "by");
    if (command.type == CommandType::kTakeBack) return TakeBack(state, command);
    if (!room && state.bots.Has(command.by)) return Illegal(Reason::kOnlyHumans);
    switch (command.type) {
        case CommandType::kPauseVote:
            return Pause(state, command);
        case CommandType::kResume:
            return Resume(state, command);
        case CommandType::kVoidVote:
            return Void(state, command);
        default:
            return GiveToBot(state, command);
    }
}

}  // namespace rt::avalon
