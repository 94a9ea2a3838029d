-- Organisations, persons, events, divisions, quotas (registration.md §3.1, §3.2).
CREATE TABLE org (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'CLOSED'))
) STRICT;
INSERT INTO org (id, slug, name, status) VALUES (1, 'default', 'Default', 'ACTIVE');

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    owner_user INTEGER NOT NULL,
    relation TEXT NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX person_self ON person (owner_user) WHERE relation = 'SELF';

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    org INTEGER NOT NULL REFERENCES org (id),
    slug TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('COMPETITION', 'ACTIVITY', 'TRAINING')),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    description TEXT NOT NULL,
    venue TEXT NOT NULL,
    tz TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('DRAFT', 'PUBLISHED', 'PAUSED', 'CANCELLED', 'ARCHIVED')),
    visibility TEXT NOT NULL CHECK (visibility IN ('PUBLIC', 'LINK', 'PRIVATE')),
    reg_open INTEGER NOT NULL,
    reg_close INTEGER NOT NULL,
    edit_deadline INTEGER,
    cancel_deadline INTEGER,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('TEAM', 'SOLO', 'BOTH')),
    team_min INTEGER NOT NULL CHECK (team_min >= 1),
    team_max INTEGER NOT NULL,
    hold_policy TEXT NOT NULL CHECK (hold_policy IN ('AT_CREATE', 'AT_SUBMIT', 'AT_APPROVE')),
    return_ttl INTEGER NOT NULL,
    entries_max_per_person INTEGER NOT NULL CHECK (entries_max_per_person >= 1),
    review_stages INTEGER NOT NULL CHECK (review_stages BETWEEN 0 AND 3),
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1,
    CHECK (team_min <= team_max),
    CHECK (reg_open < reg_close),
    CHECK (starts < ends)
) STRICT;
CREATE UNIQUE INDEX event_slug ON event (org, slug);
CREATE INDEX event_public ON event (state, visibility, starts);
CREATE INDEX event_owner ON event (created_by, id);

CREATE TABLE division (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    team_min INTEGER,
    team_max INTEGER,
    reg_open INTEGER,
    reg_close INTEGER,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1,
    CHECK (team_min IS NULL OR team_min >= 1)
) STRICT;
CREATE UNIQUE INDEX division_code ON division (event, code);

-- A quota exists only where a cap was once set; counters are changed by conditional writes alone.
CREATE TABLE quota (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    scope TEXT NOT NULL CHECK (scope IN ('EVENT', 'DIVISION', 'OPTION', 'CUSTOM')),
    unit TEXT NOT NULL CHECK (unit IN ('TEAM', 'PERSON', 'OPTION')),
    division INTEGER REFERENCES division (id),
    cap INTEGER CHECK (cap >= 0),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed >= 0),
    blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked >= 0),
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
    rev INTEGER NOT NULL DEFAULT 1,
    CHECK (scope <> 'DIVISION' OR division IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX quota_of_event ON quota (event, unit) WHERE scope = 'EVENT';
CREATE UNIQUE INDEX quota_of_division ON quota (division, unit) WHERE scope = 'DIVISION';
CREATE INDEX quota_event ON quota (event);

CREATE TABLE quota_bind (
    division INTEGER NOT NULL REFERENCES division (id),
    quota INTEGER NOT NULL REFERENCES quota (id),
    PRIMARY KEY (division, quota)
) STRICT, WITHOUT ROWID;
CREATE INDEX quota_bind_quota ON quota_bind (quota);

CREATE TABLE quota_ledger (
    id INTEGER PRIMARY KEY,
    quota INTEGER NOT NULL,
    delta_held INTEGER NOT NULL,
    delta_confirmed INTEGER NOT NULL,
    delta_blocked INTEGER NOT NULL,
    cause TEXT NOT NULL,
    allocation_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX quota_ledger_quota ON quota_ledger (quota);

-- The last number given out in each event.
CREATE TABLE friendly_no (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    last INTEGER NOT NULL
) STRICT;
