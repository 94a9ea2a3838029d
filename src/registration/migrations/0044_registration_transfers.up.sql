-- Exports and imports of an event's registrations, worked on in the background (registration.md §3.8). The files lie in
-- a folder, by id; a row says what there is. `cursor`: rows or teams that are done for good, so that an import goes on
-- after a restart where it was.
CREATE TABLE transfer (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    kind TEXT NOT NULL CHECK (kind IN ('EXPORT', 'IMPORT')),
    action TEXT NOT NULL CHECK (action IN ('CSV', 'XLSX', 'CHECK', 'ALL', 'EACH')),
    state TEXT NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'EXPIRED')),
    spec TEXT NOT NULL,
    sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1)),
    requested_by INTEGER NOT NULL,
    client TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    rows INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    finished INTEGER,
    expires INTEGER
) STRICT;
CREATE INDEX transfer_of_event ON transfer (event, kind, id);
CREATE INDEX transfer_live ON transfer (id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX transfer_expires ON transfer (expires) WHERE state = 'DONE';
CREATE INDEX transfer_finished ON transfer (finished) WHERE finished IS NOT NULL;

-- What is wrong in an imported file, cell by cell; `row` and `col` from 1, 0: the whole row or file.
CREATE TABLE transfer_error (
    transfer INTEGER NOT NULL REFERENCES transfer (id),
    seq INTEGER NOT NULL,
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    col INTEGER NOT NULL,
    heading TEXT NOT NULL,
    field TEXT NOT NULL,
    reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    PRIMARY KEY (transfer, seq)
) STRICT, WITHOUT ROWID;

-- The teams that an import made, in the order of the file: an import that has to go as a whole takes them back.
CREATE TABLE transfer_team (
    transfer INTEGER NOT NULL REFERENCES transfer (id),
    seq INTEGER NOT NULL,
    team INTEGER NOT NULL REFERENCES team (id),
    PRIMARY KEY (transfer, seq)
) STRICT, WITHOUT ROWID;

-- Entered by an import: not among the persons that somebody keeps for himself.
ALTER TABLE person ADD COLUMN imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1));
