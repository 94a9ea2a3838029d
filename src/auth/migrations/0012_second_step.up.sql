-- runs-with: 11
-- TOTP of an account: the sealed secret; without confirmed_at it is only being set up. last_step: no code of this time
-- step or an earlier one is taken.
CREATE TABLE totp (
    user INTEGER PRIMARY KEY REFERENCES "user" (id),
    secret TEXT NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- What stands in for a lost authenticator, each once.
CREATE TABLE recovery_code (
    user INTEGER NOT NULL REFERENCES "user" (id),
    code_hash TEXT NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user, code_hash)
) STRICT, WITHOUT ROWID;
