#include "avalon/store/games.h"

namespace rt::avalon::store {
namespace {

#define RT_GAME_COLUMNS                                                                                            \
    "g.id, g.public_id, g.no, g.room, g.quick_match, g.board, g.players, g.result, g.reason, g.rated, g.started, " \
    "g.ended"
constexpr Statement kByPublicId{"avalon_game.by_public_id",
                                "SELECT " RT_GAME_COLUMNS " FROM avalon_game g WHERE g.public_id = $1"};
constexpr Statement kById{"avalon_game.by_id", "SELECT " RT_GAME_COLUMNS " FROM avalon_game g WHERE g.id = $1"};
constexpr Statement kAfter{"avalon_game.after",
                           "SELECT " RT_GAME_COLUMNS " FROM avalon_game g WHERE g.no > $1 ORDER BY g.no LIMIT $2"};
constexpr Statement kOfUser{
    "avalon_game.of_user",
    "SELECT " RT_GAME_COLUMNS
    ", s.seat, s.\"user\", s.bot, s.role, s.side, s.won, s.left_game, s.rating_before, s.rating_change"
    " FROM avalon_seat s JOIN avalon_game g ON g.id = s.game WHERE s.\"user\" = $1 AND ($2 = 0 OR s.game < $2)"
    " ORDER BY s.game DESC LIMIT $3"};
#undef RT_GAME_COLUMNS
constexpr int kSeatColumns = 12;  // where those of the seat begin

constexpr Statement kSeats{
    "avalon_seat.of_game",
    "SELECT s.seat, s.\"user\", s.bot, s.role, s.side, s.won, s.left_game, s.rating_before, s.rating_change,"
    " COALESCE(u.public_id, ''), p.nickname, p.avatar FROM avalon_seat s LEFT JOIN \"user\" u ON u.id = s.\"user\""
    " LEFT JOIN avalon_player p ON p.\"user\" = s.\"user\" WHERE s.game = $1 ORDER BY s.seat"};
constexpr Statement kSeatOf{"avalon_seat.of_user", "SELECT seat FROM avalon_seat WHERE game = $1 AND \"user\" = $2"};
constexpr Statement kEvents{"avalon_game_log.one", "SELECT events FROM avalon_game_log WHERE game = $1"};

constexpr Statement kShare{"avalon_share.one",
                           "SELECT id, public_id, game, \"user\", seat, created, revoked IS NOT NULL FROM avalon_share"
                           " WHERE public_id = $1"};
constexpr Statement kShares{"avalon_share.of_game",
                            "SELECT id, public_id, game, \"user\", seat, created, 0 FROM avalon_share"
                            " WHERE \"user\" = $1 AND game = $2 AND revoked IS NULL ORDER BY id LIMIT $3"};
constexpr Statement kAddShare{
    "avalon_share.add",
    "INSERT INTO avalon_share (id, public_id, game, \"user\", seat, created) SELECT $1, $2, $3, $4, $5, $6"
    " WHERE (SELECT COUNT(*) FROM avalon_share WHERE \"user\" = $4 AND game = $3 AND revoked IS NULL) < $7"};
constexpr Statement kRevoke{"avalon_share.revoke",
                            "UPDATE avalon_share SET revoked = $3 WHERE public_id = $1 AND \"user\" = $2"
                            " AND revoked IS NULL"};

GameRow ReadGame(const Row& row) {
    return {row.Int(0), row.Text(1), row.Int(2),  row.Text(3), row.Flag(4),  row.Text(5),
            row.Int(6), row.Text(7), row.Text(8), row.Flag(9), row.Time(10), row.Time(11)};
}

SeatRow ReadSeat(const Row& row, int from) {
    SeatRow out;
    out.seat = row.Int(from);
    if (const auto user = row.OptionalInt(from + 1)) out.user = UserId{*user};
    out.bot = row.OptionalText(from + 2);
    out.role = row.Text(from + 3);
    out.side = row.Text(from + 4);
    out.won = row.Flag(from + 5);
    out.left = row.Flag(from + 6);
    out.rating_before = row.OptionalInt(from + 7);
    out.rating_change = row.OptionalInt(from + 8);
    return out;
}

Share ReadShare(const Row& row) {
    return {row.Int(0), row.Text(1), row.Int(2), row.As<UserId>(3), row.OptionalInt(4), row.Time(5), row.Flag(6)};
}

}  // namespace

Result<std::optional<GameRow>> FindGame(Reader& reader, std::string_view public_id) {
    return reader.Find<GameRow>(kByPublicId, {public_id}, ReadGame);
}

Result<std::optional<GameRow>> FindGame(Reader& reader, std::int64_t id) {
    return reader.Find<GameRow>(kById, {id}, ReadGame);
}

Result<std::vector<SeatRow>> SeatsOf(Reader& reader, std::int64_t game) {
    return reader.All<SeatRow>(kSeats, {game}, [](const Row& row) {
        SeatRow out = ReadSeat(row, 0);
        out.public_id = row.Text(9);
        out.nickname = row.OptionalText(10);
        out.avatar = row.OptionalText(11);
        return out;
    });
}

Result<std::optional<std::int64_t>> SeatOfUser(Reader& reader, std::int64_t game, UserId user) {
    return reader.FindInt(kSeatOf, {game, user});
}

Result<std::string> EventsOf(Reader& reader, std::int64_t game) {
    RT_TRY(auto found, reader.Find<std::string>(kEvents, {game}, [](const Row& row) { return row.Text(0); }));
    if (!found.has_value()) return Fail(Code::kInternal, "a game without a log");
    return *std::move(found);
}

Result<std::vector<GameRow>> GamesAfter(Reader& reader, std::int64_t no, std::int64_t limit) {
    return reader.All<GameRow>(kAfter, {no, limit}, ReadGame);
}

Result<std::vector<PlayedGame>> GamesOf(Reader& reader, UserId user, std::int64_t before, std::int64_t limit) {
    return reader.All<PlayedGame>(kOfUser, {user, before, limit}, [](const Row& row) {
        return PlayedGame{ReadGame(row), ReadSeat(row, kSeatColumns)};
    });
}

Result<std::optional<Share>> FindShare(Reader& reader, std::string_view public_id) {
    return reader.Find<Share>(kShare, {public_id}, ReadShare);
}

Result<std::vector<Share>> SharesOf(Reader& reader, UserId user, std::int64_t game) {
    return reader.All<Share>(kShares, {user, game, kSharesOfGameMax}, ReadShare);
}

Status AddShare(Writer& writer, const Commit& commit, const Share& share) {
    RT_TRY(const auto added, writer.Run(kAddShare, {share.id, share.public_id, share.game, share.user, share.seat,
                                                    commit.now, kSharesOfGameMax}));
    if (added != 1) return Fail(Code::kInvalidState, "too many links to this game");
    return Record(writer, commit, {"avalon.share.create", "avalon_game", share.game});
}

Status RevokeShare(Writer& writer, const Commit& commit, std::string_view public_id) {
    RT_TRY(const auto share, FindShare(writer, public_id));
    if (!share.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kRevoke, {public_id, commit.actor.user, commit.now}, Code::kNotFound));
    return Record(writer, commit, {"avalon.share.revoke", "avalon_game", share->game});
}

}  // namespace rt::avalon::store
