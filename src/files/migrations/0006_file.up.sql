-- Uploaded files; the bytes lie in blobs/ by their hash. A file that nothing holds on to (kept = 0) goes after a day.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'READY', 'REFUSED')),
    kept INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    scan_at INTEGER NOT NULL,
    scan_tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX file_owner ON file (owner, id);
CREATE INDEX file_hash ON file (hash);
CREATE INDEX file_pending ON file (scan_at) WHERE state = 'PENDING';
CREATE INDEX file_loose ON file (created) WHERE kept = 0;

-- What one person has stored; the caps are conditions of the write that adds to it.
CREATE TABLE file_usage (
    owner INTEGER PRIMARY KEY,
    files INTEGER NOT NULL CHECK (files >= 0),
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
