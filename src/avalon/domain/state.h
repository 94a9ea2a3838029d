// The whole truth about a game, secrets included. Only game.h changes it, only view.h lets anything of it out.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "avalon/domain/event.h"

namespace rt::avalon {

struct Proposal {
    int round = 1;    // counts quests begun, from 1
    int quest = 1;    // the one it is for; differs from round only with Targeting
    int attempt = 1;  // 1..5 within the round
    Seat leader = kNobody;
    SeatSet team;
    Seat sword = kNobody;
    SeatSet approvals;
    SeatSet open;  // voted openly before the others (Charge)
    ProposalResult result = ProposalResult::kOpen;

    bool operator==(const Proposal&) const = default;
};

struct QuestRecord {
    int round = 1;
    int quest = 1;
    SeatSet team;
    int fails = 0;
    bool succeeded = false;
    Seat sword = kNobody;         // who held Excalibur
    Seat sword_target = kNobody;  // whose card was switched
    Seat shown = kNobody;         // whose card everybody sees (We Found You)
    bool shown_success = false;
    SeatSet failed;  // who played Fail, before Excalibur; secret

    bool operator==(const QuestRecord&) const = default;
};

struct Secret {
    Seat viewer = kNobody;
    SecretKind kind = SecretKind::kLady;
    Seat subject = kNobody;
    int round = 0;
    bool yes = false;

    bool operator==(const Secret&) const = default;
};

// A public fact in the order of time. Votes are not in it: they are in the proposals.
struct LogEntry {
    EventType type = EventType::kStarted;
    int round = 0;
    int attempt = 0;
    Seat by = kNobody;
    Seat target = kNobody;
    int number = 0;
    bool yes = false;
    std::optional<PlotCard> card;

    bool operator==(const LogEntry&) const = default;
};

struct HeldCard {
    Seat seat = kNobody;
    PlotCard card = PlotCard::kLeadToVictory;
    bool operator==(const HeldCard&) const = default;
};

// The team as the leader shows it before it is final.
struct Tentative {
    SeatSet team;
    int quest = 0;
    Seat sword = kNobody;
    bool operator==(const Tentative&) const = default;
};

struct Outcome {
    Side winner = Side::kGood;
    EndReason reason = EndReason::kThreeSuccesses;
    Seat shooter = kNobody;
    Seat shot = kNobody;
    bool operator==(const Outcome&) const = default;
};

struct State {
    std::shared_ptr<const Start> start;  // null in kLobby
    Phase phase = Phase::kLobby;
    Seat actor = kNobody;     // the one seat that is asked; kNobody when several are, or none
    std::uint32_t waits = 0;  // rises when the clock has to start anew
    bool paused = false;

    Seat leader = kNobody;
    int round = 0;    // quests begun, 1..5 in play
    int rejects = 0;  // of this round
    int successes = 0;
    int fails = 0;
    bool switched = false;  // have the Lancelots changed sides?
    int loyalty_turned = 0;

    SeatSet ready;
    Tentative tentative;
    bool discussed = false;  // the round of speeches before this proposal is over
    std::vector<Proposal> proposals;
    SeatSet voted;
    SeatSet approved;
    SeatSet asked;  // in a window of several holders: who has used or passed

    SeatSet played;
    SeatSet failed;  // cards as first played
    Seat struck = kNobody;
    Seat found = kNobody;
    SeatSet ambushed;  // whose card was looked at this quest
    std::vector<QuestRecord> quests;

    Seat lady = kNobody;
    SeatSet lady_held;
    int plot_drawn = 0;                // cards of the deck that are gone
    std::vector<PlotCard> plot_table;  // drawn by the leader, not yet given; the first is next
    std::vector<HeldCard> plot_held;
    std::optional<HeldCard> plot_instant;  // must be used now
    bool lead_used = false;                // since the last vote

    bool evil_revealed = false;
    std::optional<Outcome> outcome;
    std::vector<Secret> secrets;
    std::vector<LogEntry> log;

    SeatSet bots;
    SeatSet left;  // whose persons have gone away
    SeatSet pause_votes;
    SeatSet void_votes;
    std::array<SeatSet, kSeatsMax> bot_votes{};
    std::array<int, kSeatsMax> side_moves{};  // by seat, since the phase began

    const Setup& setup() const { return start->setup; }
    const Options& options() const { return start->setup.options; }
    const Deal& deal() const { return start->deal; }
    int players() const { return start == nullptr ? 0 : start->setup.players(); }
    Role RoleOf(Seat seat) const { return start->deal.roles[static_cast<std::size_t>(seat)]; }
    // As it is now: the Lancelots may have changed sides.
    Side SideOf(Seat seat) const;
    SeatSet Seats() const { return SeatSet::First(players()); }
    // Who has a say beside the game.
    SeatSet Humans() const { return Seats() - bots - left; }
    bool Over() const { return phase == Phase::kEnd || phase == Phase::kVoided; }
    // The proposal on the table, or the last one.
    const Proposal& Current() const { return proposals.back(); }
    bool operator==(const State&) const;
};

}  // namespace rt::avalon
