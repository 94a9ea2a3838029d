-- What people are told (registration.md §3.8): one row a person, in the commit of its cause. The outbox row of its mail
-- has the same id, unless the same message went to many.
CREATE TABLE inbox (
    "user" INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    event INTEGER NOT NULL,
    team INTEGER NOT NULL,
    registration INTEGER NOT NULL,
    announcement INTEGER NOT NULL,
    params TEXT NOT NULL,
    created INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY ("user", id)
) STRICT, WITHOUT ROWID;

-- What organisers tell people; the rows of the inbox point to it. `audience` and `filter` as they were asked for.
CREATE TABLE announcement (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX announcement_of_event ON announcement (event, id);

-- How somebody wants to be told; without a row: by mail as well, in the language of his account.
CREATE TABLE message_preference (
    "user" INTEGER PRIMARY KEY,
    mail INTEGER NOT NULL CHECK (mail IN (0, 1)),
    announcements INTEGER NOT NULL CHECK (announcements IN (0, 1)),
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Whom the 24 hours before a deadline were announced to. EVENT: the closing of an event, `last` is the last team told;
-- RETURNED: a registration to be corrected. A deadline that moved is another one.
CREATE TABLE deadline_told (
    kind TEXT NOT NULL CHECK (kind IN ('EVENT', 'RETURNED')),
    subject INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    last INTEGER NOT NULL,
    done INTEGER NOT NULL CHECK (done IN (0, 1)),
    PRIMARY KEY (kind, subject, deadline)
) STRICT, WITHOUT ROWID;
