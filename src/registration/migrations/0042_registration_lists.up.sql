-- What the lists of organisers walk along, so that no filter reads a whole event. The index of states takes the place of
-- the one that ended in the id, so a submit writes no more than before; the others hold few rows.
DROP INDEX IF EXISTS registration_state;
CREATE INDEX registration_state ON registration (event, state, division, friendly_no);
CREATE INDEX registration_of_deficient ON registration (event, friendly_no) WHERE deficient_since IS NOT NULL;
CREATE INDEX registration_of_stage ON registration (event, review_stage, friendly_no) WHERE state = 'IN_REVIEW';
CREATE INDEX registration_of_source ON registration (event, source, friendly_no) WHERE source <> 'WEB';

CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL REFERENCES event (id),
    name TEXT NOT NULL,
    name_norm TEXT NOT NULL,
    color TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
    created INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX tag_name ON tag (event, name_norm);

CREATE TABLE registration_tag (
    registration INTEGER NOT NULL REFERENCES registration (id),
    tag INTEGER NOT NULL REFERENCES tag (id),
    friendly_no INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (registration, tag)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX registration_tag_list ON registration_tag (tag, friendly_no);

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    registration INTEGER NOT NULL REFERENCES registration (id),
    author INTEGER NOT NULL,
    text TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX note_of_registration ON note (registration, id);

-- The beginnings of the words of a team's name; of Chinese and the like, of every character.
CREATE TABLE name_part (
    event INTEGER NOT NULL,
    part TEXT NOT NULL,
    team INTEGER NOT NULL,
    PRIMARY KEY (event, part, team)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_part_team ON name_part (team);

-- What members are found by and compared by: blind indexes of numbers, phones and addresses, and who manages them.
-- `shared`: another team of the event has the same.
CREATE TABLE member_key (
    event INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('USER', 'ID', 'PHONE', 'EMAIL')),
    value TEXT NOT NULL,
    member INTEGER NOT NULL,
    team INTEGER NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    PRIMARY KEY (event, kind, value, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_key_member ON member_key (member);
CREATE INDEX member_key_shared ON member_key (event, kind, value) WHERE shared = 1;

-- What the two tables above do not yet say. Rows come from triggers, so that no command can forget them, and are worked
-- off within seconds.
CREATE TABLE search_queue (
    kind TEXT NOT NULL CHECK (kind IN ('TEAM', 'MEMBER')),
    id INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO search_queue (kind, id) SELECT 'TEAM', id FROM team;
INSERT INTO search_queue (kind, id) SELECT 'MEMBER', id FROM team_member;
CREATE TRIGGER search_team_new AFTER INSERT ON team BEGIN
    INSERT INTO search_queue (kind, id) VALUES ('TEAM', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_team_name AFTER UPDATE OF name_norm ON team BEGIN
    INSERT INTO search_queue (kind, id) VALUES ('TEAM', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_member_new AFTER INSERT ON team_member BEGIN
    INSERT INTO search_queue (kind, id) VALUES ('MEMBER', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_member_changed AFTER UPDATE OF state, answer_set, id_bi, managed_by_user ON team_member BEGIN
    INSERT INTO search_queue (kind, id) VALUES ('MEMBER', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_answers_changed AFTER UPDATE OF data, sensitive ON answer_set WHEN NEW.owner_kind = 'MEMBER' BEGIN
    INSERT INTO search_queue (kind, id) VALUES ('MEMBER', NEW.owner) ON CONFLICT DO NOTHING;
END;
-- Erased is erased at once.
CREATE TRIGGER search_answers_gone AFTER DELETE ON answer_set WHEN OLD.owner_kind = 'MEMBER' BEGIN
    DELETE FROM member_key WHERE member = OLD.owner;
    INSERT INTO search_queue (kind, id) VALUES ('MEMBER', OLD.owner) ON CONFLICT DO NOTHING;
END;
