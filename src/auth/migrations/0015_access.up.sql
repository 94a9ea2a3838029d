-- Organisations and who may do what where (registration.md §3.1). A member of an organisation is a person with a grant
-- there; one table holds all rights.
CREATE TABLE organisation (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'CLOSED')),
    personal_of INTEGER UNIQUE REFERENCES "user" (id),
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;

-- `organisation` is 0 on the platform, `event` is 0 above events. A person has one role in each place.
CREATE TABLE role_grant (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    "user" INTEGER NOT NULL REFERENCES "user" (id),
    role TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('PLATFORM', 'ORGANISATION', 'EVENT')),
    organisation INTEGER NOT NULL,
    event INTEGER NOT NULL,
    granted_by INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    expires INTEGER,
    rev INTEGER NOT NULL DEFAULT 1,
    CHECK ((scope = 'PLATFORM') = (organisation = 0)),
    CHECK ((scope = 'EVENT') = (event <> 0)),
    CHECK (role <> 'owner' OR expires IS NULL)
) STRICT;
CREATE UNIQUE INDEX role_grant_place ON role_grant ("user", scope, organisation, event);
CREATE INDEX role_grant_of_scope ON role_grant (organisation, event, id);

-- Grants that count: in an organisation that is open, of an active account. In an organisation of his own a person's
-- rights last as long as his account is an organiser's. Whether a grant has lapsed is for the reader to ask.
CREATE VIEW standing_grant AS
SELECT g."user", g.role, g.scope, g.organisation, g.event, g.expires
FROM role_grant g
JOIN "user" u ON u.id = g."user"
LEFT JOIN organisation o ON o.id = g.organisation
WHERE u.status = 'ACTIVE' AND (g.scope = 'PLATFORM' OR (o.state = 'ACTIVE'
    AND (o.personal_of IS NULL OR o.personal_of <> g."user" OR u.role <> 'user')));

-- Moves with every change of a right, so that each process forgets what it remembers.
CREATE TABLE access_generation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO access_generation (id, generation) VALUES (1, 1);

-- Invitations to an organisation; the token is kept hashed.
CREATE TABLE organisation_invitation (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    organisation INTEGER NOT NULL REFERENCES organisation (id),
    role TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    target TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'ACCEPTED', 'REVOKED')),
    invited_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    accepted_by INTEGER,
    accepted_at INTEGER
) STRICT;
CREATE INDEX organisation_invitation_open ON organisation_invitation (organisation, state, id);
