// The only way out of a State: what one viewer may know, and nothing else (avalon.md §1.3, §1.4). A View is a function
// of the public state, the viewer's role, its row of the table of marks and what it was told alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "avalon/domain/game.h"

namespace rt::avalon {

// Made by its factories only, so that nobody is all-seeing before the end.
class Viewer {
  public:
    enum class Kind : std::uint8_t { kSeat, kSpectator, kAllSeeing };
    static Viewer At(Seat seat) { return {Kind::kSeat, seat}; }
    static Viewer Spectator() { return {Kind::kSpectator, kNobody}; }
    // For any step of a game that is over. `last` is its last state; not over: a spectator.
    static Viewer AllSeeing(const State& last) { return {last.Over() ? Kind::kAllSeeing : Kind::kSpectator, kNobody}; }
    Kind kind() const { return kind_; }
    Seat seat() const { return seat_; }

  private:
    Viewer(Kind kind, Seat seat) : kind_(kind), seat_(seat) {}
    Kind kind_;
    Seat seat_;
};

struct SeatView {
    std::uint8_t player = 0;  // by number before the seats were shuffled
    bool bot = false;
    std::optional<Role> role;  // own; all when over or all-seeing; Evil after evil_reveal
    std::optional<Side> side;  // now, wherever the role is known
    Mark mark = Mark::kNothing;
    bool assassin = false;  // known to the viewer as who names Merlin
    bool operator==(const SeatView&) const = default;
};

struct ProposalView {
    int round = 1;
    int quest = 1;
    int attempt = 1;
    Seat leader = kNobody;
    SeatSet team;
    Seat sword = kNobody;
    ProposalResult result = ProposalResult::kOpen;
    int approvals = 0;                 // how many; 0 while open
    std::optional<SeatSet> approvers;  // who; absent while open, with anonymous votes, and once history is hidden
    SeatSet open;                      // who voted openly (Charge)
    SeatSet open_approvals;            // and approved
    bool operator==(const ProposalView&) const = default;
};

struct QuestView {
    int round = 1;
    int quest = 1;
    SeatSet team;
    int fails = 0;
    bool succeeded = false;
    Seat sword = kNobody;
    Seat sword_target = kNobody;
    Seat shown = kNobody;
    bool shown_success = false;
    std::optional<SeatSet> failed;  // all-seeing only
    bool operator==(const QuestView&) const = default;
};

struct View {
    Viewer::Kind viewer = Viewer::Kind::kSpectator;
    Seat seat = kNobody;         // the viewer's
    std::optional<Setup> setup;  // none before the start; roles sorted by their order in Role
    std::string game_id;
    std::string commitment;
    std::string seed;                       // raw; when over
    std::vector<std::string> client_bytes;  // raw; when over

    Phase phase = Phase::kLobby;
    std::uint32_t waits = 0;
    bool paused = false;
    std::vector<SeatView> seats;
    Seat leader = kNobody;
    int round = 0;
    int rejects = 0;
    int successes = 0;
    int fails = 0;
    SeatSet waiting;  // those whose turn it publicly is; in QUEST and a hidden ASSASSINATE only the viewer
    Seat actor = kNobody;
    SeatSet ready;

    Tentative tentative;
    bool discussed = false;
    std::vector<ProposalView> proposals;  // all, the one on the table last
    SeatSet voted;                        // who has voted on the one on the table
    int cards_in = 0;                     // in QUEST
    Seat found = kNobody;
    SeatSet ambushed;
    std::vector<QuestView> quests;
    // The viewer's own choice of the present vote or quest, as 0 or 1 (numbers of one length on the wire).
    std::optional<int> my_choice;

    Seat lady = kNobody;
    SeatSet lady_held;
    bool switched = false;
    std::vector<Loyalty> loyalty;  // cards that lie open
    int loyalty_turned = 0;
    std::vector<PlotCard> plot_table;
    std::vector<HeldCard> plot_held;
    std::optional<HeldCard> plot_instant;
    int plot_left = 0;
    bool evil_revealed = false;
    std::optional<Outcome> outcome;

    std::vector<Secret> secrets;  // told to the viewer; everybody's when all-seeing
    std::vector<LogEntry> log;
    std::vector<Action> actions;

    SeatSet pause_votes;
    int pause_needed = 0;
    SeatSet void_votes;
    int void_needed = 0;
    std::vector<SeatSet> bot_votes;  // by seat

    int players() const { return static_cast<int>(seats.size()); }
    bool operator==(const View&) const = default;
};

View ViewOf(const State& state, const Viewer& viewer);

// Seats the viewer knows to be Evil now or as dealt: its own side's marks, what it was told, who is revealed.
SeatSet KnownEvil(const View& view);

}  // namespace rt::avalon
