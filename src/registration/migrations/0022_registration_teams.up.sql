-- Teams, members, invitations (registration.md §3.4).
CREATE TABLE team (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    division INTEGER NOT NULL REFERENCES division (id),
    name TEXT NOT NULL,
    name_norm TEXT NOT NULL,
    captain_member_id INTEGER NOT NULL,
    member_count INTEGER NOT NULL CHECK (member_count >= 0),
    confirmed_count INTEGER NOT NULL CHECK (confirmed_count >= 0),
    join_policy TEXT NOT NULL CHECK (join_policy IN ('CODE', 'LINK', 'APPROVAL', 'CLOSED')),
    answer_set INTEGER,
    state TEXT NOT NULL CHECK (state IN ('FORMING', 'READY', 'SUBMITTED', 'LOCKED', 'DISBANDED')),
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1,
    CHECK (confirmed_count <= member_count)
) STRICT;
CREATE UNIQUE INDEX team_name ON team (event, name_norm) WHERE state <> 'DISBANDED';
CREATE INDEX team_division ON team (division, state, id);
CREATE INDEX team_event ON team (event, state, id);

CREATE TABLE team_member (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    team INTEGER NOT NULL REFERENCES team (id),
    event INTEGER NOT NULL,
    division INTEGER NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    managed_by_user INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE', 'COACH', 'LEADER', 'MANAGER')),
    state TEXT NOT NULL CHECK (state IN ('INVITED', 'PENDING_CAPTAIN', 'JOINED', 'CONFIRMED', 'DECLINED', 'EXPIRED',
                                         'REVOKED', 'REJECTED', 'LEFT', 'REMOVED', 'SUBSTITUTED')),
    answer_set INTEGER,
    id_bi TEXT,
    consent_at INTEGER,
    joined_at INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
-- One active membership per person, and per identity number, in a division (I3).
CREATE UNIQUE INDEX team_member_person ON team_member (event, division, person) WHERE state IN ('JOINED', 'CONFIRMED');
CREATE UNIQUE INDEX team_member_id_bi ON team_member (event, division, id_bi)
    WHERE id_bi IS NOT NULL AND state IN ('JOINED', 'CONFIRMED');
CREATE INDEX team_member_team ON team_member (team, id);
CREATE INDEX team_member_user ON team_member (managed_by_user, state, id);

-- How many active entries a subject has in an event: 'P' and a person's id, or 'N' and the blind index of a number.
CREATE TABLE person_entry (
    event INTEGER NOT NULL,
    subject TEXT NOT NULL,
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (event, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_invite (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    team INTEGER NOT NULL REFERENCES team (id),
    code_hash TEXT NOT NULL UNIQUE,
    code_tail TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('CODE', 'LINK', 'DIRECT')),
    max_uses INTEGER NOT NULL CHECK (max_uses >= 1),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
    expires INTEGER NOT NULL,
    revoked INTEGER,
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX team_invite_team ON team_invite (team, id);
