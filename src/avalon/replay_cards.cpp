#include "avalon/replay_play.h"

namespace rt::avalon {
namespace {

using Stopped = std::optional<Stop>;

Stopped StopAt(std::string at, Reason reason) {
    return Stop{std::move(at), reason};
}

struct Range {
    SeatSet may;   // could play Fail
    SeatSet must;  // have to
};

Range FailsOf(const State& state) {
    Range range;
    for (const Seat seat : state.Current().team) {
        const std::vector<Action> actions = ActionsOf(state, seat);
        if (actions.front().may_no) range.may.Add(seat);
        if (!actions.front().may_yes) range.must.Add(seat);
    }
    return range;
}

// With the number of fails alone, who must played them, then the others of Evil in seat order.
SeatSet Assign(const Range& range, int fails) {
    SeatSet out = range.must;
    for (const Seat seat : range.may) {
        if (out.size() < fails) out.Add(seat);
    }
    return out;
}

}  // namespace

Stopped FiledPlay::PlayCards(const FiledQuest& quest, const std::string& at) {
    const SeatSet team = state_.Current().team;
    SeatSet failed;
    if (quest.cards.has_value()) {
        for (const auto& [seat, success] : *quest.cards) {
            if (!team.Has(seat)) return StopAt(at + ".cards." + std::to_string(seat), Reason::kNotOnTeam);
            if (!success) failed.Add(seat);
        }
        if (quest.cards->size() != static_cast<std::size_t>(team.size()))
            return StopAt(at + ".cards", Reason::kCardsMissing);
    } else {
        const Range range = FailsOf(state_);
        if (*quest.fails > range.may.size()) return StopAt(at + ".fails", Reason::kTooManyFails);
        if (*quest.fails < range.must.size()) return StopAt(at + ".fails", Reason::kTooFewFails);
        // Which card Excalibur turned over is not known then.
        if (quest.sword_target != kNobody) return StopAt(at + ".cards", Reason::kCardsMissing);
        failed = Assign(range, *quest.fails);
    }
    for (const Seat seat : team) {
        Command command{.type = CommandType::kQuest, .by = seat};
        command.yes = !failed.Has(seat);
        const std::string card = at + ".cards." + std::to_string(seat);
        if (const Stopped stop = Do(command, card)) return StopAt(card, stop->reason);
    }
    return {};
}

Stopped FiledPlay::PlayAfterCards(const FiledQuest& quest, const std::string& at) {
    if (quest.sword_target != kNobody && state_.phase != Phase::kExcalibur) {
        return StopAt(at + ".excalibur", Reason::kStepUnwanted);
    }
    if (state_.phase == Phase::kExcalibur) {
        Command command{.type = CommandType::kPass, .by = state_.actor};
        if (quest.sword_target != kNobody) command.type = CommandType::kTarget;
        command.target = quest.sword_target;
        if (const Stopped stop = Do(command, at + ".excalibur")) return stop;
    }
    std::size_t used = 0;
    while (state_.phase == Phase::kAmbush) {
        const bool use = used < quest.ambush.size() && quest.ambush[used].by == state_.actor;
        Command command{.type = use ? CommandType::kTarget : CommandType::kPass, .by = state_.actor};
        if (use) command.target = quest.ambush[used].target;
        if (const Stopped stop = Do(command, at + ".ambush[" + std::to_string(used) + "]")) return stop;
        used += use ? 1 : 0;
    }
    if (used < quest.ambush.size()) return StopAt(at + ".ambush[" + std::to_string(used) + "]", Reason::kCardNotHeld);
    const int fails = state_.quests.back().fails;
    if (!quest.fails.has_value() || *quest.fails == fails) return {};
    return StopAt(at + ".fails", *quest.fails > fails ? Reason::kTooManyFails : Reason::kTooFewFails);
}

Stopped FiledPlay::PlayLady(const FiledQuest& quest, const std::string& at) {
    if (state_.phase != Phase::kLady) {
        if (quest.lady.has_value()) return StopAt(at + ".lady", Reason::kStepUnwanted);
        return {};
    }
    if (!quest.lady.has_value()) return StopAt(at + ".lady", Reason::kStepMissing);
    if (quest.lady->by != kNobody && quest.lady->by != state_.lady) return StopAt(at + ".lady.by", Reason::kOutOfTurn);
    Command command{.type = CommandType::kTarget, .by = state_.lady};
    command.target = quest.lady->target;
    if (const Stopped stop = Do(command, at + ".lady")) return stop;
    sink_(at + ".lady", state_);
    return {};
}

Stopped FiledPlay::PlayShot() {
    const bool waits = state_.phase == Phase::kAssassinate;
    if (!waits && game_.assassination.has_value()) {
        return StopAt("assassination", state_.Over() ? Reason::kGameOver : Reason::kWrongPhase);
    }
    if (state_.Over()) return {};
    if (!waits) return StopAt("quests", Reason::kQuestMissing);
    if (!game_.assassination.has_value()) return StopAt("assassination", Reason::kShotMissing);
    const FiledPair& shot = *game_.assassination;
    if (shot.by != kNobody && shot.by != state_.actor) return StopAt("assassination.by", Reason::kNotTheAssassin);
    Command command{.type = CommandType::kTarget, .by = state_.actor};
    command.target = shot.target;
    if (const Stopped stop = Do(command, "assassination")) return stop;
    sink_("assassination", state_);
    return {};
}

}  // namespace rt::avalon
