#include "support/avalon_recount.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "avalon/game_log.h"
#include "avalon/store/games.h"
#include "avalon/store/players.h"

namespace rt::avalon {
namespace {

using store::Reader;
using store::StatRow;

constexpr std::int64_t kGamesAtOnce = 100;

constexpr storage::sql::Statement kPlayers{
    "recount.players", "SELECT \"user\", games, wins, rated, rating, streak, streak_best FROM avalon_player"};
constexpr storage::sql::Statement kStats{
    "recount.stats",
    "SELECT \"user\", rated, board, role, games, wins, left_games, shots, hits, named, quests, quests_good, proposals,"
    " approved FROM avalon_stat"};
constexpr storage::sql::Statement kAwards{"recount.awards", "SELECT \"user\", word, game FROM avalon_achievement"};

struct Figures {
    std::int64_t games = 0;
    std::int64_t wins = 0;
    std::int64_t rated = 0;
    std::int64_t rating = kRatingStart;
    std::int64_t streak = 0;
    std::int64_t streak_best = 0;
    bool operator==(const Figures&) const = default;
};
using StatKey = std::tuple<std::int64_t, bool, std::string, std::string>;  // user, rated, board, role
using AwardKey = std::pair<std::int64_t, std::string>;                     // user, word

// Everything counted so far.
class Count {
  public:
    Status AddGame(const store::GameRow& game, const std::vector<store::SeatRow>& seats, const std::string& events);
    Status Compare(Reader& reader);
    std::vector<std::string> findings;

  private:
    void Find(std::string what) {
        if (findings.size() < kFindingsMax) findings.push_back(std::move(what));
    }
    void CheckGame(const store::GameRow& game, const std::vector<store::SeatRow>& seats, const Finished& facts);
    void AddSeat(const store::GameRow& game, const store::SeatRow& seat, const Finished& facts, std::int64_t change);
    void Award(const store::GameRow& game, std::int64_t user, const Finished& facts, const FinishedSeat& seat);

    std::map<std::int64_t, Figures> players_;
    std::map<StatKey, StatRow> stats_;
    std::map<std::int64_t, Totals> totals_;
    std::map<AwardKey, std::int64_t> awards_;  // the game
    std::map<std::string, store::BoardRow> boards_;
};

Result<Finished> FactsOf(const std::vector<store::SeatRow>& seats, const std::string& events) {
    RT_TRY(const auto log, DecodeLog(events));
    State state;
    for (const TimedEvent& one : log) Apply(state, one.event);
    if (!state.Over() || seats.size() != static_cast<std::size_t>(state.players())) {
        return Fail(Code::kInternal, "the log of a game does not lead to its end");
    }
    SeatSet left;
    for (const store::SeatRow& seat : seats) {
        if (seat.left) left.Add(static_cast<Seat>(seat.seat));
    }
    return Finish(state, left);
}

// By the ratings that the seats had, and the board's record so far.
std::vector<std::int64_t> ChangesOf(const std::vector<store::SeatRow>& seats, const Finished& facts,
                                    const std::map<std::int64_t, Figures>& players, const store::BoardRow& board) {
    std::vector<RatedSeat> rated;
    for (std::size_t i = 0; i < seats.size(); ++i) {
        RatedSeat one{facts.seats[i].side, seats[i].rating_before.value_or(kRatingStart), 0, facts.seats[i].left};
        if (seats[i].user.has_value()) {
            const auto found = players.find(seats[i].user->value);
            one.games = found == players.end() ? 0 : found->second.rated;
        }
        rated.push_back(one);
    }
    const Side winner = facts.result == GameResult::kGood ? Side::kGood : Side::kEvil;
    return RatingChanges(rated, winner, {board.rated, board.rated_good_wins});
}

void Count::CheckGame(const store::GameRow& game, const std::vector<store::SeatRow>& seats, const Finished& facts) {
    const std::string name = "game " + game.public_id;
    if (facts.game_id != game.public_id) Find(name + " has another id in its log");
    if (Name(facts.result) != game.result || facts.rated != game.rated || facts.board != game.board) {
        Find(name + " does not say what its log says");
    }
    for (std::size_t i = 0; i < seats.size(); ++i) {
        const bool same = Row(facts.seats[i].role).name == seats[i].role && facts.seats[i].won == seats[i].won &&
                          facts.seats[i].bot == seats[i].bot.has_value();
        if (!same) Find(name + ": seat " + std::to_string(i) + " does not say what the log says");
    }
}

void Count::Award(const store::GameRow& game, std::int64_t user, const Finished& facts, const FinishedSeat& seat) {
    for (const Achievement one : Earned(facts, seat, totals_[user])) {
        awards_.emplace(AwardKey{user, AchievementTable()[static_cast<std::size_t>(one)].word}, game.id);
    }
}

void Count::AddSeat(const store::GameRow& game, const store::SeatRow& row, const Finished& facts, std::int64_t change) {
    if (!row.user.has_value()) return;
    const std::int64_t user = row.user->value;
    const FinishedSeat& seat = facts.seats[static_cast<std::size_t>(row.seat)];
    StatRow& stat = stats_[{user, facts.rated, facts.board, row.role}];
    stat.games += 1;
    stat.wins += seat.won ? 1 : 0;
    stat.left += seat.left ? 1 : 0;
    stat.shots += seat.shooter ? 1 : 0;
    stat.hits += seat.hit ? 1 : 0;
    stat.named += seat.shot ? 1 : 0;
    stat.quests += seat.quests;
    stat.quests_good += seat.quests_good;
    stat.proposals += seat.proposals;
    stat.approved += seat.approved;
    Figures& figures = players_[user];
    figures.games += 1;
    figures.wins += seat.won ? 1 : 0;
    if (!facts.rated) return;
    figures.rated += 1;
    figures.rating += change;
    figures.streak = seat.won ? figures.streak + 1 : 0;
    figures.streak_best = std::max(figures.streak_best, figures.streak);
    Totals& totals = totals_[user];
    totals.games += 1;
    totals.wins += seat.won ? 1 : 0;
    totals.hits += seat.hit ? 1 : 0;
    totals.streak = figures.streak;
    totals.wins_by_role[static_cast<std::size_t>(seat.role)] += seat.won ? 1 : 0;
    Award(game, user, facts, seat);
}

Status Count::AddGame(const store::GameRow& game, const std::vector<store::SeatRow>& seats, const std::string& events) {
    RT_TRY(const Finished facts, FactsOf(seats, events));
    CheckGame(game, seats, facts);
    if (facts.result == GameResult::kVoided) {
        for (const store::SeatRow& seat : seats) {
            if (seat.user.has_value()) players_.try_emplace(seat.user->value);
        }
        return Ok();
    }
    store::BoardRow& board =
        boards_.try_emplace(facts.board, store::BoardRow{facts.board, facts.players}).first->second;
    std::vector<std::int64_t> changes(seats.size(), 0);
    if (facts.rated) changes = ChangesOf(seats, facts, players_, board);
    for (std::size_t i = 0; i < seats.size(); ++i) {
        // Of an account that has ended it is not known how much a game could change.
        if (facts.rated && seats[i].user.has_value() && seats[i].rating_change != std::optional(changes[i])) {
            Find("game " + game.public_id + ": the rating of seat " + std::to_string(i) + " changed by another amount");
        }
        AddSeat(game, seats[i], facts, changes[i]);
    }
    const std::int64_t good = facts.result == GameResult::kGood ? 1 : 0;
    board.games += 1;
    board.good_wins += good;
    board.rated += facts.rated ? 1 : 0;
    board.rated_good_wins += facts.rated ? good : 0;
    return Ok();
}

Status Count::Compare(Reader& reader) {
    RT_CHECK_OK(reader.Each(kPlayers, {}, [&](const auto& row) {
        const Figures kept{row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5), row.Int(6)};
        if (players_[row.Int(0)] != kept) Find("the figures of user " + std::to_string(row.Int(0)) + " differ");
    }));
    std::size_t stats = 0;
    RT_CHECK_OK(reader.Each(kStats, {}, [&](const auto& row) {
        ++stats;
        const StatRow kept{false,      {},         {},          row.Int(4),  row.Int(5),  row.Int(6), row.Int(7),
                           row.Int(8), row.Int(9), row.Int(10), row.Int(11), row.Int(12), row.Int(13)};
        const auto found = stats_.find({row.Int(0), row.Flag(1), row.Text(2), row.Text(3)});
        if (found == stats_.end() || found->second != kept) {
            Find("the statistics of user " + std::to_string(row.Int(0)) + " as " + row.Text(3) + " differ");
        }
    }));
    if (stats != stats_.size()) Find("there are " + std::to_string(stats_.size()) + " rows of statistics to be had");
    std::size_t awards = 0;
    RT_CHECK_OK(reader.Each(kAwards, {}, [&](const auto& row) {
        ++awards;
        const auto found = awards_.find({row.Int(0), row.Text(1)});
        if (found == awards_.end() || found->second != row.Int(2)) {
            Find("user " + std::to_string(row.Int(0)) + " has not earned " + row.Text(1) + " there");
        }
    }));
    if (awards != awards_.size()) Find("there are " + std::to_string(awards_.size()) + " achievements to be had");
    for (const auto& [name, board] : boards_) {
        RT_TRY(const store::BoardRow kept, store::FindBoard(reader, name));
        if (kept != board) Find("the record of the board " + name + " differs");
    }
    return Ok();
}

}  // namespace

Result<std::vector<std::string>> Recount(storage::sql::Database& db) {
    Count count;
    std::int64_t last = 0;
    bool more = true;
    while (more) {
        RT_CHECK_OK(db.Read([&](Reader& reader) -> Status {
            RT_TRY(const auto games, store::GamesAfter(reader, last, kGamesAtOnce));
            for (const store::GameRow& game : games) {
                RT_TRY(const auto seats, store::SeatsOf(reader, game.id));
                RT_TRY(const std::string events, store::EventsOf(reader, game.id));
                RT_CHECK_OK(count.AddGame(game, seats, events));
                last = game.no;
            }
            more = static_cast<std::int64_t>(games.size()) == kGamesAtOnce;
            return Ok();
        }));
    }
    RT_CHECK_OK(db.Read([&](Reader& reader) { return count.Compare(reader); }));
    return std::move(count.findings);
}

}  // namespace rt::avalon
