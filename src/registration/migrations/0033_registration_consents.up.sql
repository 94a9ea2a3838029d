-- What members and guardians have agreed to, with evidence (registration.md §3.6). `document`: that of the event.
CREATE TABLE consent (
    id INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES team_member (id),
    kind TEXT NOT NULL CHECK (kind IN ('PRIVACY', 'TERMS', 'SENSITIVE', 'PUBLISH', 'PHOTO', 'WAIVER', 'GUARDIAN')),
    document INTEGER,
    doc_version INTEGER NOT NULL,
    given_by TEXT NOT NULL CHECK (given_by IN ('MANAGER', 'GUARDIAN')),
    "user" INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    ip_hash TEXT NOT NULL,
    evidence INTEGER,
    withdrawn_at INTEGER
) STRICT;
CREATE UNIQUE INDEX consent_once ON consent (member, kind, doc_version, given_by) WHERE withdrawn_at IS NULL;

-- What a guardian is asked by, and what he answered: name and signature are sealed.
CREATE TABLE guardian_link (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    member INTEGER NOT NULL REFERENCES team_member (id),
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER,
    answer TEXT CHECK (answer IN ('GRANTED', 'REFUSED')),
    answered_at INTEGER,
    relation TEXT CHECK (relation IN ('FATHER', 'MOTHER', 'GUARDIAN', 'OTHER')),
    name TEXT,
    signature TEXT,
    ip_hash TEXT,
    CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;
CREATE INDEX guardian_link_member ON guardian_link (member, id);
