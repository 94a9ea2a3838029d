// Moves that are refused, clocks, pauses, void votes and seats for bots (avalon.md §1.4, §1.9).
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "avalon/domain/moves.h"
#include "avalon/domain/table_votes.h"
#include "avalon/domain/timing.h"
#include "avalon/domain/view.h"
#include "support/avalon_world.h"

using namespace rt::avalon;
using namespace rt::testing;

namespace {

// Seats: Merlin, Percival, servant, assassin, Morgana; seat 0 leads first.
Deal PlainDeal() {
    Deal deal;
    deal.order = {0, 1, 2, 3, 4};
    deal.roles = {Role::kMerlin, Role::kPercival, Role::kServant, Role::kAssassin, Role::kMorgana};
    deal.assassin = 3;
    return deal;
}

State Plain(const Options& options = {}, SeatSet bots = {}) {
    Setup setup = DefaultSetup(5);
    setup.options = options;
    Deal deal = PlainDeal();
    if (options.plot) deal.plot = PlotDeck(5);
    const auto events = Begin(setup, deal, {}, bots);
    REQUIRE(events.ok());
    return Fold(*events);
}

Command By(CommandType type, Seat by, Seat target = kNobody) {
    Command command{.type = type, .by = by};
    command.target = target;
    return command;
}

Command Yes(CommandType type, Seat by, bool yes = true) {
    Command command = By(type, by);
    command.yes = yes;
    return command;
}

Command Team(Seat by, SeatSet team) {
    Command command = By(CommandType::kPropose, by);
    command.team = team;
    return command;
}

void AllReady(State& state) {
    for (const Seat seat : state.Seats()) Do(state, By(CommandType::kReady, seat));
}

void Vote(State& state, SeatSet approve) {
    for (const Seat seat : state.Seats()) Do(state, Yes(CommandType::kVote, seat, approve.Has(seat)));
}

// The whole quest with this team, all approving.
void Quest(State& state, SeatSet team, SeatSet fails = {}) {
    Do(state, Team(state.leader, team));
    Vote(state, state.Seats());
    for (const Seat seat : team) Do(state, Yes(CommandType::kQuest, seat, !fails.Has(seat)));
}

std::string Why(const State& state, const Command& command) {
    const auto events = Decide(state, command);
    return events.ok() ? "" : std::string(ReasonWord(events.error()));
}

rt::base::SeededRandom Random() {
    return rt::base::SeededRandom(11);
}

}  // namespace

TEST_CASE("a game goes through its phases to the assassination") {
    State state = Plain();
    CHECK(state.phase == Phase::kReveal);
    AllReady(state);
    Quest(state, {0, 1});
    CHECK(state.successes == 1);
    CHECK(state.leader == 1);
    Do(state, Team(1, {0, 1, 4}));
    Vote(state, {0, 1});
    CHECK(state.rejects == 1);
    Quest(state, {0, 1, 4}, {4});
    CHECK(state.fails == 1);
    CHECK(state.rejects == 0);
    Quest(state, {0, 1});
    Quest(state, {0, 1, 2});
    CHECK(state.phase == Phase::kAssassinate);
    State missed = state;
    Do(missed, By(CommandType::kTarget, 3, 4));
    CHECK(missed.outcome->winner == Side::kGood);
    CHECK(missed.outcome->reason == EndReason::kAssassinMissed);
    Do(state, By(CommandType::kTarget, 3, 0));
    CHECK(state.outcome->winner == Side::kEvil);
    CHECK(Why(state, By(CommandType::kTarget, 3, 0)) == "game_over");
    CHECK(Why(state, Yes(CommandType::kPauseVote, 0)) == "game_over");
}

TEST_CASE("moves that are not legal, and why") {
    State state;
    CHECK(Why(state, By(CommandType::kReady, 0)) == "not_started");
    state = Plain();
    CHECK(Why(state, By(CommandType::kReady, 5)) == "no_such_seat");
    CHECK(Why(state, By(CommandType::kReady, kNobody)) == "no_such_seat");
    CHECK(Why(state, Team(0, {0, 1})) == "wrong_phase");
    Do(state, By(CommandType::kReady, 2));
    CHECK(Why(state, By(CommandType::kReady, 2)) == "already_done");
    for (const Seat seat : SeatSet{0, 1, 3, 4}) Do(state, By(CommandType::kReady, seat));
    CHECK(Why(state, Team(1, {0, 1})) == "out_of_turn");
    CHECK(Decide(state, Team(1, {0, 1})).error().code == rt::Code::kNotYourTurn);
    CHECK(Why(state, Team(0, {0})) == "wrong_team_size");
    CHECK(Why(state, Team(0, {0, 1, 2})) == "wrong_team_size");
    CHECK(Why(state, Team(0, {0, 5})) == "no_such_seat");
    CHECK(Why(state, By(CommandType::kPass, 0)) == "cannot_pass");
    Command command = Team(0, {0, 1});
    command.sword = 1;
    CHECK(Why(state, command) == "sword_unwanted");
    command.sword = kNobody;
    command.quest = 2;
    CHECK(Why(state, command) == "wrong_quest");
    CHECK(Decide(state, command).error().code == rt::Code::kIllegalMove);
    command.quest = 1;
    Do(state, command);
    Do(state, Yes(CommandType::kVote, 4));
    CHECK(Why(state, Yes(CommandType::kVote, 4, false)) == "already_done");
    for (const Seat seat : SeatSet{0, 1, 2, 3}) Do(state, Yes(CommandType::kVote, seat));
    CHECK(Why(state, Yes(CommandType::kQuest, 2)) == "not_on_team");
    CHECK(Why(state, Yes(CommandType::kQuest, 0, false)) == "good_must_succeed");
    Do(state, Yes(CommandType::kQuest, 0));
    CHECK(Why(state, Yes(CommandType::kQuest, 0)) == "already_done");
}

TEST_CASE("moves of the expansions that are not legal, and why") {
    Options options;
    options.lady = true;
    options.excalibur = true;
    options.targeting = true;
    State state = Plain(options);
    AllReady(state);
    CHECK(state.lady == 4);
    Command command = Team(0, {0, 1});
    CHECK(Why(state, command) == "wrong_quest");
    command.quest = 5;
    CHECK(Why(state, command) == "quest_five_early");
    command.quest = 1;
    CHECK(Why(state, command) == "sword_missing");
    for (const Seat seat : SeatSet{0, 2}) {
        command.sword = seat;
        CHECK(Why(state, command) == "sword_holder");
    }
    command.sword = 1;
    Do(state, command);
    Vote(state, state.Seats());
    Do(state, Yes(CommandType::kQuest, 0));
    Do(state, Yes(CommandType::kQuest, 1));
    CHECK(state.phase == Phase::kExcalibur);
    CHECK(Why(state, By(CommandType::kTarget, 1, 1)) == "target_self");
    CHECK(Why(state, By(CommandType::kTarget, 1, 2)) == "target");
    Do(state, By(CommandType::kTarget, 1, 0));
    CHECK(state.fails == 1);
    CHECK(state.secrets.back() == Secret{1, SecretKind::kExcalibur, 0, 1, true});
    command = Team(1, {1, 2});
    command.sword = 2;
    command.quest = 1;
    CHECK(Why(state, command) == "wrong_quest");
    command.quest = 3;
    Do(state, command);
    Vote(state, state.Seats());
    Do(state, Yes(CommandType::kQuest, 1));
    Do(state, Yes(CommandType::kQuest, 2));
    Do(state, By(CommandType::kPass, 2));
    CHECK(state.phase == Phase::kLady);
    CHECK(Why(state, By(CommandType::kTarget, 4, 4)) == "target_self");
    CHECK(Why(state, By(CommandType::kPass, 4)) == "cannot_pass");
    Do(state, By(CommandType::kTarget, 4, 3));
    CHECK(state.secrets.back() == Secret{4, SecretKind::kLady, 3, 2, false});
    State held = state;
    held.phase = Phase::kLady;
    held.actor = 3;
    CHECK(Why(held, By(CommandType::kTarget, 3, 4)) == "held_lady");
}

TEST_CASE("the fifth rejection ends the game, the hammer is carried without a vote") {
    State state = Plain();
    AllReady(state);
    for (int i = 0; i < 5; ++i) {
        CHECK(state.rejects == i);
        CHECK(!state.Over());
        Do(state, Team(state.leader, {0, 1}));
        Vote(state, {0, 1});
    }
    CHECK(state.outcome->reason == EndReason::kFiveRejections);
    Options options;
    options.hammer = true;
    state = Plain(options);
    AllReady(state);
    for (int i = 0; i < 4; ++i) {
        Do(state, Team(state.leader, {0, 1}));
        Vote(state, {});
    }
    Do(state, Team(state.leader, {0, 1}));
    CHECK(state.phase == Phase::kQuest);
    CHECK(state.Current().result == ProposalResult::kCarried);
}

TEST_CASE("clocks: how long, and what is played at their end") {
    auto random = Random();
    State state = Plain();
    CHECK(WaitSeconds(state) == 30);
    AllReady(state);
    CHECK(WaitSeconds(state) == 180);
    const std::uint32_t waits = state.waits;
    Command shown = Team(0, {2, 4});
    shown.type = CommandType::kSelect;
    Do(state, shown);
    CHECK(state.waits == waits);
    CHECK(TimeoutCommand(state, 0, random)->team == SeatSet{2, 4});
    shown.team = {2};
    Do(state, shown);
    CHECK(TimeoutCommand(state, 0, random)->team == SeatSet{0, 1});
    CHECK(!TimeoutCommand(state, 1, random).has_value());
    Do(state, Team(0, {0, 3}));
    CHECK(state.waits == waits + 1);
    CHECK(WaitSeconds(state) == 45);
    for (const Seat seat : state.Seats()) {
        const auto vote = TimeoutCommand(state, seat, random);
        CHECK(vote->yes == (seat == 0 || seat == 3));
        CHECK(vote->origin == Origin::kTimeout);
    }
    Vote(state, state.Seats());
    CHECK(WaitSeconds(state) == 40);
    CHECK(TimeoutCommand(state, 3, random)->yes);
    const std::size_t log = state.log.size();
    Do(state, *TimeoutCommand(state, 3, random));
    // Who was late with a card is not told.
    CHECK(state.log.size() == log);
    Do(state, Yes(CommandType::kQuest, 0));
    CHECK(WaitSeconds(state) == 120);
    Quest(state, {0, 1, 2});
    Quest(state, {0, 1});
    CHECK(WaitSeconds(state) == 180);
    std::set<Seat> shot;
    for (int i = 0; i < 100; ++i) shot.insert(TimeoutCommand(state, 3, random)->target);
    CHECK(shot == std::set<Seat>{0, 1, 2});
    Do(state, *TimeoutCommand(state, 3, random));
    CHECK(!WaitSeconds(state).has_value());
    CHECK(!TimeoutCommand(state, 3, random).has_value());
}

TEST_CASE("clocks run at the speed of the option, or not at all") {
    const std::map<Timer, std::optional<std::uint32_t>> seconds{{Timer::kHalf, 90},
                                                                {Timer::kNormal, 180},
                                                                {Timer::kLong, 270},
                                                                {Timer::kDouble, 360},
                                                                {Timer::kEndless, std::nullopt}};
    for (const auto& [timer, expected] : seconds) {
        Options options;
        options.timer = timer;
        State state = Plain(options);
        AllReady(state);
        CHECK(WaitSeconds(state) == expected);
    }
    auto random = Random();
    Options options;
    options.timeout = TimeoutPolicy::kPause;
    CHECK(!TimeoutCommand(Plain(options), 0, random).has_value());
}

TEST_CASE("what is played for who is late is legal, whatever the policy") {
    rt::base::SeededRandom random(12);
    for (int game = 0; game < 200; ++game) {
        Setup setup = RandomSetup(random);
        if (setup.options.timeout == TimeoutPolicy::kPause) setup.options.timeout = TimeoutPolicy::kDefault;
        State state = Started(setup, random);
        while (!state.Over()) {
            const auto command = TimeoutCommand(state, RandomSeat(WaitingFor(state), random), random);
            REQUIRE(command.has_value());
            // The default of all is a quest without fails; some choices by chance bring every phase about.
            Do(state, random.Below(3) == 0 ? AnyMove(state, random) : *command);
        }
    }
}

TEST_CASE("more than half of the humans pause, any one resumes") {
    State state = Plain({}, {4});
    AllReady(state);
    CHECK(PauseVotesNeeded(state) == 3);
    CHECK(Why(state, Yes(CommandType::kPauseVote, 4)) == "only_humans");
    CHECK(Why(state, By(CommandType::kResume, 0)) == "not_paused");
    Do(state, Yes(CommandType::kPauseVote, 0));
    CHECK(Why(state, Yes(CommandType::kPauseVote, 0)) == "already_done");
    Do(state, Yes(CommandType::kPauseVote, 1));
    Do(state, Yes(CommandType::kPauseVote, 1, false));
    Do(state, Yes(CommandType::kPauseVote, 2));
    CHECK(!state.paused);
    Do(state, Yes(CommandType::kPauseVote, 3));
    CHECK(state.paused);
    CHECK(Why(state, Team(0, {0, 1})) == "paused");
    CHECK(ActionsOf(state, 0).empty());
    CHECK(!WaitSeconds(state).has_value());
    State resumed = state;
    Do(resumed, By(CommandType::kResume, 2));
    CHECK(!resumed.paused);
    CHECK(resumed.pause_votes.empty());
    CHECK(resumed.waits > state.waits);
    Do(state, By(CommandType::kResume, kNobody));
    CHECK(!state.paused);
}

TEST_CASE("one more than Good has seats make a game void, all humans where they are fewer") {
    State state = Plain();
    CHECK(VoidVotesNeeded(state) == 4);
    for (const Seat seat : SeatSet{0, 1, 2}) Do(state, Yes(CommandType::kVoidVote, seat));
    CHECK(state.phase == Phase::kReveal);
    Do(state, Yes(CommandType::kVoidVote, 3));
    CHECK(state.phase == Phase::kVoided);
    CHECK(!state.outcome.has_value());
    CHECK(ViewOf(state, Viewer::Spectator()).seats[0].role == Role::kMerlin);
    state = Plain({}, {1, 2, 3});
    Do(state, Yes(CommandType::kVoidVote, 0));
    CHECK(!state.Over());
    Do(state, Yes(CommandType::kVoidVote, 4));
    CHECK(state.Over());
}

TEST_CASE("a seat that is away goes to a bot, and its owner takes it back") {
    State state = Plain();
    AllReady(state);
    Command vote = Yes(CommandType::kBotVote, 0);
    vote.target = 4;
    for (const auto& [absent, reason] : {std::pair(179U, "not_absent"), {180U, ""}, {181U, ""}}) {
        vote.absent_s = absent;
        CHECK(Why(state, vote) == reason);
    }
    vote.target = 0;
    CHECK(Why(state, vote) == "target_self");
    vote.target = 4;
    for (const Seat seat : SeatSet{0, 1}) {
        vote.by = seat;
        Do(state, vote);
    }
    CHECK(state.bots.empty());
    // He shows himself: the votes are gone.
    State back = state;
    Do(back, By(CommandType::kTakeBack, 4));
    CHECK(back.bot_votes[4].empty());
    CHECK(Why(back, By(CommandType::kTakeBack, 4)) == "not_a_bot");
    vote.by = 2;
    Do(state, vote);
    CHECK(state.bots == SeatSet{4});
    CHECK(Why(state, Yes(CommandType::kPauseVote, 4)) == "only_humans");
    Do(state, By(CommandType::kTakeBack, 4));
    CHECK(state.bots.empty());
    State bots = Plain({}, {4});
    CHECK(Why(bots, By(CommandType::kTakeBack, 4)) == "only_humans");
}

TEST_CASE("what a seat may do again and again has an end in each phase, for that seat alone") {
    State state = Plain();
    AllReady(state);
    Command shown = Team(0, {0});
    shown.type = CommandType::kSelect;
    for (int i = 0; i < kSideMovesMax - 1; ++i) {
        shown.team = {static_cast<Seat>(i % 2)};
        Do(state, shown);
    }
    CHECK(Why(state, shown).empty());
    Do(state, shown);
    CHECK(Why(state, shown) == "too_often");
    CHECK(Why(state, Yes(CommandType::kVoidVote, 0)) == "too_often");
    for (int i = 0; i < kSideMovesMax; ++i) Do(state, Yes(CommandType::kVoidVote, 1, i % 2 == 0));
    CHECK(Why(state, Yes(CommandType::kVoidVote, 1)) == "too_often");
    CHECK(Why(state, Yes(CommandType::kVoidVote, 2)).empty());
    // The move itself is open, and with the next phase all is.
    Do(state, Team(0, {0, 1}));
    CHECK(Why(state, Yes(CommandType::kVoidVote, 1)).empty());
}

TEST_CASE("votes are hidden where the options say so") {
    Options options;
    options.hidden_history = true;
    State state = Plain(options);
    AllReady(state);
    Do(state, Team(0, {0, 1}));
    Vote(state, {0});
    View view = ViewOf(state, Viewer::At(2));
    CHECK(view.proposals[0].approvers == SeatSet{0});
    Do(state, Team(1, {0, 1}));
    view = ViewOf(state, Viewer::At(2));
    CHECK(!view.proposals[0].approvers.has_value());
    CHECK(view.proposals[0].approvals == 1);
    options = {};
    options.anonymous_votes = true;
    state = Plain(options);
    AllReady(state);
    Do(state, Team(0, {0, 1}));
    Vote(state, {0});
    view = ViewOf(state, Viewer::At(2));
    CHECK(!view.proposals[0].approvers.has_value());
    CHECK(view.proposals[0].approvals == 1);
}

TEST_CASE("while quest cards come in everybody sees how many, and nobody whose") {
    State one = Plain();
    AllReady(one);
    Do(one, Team(0, {0, 1}));
    Vote(one, one.Seats());
    State other = one;
    Do(one, Yes(CommandType::kQuest, 0));
    Do(other, Yes(CommandType::kQuest, 1));
    for (const Viewer viewer : {Viewer::At(2), Viewer::At(3), Viewer::Spectator()}) {
        const View view = ViewOf(one, viewer);
        CHECK(view.cards_in == 1);
        CHECK(view.waiting.empty());
        CHECK(view == ViewOf(other, viewer));
    }
    CHECK(ViewOf(one, Viewer::At(0)).waiting.empty());
    CHECK(ViewOf(one, Viewer::At(1)).waiting == SeatSet{1});
}

TEST_CASE("Evil lays its cards open before the shot if the table plays so") {
    Options options;
    options.evil_reveal = EvilReveal::kAll;
    State state = Plain(options);
    AllReady(state);
    Quest(state, {0, 1});
    Quest(state, {0, 1, 2});
    CHECK(!ViewOf(state, Viewer::At(2)).seats[3].role.has_value());
    Quest(state, {0, 1});
    const View view = ViewOf(state, Viewer::At(2));
    CHECK(view.seats[3].role == Role::kAssassin);
    CHECK(view.seats[3].assassin);
    CHECK(view.seats[4].role == Role::kMorgana);
    CHECK(!view.seats[0].role.has_value());
    CHECK(view.waiting == SeatSet{3});
    State hidden = Plain();
    AllReady(hidden);
    Quest(hidden, {0, 1});
    Quest(hidden, {0, 1, 2});
    Quest(hidden, {0, 1});
    CHECK(ViewOf(hidden, Viewer::At(2)).waiting.empty());
    CHECK(ViewOf(hidden, Viewer::At(3)).waiting == SeatSet{3});
}
