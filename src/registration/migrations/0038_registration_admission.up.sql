-- Admission at the opening second (registration.md §2.3): the queue with a rate, and the lottery.
CREATE TABLE admission (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    -- 64 hex digits, told after the draw; its SHA-256 is told at publication.
    seed TEXT NOT NULL,
    commitment TEXT NOT NULL,
    -- Tickets given out; the first `early` of them before the opening, which `closed` fixes.
    last INTEGER NOT NULL DEFAULT 0,
    early INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    -- Numbers below it have had their turn.
    served INTEGER NOT NULL DEFAULT 0,
    served_at INTEGER NOT NULL DEFAULT 0,
    draw_state TEXT NOT NULL DEFAULT 'OPEN' CHECK (draw_state IN ('OPEN', 'DRAWING', 'DRAWN')),
    -- The pool as it was when the draw began: sorted public ids, one after another (16 characters each).
    pool TEXT NOT NULL DEFAULT '',
    drawn INTEGER NOT NULL DEFAULT 0,
    CHECK (early <= last AND served <= last)
) STRICT;

CREATE TABLE admission_ticket (
    event INTEGER NOT NULL,
    "user" INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (event, "user")
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX admission_ticket_position ON admission_ticket (event, position);

-- When which numbers were served: a pass is good for some minutes from then.
CREATE TABLE admission_step (
    event INTEGER NOT NULL,
    at INTEGER NOT NULL,
    served INTEGER NOT NULL,
    PRIMARY KEY (event, at)
) STRICT, WITHOUT ROWID;

-- What became of those in the pool, in drawn order.
CREATE TABLE lottery_rank (
    event INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    registration INTEGER NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (event, rank)
) STRICT, WITHOUT ROWID;
