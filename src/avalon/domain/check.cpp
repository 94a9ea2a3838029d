#include <algorithm>

#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

bool BelongsTo(Phase phase, CommandType type) {
    using enum CommandType;
    switch (phase) {
        case Phase::kReveal:
            return type == kReady;
        case Phase::kLead:
        case Phase::kKing:
            return type == kCard || type == kPass;
        case Phase::kPropose:
            return type == kPropose || type == kSelect;
        case Phase::kDiscuss:
            return type == kPass || type == kSelect;
        case Phase::kChargeVote:
        case Phase::kVote:
            return type == kVote;
        case Phase::kQuest:
            return type == kQuest;
        case Phase::kFound:
        case Phase::kExcalibur:
        case Phase::kAmbush:
            return type == kTarget || type == kPass;
        case Phase::kPlotDeal:
        case Phase::kPlotCard:
        case Phase::kLady:
        case Phase::kAssassinate:
            return type == kTarget;
        default:
            return false;
    }
}

// The seat has nothing to do now: why?
Error NotAsked(const State& state, Seat seat) {
    const bool done = (state.phase == Phase::kReveal && state.ready.Has(seat)) ||
                      (state.phase == Phase::kVote && state.voted.Has(seat)) ||
                      (state.phase == Phase::kChargeVote && state.voted.Has(seat)) ||
                      (state.phase == Phase::kQuest && state.played.Has(seat));
    if (done) return Illegal(Reason::kAlreadyDone);
    if (state.phase == Phase::kQuest) return Refuse(Code::kNotYourTurn, Reason::kNotOnTeam);
    return Refuse(Code::kNotYourTurn, Reason::kOutOfTurn);
}

// The members of the team that the command's quest needs; -1 when the quest cannot be chosen.
Result<int> TeamSizeFor(const State& state, const Action& action, const Command& command) {
    if (!state.options().targeting) {
        if (command.quest != 0 && command.quest != state.round) return Illegal(Reason::kWrongQuest, "quest");
        return action.pick;
    }
    // Not yet chosen: any team that some quest could take may be shown.
    if (command.quest == 0 && action.type == CommandType::kSelect) {
        return *std::max_element(action.sizes.begin(), action.sizes.end());
    }
    const auto found = std::find(action.quests.begin(), action.quests.end(), command.quest);
    if (found != action.quests.end()) return action.sizes[static_cast<std::size_t>(found - action.quests.begin())];
    bool played = false;
    for (const QuestRecord& record : state.quests) played = played || record.quest == command.quest;
    const bool early = command.quest == kQuests && !played;
    return Illegal(early ? Reason::kQuestFiveEarly : Reason::kWrongQuest, "quest");
}

Status CheckTeam(const State& state, const Action& action, const Command& command) {
    const bool final = action.type == CommandType::kPropose;
    if (!final) RT_CHECK_OK(CheckSideMoves(state, command.by));
    RT_TRY(const int size, TeamSizeFor(state, action, command));
    if (!(command.team - state.Seats()).empty()) return Illegal(Reason::kNoSuchSeat, "team");
    if (final ? command.team.size() != size : command.team.size() > size)
        return Illegal(Reason::kWrongTeamSize, "team");
    if (!state.options().excalibur) {
        if (command.sword != kNobody) return Illegal(Reason::kSwordUnwanted, "sword");
        return Ok();
    }
    if (command.sword == kNobody) {
        if (final) return Illegal(Reason::kSwordMissing, "sword");
        return Ok();
    }
    if (!(command.team & action.swords).Has(command.sword)) return Illegal(Reason::kSwordHolder, "sword");
    return Ok();
}

Status CheckTarget(const State& state, const Action& action, const Command& command) {
    if (!state.Seats().Has(command.target)) return Illegal(Reason::kNoSuchSeat, "target");
    const std::optional<PlotCard> instant = state.phase == Phase::kPlotCard ? action.card : std::nullopt;
    if (action.seats.Has(command.target)) {
        if (instant != PlotCard::kRestoreHonor) return Ok();
        const bool held =
            command.card.has_value() && std::find(action.cards.begin(), action.cards.end(),
                                                  HeldCard{command.target, *command.card}) != action.cards.end();
        if (!held) return Illegal(Reason::kCardNotHeld, "card");
        return Ok();
    }
    if (command.target == command.by) return Illegal(Reason::kTargetSelf, "target");
    if (state.phase == Phase::kLady) return Illegal(Reason::kHeldLady, "target");
    if (instant == PlotCard::kAreYouTheOne) return Illegal(Reason::kNotNeighbour, "target");
    if (instant == PlotCard::kRestoreHonor) return Illegal(Reason::kCardNotHeld, "target");
    if (state.phase == Phase::kAmbush && state.ambushed.Has(command.target))
        return Illegal(Reason::kSeenAlready, "target");
    return Illegal(Reason::kTarget, "target");
}

Status CheckQuestCard(const Action& action, const Command& command) {
    if (command.yes && !action.may_yes) return Illegal(Reason::kMustFail, "yes");
    if (!command.yes && !action.may_no) return Illegal(Reason::kGoodMustSucceed, "yes");
    return Ok();
}

}  // namespace

Status CheckSideMoves(const State& state, Seat by) {
    if (state.side_moves[static_cast<std::size_t>(by)] >= kSideMovesMax) return Illegal(Reason::kTooOften);
    return Ok();
}

Status CheckMove(const State& state, const Command& command) {
    if (state.Over()) return Illegal(Reason::kGameOver);
    if (!state.Seats().Has(command.by)) return Illegal(Reason::kNoSuchSeat, "by");
    if (state.paused) return Illegal(Reason::kPaused);
    if (!BelongsTo(state.phase, command.type)) {
        const bool must = command.type == CommandType::kPass && WaitingFor(state).Has(command.by);
        return Illegal(must ? Reason::kCannotPass : Reason::kWrongPhase);
    }
    for (const Action& action : ActionsOf(state, command.by)) {
        if (action.type != command.type) continue;
        switch (command.type) {
            case CommandType::kSelect:
            case CommandType::kPropose:
                return CheckTeam(state, action, command);
            case CommandType::kTarget:
                return CheckTarget(state, action, command);
            case CommandType::kQuest:
                return CheckQuestCard(action, command);
            default:
                return Ok();
        }
    }
    return NotAsked(state, command.by);
}

}  // namespace rt::avalon
