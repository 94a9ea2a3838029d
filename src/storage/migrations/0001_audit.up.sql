-- The audit chain. mac is an HMAC over the row, the digest of its details and the mac before it; details can be erased.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    org INTEGER NOT NULL,
    event INTEGER NOT NULL,
    entity TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    client TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail_digest TEXT NOT NULL,
    mac TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_entity ON audit (entity, entity_id, seq);
CREATE INDEX audit_by_event ON audit (event, seq);

CREATE TABLE audit_detail (
    seq INTEGER PRIMARY KEY REFERENCES audit (seq),
    reason TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit rows are never changed');
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit rows are never deleted');
END;
