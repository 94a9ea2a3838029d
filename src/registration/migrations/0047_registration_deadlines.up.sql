-- A division with a closing of its own has a deadline of its own: EVENT is for the others.
CREATE TABLE deadline_told_wider (
    kind TEXT NOT NULL CHECK (kind IN ('EVENT', 'DIVISION', 'RETURNED')),
    subject INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    last INTEGER NOT NULL,
    done INTEGER NOT NULL CHECK (done IN (0, 1)),
    PRIMARY KEY (kind, subject, deadline)
) STRICT, WITHOUT ROWID;
INSERT INTO deadline_told_wider SELECT kind, subject, deadline, last, done FROM deadline_told;
DROP TABLE deadline_told;
ALTER TABLE deadline_told_wider RENAME TO deadline_told;
