CREATE TABLE org (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'CLOSED'))
) STRICT;
INSERT INTO org (id, slug, name, status) VALUES (1, 'default', 'Default', 'ACTIVE');
CREATE TABLE event_old (
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
INSERT INTO event_old (id, public_id, org, slug, type, title, summary, description, venue, tz, state, visibility, reg_open,
    reg_close, edit_deadline, cancel_deadline, starts, ends, mode, team_min, team_max, hold_policy, return_ttl,
    entries_max_per_person, review_stages, created_by, created, rev)
SELECT id, public_id, 1, slug, type, title, summary, description, venue, tz, state, visibility, reg_open,
    reg_close, edit_deadline, cancel_deadline, starts, ends, mode, team_min, team_max, hold_policy, return_ttl,
    entries_max_per_person, review_stages, created_by, created, rev
FROM event;
DROP TABLE event;
ALTER TABLE event_old RENAME TO event;
CREATE UNIQUE INDEX event_slug ON event (org, slug);
CREATE INDEX event_public ON event (state, visibility, starts);
CREATE INDEX event_owner ON event (created_by, id);
