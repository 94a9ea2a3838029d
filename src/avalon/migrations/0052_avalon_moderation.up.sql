-- Whom somebody does not want to meet.
CREATE TABLE avalon_block (
    "user" INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY ("user", blocked)
) STRICT, WITHOUT ROWID;
CREATE INDEX avalon_block_of ON avalon_block (blocked);

-- What players say of players. `context`: the last lines of chat that the reporter could read, [{at, user, channel, text}]. `reporter`
-- NULL: his account has ended.
CREATE TABLE avalon_report (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    reporter INTEGER,
    subject INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    room TEXT NOT NULL,
    game TEXT NOT NULL,
    context TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'TAKEN', 'UPHELD', 'DISMISSED')),
    handler INTEGER,
    note TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX avalon_report_state ON avalon_report (state, id);
CREATE INDEX avalon_report_of ON avalon_report (subject, id);
CREATE INDEX avalon_report_by ON avalon_report (reporter, created);

-- Mutes and bans, former ones too. `until` NULL: for ever.
CREATE TABLE avalon_restriction (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    "user" INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('MUTE', 'BAN')),
    until INTEGER,
    reason TEXT NOT NULL,
    made_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    lifted INTEGER,
    lifted_by INTEGER
) STRICT;
-- One of a kind is in force at a time.
CREATE UNIQUE INDEX avalon_restriction_live ON avalon_restriction ("user", kind) WHERE lifted IS NULL;
CREATE INDEX avalon_restriction_of ON avalon_restriction ("user", id);
