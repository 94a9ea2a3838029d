// Plays a game on file step by step.
#pragma once

#include <functional>
#include <string>

#include "avalon/replay_internal.h"

namespace rt::avalon {

// Called after each step with its place in the file and the state then.
using StepSink = std::function<void(const std::string& at, const State& state)>;

class FiledPlay {
  public:
    FiledPlay(const FiledGame& game, StepSink sink) : game_(game), sink_(std::move(sink)) {}
    // The first step that is not legal; nullopt: the game came to its end.
    std::optional<Stop> Run();
    const State& state() const { return state_; }

  private:
    std::optional<Stop> Start();
    std::optional<Stop> PlayQuest(const FiledQuest& quest, const std::string& at);
    std::optional<Stop> PlayPlot(const FiledQuest& quest, const std::string& at);
    std::optional<Stop> PlayOnePlot(const FiledPlot& plot, const std::string& at);
    std::optional<Stop> PlayProposal(const FiledQuest& quest, std::size_t index, const std::string& quest_at);
    std::optional<Stop> PlayVotes(const FiledProposal& proposal, const std::string& at);
    std::optional<Stop> PlayLead(const FiledProposal& proposal, const std::string& at);
    std::optional<Stop> PlayApproved(const FiledProposal& proposal, const std::string& at);
    std::optional<Stop> PlayCards(const FiledQuest& quest, const std::string& at);
    std::optional<Stop> PlayAfterCards(const FiledQuest& quest, const std::string& at);
    std::optional<Stop> PlayLady(const FiledQuest& quest, const std::string& at);
    std::optional<Stop> PlayShot();
    // The command decided and applied; where it fails, `at` with the member of the command that is wrong.
    std::optional<Stop> Do(const Command& command, const std::string& at);

    const FiledGame& game_;
    StepSink sink_;
    State state_;
};

}  // namespace rt::avalon
