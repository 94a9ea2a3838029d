-- Answers kept for 24 h under the client's Idempotency-Key, written in the commit of their effects.
CREATE TABLE idempotency (
    actor INTEGER NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (actor, scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_expires ON idempotency (expires);
