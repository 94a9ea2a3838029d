// A game that is over, as statistics, rating and achievements look at it. Made from the last state alone, so that a
// recount from the log gives the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "avalon/domain/state.h"

namespace rt::avalon {

enum class GameResult : std::uint8_t { kGood, kEvil, kVoided };
inline constexpr int kGameResults = 3;
// "GOOD", "EVIL", "VOIDED".
std::string_view Name(GameResult result);

struct FinishedSeat {
    Role role = Role::kServant;  // as dealt
    Side side = Side::kGood;     // as it was at the end: Lancelots may have changed sides
    bool bot = false;            // from the start
    bool left = false;           // a person who went away for good, or whose seat a bot played at the end
    bool won = false;            // never who left
    bool shooter = false;        // named somebody as Merlin
    bool hit = false;            // and was right
    bool shot = false;           // was named
    int quests = 0;              // on a team that played a quest
    int quests_good = 0;         // of them, those that succeeded
    int proposals = 0;           // as leader
    int approved = 0;            // of them, those that went on a quest

    bool operator==(const FinishedSeat&) const = default;
};

struct Finished {
    std::string game_id;
    std::string commitment;
    std::string board;  // BoardOf()
    int players = 0;
    GameResult result = GameResult::kVoided;
    EndReason reason = EndReason::kThreeSuccesses;  // of no meaning in a game that was voided
    // Changes ratings and gives achievements: played to its end, by people only.
    bool rated = false;
    int successes = 0;
    int fails = 0;       // quests
    int fail_cards = 0;  // in all quests, as counted
    bool switched = false;
    std::vector<FinishedSeat> seats;

    bool operator==(const Finished&) const = default;
};

// `last` must be over. `left`: people who went away for good, beside those whose seats bots played at the end.
Finished Finish(const State& last, SeatSet left);

// What a game is compared with: the roles and the options that change its rules, "6:merlin,percival,servant*2,
// morgana,assassin+lady".
std::string BoardOf(const Setup& setup);

}  // namespace rt::avalon
