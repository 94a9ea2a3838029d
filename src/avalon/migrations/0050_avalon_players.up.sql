-- Who plays Avalon (avalon.md): what others see of him, and his figures over all games. `rating` in thousandths of a point, over
-- `rated` games. `rev` counts changes of nickname and avatar only.
CREATE TABLE avalon_player (
    "user" INTEGER PRIMARY KEY,
    nickname TEXT,
    avatar TEXT,
    games INTEGER NOT NULL DEFAULT 0,
    wins INTEGER NOT NULL DEFAULT 0,
    rated INTEGER NOT NULL DEFAULT 0,
    rating INTEGER NOT NULL DEFAULT 1500000,
    streak INTEGER NOT NULL DEFAULT 0,
    streak_best INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 0
) STRICT;
-- The leaderboard: ratings show from 20 games.
CREATE INDEX avalon_player_rating ON avalon_player (rating, "user") WHERE rated >= 20;

-- His figures by role and board; `rated`: games of people only.
CREATE TABLE avalon_stat (
    "user" INTEGER NOT NULL,
    rated INTEGER NOT NULL CHECK (rated IN (0, 1)),
    board TEXT NOT NULL,
    role TEXT NOT NULL,
    games INTEGER NOT NULL,
    wins INTEGER NOT NULL,
    left_games INTEGER NOT NULL,
    shots INTEGER NOT NULL,
    hits INTEGER NOT NULL,
    named INTEGER NOT NULL,
    quests INTEGER NOT NULL,
    quests_good INTEGER NOT NULL,
    proposals INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    PRIMARY KEY ("user", rated, board, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE avalon_achievement (
    "user" INTEGER NOT NULL,
    word TEXT NOT NULL,
    game INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY ("user", word)
) STRICT, WITHOUT ROWID;
