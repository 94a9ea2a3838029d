-- Games that are over. `no` is the order of their commits, in which ratings were counted. `public_id` is the id the deal committed to.
CREATE TABLE avalon_game (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    no INTEGER NOT NULL UNIQUE,
    room TEXT NOT NULL,
    quick_match INTEGER NOT NULL CHECK (quick_match IN (0, 1)),
    board TEXT NOT NULL,
    players INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('GOOD', 'EVIL', 'VOIDED')),
    reason TEXT NOT NULL,
    rated INTEGER NOT NULL CHECK (rated IN (0, 1)),
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL
) STRICT;

-- Every event of a game with its time, secrets included: [[micros, event], ...].
CREATE TABLE avalon_game_log (
    game INTEGER PRIMARY KEY REFERENCES avalon_game (id),
    events TEXT NOT NULL
) STRICT;

-- `bot`: its strength, where a bot sat from the start. Without a user and a bot: a person whose account has ended.
CREATE TABLE avalon_seat (
    game INTEGER NOT NULL REFERENCES avalon_game (id),
    seat INTEGER NOT NULL,
    "user" INTEGER,
    bot TEXT,
    role TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('good', 'evil')),
    won INTEGER NOT NULL CHECK (won IN (0, 1)),
    left_game INTEGER NOT NULL CHECK (left_game IN (0, 1)),
    rating_before INTEGER,
    rating_change INTEGER,
    PRIMARY KEY (game, seat)
) STRICT, WITHOUT ROWID;
CREATE INDEX avalon_seat_user ON avalon_seat ("user", game) WHERE "user" IS NOT NULL;

-- How often good wins on a board, in all games and in rated ones.
CREATE TABLE avalon_board (
    board TEXT PRIMARY KEY,
    players INTEGER NOT NULL,
    games INTEGER NOT NULL,
    good_wins INTEGER NOT NULL,
    rated INTEGER NOT NULL,
    rated_good_wins INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links to a replay: whoever has one sees the game, as one seat saw it or all of it (`seat` NULL).
CREATE TABLE avalon_share (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    game INTEGER NOT NULL REFERENCES avalon_game (id),
    "user" INTEGER NOT NULL,
    seat INTEGER,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;
CREATE INDEX avalon_share_of_user ON avalon_share ("user", game);
