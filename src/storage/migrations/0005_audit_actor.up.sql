-- runs-with: 4
-- What one person did, newest first.
CREATE INDEX audit_by_actor ON audit (actor, seq);
