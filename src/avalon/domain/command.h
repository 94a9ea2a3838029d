// What a seat does. One type for all phases; which members count is said at each kind (avalon.md §1.12).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "avalon/domain/plot.h"
#include "avalon/domain/seats.h"

namespace rt::avalon {

enum class CommandType : std::uint8_t {
    kReady,    // REVEAL
    kSelect,   // PROPOSE, DISCUSS: the leader's tentative team: team, quest, sword
    kPropose,  // PROPOSE: team; quest with Targeting; sword with Excalibur
    kVote,     // CHARGE_VOTE, VOTE: yes
    kQuest,    // QUEST: yes is Success
    kTarget,   // target: PLOT_DEAL, PLOT_CARD (and card for Restore Your Honor), FOUND, EXCALIBUR, AMBUSH, LADY,
               // ASSASSINATE
    kCard,     // LEAD, KING: the card is used
    kPass,     // LEAD, KING, FOUND, EXCALIBUR, AMBUSH: not used; DISCUSS: has spoken
    // Beside the game, also while it is paused:
    kPauseVote,  // yes, or taken back
    kResume,     // `by` kNobody: the room, when the pause has lasted kPauseSecondsMax
    kVoidVote,   // yes, or taken back; `by` kNobody: the room or a moderator, at once
    kBotVote,    // yes: give `target`, who has been away for `absent_s`, to a bot; or taken back
    kTakeBack,   // `by` plays again in person; also drops the votes of kBotVote against him
    kLeave,      // the room says it: `by` has gone away from the game; his votes go with him, `absent` counts
    kComeBack,   // the room says it: he is here again
};
inline constexpr int kCommandTypes = 15;
// "propose", "pause_vote".
std::string_view Name(CommandType type);

enum class Origin : std::uint8_t { kPlayer, kBot, kTimeout };

struct Command {
    CommandType type = CommandType::kReady;
    Seat by = kNobody;
    SeatSet team{};
    int quest = 0;         // 1..5; 0: not said, which without Targeting is the only choice
    Seat sword = kNobody;  // who gets Excalibur
    bool yes = false;
    Seat target = kNobody;
    std::optional<PlotCard> card{};
    std::uint32_t absent_s = 0;  // of `target`; the room says it, never a client
    SeatSet absent{};            // who has been away for kAbsentSecondsMin; the room says it
    Origin origin = Origin::kPlayer;

    bool operator==(const Command&) const = default;
};

}  // namespace rt::avalon
