// Games that are over: written once, in one commit with everything that counts them, and read for histories and
// replays.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "avalon/domain/finished.h"
#include "avalon/store/commit.h"

namespace rt::avalon::store {

struct SeatedPlayer {
    std::optional<UserId> user;
    std::optional<std::string> bot;  // its strength; from the start
};

struct NewGame {
    std::int64_t id = 0;
    Finished facts;
    std::string room;
    bool quick_match = false;
    std::vector<SeatedPlayer> seats;  // as many as the facts have
    std::string events;               // game_log.h
    base::Time started;
    base::Time ended;
};

// Game, log, seats, ratings, statistics, achievements and the audit row. False, and nothing is changed: it was there
// already. Whose account has ended meanwhile is nobody.
Result<bool> SaveGame(Writer& writer, const Commit& commit, const NewGame& game);

struct GameRow {
    std::int64_t id = 0;
    std::string public_id;
    std::int64_t no = 0;
    std::string room;
    bool quick_match = false;
    std::string board;
    std::int64_t players = 0;
    std::string result;
    std::string reason;  // empty in a game that was voided
    bool rated = false;
    base::Time started;
    base::Time ended;
};
struct SeatRow {
    std::int64_t seat = 0;
    std::optional<UserId> user;
    std::optional<std::string> bot;
    std::string role;
    std::string side;
    bool won = false;
    bool left = false;
    std::optional<std::int64_t> rating_before;
    std::optional<std::int64_t> rating_change;
    // Of the account; filled by SeatsOf only.
    std::string public_id;
    std::optional<std::string> nickname;
    std::optional<std::string> avatar;
};
Result<std::optional<GameRow>> FindGame(Reader& reader, std::string_view public_id);
Result<std::optional<GameRow>> FindGame(Reader& reader, std::int64_t id);
// In their order round the table.
Result<std::vector<SeatRow>> SeatsOf(Reader& reader, std::int64_t game);
// The seat this user had in it; nullopt: none.
Result<std::optional<std::int64_t>> SeatOfUser(Reader& reader, std::int64_t game, UserId user);
Result<std::string> EventsOf(Reader& reader, std::int64_t game);
// In the order of their commits, after `no`.
Result<std::vector<GameRow>> GamesAfter(Reader& reader, std::int64_t no, std::int64_t limit);

struct PlayedGame {
    GameRow game;
    SeatRow seat;
};
// Newest first; `before` 0: from the newest.
Result<std::vector<PlayedGame>> GamesOf(Reader& reader, UserId user, std::int64_t before, std::int64_t limit);

// Links to replays.
inline constexpr std::int64_t kSharesOfGameMax = 10;  // in force, of one user
struct Share {
    std::int64_t id = 0;
    std::string public_id;
    std::int64_t game = 0;
    UserId user;
    std::optional<std::int64_t> seat;  // as this seat saw it; nullopt: all of it
    base::Time created;
    bool revoked = false;
};
Result<std::optional<Share>> FindShare(Reader& reader, std::string_view public_id);
// Those in force.
Result<std::vector<Share>> SharesOf(Reader& reader, UserId user, std::int64_t game);
// INVALID_STATE beyond kSharesOfGameMax.
Status AddShare(Writer& writer, const Commit& commit, const Share& share);
// NOT_FOUND when it is not the user's, or was revoked before.
Status RevokeShare(Writer& writer, const Commit& commit, std::string_view public_id);

}  // namespace rt::avalon::store
