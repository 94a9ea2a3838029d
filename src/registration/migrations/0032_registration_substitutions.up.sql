-- One member for another (registration.md §3.4): done at once, or wished for after the roster lock.
CREATE TABLE substitution (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    team INTEGER NOT NULL REFERENCES team (id),
    out_member INTEGER NOT NULL,
    in_member INTEGER NOT NULL,
    requested_by INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('REQUESTED', 'APPROVED', 'REJECTED')),
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    decided_by INTEGER,
    decided_at INTEGER
) STRICT;
CREATE INDEX substitution_team ON substitution (team, id);
CREATE INDEX substitution_event ON substitution (event, state, id);
