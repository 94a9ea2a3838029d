DROP INDEX team_invite_target;
DROP INDEX team_invite_user;
DELETE FROM team_invite WHERE kind = 'DIRECT';
ALTER TABLE team_invite DROP COLUMN target_label;
ALTER TABLE team_invite DROP COLUMN target_bi;
ALTER TABLE team_invite DROP COLUMN target_user;
ALTER TABLE team_invite DROP COLUMN role;

CREATE TABLE team_member_old (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    team INTEGER NOT NULL REFERENCES team (id),
    event INTEGER NOT NULL,
    division INTEGER NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    managed_by_user INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('CAPTAIN', 'PLAYER', 'SUBSTITUTE', 'COACH', 'LEADER', 'MANAGER')),
    state TEXT NOT NULL CHECK (state IN ('INVITED', 'PENDING_CAPTAIN', 'JOINED', 'CONFIRMED', 'DECLINED', 'EXPIRED',
                                         'REVOKED', 'REJECTED', 'LEFT', 'REMOVED', 'SUBSTITUTED')),
    answer_set INTEGER,
    id_bi TEXT,
    consent_at INTEGER,
    joined_at INTEGER NOT NULL,
    rev INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO team_member_old (id, public_id, team, event, division, person, managed_by_user, role, state, answer_set,
    id_bi, consent_at, joined_at, rev)
SELECT id, public_id, team, event, division, person, managed_by_user, role, state, answer_set, id_bi, consent_at,
    joined_at, rev
FROM team_member WHERE person IS NOT NULL AND role IN ('CAPTAIN', 'PLAYER');
DROP TABLE team_member;
ALTER TABLE team_member_old RENAME TO team_member;
CREATE UNIQUE INDEX team_member_person ON team_member (event, division, person) WHERE state IN ('JOINED', 'CONFIRMED');
CREATE UNIQUE INDEX team_member_id_bi ON team_member (event, division, id_bi)
    WHERE id_bi IS NOT NULL AND state IN ('JOINED', 'CONFIRMED');
CREATE INDEX team_member_team ON team_member (team, id);
CREATE INDEX team_member_user ON team_member (managed_by_user, state, id);

UPDATE team SET state = 'SUBMITTED' WHERE state = 'LOCKED';
ALTER TABLE team DROP COLUMN locked_at;
ALTER TABLE team DROP COLUMN staff_count;
ALTER TABLE team DROP COLUMN sub_count;
ALTER TABLE team DROP COLUMN kind;

ALTER TABLE person DROP COLUMN ended;
ALTER TABLE person DROP COLUMN gender;
ALTER TABLE person DROP COLUMN birth_year;
ALTER TABLE person DROP COLUMN birth_date;
ALTER TABLE person DROP COLUMN id_bi;
ALTER TABLE person DROP COLUMN id_no;
ALTER TABLE person DROP COLUMN id_type;
DROP INDEX person_owner;
DROP INDEX person_public_id;
ALTER TABLE person DROP COLUMN public_id;
