-- Waiting lists of whole teams and the offers made from them (registration.md §3.5, W1 to W7).
CREATE TABLE waitlist_entry (
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL UNIQUE REFERENCES registration (id),
    event INTEGER NOT NULL,
    division INTEGER NOT NULL,
    team INTEGER NOT NULL,
    -- How much the team needed when it was last looked at (a larger need goes to the end, W6): counted members, and the
    -- options its answers choose as JSON [[quota, qty], ...].
    persons INTEGER NOT NULL,
    choices TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('WAITING', 'OFFERED', 'PROMOTED', 'LEFT', 'EXPIRED')),
    skips INTEGER NOT NULL DEFAULT 0,
    skipped_since INTEGER,
    missed_offers INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL
) STRICT;
-- The line, in its order.
CREATE INDEX waitlist_in_order ON waitlist_entry (event, priority DESC, seq) WHERE state = 'WAITING';
CREATE INDEX waitlist_event ON waitlist_entry (event, state, priority DESC, seq);

-- How many are in the line of an event, and whether somebody should look at it again soon.
CREATE TABLE waitlist_line (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    waiting INTEGER NOT NULL CHECK (waiting >= 0),
    due INTEGER NOT NULL DEFAULT 0 CHECK (due IN (0, 1))
) STRICT;

CREATE TABLE offer (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES waitlist_entry (id),
    event INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('COLLECTING', 'OPEN', 'ACCEPTED', 'DECLINED', 'EXPIRED')),
    expires INTEGER,
    made INTEGER NOT NULL,
    decided INTEGER
) STRICT;
-- One live offer of an entry (I10); one team of an event for which places are collected (W4).
CREATE UNIQUE INDEX offer_live ON offer (entry) WHERE state IN ('COLLECTING', 'OPEN');
CREATE UNIQUE INDEX offer_collecting ON offer (event) WHERE state = 'COLLECTING';
CREATE INDEX offer_expires ON offer (expires) WHERE state = 'OPEN';
