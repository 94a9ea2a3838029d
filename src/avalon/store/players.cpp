#include "avalon/store/players.h"

#include "auth/user_store.h"

namespace rt::avalon::store {
namespace {

#define RT_PLAYER_COLUMNS                                                                                              \
    "SELECT u.id, u.public_id, p.nickname, p.avatar, COALESCE(p.games, 0), COALESCE(p.wins, 0), COALESCE(p.rated, 0)," \
    " COALESCE(p.rating, $2), COALESCE(p.streak, 0), COALESCE(p.streak_best, 0), COALESCE(p.rev, 0)"
constexpr Statement kById{"avalon_player.by_id", RT_PLAYER_COLUMNS
                          " FROM \"user\" u LEFT JOIN avalon_player p ON p.\"user\" = u.id"
                          " WHERE u.id = $1 AND u.status <> 'DELETED'"};
constexpr Statement kByPublicId{"avalon_player.by_public_id", RT_PLAYER_COLUMNS
                                " FROM \"user\" u LEFT JOIN avalon_player p ON p.\"user\" = u.id"
                                " WHERE u.public_id = $1 AND u.status <> 'DELETED'"};
constexpr Statement kSearch{"avalon_player.search", RT_PLAYER_COLUMNS
                            " FROM avalon_player p JOIN \"user\" u ON u.id = p.\"user\""
                            " WHERE p.nickname LIKE $1 ESCAPE '\\' ORDER BY p.\"user\" DESC LIMIT $3"};
constexpr Statement kLeaders{
    "avalon_player.leaders", RT_PLAYER_COLUMNS
    " FROM avalon_player p JOIN \"user\" u ON u.id = p.\"user\" WHERE p.rated >= 20 AND NOT EXISTS (SELECT 1 FROM"
    " avalon_restriction r WHERE r.\"user\" = p.\"user\" AND r.kind = 'BAN' AND r.lifted IS NULL"
    " AND (r.until IS NULL OR r.until > $1)) ORDER BY p.rating DESC, p.\"user\" DESC LIMIT $3"};
#undef RT_PLAYER_COLUMNS
static_assert(kShownFromGames == 20, "the statement above and the index avalon_player_rating say 20");

constexpr Statement kEnsure{
    "avalon_player.ensure",
    "INSERT INTO avalon_player (\"user\", created) SELECT u.id, $2 FROM \"user\" u WHERE u.id = $1"
    " AND u.status <> 'DELETED' ON CONFLICT DO NOTHING"};
constexpr Statement kHas{"avalon_player.has", "SELECT 1 FROM avalon_player WHERE \"user\" = $1"};
constexpr Statement kSave{"avalon_player.save",
                          "UPDATE avalon_player SET nickname = $2, avatar = $3, rev = rev + 1 WHERE \"user\" = $1"
                          " AND rev = $4"};
constexpr Statement kAddGame{
    "avalon_player.add_game",
    "UPDATE avalon_player SET games = games + 1, wins = wins + $2, rated = rated + $3, rating = rating + $4,"
    " streak = CASE WHEN $3 = 0 THEN streak WHEN $2 = 1 THEN streak + 1 ELSE 0 END,"
    " streak_best = CASE WHEN $3 = 1 AND $2 = 1 AND streak + 1 > streak_best THEN streak + 1 ELSE streak_best END"
    " WHERE \"user\" = $1"};

constexpr Statement kStats{
    "avalon_stat.of_user",
    "SELECT rated, board, role, games, wins, left_games, shots, hits, named, quests, quests_good, proposals, approved"
    " FROM avalon_stat WHERE \"user\" = $1 ORDER BY rated, board, role LIMIT $2"};
constexpr Statement kRoles{
    "avalon_stat.roles_of_user",
    "SELECT 0, '', role, SUM(games), SUM(wins), SUM(left_games), SUM(shots), SUM(hits), SUM(named), SUM(quests),"
    " SUM(quests_good), SUM(proposals), SUM(approved) FROM avalon_stat WHERE \"user\" = $1 GROUP BY role ORDER BY "
    "role"};
constexpr Statement kAddStat{
    "avalon_stat.add",
    "INSERT INTO avalon_stat (\"user\", rated, board, role, games, wins, left_games, shots, hits, named, quests,"
    " quests_good, proposals, approved) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    " ON CONFLICT (\"user\", rated, board, role) DO UPDATE SET games = avalon_stat.games + excluded.games,"
    " wins = avalon_stat.wins + excluded.wins, left_games = avalon_stat.left_games + excluded.left_games,"
    " shots = avalon_stat.shots + excluded.shots, hits = avalon_stat.hits + excluded.hits,"
    " named = avalon_stat.named + excluded.named, quests = avalon_stat.quests + excluded.quests,"
    " quests_good = avalon_stat.quests_good + excluded.quests_good,"
    " proposals = avalon_stat.proposals + excluded.proposals, approved = avalon_stat.approved + excluded.approved"};
constexpr Statement kTotals{"avalon_stat.totals",
                            "SELECT role, SUM(games), SUM(wins), SUM(hits) FROM avalon_stat WHERE \"user\" = $1"
                            " AND rated = 1 GROUP BY role"};
constexpr Statement kStreak{"avalon_player.streak", "SELECT streak FROM avalon_player WHERE \"user\" = $1"};

constexpr Statement kAwards{"avalon_achievement.of_user",
                            "SELECT a.word, g.public_id, a.at FROM avalon_achievement a JOIN avalon_game g"
                            " ON g.id = a.game WHERE a.\"user\" = $1 ORDER BY a.at, a.word"};
constexpr Statement kAddAward{
    "avalon_achievement.add",
    "INSERT INTO avalon_achievement (\"user\", word, game, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"};

constexpr Statement kBoard{"avalon_board.one",
                           "SELECT board, players, games, good_wins, rated, rated_good_wins FROM avalon_board"
                           " WHERE board = $1"};
constexpr Statement kBoards{"avalon_board.most_played",
                            "SELECT board, players, games, good_wins, rated, rated_good_wins FROM avalon_board"
                            " ORDER BY games DESC, board LIMIT $1"};
constexpr Statement kAddToBoard{
    "avalon_board.add",
    "INSERT INTO avalon_board (board, players, games, good_wins, rated, rated_good_wins) VALUES ($1, $2, $3, $4, $5,"
    " $6) ON CONFLICT (board) DO UPDATE SET games = avalon_board.games + excluded.games,"
    " good_wins = avalon_board.good_wins + excluded.good_wins, rated = avalon_board.rated + excluded.rated,"
    " rated_good_wins = avalon_board.rated_good_wins + excluded.rated_good_wins"};

Player ReadPlayer(const Row& row) {
    return {row.As<UserId>(0), row.Text(1), row.OptionalText(2), row.OptionalText(3), row.Int(4), row.Int(5),
            row.Int(6),        row.Int(7),  row.Int(8),          row.Int(9),          row.Int(10)};
}

StatRow ReadStat(const Row& row) {
    return {row.Flag(0), row.Text(1), row.Text(2), row.Int(3),  row.Int(4),  row.Int(5), row.Int(6),
            row.Int(7),  row.Int(8),  row.Int(9),  row.Int(10), row.Int(11), row.Int(12)};
}

BoardRow ReadBoard(const Row& row) {
    return {row.Text(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5)};
}

}  // namespace

Result<std::optional<Player>> FindPlayer(Reader& reader, UserId user) {
    return reader.Find<Player>(kById, {user, kRatingStart}, ReadPlayer);
}

Result<std::optional<Player>> FindPlayer(Reader& reader, std::string_view public_id) {
    return reader.Find<Player>(kByPublicId, {public_id, kRatingStart}, ReadPlayer);
}

Result<std::vector<Player>> SearchPlayers(Reader& reader, std::string_view text, std::int64_t limit) {
    const std::string pattern = auth::store::ContainsPattern(text);
    return reader.All<Player>(kSearch, {pattern, kRatingStart, limit}, ReadPlayer);
}

Status SaveProfile(Writer& writer, const Commit& commit, const Player& player) {
    RT_TRY(const bool there, EnsurePlayer(writer, player.user, commit.now));
    if (!there) return Fail(Code::kNotFound);
    RT_CHECK_OK(
        writer.RunOne(kSave, {player.user, player.nickname, player.avatar, player.rev}, Code::kPreconditionFailed));
    return Record(writer, commit, {"avalon.profile.update", "user", player.user.value});
}

Result<std::vector<StatRow>> StatsOf(Reader& reader, UserId user) {
    return reader.All<StatRow>(kStats, {user, kStatRowsMax}, ReadStat);
}

Result<std::vector<StatRow>> RolesOf(Reader& reader, UserId user) {
    return reader.All<StatRow>(kRoles, {user}, ReadStat);
}

Result<std::vector<Award>> AwardsOf(Reader& reader, UserId user) {
    return reader.All<Award>(kAwards, {user}, [](const Row& row) {
        return Award{row.Text(0), row.Text(1), row.Time(2)};
    });
}

Result<std::vector<Player>> Leaders(Reader& reader, base::Time now) {
    return reader.All<Player>(kLeaders, {now, kRatingStart, kLeadersMax}, ReadPlayer);
}

Result<std::vector<BoardRow>> Boards(Reader& reader, std::int64_t limit) {
    return reader.All<BoardRow>(kBoards, {limit}, ReadBoard);
}

Result<bool> EnsurePlayer(Writer& writer, UserId user, base::Time now) {
    RT_TRY(const auto made, writer.Run(kEnsure, {user, now}));
    if (made == 1) return true;
    RT_TRY(const auto has, writer.FindInt(kHas, {user}));
    return has.has_value();
}

Status AddStat(Writer& writer, UserId user, const StatRow& row) {
    RT_CHECK_OK(writer.Run(kAddStat, {user, row.rated, row.board, row.role, row.games, row.wins, row.left, row.shots,
                                      row.hits, row.named, row.quests, row.quests_good, row.proposals, row.approved}));
    return Ok();
}

Status AddGame(Writer& writer, UserId user, const PlayerGame& game) {
    return writer.RunOne(kAddGame, {user, game.won, game.rated, game.rating_change}, Code::kInternal);
}

Result<Totals> TotalsOf(Reader& reader, UserId user) {
    Totals out;
    RT_CHECK_OK(reader.Each(kTotals, {user}, [&](const Row& row) {
        const auto role = RoleNamed(row.TextView(0));
        out.games += row.Int(1);
        out.wins += row.Int(2);
        out.hits += row.Int(3);
        if (role.has_value()) out.wins_by_role[static_cast<std::size_t>(*role)] = row.Int(2);
    }));
    RT_TRY(const auto streak, reader.FindInt(kStreak, {user}));
    out.streak = streak.value_or(0);
    return out;
}

Status AddAward(Writer& writer, UserId user, Achievement achievement, std::int64_t game, base::Time at) {
    const std::string_view word = AchievementTable()[static_cast<std::size_t>(achievement)].word;
    RT_CHECK_OK(writer.Run(kAddAward, {user, word, game, at}));
    return Ok();
}

Result<BoardRow> FindBoard(Reader& reader, std::string_view board) {
    RT_TRY(auto found, reader.Find<BoardRow>(kBoard, {board}, ReadBoard));
    return found.value_or(BoardRow{std::string(board)});
}

Status AddToBoard(Writer& writer, const BoardRow& more) {
    RT_CHECK_OK(writer.Run(kAddToBoard,
                           {more.board, more.players, more.games, more.good_wins, more.rated, more.rated_good_wins}));
    return Ok();
}

}  // namespace rt::avalon::store
