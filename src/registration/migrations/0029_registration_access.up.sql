-- Documents by immutable versions, and who may enter a private event (registration.md §3.2).
CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    kind TEXT NOT NULL CHECK (kind IN ('TERMS', 'WAIVER', 'PRIVACY')),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    published_by INTEGER NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_version ON document (event, kind, version);
CREATE UNIQUE INDEX document_current ON document (event, kind) WHERE current = 1;

-- `value` is a blind index, `hint` what an organiser may see of it. An entry lets one account in.
CREATE TABLE allow_list (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    kind TEXT NOT NULL CHECK (kind IN ('PHONE', 'ID', 'STUDENT_NO')),
    value TEXT NOT NULL,
    hint TEXT NOT NULL,
    note TEXT NOT NULL,
    claimed_by INTEGER,
    claimed_at INTEGER,
    created INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX allow_list_value ON allow_list (event, kind, value);

CREATE TABLE event_access (
    event INTEGER NOT NULL,
    "user" INTEGER NOT NULL,
    via TEXT NOT NULL CHECK (via IN ('PASSCODE', 'LIST')),
    at INTEGER NOT NULL,
    PRIMARY KEY (event, "user")
) STRICT, WITHOUT ROWID;

-- Wrong guesses in the running hour; user 0 counts those of all.
CREATE TABLE access_guess (
    event INTEGER NOT NULL,
    "user" INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    wrong INTEGER NOT NULL CHECK (wrong >= 0),
    PRIMARY KEY (event, "user")
) STRICT, WITHOUT ROWID;
