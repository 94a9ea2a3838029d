// Random games with every expansion written to file as docs/avalon-rules.md says, and played again: the same outcome,
// the same state after each quest.
#include <doctest/doctest.h>

#include "avalon/codec.h"
#include "avalon/replay.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;
namespace json = rt::json;

namespace {

// Keeps the record of a game in the form of the file, from its events.
class Recorder {
  public:
    explicit Recorder(const State& state) : state_(state) {
        json::Array players;
        for (const Role role : state.deal().roles) players.emplace_back(json::Object{{"role", Row(role).name}});
        game_.Set("players", std::move(players));
        game_.Set("leader", static_cast<int>(state.deal().leader));
        game_.Set("options", EncodeOptions(state.options()));
        json::Array loyalty;
        for (const Loyalty card : state.deal().loyalty)
            loyalty.emplace_back(card == Loyalty::kSwitch ? "switch" : "no_change");
        if (!loyalty.empty()) game_.Set("loyalty", std::move(loyalty));
    }

    void Play(const Command& command) {
        const auto events = Decide(state_, command);
        REQUIRE(events.ok());
        for (const Event& event : *events) {
            Note(event);
            Apply(state_, event);
        }
    }
    const State& state() const { return state_; }
    json::Object Done() {
        CloseQuest();
        game_.Set("quests", std::move(quests_));
        return std::move(game_);
    }

  private:
    static json::Object Pair(const Event& event) {
        return {{"by", static_cast<int>(event.by)}, {"target", static_cast<int>(event.target)}};
    }

    void CloseQuest() {
        if (!open_) return;
        open_ = false;
        if (!plot_.empty()) quest_.Set("plot", std::move(plot_));
        quest_.Set("proposals", std::move(proposals_));
        if (!ambush_.empty()) quest_.Set("ambush", std::move(ambush_));
        quests_.emplace_back(std::move(quest_));
        quest_ = {};
        proposals_ = {};
        plot_ = {};
        ambush_ = {};
    }

    void CloseProposal() {
        const Proposal& last = state_.Current();
        json::Array votes;
        for (const Seat seat : state_.Seats()) votes.emplace_back(state_.approved.Has(seat));
        const bool carried = state_.options().hammer && last.attempt == kProposalsMax;
        if (!carried) proposal_.Set("votes", std::move(votes));
    }

    void Note(const Event& event) {
        switch (event.type) {
            case EventType::kRoundBegun:
                CloseQuest();
                open_ = true;
                break;
            case EventType::kPlotGiven: {
                json::Object card{{"card", Row(event.card).name}};
                if (event.card != PlotCard::kStrength) card.Set("to", static_cast<int>(event.target));
                plot_.emplace_back(std::move(card));
                break;
            }
            case EventType::kPlotTaken:
                plot_.back().AsObject().Set("take", Row(event.card).name);
                break;
            case EventType::kPlotSpent:
                NoteSpent(event);
                break;
            case EventType::kProposed:
                NoteProposed(event);
                break;
            case EventType::kTeamDecided:
                NoteDecided(event);
                break;
            case EventType::kSwordUsed:
                quest_.Set("excalibur", json::Object{{"target", static_cast<int>(event.target)}});
                break;
            case EventType::kQuestResolved:
                NoteCards(event);
                break;
            case EventType::kLadyUsed:
                quest_.Set("lady", Pair(event));
                break;
            case EventType::kShot:
                game_.Set("assassination", Pair(event));
                break;
            default:
                break;
        }
    }

    void NoteSpent(const Event& event) {
        if (event.card == PlotCard::kLeadToVictory) lead_ = event.by;
        if (event.card == PlotCard::kKingReturns) {
            proposals_.back().AsObject().Set("king", static_cast<int>(event.by));
        } else if (event.card == PlotCard::kFoundYou) {
            proposals_.back().AsObject().Set("found", Pair(event));
        } else if (event.card == PlotCard::kAmbush) {
            ambush_.emplace_back(Pair(event));
        } else if (Row(event.card).kind == PlotKind::kInstant && event.target != kNobody) {
            plot_.back().AsObject().Set("target", static_cast<int>(event.target));
        }
    }

    void NoteProposed(const Event& event) {
        proposal_ = {};
        proposal_.Set("leader", static_cast<int>(event.by));
        proposal_.Set("team", EncodeSeats(event.seats));
        if (state_.options().targeting) proposal_.Set("quest", event.number);
        if (event.target != kNobody) proposal_.Set("sword", static_cast<int>(event.target));
        if (lead_ != kNobody) proposal_.Set("lead", static_cast<int>(lead_));
        lead_ = kNobody;
    }

    void NoteDecided(const Event& event) {
        if (event.result == ProposalResult::kCancelled) return;
        CloseProposal();
        proposals_.emplace_back(proposal_);
    }

    void NoteCards(const Event& event) {
        // Without Excalibur the number alone will do; which of the two is written changes from quest to quest.
        if (state_.struck == kNobody && state_.found == kNobody && state_.round % 2 == 0) {
            quest_.Set("fails", event.number);
            return;
        }
        json::Object cards;
        for (const Seat seat : state_.Current().team)
            cards.Set(std::to_string(seat), state_.failed.Has(seat) ? "fail" : "success");
        quest_.Set("cards", std::move(cards));
    }

    State state_;
    json::Object game_;
    json::Array quests_;
    json::Object quest_;
    json::Array proposals_;
    json::Object proposal_;
    json::Array plot_;
    json::Array ambush_;
    Seat lead_ = kNobody;
    bool open_ = false;
};

json::Object RecordGame(rt::Random& random, State& last) {
    Setup setup = RandomSetup(random);
    setup.options.shuffle_seats = false;
    Deal deal = RandomDeal(setup, random);
    Recorder recorder(Started(setup, deal));
    while (!recorder.state().Over()) recorder.Play(AnyMove(recorder.state(), random));
    last = recorder.state();
    return recorder.Done();
}

}  // namespace

TEST_CASE("a game written to file and played again comes to the same end") {
    rt::base::SeededRandom random(31);
    std::string file;
    std::string expected;
    constexpr int kFileGames = 1000;  // in one file; the others are played one by one
    const int games = GamesToPlay(1500);
    for (int i = 0; i < games; ++i) {
        State last;
        const json::Object game = RecordGame(random, last);
        const ReplayReport report = ReplayGame(game, ReplayDetail::kStates);
        REQUIRE_MESSAGE(report.legal, json::Encode(report.report) << json::Encode(game));
        CHECK(*report.report.Find("outcome") == json::Value(EncodeOutcome(*last.outcome)));
        const json::Value& state = report.report.Find("states")->AsArray().back();
        const json::Object now = EncodeState(last);
        for (const auto& [key, value] : now.members()) CHECK(*state.Find(key) == value);
        if (i >= kFileGames) continue;
        file += json::Encode(game) + "\n";
        json::Object line{{"line", i + 1}};
        line.Set("outcome", EncodeOutcome(*last.outcome));
        expected += json::Encode(line) + "\n";
    }
    std::string printed;
    CHECK(ReplayFile(file, [&printed](std::string_view line) { printed += line; }));
    CHECK((printed == expected));
}
