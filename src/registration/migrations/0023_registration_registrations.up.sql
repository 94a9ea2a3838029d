-- Registrations, the units they have taken, and reviews (registration.md §3.5).
CREATE TABLE registration (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    division INTEGER NOT NULL REFERENCES division (id),
    team INTEGER NOT NULL REFERENCES team (id),
    friendly_no INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('DRAFT', 'POOLED', 'WAITLISTED', 'IN_REVIEW', 'RETURNED', 'AWAITING_PAYMENT',
                                         'CONFIRMED', 'CANCEL_REQUESTED', 'CHECKED_IN', 'COMPLETED', 'NO_SHOW',
                                         'REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED')),
    review_stage INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    approved_at INTEGER,
    decided_at INTEGER,
    decision_reason TEXT,
    deficient_since INTEGER,
    source TEXT NOT NULL CHECK (source IN ('WEB', 'MP', 'ADMIN', 'IMPORT', 'API')),
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
-- One registration of a team that has not ended (I5).
CREATE UNIQUE INDEX registration_active ON registration (event, division, team)
    WHERE state NOT IN ('REJECTED', 'WITHDRAWN', 'EXPIRED', 'NOT_DRAWN', 'CANCELLED');
CREATE UNIQUE INDEX registration_friendly_no ON registration (event, friendly_no);
CREATE INDEX registration_state ON registration (event, state, id);
CREATE INDEX registration_team ON registration (team, id);

-- The only truth about who has what.
CREATE TABLE allocation (
    id INTEGER PRIMARY KEY,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('REGISTRATION', 'OFFER', 'RESERVE')),
    owner INTEGER NOT NULL,
    quota INTEGER NOT NULL REFERENCES quota (id),
    qty INTEGER NOT NULL CHECK (qty >= 0),
    state TEXT NOT NULL CHECK (state IN ('BLOCKED', 'HELD', 'CONFIRMED', 'RELEASED')),
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX allocation_owner ON allocation (owner_kind, owner, quota) WHERE state <> 'RELEASED';
CREATE INDEX allocation_quota ON allocation (quota, state);

CREATE TABLE review (
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL REFERENCES registration (id),
    stage INTEGER NOT NULL,
    reviewer INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('APPROVE', 'REJECT', 'RETURN')),
    reason TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX review_registration ON review (registration, id);
