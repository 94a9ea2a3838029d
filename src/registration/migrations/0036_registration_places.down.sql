DROP TABLE reserve;
CREATE TABLE review_old (
    id INTEGER PRIMARY KEY,
    registration INTEGER NOT NULL REFERENCES registration (id),
    stage INTEGER NOT NULL,
    reviewer INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('APPROVE', 'REJECT', 'RETURN')),
    reason TEXT,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO review_old (id, registration, stage, reviewer, action, reason, at)
SELECT id, registration, stage, reviewer, action, reason, at FROM review WHERE action <> 'WAITLIST';
DROP TABLE review;
ALTER TABLE review_old RENAME TO review;
CREATE INDEX review_registration ON review (registration, id);
DROP INDEX quota_of_option;
ALTER TABLE quota DROP COLUMN option;
ALTER TABLE quota DROP COLUMN field;
ALTER TABLE quota DROP COLUMN form_scope;
ALTER TABLE quota DROP COLUMN name;
ALTER TABLE quota DROP COLUMN over_cap_allowed;
DROP INDEX registration_deficient;
CREATE INDEX registration_deficient ON registration (deficient_since)
    WHERE state = 'IN_REVIEW' AND deficient_since IS NOT NULL;
DROP INDEX registration_draft_of_team;
DROP INDEX registration_draft;
ALTER TABLE registration DROP COLUMN since;
