// The rules of Avalon a second time, written from avalon.md as one plain course of a game that asks for every choice.
// It shares no code with src/avalon; words and sets in place of its types. `Twist` breaks one rule, for controls.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rt::testing {

struct OracleTable {
    std::vector<std::string> roles;  // by seat
    int leader = 0;
    int assassin = -1;
    std::vector<std::string> loyalty;
    std::vector<std::string> plot;
    int lancelot = 0;  // variant
    bool lancelot_must = false;
    bool lady = false;
    bool excalibur = false;
    bool with_plot = false;
    bool targeting = false;
    bool hammer = false;
    bool round_of_speech = false;
};

struct OracleMove {
    std::string kind;  // as on the wire
    int by = -1;
    std::set<int> team;
    int quest = 0;
    int sword = -1;
    bool yes = false;
    int target = -1;
    std::string card;
};

struct OracleFacts {
    std::string phase;
    std::set<int> asked;
    int leader = 0;
    int round = 0;
    int rejects = 0;
    int successes = 0;
    int fails = 0;
    int lady = -1;
    bool switched = false;
    std::multiset<std::pair<int, std::string>> held;
    // (who was told, about whom, what)
    std::vector<std::tuple<int, int, bool>> told;
    std::vector<int> quest_fails;
    std::string winner;
    std::string reason;
};

enum class Twist {
    kNone,
    kTieApproves,
    kOneFailAlways,
    kTwoFailsAtSix,
    kGoodMayFail,
    kLeaderStays,
    kFourRejections,
    kLadyAfterFirst,
    kLadyMayReturn,
    kAssassinKillsEvil,
    kMissWinsForEvil,
    kSwitchLate,
    kRejectsKept,
    kExcaliburForLeader,
    kKingIsFree,
    kSmallTeams,
    kFreeLancelot,
    kQuestFiveOpen,
    kOrderFromSeatNought,
    kAmbushBeforeSword,
};

class Oracle {
  public:
    // Chooses a legal move of one of `asked`.
    using Ask = std::function<OracleMove(const Oracle& oracle)>;

    Oracle(OracleTable table, Twist twist, Ask ask);
    // The whole game. `facts` then holds the outcome.
    void Play();
    bool Allows(const OracleMove& move) const;
    const OracleFacts& facts() const { return facts_; }

  private:
    int players() const { return static_cast<int>(table_.roles.size()); }
    bool Evil(int seat) const;
    bool Lancelot(int seat) const;
    bool MustFail(int seat) const;
    int Next(int seat) const { return (seat + 1) % players(); }
    std::set<int> Everybody() const;
    std::set<int> Holders(const std::string& card) const;
    std::vector<int> InOrder(const std::set<int>& seats) const;
    int Size(int quest) const;
    int FailsNeeded(int quest) const;
    bool QuestOpen(int quest) const;
    OracleMove Question(const std::string& phase, std::set<int> asked);
    void Drop(int seat, const std::string& card);
    void Tell(int who, int whom, bool yes);
    bool TellsGood(int seat) const { return !Evil(seat); }

    void PlayRound();
    void TurnCard();
    void LeadWindow();
    void DealPlot();
    void UseInstant(int seat, const std::string& card);
    bool Vote();
    bool Cancelled();
    void FoundWindow();
    void Quest();
    void SwordWindow();
    void AmbushWindow();
    void Lady();
    void Assassination();
    void End(const std::string& winner, const std::string& reason);
    bool Over() const { return !facts_.winner.empty(); }

    bool AllowsTeam(const OracleMove& move) const;
    bool AllowsTarget(const OracleMove& move) const;

    OracleTable table_;
    Twist twist_;
    Ask ask_;
    OracleFacts facts_;
    std::set<int> team_;
    int quest_ = 0;
    int sword_ = -1;
    std::set<int> played_quests_;
    std::map<int, bool> cards_;  // true: Success
    int turned_over_ = -1;
    std::set<int> ambushed_;
    int found_ = -1;
    std::set<int> lady_held_;
    std::string instant_;
    bool lead_used_ = false;
    std::size_t plot_next_ = 0;
};

}  // namespace rt::testing
