#include <array>

#include "avalon/domain/event.h"

namespace rt::avalon {
namespace {

constexpr std::array<std::string_view, kCommandTypes> kCommandNames{
    "ready",      "select", "propose",   "vote",     "quest",     "target", "card",      "pass",
    "pause_vote", "resume", "void_vote", "bot_vote", "take_back", "leave",  "come_back",
};

constexpr std::array<std::string_view, kEventTypes> kEventNames{
    "started",         "phase_entered",  "readied",       "round_begun",   "loyalty_turned", "leader_moved",
    "selected",        "proposed",       "voted",         "team_decided",  "card_played",    "sword_used",
    "passed",          "quest_resolved", "plot_drawn",    "plot_given",    "plot_taken",     "plot_spent",
    "secret_told",     "lady_used",      "evil_revealed", "shot",          "ended",          "pause_voted",
    "paused",          "resumed",        "void_voted",    "voided",        "bot_voted",      "seat_given_to_bot",
    "seat_taken_back", "timed_out",      "seat_left",     "seat_rejoined",
};

}  // namespace

std::string_view Name(CommandType type) {
    return kCommandNames[static_cast<std::size_t>(type)];
}

std::string_view Name(EventType type) {
    return kEventNames[static_cast<std::size_t>(type)];
}

std::string_view Name(ProposalResult result) {
    constexpr std::string_view kNames[] = {"open", "approved", "rejected", "carried", "cancelled"};
    return kNames[static_cast<std::size_t>(result)];
}

std::string_view Name(EndReason reason) {
    constexpr std::string_view kNames[] = {"three_successes", "assassin_missed", "assassinated", "three_fails",
                                           "five_rejections"};
    return kNames[static_cast<std::size_t>(reason)];
}

std::string_view Name(SecretKind kind) {
    constexpr std::string_view kNames[] = {"lady", "shown", "neighbour", "excalibur", "ambush"};
    return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace rt::avalon
