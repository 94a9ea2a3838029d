// A game on file as it was read, before any rule is asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "avalon/domain/game.h"
#include "json/json.h"

namespace rt::avalon {

struct FiledProposal {
    Seat leader = kNobody;
    std::vector<Seat> team;
    std::vector<bool> votes;
    int quest = 0;
    Seat sword = kNobody;
    Seat lead = kNobody;  // who used Lead to Victory before it
    Seat king = kNobody;  // who cancelled it
    Seat found_by = kNobody;
    Seat found = kNobody;
};

struct FiledPlot {
    PlotCard card = PlotCard::kLeadToVictory;
    Seat to = kNobody;
    Seat target = kNobody;
    std::optional<PlotCard> take;
};

struct FiledPair {
    Seat by = kNobody;
    Seat target = kNobody;
};

struct FiledQuest {
    std::vector<FiledPlot> plot;
    std::vector<FiledProposal> proposals;
    std::optional<int> fails;
    std::optional<std::map<Seat, bool>> cards;  // true: Success
    Seat sword_target = kNobody;
    std::vector<FiledPair> ambush;
    std::optional<FiledPair> lady;
};

struct FiledGame {
    std::vector<Role> roles;
    Options options;
    Seat leader = 0;
    std::vector<Loyalty> loyalty;
    std::vector<FiledQuest> quests;
    std::optional<FiledPair> assassination;
};

// VALIDATION_FAILED with the paths of all members that are wrong.
Result<FiledGame> ReadGame(const json::Value& value);

// Why and where a game on file stops.
struct Stop {
    std::string at;  // "quests[0].proposals[1].team"
    Reason reason;
};

}  // namespace rt::avalon
