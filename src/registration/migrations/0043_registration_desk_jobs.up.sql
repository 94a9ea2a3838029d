-- Work on many registrations in the background (registration.md §3.8): actions and announcements. `cursor` says how far
-- it has come, in the same commit as the work, so a restart goes on where it was.
CREATE TABLE desk_job (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    kind TEXT NOT NULL CHECK (kind IN ('BULK', 'ANNOUNCE')),
    action TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PREPARING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    spec TEXT NOT NULL,
    requested_by INTEGER NOT NULL,
    client TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    succeeded INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cursor INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    finished INTEGER
) STRICT;
CREATE INDEX desk_job_of_event ON desk_job (event, id);
CREATE INDEX desk_job_live ON desk_job (event, id) WHERE state IN ('PREPARING', 'RUNNING');
CREATE INDEX desk_job_finished ON desk_job (finished) WHERE finished IS NOT NULL;

-- The registrations of a job in the order they are worked on; `code` is the error's, empty where it went well.
CREATE TABLE desk_job_item (
    job INTEGER NOT NULL REFERENCES desk_job (id),
    seq INTEGER NOT NULL,
    registration INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'DONE', 'FAILED')),
    code TEXT NOT NULL,
    PRIMARY KEY (job, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_job_item_failed ON desk_job_item (job, seq) WHERE state = 'FAILED';
