-- Long-lived tokens of people, check-in devices and the codes that pair them. Tokens and codes are kept hashed;
-- `permissions` are words of net/permissions.def, separated by blanks.
CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    "user" INTEGER NOT NULL REFERENCES "user" (id),
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL,
    organisation INTEGER NOT NULL,
    event INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    last_used INTEGER,
    revoked INTEGER
) STRICT;
CREATE INDEX api_token_of_user ON api_token ("user", id);

CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    organisation INTEGER NOT NULL,
    event INTEGER NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    paired_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER,
    revoked INTEGER
) STRICT;
CREATE INDEX device_of_event ON device (event, id);

CREATE TABLE device_pairing (
    id INTEGER PRIMARY KEY,
    organisation INTEGER NOT NULL,
    event INTEGER NOT NULL,
    name TEXT NOT NULL,
    code_hash TEXT NOT NULL UNIQUE,
    created_by INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER
) STRICT;
CREATE INDEX device_pairing_of_event ON device_pairing (event, expires);
