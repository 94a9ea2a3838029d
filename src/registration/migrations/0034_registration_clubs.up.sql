-- Clubs above teams (registration.md §3.2): schools, firms, associations, and how many entries each may have.
CREATE TABLE club (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    organisation INTEGER NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    name_norm TEXT NOT NULL,
    code_hash TEXT NOT NULL UNIQUE,
    code_tail TEXT NOT NULL,
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX club_name ON club (organisation, name_norm);

CREATE TABLE club_manager (
    club INTEGER NOT NULL REFERENCES club (id),
    "user" INTEGER NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (club, "user")
) STRICT, WITHOUT ROWID;
CREATE INDEX club_manager_user ON club_manager ("user");

CREATE TABLE club_limit (
    division INTEGER PRIMARY KEY REFERENCES division (id),
    entries_max INTEGER NOT NULL CHECK (entries_max >= 0)
) STRICT;

-- Registered teams of a club in a division; changed by conditional writes alone.
CREATE TABLE club_entry (
    division INTEGER NOT NULL REFERENCES division (id),
    club INTEGER NOT NULL REFERENCES club (id),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (division, club)
) STRICT, WITHOUT ROWID;

ALTER TABLE team ADD COLUMN club INTEGER;
CREATE INDEX team_club ON team (club) WHERE club IS NOT NULL;
