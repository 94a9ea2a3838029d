CREATE TABLE deadline_told_narrower (
    kind TEXT NOT NULL CHECK (kind IN ('EVENT', 'RETURNED')),
    subject INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    last INTEGER NOT NULL,
    done INTEGER NOT NULL CHECK (done IN (0, 1)),
    PRIMARY KEY (kind, subject, deadline)
) STRICT, WITHOUT ROWID;
INSERT INTO deadline_told_narrower SELECT kind, subject, deadline, last, done FROM deadline_told WHERE kind <> 'DIVISION';
DROP TABLE deadline_told;
ALTER TABLE deadline_told_narrower RENAME TO deadline_told;
