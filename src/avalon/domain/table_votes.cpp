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

// `votes` of nobody are never enough, not even where nobody is left to ask.
bool Enough(SeatSet votes, int needed) {
    return !votes.empty() && votes.size() >= needed;
}

// Fewer are asked than before: votes that were too few may be enough now.
void Settle(Game& game, SeatSet absent) {
    for (bool again = true; again;) {
        again = false;
        for (const Seat seat : (game.now().Seats() & absent) - game.now().bots) {
            const SeatSet votes = game.now().bot_votes[static_cast<std::size_t>(seat)];
            if (!Enough(votes, BotVotesNeeded(game.now(), seat))) continue;
            game.Emit({.type = EventType::kSeatGivenToBot, .target = seat});
            again = true;
        }
    }
    if (Enough(game.now().void_votes, VoidVotesNeeded(game.now()))) {
        game.Emit({.type = EventType::kVoided});
    } else if (!game.now().paused && Enough(game.now().pause_votes, PauseVotesNeeded(game.now()))) {
        game.Emit({.type = EventType::kPaused});
    }
}

Result<Events> Leave(const State& state, const Command& command) {
    if (state.left.Has(command.by)) return Illegal(Reason::kAlreadyDone);
    Game game(state);
    game.Emit({.type = EventType::kSeatLeft, .by = command.by});
    Settle(game, command.absent);
    return game.Take();
}

Result<Events> ComeBack(const State& state, const Command& command) {
    if (!state.left.Has(command.by)) return Illegal(Reason::kAlreadyDone);
    return Events{{.type = EventType::kSeatRejoined, .by = command.by}};
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
    const SeatSet before = state.bot_votes[static_cast<std::size_t>(command.target)];
    const int needed = BotVotesNeeded(state, command.target);
    // They became enough while he was here, and he is away again.
    const bool enough = command.yes && before.Has(command.by) && Enough(before, needed);
    if (!enough) RT_CHECK_OK(CheckChange(state, before, command));
    Game game(state);
    Event vote = Vote(EventType::kBotVoted, command);
    vote.target = command.target;
    game.Emit(vote);
    const SeatSet votes = game.now().bot_votes[static_cast<std::size_t>(command.target)];
    if (command.yes && Enough(votes, needed)) {
        game.Emit({.type = EventType::kSeatGivenToBot, .target = command.target});
        Settle(game, command.absent);
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
    if (command.type == CommandType::kLeave) return Leave(state, command);
    if (command.type == CommandType::kComeBack) return ComeBack(state, command);
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
