-- Which process holds which role (storage/lease/roles.def).
CREATE TABLE lease (
    role TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    expires INTEGER NOT NULL,
    term INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
