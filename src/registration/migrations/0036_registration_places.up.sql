-- The full state machine of a registration, quotas of options and of several divisions, stock of the organiser
-- (registration.md §3.2, §3.5).

-- When the present state began: what the clocks of DRAFT and RETURNED run from.
ALTER TABLE registration ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
UPDATE registration SET since = COALESCE(decided_at, submitted_at);
CREATE INDEX registration_draft ON registration (since) WHERE state = 'DRAFT';
-- A team has at most one draft of a registration, which its commands look for.
CREATE INDEX registration_draft_of_team ON registration (team) WHERE state = 'DRAFT';
DROP INDEX registration_deficient;
CREATE INDEX registration_deficient ON registration (deficient_since)
    WHERE state IN ('IN_REVIEW', 'AWAITING_PAYMENT', 'WAITLISTED') AND deficient_since IS NOT NULL;

-- What an override allowed beyond the cap; it shrinks as units come back.
ALTER TABLE quota ADD COLUMN over_cap_allowed INTEGER NOT NULL DEFAULT 0 CHECK (over_cap_allowed >= 0);
-- Of the scope CUSTOM: what the organiser calls it (JSON of both languages).
ALTER TABLE quota ADD COLUMN name TEXT;
-- Of the scope OPTION: the option of a field whose takers it counts.
ALTER TABLE quota ADD COLUMN form_scope TEXT CHECK (form_scope IN ('TEAM', 'MEMBER'));
ALTER TABLE quota ADD COLUMN field TEXT;
ALTER TABLE quota ADD COLUMN option TEXT;
CREATE UNIQUE INDEX quota_of_option ON quota (event, form_scope, field, option) WHERE scope = 'OPTION';

-- One action more: put on the waiting list in place of the last approval.
CREATE TABLE review_new (
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL REFERENCES registration (id),
    stage INTEGER NOT NULL,
    reviewer INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('APPROVE', 'REJECT', 'RETURN', 'WAITLIST')),
    reason TEXT,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO review_new (id, registration, stage, reviewer, action, reason, at)
SELECT id, registration, stage, reviewer, action, reason, at FROM review;
DROP TABLE review;
ALTER TABLE review_new RENAME TO review;
CREATE INDEX review_registration ON review (registration, id);

-- Stock the organiser keeps for invited teams: BLOCKED units, taken by who presents the code.
CREATE TABLE reserve (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    division INTEGER NOT NULL REFERENCES division (id),
    note TEXT NOT NULL,
    code_hash TEXT NOT NULL UNIQUE,
    code_tail TEXT NOT NULL,
    teams INTEGER NOT NULL CHECK (teams >= 1),
    persons INTEGER NOT NULL CHECK (persons >= 0),
    teams_left INTEGER NOT NULL CHECK (teams_left >= 0),
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX reserve_event ON reserve (event, id);
