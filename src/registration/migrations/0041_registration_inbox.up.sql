-- What people are told (registration.md §3.8): one row a person, in the commit of its cause. The outbox row of its mail
-- has the same id, unless the same message went to many.
CREATE TABLE inbox (
    "user" INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    event INTEGER NOT NULL,
    team INTEGER NOT NULL,
    registration INTEGER NOT NULL,
    params TEXT NOT NULL,
    created INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY ("user", id)
) STRICT, WITHOUT ROWID;

-- How somebody wants to be told; without a row: by mail as well, in the language of his account.
CREATE TABLE message_preference (
    "user" INTEGER PRIMARY KEY,
    mail INTEGER NOT NULL CHECK (mail IN (0, 1)),
    announcements INTEGER NOT NULL CHECK (announcements IN (0, 1)),
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
