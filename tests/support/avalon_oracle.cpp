#include "support/avalon_oracle.h"

#include <algorithm>

namespace rt::testing {

Oracle::Oracle(OracleTable table, Twist twist, Ask ask)
    : table_(std::move(table)), twist_(twist), ask_(std::move(ask)) {
    facts_.leader = table_.leader;
    if (table_.lady) {
        facts_.lady = (table_.leader + players() - 1) % players();
        lady_held_.insert(facts_.lady);
    }
}

bool Oracle::Lancelot(int seat) const {
    return table_.roles[static_cast<std::size_t>(seat)].starts_with("lancelot");
}

bool Oracle::Evil(int seat) const {
    static const std::set<std::string> kEvil{"assassin", "minion", "morgana", "mordred", "oberon", "lancelot_evil"};
    const bool dealt = kEvil.contains(table_.roles[static_cast<std::size_t>(seat)]);
    return Lancelot(seat) && facts_.switched ? !dealt : dealt;
}

bool Oracle::MustFail(int seat) const {
    return table_.lancelot_must && twist_ != Twist::kFreeLancelot && Lancelot(seat) && Evil(seat);
}

std::set<int> Oracle::Everybody() const {
    std::set<int> out;
    for (int i = 0; i < players(); ++i) out.insert(i);
    return out;
}

std::set<int> Oracle::Holders(const std::string& card) const {
    std::set<int> out;
    for (const auto& [seat, held] : facts_.held) {
        if (held == card) out.insert(seat);
    }
    return out;
}

std::vector<int> Oracle::InOrder(const std::set<int>& seats) const {
    std::vector<int> out;
    const int first = twist_ == Twist::kOrderFromSeatNought ? 0 : facts_.leader;
    for (int i = 0; i < players(); ++i) {
        const int seat = (first + i) % players();
        if (seats.contains(seat)) out.push_back(seat);
    }
    return out;
}

int Oracle::Size(int quest) const {
    static const std::map<int, std::vector<int>> kSizes{{5, {2, 3, 2, 3, 3}}, {6, {2, 3, 4, 3, 4}},
                                                        {7, {2, 3, 3, 4, 4}}, {8, {3, 4, 4, 5, 5}},
                                                        {9, {3, 4, 4, 5, 5}}, {10, {3, 4, 4, 5, 5}}};
    const int size = kSizes.at(players()).at(static_cast<std::size_t>(quest - 1));
    return twist_ == Twist::kSmallTeams && quest == 5 ? size - 1 : size;
}

int Oracle::FailsNeeded(int quest) const {
    if (twist_ == Twist::kOneFailAlways) return 1;
    const int from = twist_ == Twist::kTwoFailsAtSix ? 6 : 7;
    return players() >= from && quest == 4 ? 2 : 1;
}

bool Oracle::QuestOpen(int quest) const {
    if (!table_.targeting) return quest == facts_.round;
    if (quest < 1 || quest > 5 || played_quests_.contains(quest)) return false;
    return quest != 5 || facts_.successes >= 2 || twist_ == Twist::kQuestFiveOpen;
}

OracleMove Oracle::Question(const std::string& phase, std::set<int> asked) {
    facts_.phase = phase;
    facts_.asked = std::move(asked);
    return ask_(*this);
}

void Oracle::Drop(int seat, const std::string& card) {
    facts_.held.erase(facts_.held.find({seat, card}));
}

void Oracle::Tell(int who, int whom, bool yes) {
    facts_.told.emplace_back(who, whom, yes);
}

void Oracle::End(const std::string& winner, const std::string& reason) {
    facts_.winner = winner;
    facts_.reason = reason;
    facts_.phase = "end";
    facts_.asked.clear();
}

void Oracle::Play() {
    std::set<int> waiting = Everybody();
    while (!waiting.empty()) waiting.erase(Question("reveal", waiting).by);
    while (!Over()) PlayRound();
}

void Oracle::TurnCard() {
    const int late = twist_ == Twist::kSwitchLate ? 1 : 0;
    int index = -1;
    if (table_.lancelot == 2) index = facts_.round - 1 - late;
    if (table_.lancelot == 1) index = facts_.round - 3 - late;
    if (index < 0) return;
    if (table_.loyalty.at(static_cast<std::size_t>(index)) == "switch") facts_.switched = !facts_.switched;
}

void Oracle::LeadWindow() {
    if (!table_.with_plot || lead_used_) return;
    for (const int seat : InOrder(Holders("lead_to_victory"))) {
        if (seat == facts_.leader) continue;
        if (Question("lead", {seat}).kind != "card") continue;
        Drop(seat, "lead_to_victory");
        facts_.leader = seat;
        lead_used_ = true;
        return;
    }
}

void Oracle::DealPlot() {
    const int draws = players() <= 6 ? 1 : players() <= 8 ? 2 : 3;
    std::vector<std::string> drawn;
    for (int i = 0; i < draws; ++i) drawn.push_back(table_.plot.at(plot_next_++));
    for (const std::string& card : drawn) {
        const int to = card == "strength" ? facts_.leader : Question("plot_deal", {facts_.leader}).target;
        const bool kept = card == "lead_to_victory" || card == "ambush" || card == "king_returns" || card == "charge" ||
                          card == "found_you";
        if (kept) {
            facts_.held.insert({to, card});
        } else {
            UseInstant(to, card);
        }
    }
}

void Oracle::UseInstant(int seat, const std::string& card) {
    bool others = false;
    for (const auto& held : facts_.held) others = others || held.first != seat;
    if (card == "restore_honor" && !others) return;
    instant_ = card;
    const OracleMove move = Question("plot_card", {seat});
    instant_.clear();
    if (card == "restore_honor") {
        Drop(move.target, move.card);
        facts_.held.insert({seat, move.card});
    } else if (card == "are_you_the_one") {
        Tell(seat, move.target, TellsGood(move.target));
    } else {
        Tell(move.target, seat, TellsGood(seat));
    }
}

bool Oracle::Vote() {
    if (table_.hammer && facts_.rejects == 4) return true;
    int approvals = 0;
    std::set<int> waiting = table_.with_plot ? Holders("charge") : std::set<int>();
    std::set<int> rest = Everybody();
    for (const int seat : waiting) rest.erase(seat);
    while (!waiting.empty()) {
        const OracleMove move = Question("charge_vote", waiting);
        approvals += move.yes ? 1 : 0;
        waiting.erase(move.by);
    }
    while (!rest.empty()) {
        const OracleMove move = Question("vote", rest);
        approvals += move.yes ? 1 : 0;
        rest.erase(move.by);
    }
    return twist_ == Twist::kTieApproves ? 2 * approvals >= players() : 2 * approvals > players();
}

bool Oracle::Cancelled() {
    for (const int seat : InOrder(Holders("king_returns"))) {
        while (Holders("king_returns").contains(seat)) {
            if (Question("king", {seat}).kind != "card") break;
            Drop(seat, "king_returns");
            return true;
        }
    }
    return false;
}

void Oracle::FoundWindow() {
    for (const int seat : InOrder(Holders("found_you"))) {
        if (found_ != -1) return;
        const OracleMove move = Question("found", {seat});
        if (move.kind != "target") continue;
        Drop(seat, "found_you");
        found_ = move.target;
    }
}

void Oracle::SwordWindow() {
    if (sword_ == -1) return;
    const OracleMove move = Question("excalibur", {sword_});
    if (move.kind != "target") return;
    turned_over_ = move.target;
    Tell(sword_, move.target, cards_.at(move.target));
    cards_[move.target] = !cards_.at(move.target);
}

void Oracle::AmbushWindow() {
    for (const int seat : InOrder(Holders("ambush"))) {
        while (Holders("ambush").contains(seat)) {
            std::set<int> left = team_;
            for (const int seen : ambushed_) left.erase(seen);
            left.erase(seat);
            if (left.empty()) break;
            const OracleMove move = Question("ambush", {seat});
            if (move.kind != "target") break;
            Drop(seat, "ambush");
            ambushed_.insert(move.target);
            Tell(seat, move.target, cards_.at(move.target));
        }
    }
}

void Oracle::Quest() {
    cards_.clear();
    ambushed_.clear();
    turned_over_ = -1;
    std::set<int> waiting = team_;
    while (!waiting.empty()) {
        const OracleMove move = Question("quest", waiting);
        cards_[move.by] = move.yes;
        waiting.erase(move.by);
    }
    if (twist_ == Twist::kAmbushBeforeSword) AmbushWindow();
    SwordWindow();
    if (twist_ != Twist::kAmbushBeforeSword) AmbushWindow();
    int fails = 0;
    for (const auto& [seat, success] : cards_) fails += success ? 0 : 1;
    facts_.quest_fails.push_back(fails);
    played_quests_.insert(quest_);
    ++(fails >= FailsNeeded(quest_) ? facts_.fails : facts_.successes);
}

void Oracle::Lady() {
    const int first = twist_ == Twist::kLadyAfterFirst ? 1 : 2;
    if (!table_.lady || facts_.round < first || facts_.round > 4) return;
    const int target = Question("lady", {facts_.lady}).target;
    Tell(facts_.lady, target, TellsGood(target));
    facts_.lady = target;
    lady_held_.insert(target);
}

void Oracle::Assassination() {
    if (table_.assassin == -1) return End("good", "three_successes");
    const OracleMove move = Question("assassinate", {table_.assassin});
    const bool hit = table_.roles[static_cast<std::size_t>(move.target)] == "merlin";
    if (hit) return End("evil", "assassinated");
    End(twist_ == Twist::kMissWinsForEvil ? "evil" : "good", "assassin_missed");
}

void Oracle::PlayRound() {
    ++facts_.round;
    if (twist_ != Twist::kRejectsKept) facts_.rejects = 0;
    found_ = -1;
    TurnCard();
    bool first = true;
    while (true) {
        LeadWindow();
        if (first && table_.with_plot) DealPlot();
        first = false;
        OracleMove move = Question("propose", {facts_.leader});
        if (table_.round_of_speech) {
            for (int seat = Next(facts_.leader); seat != facts_.leader; seat = Next(seat)) Question("discuss", {seat});
            move = Question("propose", {facts_.leader});
        }
        team_ = move.team;
        quest_ = move.quest == 0 ? facts_.round : move.quest;
        sword_ = move.sword;
        const bool approved = Vote();
        lead_used_ = false;
        const bool cancelled = approved && table_.with_plot && Cancelled();
        if (approved && !cancelled) break;
        if (!cancelled || twist_ != Twist::kKingIsFree) ++facts_.rejects;
        if (facts_.rejects >= (twist_ == Twist::kFourRejections ? 4 : 5)) return End("evil", "five_rejections");
        if (twist_ != Twist::kLeaderStays) facts_.leader = Next(facts_.leader);
    }
    if (table_.with_plot) FoundWindow();
    Quest();
    if (facts_.fails == 3) return End("evil", "three_fails");
    if (facts_.successes == 3) return Assassination();
    Lady();
    facts_.leader = Next(facts_.leader);
}

bool Oracle::AllowsTeam(const OracleMove& move) const {
    const int quest = move.quest == 0 && !table_.targeting ? facts_.round : move.quest;
    if (!QuestOpen(quest)) return false;
    for (const int seat : move.team) {
        if (seat < 0 || seat >= players()) return false;
    }
    if (static_cast<int>(move.team.size()) != Size(quest)) return false;
    if (!table_.excalibur) return move.sword == -1;
    const bool leader_too = twist_ == Twist::kExcaliburForLeader;
    return move.team.contains(move.sword) && (leader_too || move.sword != facts_.leader);
}

bool Oracle::AllowsTarget(const OracleMove& move) const {
    if (move.target < 0 || move.target >= players()) return false;
    const std::string& phase = facts_.phase;
    if (phase == "found") return team_.contains(move.target);
    if (move.target == move.by) return false;
    if (phase == "plot_deal" || phase == "assassinate") {
        return phase != "assassinate" || twist_ != Twist::kAssassinKillsEvil || !Evil(move.target);
    }
    if (phase == "excalibur") return team_.contains(move.target);
    if (phase == "ambush") return team_.contains(move.target) && !ambushed_.contains(move.target);
    if (phase == "lady") return twist_ == Twist::kLadyMayReturn || !lady_held_.contains(move.target);
    if (instant_ == "restore_honor") return facts_.held.contains({move.target, move.card});
    if (instant_ == "are_you_the_one") return move.target == Next(move.by) || move.by == Next(move.target);
    return true;
}

bool Oracle::Allows(const OracleMove& move) const {
    if (!facts_.asked.contains(move.by)) return false;
    const std::string& phase = facts_.phase;
    if (phase == "reveal") return move.kind == "ready";
    if (phase == "propose") return move.kind == "propose" && AllowsTeam(move);
    if (phase == "discuss") return move.kind == "pass";
    if (phase == "vote" || phase == "charge_vote") return move.kind == "vote";
    if (phase == "lead" || phase == "king") return move.kind == "card" || move.kind == "pass";
    if (phase == "quest") {
        if (move.kind != "quest") return false;
        if (move.yes) return !MustFail(move.by);
        return Evil(move.by) || twist_ == Twist::kGoodMayFail;
    }
    const bool may_pass = phase == "found" || phase == "excalibur" || phase == "ambush";
    if (may_pass && move.kind == "pass") return true;
    return move.kind == "target" && AllowsTarget(move);
}

}  // namespace rt::testing
