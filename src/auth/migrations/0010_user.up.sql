-- Accounts. Sessions and refresh tokens live in LMDB (auth/session_store.h).
CREATE TABLE "user" (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    login_name TEXT UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT,
    role TEXT NOT NULL CHECK (role IN ('user', 'organiser', 'admin')),
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'LOCKED', 'DELETED')),
    locale TEXT NOT NULL CHECK (locale IN ('zh-CN', 'en')),
    epoch INTEGER NOT NULL,
    session_epoch INTEGER NOT NULL,
    epoch_moved INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_active_at INTEGER,
    rev INTEGER NOT NULL
) STRICT;

CREATE INDEX user_by_epoch_moved ON "user" (epoch_moved);
CREATE INDEX user_by_role ON "user" (role, id);

-- One row. Tokens and sessions of another generation are void; a restore moves it.
CREATE TABLE auth_generation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL
) STRICT;

INSERT INTO auth_generation (id, generation) VALUES (1, 1);

-- At most one row: the link that makes the first administrator.
CREATE TABLE setup_link (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    token_hash TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
