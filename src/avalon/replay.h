// Games on file, played again by the rules (avalon.md §1.13; docs/avalon-rules.md describes the format).
#pragma once

#include <functional>
#include <string_view>

#include "json/json.h"

namespace rt::avalon {

enum class ReplayDetail : unsigned char { kStates, kOutcome };

struct ReplayReport {
    // {"states":[...],"outcome":{...}}, or {"states":[...],"error":{...}} with the first step that is not legal.
    // Without `states` at kOutcome.
    json::Object report;
    bool legal = false;
};

// A whole game. The error says where (`at`, `quest`, `proposal`, `member`) and why (`reason`, a stable word).
ReplayReport ReplayGame(const json::Value& game, ReplayDetail detail);

// A file: one game, or many as JSON lines, which give one line of outcome each. `print` gets whole lines with their
// ends. true when every game is legal and comes to its end.
bool ReplayFile(std::string_view text, const std::function<void(std::string_view)>& print);

}  // namespace rt::avalon
