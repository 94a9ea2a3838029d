// What has happened. A game is its events, in order: State is their fold, and the durable log holds them. Events carry
// what they change, so that a log written by one version is read by the next. Secrets are in them: never to a client.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "avalon/domain/command.h"
#include "avalon/domain/deal.h"

namespace rt::avalon {

enum class Phase : std::uint8_t {
    kLobby,  // before the start; the room's
    kReveal,
    kLead,
    kPlotDeal,
    kPlotCard,
    kPropose,
    kDiscuss,
    kChargeVote,
    kVote,
    kKing,
    kFound,
    kQuest,
    kExcalibur,
    kAmbush,
    kLady,
    kAssassinate,
    kEnd,
    kVoided,
};
inline constexpr int kPhases = 18;
std::string_view Name(Phase phase);

enum class ProposalResult : std::uint8_t { kOpen, kApproved, kRejected, kCarried, kCancelled };
std::string_view Name(ProposalResult result);

enum class EndReason : std::uint8_t {
    kThreeSuccesses,  // no Merlin in play
    kAssassinMissed,
    kAssassinated,
    kThreeFails,
    kFiveRejections,
};
std::string_view Name(EndReason reason);

// What one seat was told alone.
enum class SecretKind : std::uint8_t {
    kLady,       // yes: the subject is good
    kShown,      // the subject showed its loyalty (True Nature, Strength); yes: good
    kNeighbour,  // Are You the One; yes: good
    kExcalibur,  // yes: the card first played was Success
    kAmbush,     // yes: the card counts as Success
};
std::string_view Name(SecretKind kind);

enum class EventType : std::uint8_t {
    kStarted,         // start
    kPhaseEntered,    // phase; target: the one seat that is asked, in phases of one seat
    kReadied,         // by
    kRoundBegun,      // number: quests begun so far
    kLoyaltyTurned,   // number: of the card; yes: Switch
    kLeaderMoved,     // target: the new leader
    kSelected,        // by, seats, number: quest, target: sword
    kProposed,        // by, seats, number: quest, target: sword
    kVoted,           // by, yes
    kTeamDecided,     // result, seats: approvals
    kCardPlayed,      // by, yes: Success; secret
    kSwordUsed,       // by, target
    kPassed,          // by
    kQuestResolved,   // number: fails, yes: succeeded
    kPlotDrawn,       // by, number: how many
    kPlotGiven,       // by, target, card
    kPlotTaken,       // by, target: from whom, card
    kPlotSpent,       // by, card; target if the card has one
    kSecretTold,      // by: who learns, target: about whom, secret, yes
    kLadyUsed,        // by, target
    kEvilRevealed,    //
    kShot,            // by, target
    kEnded,           // side, reason
    kPauseVoted,      // by, yes
    kPaused,          //
    kResumed,         // by
    kVoidVoted,       // by, yes
    kVoided,          //
    kBotVoted,        // by, target, yes
    kSeatGivenToBot,  // target
    kSeatTakenBack,   // by
    kTimedOut,        // by
    kSeatLeft,        // by
    kSeatRejoined,    // by
};
inline constexpr int kEventTypes = 34;
std::string_view Name(EventType type);

struct Start {
    Setup setup;
    Deal deal;
    DealProof proof;
    SeatSet bots;

    bool operator==(const Start&) const = default;
};

struct Event {
    EventType type = EventType::kStarted;
    Seat by = kNobody;
    Seat target = kNobody;
    SeatSet seats{};
    int number = 0;
    bool yes = false;
    Phase phase = Phase::kLobby;
    ProposalResult result = ProposalResult::kOpen;
    PlotCard card = PlotCard::kLeadToVictory;
    SecretKind secret = SecretKind::kLady;
    Side side = Side::kGood;
    EndReason reason = EndReason::kThreeSuccesses;
    std::shared_ptr<const Start> start{};  // of kStarted

    bool operator==(const Event& other) const;
};

}  // namespace rt::avalon
