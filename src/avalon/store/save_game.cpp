// The commit at the end of a game.
#include <utility>

#include "avalon/store/games.h"
#include "avalon/store/players.h"

namespace rt::avalon::store {
namespace {

constexpr Statement kInsertGame{
    "avalon_game.insert",
    "INSERT INTO avalon_game (id, public_id, no, room, quick_match, board, players, result, reason, rated, started,"
    " ended) SELECT $1, $2, COALESCE((SELECT MAX(no) FROM avalon_game), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11"
    " WHERE TRUE ON CONFLICT (public_id) DO NOTHING"};
constexpr Statement kInsertLog{"avalon_game_log.insert", "INSERT INTO avalon_game_log (game, events) VALUES ($1, $2)"};
constexpr Statement kInsertSeat{
    "avalon_seat.insert",
    "INSERT INTO avalon_seat (game, seat, \"user\", bot, role, side, won, left_game, rating_before, rating_change)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Statement kRating{"avalon_player.rating", "SELECT rating, rated FROM avalon_player WHERE \"user\" = $1"};

constexpr std::string_view kSideNames[] = {"good", "evil"};

// The game while it is written.
struct Saving {
    Writer& writer;
    const Commit& commit;
    const NewGame& game;
    std::vector<std::optional<UserId>> users{};  // by seat; without those whose accounts have ended
    std::vector<RatedSeat> before{};
    std::vector<std::int64_t> changes{};

    bool voided() const { return game.facts.result == GameResult::kVoided; }
};

Status FindUsers(Saving& saving) {
    for (const SeatedPlayer& seat : saving.game.seats) {
        std::optional<UserId> user = seat.user;
        if (user.has_value()) {
            RT_TRY(const bool there, EnsurePlayer(saving.writer, *user, saving.commit.now));
            if (!there) user.reset();
        }
        saving.users.push_back(user);
    }
    return Ok();
}

Status Rate(Saving& saving) {
    const Finished& facts = saving.game.facts;
    if (!facts.rated) return Ok();
    for (std::size_t i = 0; i < facts.seats.size(); ++i) {
        RatedSeat seat{facts.seats[i].side, kRatingStart, 0, facts.seats[i].left};
        if (saving.users[i].has_value()) {
            RT_CHECK_OK(saving.writer.Each(kRating, {*saving.users[i]}, [&](const Row& row) {
                seat.rating = row.Int(0);
                seat.games = row.Int(1);
            }));
        }
        saving.before.push_back(seat);
    }
    RT_TRY(const BoardRow board, FindBoard(saving.writer, facts.board));
    const Side winner = facts.result == GameResult::kGood ? Side::kGood : Side::kEvil;
    saving.changes = RatingChanges(saving.before, winner, {board.rated, board.rated_good_wins});
    return Ok();
}

Status InsertSeats(Saving& saving) {
    const Finished& facts = saving.game.facts;
    for (std::size_t i = 0; i < facts.seats.size(); ++i) {
        const FinishedSeat& seat = facts.seats[i];
        std::optional<std::int64_t> before;
        std::optional<std::int64_t> change;
        if (facts.rated) {
            before = saving.before[i].rating;
            change = saving.changes[i];
        }
        RT_CHECK_OK(saving.writer.Run(
            kInsertSeat, {saving.game.id, static_cast<std::int64_t>(i),
                          saving.users[i].has_value() ? std::optional(saving.users[i]->value) : std::nullopt,
                          saving.game.seats[i].bot, avalon::Row(seat.role).name,
                          kSideNames[static_cast<std::size_t>(seat.side)], seat.won, seat.left, before, change}));
    }
    return Ok();
}

StatRow StatOf(const Finished& facts, const FinishedSeat& seat) {
    return {facts.rated,
            facts.board,
            std::string(avalon::Row(seat.role).name),
            1,
            seat.won ? 1 : 0,
            seat.left ? 1 : 0,
            seat.shooter,
            seat.hit,
            seat.shot,
            seat.quests,
            seat.quests_good,
            seat.proposals,
            seat.approved};
}

Status CountPlayer(Saving& saving, std::size_t i) {
    const Finished& facts = saving.game.facts;
    const FinishedSeat& seat = facts.seats[i];
    const UserId user = *saving.users[i];
    RT_CHECK_OK(AddStat(saving.writer, user, StatOf(facts, seat)));
    RT_CHECK_OK(AddGame(saving.writer, user, {seat.won, facts.rated, facts.rated ? saving.changes[i] : 0}));
    if (!facts.rated) return Ok();
    RT_TRY(const Totals totals, TotalsOf(saving.writer, user));
    for (const Achievement achievement : Earned(facts, seat, totals)) {
        RT_CHECK_OK(AddAward(saving.writer, user, achievement, saving.game.id, saving.game.ended));
    }
    return Ok();
}

Status CountAll(Saving& saving) {
    if (saving.voided()) return Ok();
    const Finished& facts = saving.game.facts;
    const std::int64_t good = facts.result == GameResult::kGood ? 1 : 0;
    const std::int64_t rated = facts.rated ? 1 : 0;
    RT_CHECK_OK(AddToBoard(saving.writer, {facts.board, facts.players, 1, good, rated, rated * good}));
    for (std::size_t i = 0; i < facts.seats.size(); ++i) {
        if (saving.users[i].has_value()) RT_CHECK_OK(CountPlayer(saving, i));
    }
    return Ok();
}

}  // namespace

Result<bool> SaveGame(Writer& writer, const Commit& commit, const NewGame& game) {
    const Finished& facts = game.facts;
    RT_CHECK(game.seats.size() == facts.seats.size());
    const bool voided = facts.result == GameResult::kVoided;
    RT_TRY(const auto inserted,
           writer.Run(kInsertGame, {game.id, facts.game_id, game.room, game.quick_match, facts.board, facts.players,
                                    Name(facts.result), voided ? std::string_view() : Name(facts.reason), facts.rated,
                                    game.started, game.ended}));
    if (inserted == 0) return false;
    RT_CHECK_OK(writer.Run(kInsertLog, {game.id, game.events}));
    Saving saving{writer, commit, game};
    RT_CHECK_OK(FindUsers(saving));
    RT_CHECK_OK(Rate(saving));
    RT_CHECK_OK(InsertSeats(saving));
    RT_CHECK_OK(CountAll(saving));
    RT_CHECK_OK(Record(writer, commit,
                       {"avalon.game.finish",
                        "avalon_game",
                        game.id,
                        {},
                        R"({"result":")" + std::string(Name(facts.result)) + R"("})"}));
    return true;
}

}  // namespace rt::avalon::store
