-- Forms with immutable versions, and the answers given to them (registration.md §3.3).
CREATE TABLE form (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    scope TEXT NOT NULL CHECK (scope IN ('TEAM', 'MEMBER', 'ORDER')),
    stage TEXT NOT NULL CHECK (stage IN ('SUBMIT', 'AFTER_APPROVAL', 'CHECKIN')),
    current_version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX form_scope ON form (event, scope, stage);

CREATE TABLE form_version (
    id INTEGER PRIMARY KEY,
    form INTEGER NOT NULL REFERENCES form (id),
    no INTEGER NOT NULL,
    schema TEXT NOT NULL,
    has_required INTEGER NOT NULL CHECK (has_required IN (0, 1)),
    published_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX form_version_no ON form_version (form, no);

-- `data` is JSON of the plain fields; `sensitive` is the encrypted JSON of the others.
CREATE TABLE answer_set (
    id INTEGER PRIMARY KEY,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('TEAM', 'MEMBER', 'ORDER')),
    owner INTEGER NOT NULL,
    form_version INTEGER NOT NULL REFERENCES form_version (id),
    data TEXT NOT NULL,
    sensitive TEXT,
    submitted_at INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX answer_set_owner ON answer_set (owner_kind, owner);
