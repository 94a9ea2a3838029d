-- Forms asked after approval, files in answers with their review, answers that must differ, answers that are erased
-- (registration.md §3.3).
ALTER TABLE answer_set ADD COLUMN stage TEXT NOT NULL DEFAULT 'SUBMIT';
ALTER TABLE answer_set ADD COLUMN erase_after INTEGER;
ALTER TABLE answer_set ADD COLUMN erased TEXT;
DROP INDEX answer_set_owner;
CREATE UNIQUE INDEX answer_set_owner ON answer_set (owner_kind, owner, stage);
-- `erase_after`: days after the event's end when the next of its answers is due; NULL: none.
CREATE INDEX answer_set_erase ON answer_set (erase_after) WHERE erase_after IS NOT NULL;
CREATE INDEX answer_set_version ON answer_set (form_version);

-- A file that an answer names. `file` is its public id; the row of the file is kept as long as this one is there.
CREATE TABLE answer_file (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    answer_set INTEGER NOT NULL,
    field TEXT NOT NULL,
    file TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'OK', 'REJECTED')),
    reason TEXT,
    reviewer INTEGER,
    reviewed_at INTEGER,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX answer_file_set ON answer_file (answer_set);

-- Blind indexes of answers that must differ within a team or an event.
CREATE TABLE answer_unique (
    answer_set INTEGER NOT NULL,
    field TEXT NOT NULL,
    event INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (answer_set, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_unique_value ON answer_unique (event, field, value);
