-- Events belong to organisations (auth/migrations/0015): those that are there go to their maker's own, which is made
-- for him. Ids and names follow from the person. The table is built anew, because the column may not be empty.
INSERT INTO organisation (id, public_id, slug, name, state, personal_of, created_by, created)
SELECT u.id, u.public_id, 'u-' || u.public_id, u.display_name, 'ACTIVE', u.id, u.id, u.created
FROM "user" u WHERE u.id IN (SELECT created_by FROM event)
ON CONFLICT DO NOTHING;
INSERT INTO role_grant (id, public_id, "user", role, scope, organisation, event, granted_by, granted_at)
SELECT u.id, u.public_id, u.id, 'owner', 'ORGANISATION', u.id, 0, u.id, u.created
FROM "user" u WHERE u.id IN (SELECT created_by FROM event)
ON CONFLICT DO NOTHING;

CREATE TABLE event_new (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    organisation INTEGER NOT NULL REFERENCES organisation (id),
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
INSERT INTO event_new (id, public_id, organisation, slug, type, title, summary, description, venue, tz, state,
    visibility, reg_open, reg_close, edit_deadline, cancel_deadline, starts, ends, mode, team_min, team_max,
    hold_policy, return_ttl, entries_max_per_person, review_stages, created_by, created, rev)
SELECT id, public_id, created_by, slug, type, title, summary, description, venue, tz, state, visibility, reg_open,
    reg_close, edit_deadline, cancel_deadline, starts, ends, mode, team_min, team_max, hold_policy, return_ttl,
    entries_max_per_person, review_stages, created_by, created, rev
FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
DROP TABLE org;
CREATE UNIQUE INDEX event_slug ON event (slug);
CREATE INDEX event_public ON event (state, visibility, starts);
CREATE INDEX event_of_organisation ON event (organisation, id);
