// Players: what others see of them, their figures, achievements and the leaderboard.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "avalon/domain/achievements.h"
#include "avalon/domain/rating.h"
#include "avalon/store/commit.h"

namespace rt::avalon::store {

// Also of an account that never played: the figures of a beginner, revision 0.
struct Player {
    UserId user;
    std::string public_id;  // of the account
    std::optional<std::string> nickname;
    std::optional<std::string> avatar;
    std::int64_t games = 0;  // played to their end
    std::int64_t wins = 0;
    std::int64_t rated = 0;
    std::int64_t rating = kRatingStart;
    std::int64_t streak = 0;
    std::int64_t streak_best = 0;
    std::int64_t rev = 0;

    bool shows_rating() const { return rated >= kShownFromGames; }
};
// nullopt: no such account, or it has ended.
Result<std::optional<Player>> FindPlayer(Reader& reader, UserId user);
Result<std::optional<Player>> FindPlayer(Reader& reader, std::string_view public_id);
// Whose chosen nickname has `text` in it, newest account first; at most `limit`.
Result<std::vector<Player>> SearchPlayers(Reader& reader, std::string_view text, std::int64_t limit);

// Nickname and avatar over the revision `player.rev`; PRECONDITION_FAILED.
Status SaveProfile(Writer& writer, const Commit& commit, const Player& player);

struct StatRow {
    bool rated = false;
    std::string board;
    std::string role;
    std::int64_t games = 0;
    std::int64_t wins = 0;
    std::int64_t left = 0;
    std::int64_t shots = 0;
    std::int64_t hits = 0;
    std::int64_t named = 0;  // as Merlin by the assassin, rightly or not
    std::int64_t quests = 0;
    std::int64_t quests_good = 0;
    std::int64_t proposals = 0;
    std::int64_t approved = 0;

    bool operator==(const StatRow&) const = default;
};
inline constexpr std::int64_t kStatRowsMax = 2'000;  // in one answer
// By board and role.
Result<std::vector<StatRow>> StatsOf(Reader& reader, UserId user);
// Over all boards, by role.
Result<std::vector<StatRow>> RolesOf(Reader& reader, UserId user);

struct Award {
    std::string word;
    std::string game;  // public id
    base::Time at;
};
Result<std::vector<Award>> AwardsOf(Reader& reader, UserId user);

// Best first; without those who are banned. At most kLeadersMax.
inline constexpr std::int64_t kLeadersMax = 1'000;
Result<std::vector<Player>> Leaders(Reader& reader, base::Time now);

struct BoardRow {
    std::string board;
    std::int64_t players = 0;
    std::int64_t games = 0;
    std::int64_t good_wins = 0;
    std::int64_t rated = 0;
    std::int64_t rated_good_wins = 0;

    bool operator==(const BoardRow&) const = default;
};
// Most played first; at most `limit`.
Result<std::vector<BoardRow>> Boards(Reader& reader, std::int64_t limit);

// For the commit of a game (games.cpp). Makes the row if there is none; false: the account has ended.
Result<bool> EnsurePlayer(Writer& writer, UserId user, base::Time now);
Status AddStat(Writer& writer, UserId user, const StatRow& row);
struct PlayerGame {
    bool won = false;
    bool rated = false;
    std::int64_t rating_change = 0;
};
Status AddGame(Writer& writer, UserId user, const PlayerGame& game);
// Of rated games.
Result<Totals> TotalsOf(Reader& reader, UserId user);
Status AddAward(Writer& writer, UserId user, Achievement achievement, std::int64_t game, base::Time at);
Result<BoardRow> FindBoard(Reader& reader, std::string_view board);  // zeroes when there is none
Status AddToBoard(Writer& writer, const BoardRow& more);

}  // namespace rt::avalon::store
