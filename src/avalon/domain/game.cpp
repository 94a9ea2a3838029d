#include "avalon/domain/game.h"

#include <array>

#include "avalon/domain/game_internal.h"

namespace rt::avalon {
namespace {

using Handler = void (*)(Game& game, const Command& command);

struct PhaseRow {
    Phase phase;
    std::string_view name;
    Handler handler;  // of the moves of this phase that CheckMove let pass
};

void OnProposing(Game& game, const Command& command) {
    if (command.type == CommandType::kSelect) return OnSelect(game, command);
    OnPropose(game, command);
}

void OnDiscussing(Game& game, const Command& command) {
    if (command.type == CommandType::kSelect) return OnSelect(game, command);
    OnSpeechEnd(game);
}

constexpr auto kPhaseTable = std::to_array<PhaseRow>({
    {Phase::kLobby, "lobby", nullptr},
    {Phase::kReveal, "reveal", OnReady},
    {Phase::kLead, "lead", OnLead},
    {Phase::kPlotDeal, "plot_deal", OnPlotDeal},
    {Phase::kPlotCard, "plot_card", OnPlotCard},
    {Phase::kPropose, "propose", OnProposing},
    {Phase::kDiscuss, "discuss", OnDiscussing},
    {Phase::kChargeVote, "charge_vote", OnVote},
    {Phase::kVote, "vote", OnVote},
    {Phase::kKing, "king", OnKing},
    {Phase::kFound, "found", OnFound},
    {Phase::kQuest, "quest", OnQuestCard},
    {Phase::kExcalibur, "excalibur", OnSword},
    {Phase::kAmbush, "ambush", OnAmbush},
    {Phase::kLady, "lady", OnLady},
    {Phase::kAssassinate, "assassinate", OnShot},
    {Phase::kEnd, "end", nullptr},
    {Phase::kVoided, "voided", nullptr},
});
static_assert(kPhaseTable.size() == kPhases);

}  // namespace

Result<std::vector<Event>> Begin(const Setup& setup, const Deal& deal, const DealProof& proof, SeatSet bots) {
    RT_CHECK_OK(ValidateSetup(setup));
    RT_CHECK_OK(CheckDeal(setup, deal));
    if (!(bots - SeatSet::First(setup.players())).empty()) return Refuse(Code::kBadSetup, Reason::kNoSuchSeat, "bots");
    Event start{.type = EventType::kStarted};
    start.start = std::make_shared<const Start>(Start{setup, deal, proof, bots});
    Game game((State()));
    game.Emit(start);
    game.Enter(Phase::kReveal);
    return game.Take();
}

Result<std::vector<Event>> Decide(const State& state, const Command& command) {
    if (state.start == nullptr) return Refuse(Code::kIllegalMove, Reason::kNotStarted);
    if (IsTableCommand(command.type)) return DecideTable(state, command);
    RT_CHECK_OK(CheckMove(state, command));
    Game game(state);
    if (command.origin == Origin::kTimeout) game.Emit({.type = EventType::kTimedOut, .by = command.by});
    kPhaseTable[static_cast<std::size_t>(state.phase)].handler(game, command);
    return game.Take();
}

std::string_view Name(Phase phase) {
    return kPhaseTable[static_cast<std::size_t>(phase)].name;
}

}  // namespace rt::avalon
